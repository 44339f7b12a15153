#ifndef PLAIT_EXPLORE_H_
#define PLAIT_EXPLORE_H_

// The model checker: explored tests (PLAIT_EXPLORE) and, for other uses, plait::explore::Explore. See docs/tutorial.md.

#include "plait/explorer/explore.h"
#include "plait/explorer/explored_test.h"
#include "plait/plait.h"

#endif  // PLAIT_EXPLORE_H_
