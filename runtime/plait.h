#ifndef PLAIT_PLAIT_H_
#define PLAIT_PLAIT_H_

// Go's concurrency for C++20: everything a program needs. docs/tutorial.md is the way in; each header is its own
// manual.

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/chan/dynamic_select.h"
#include "plait/runtime/chan/select.h"
#include "plait/runtime/context/context.h"
#include "plait/runtime/errgroup/errgroup.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/goroutine/traceback_level.h"
#include "plait/runtime/leak/leak.h"
#include "plait/runtime/maps/map.h"
#include "plait/runtime/metrics/metrics.h"
#include "plait/runtime/panic/frame.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/sched/runtime.h"
#include "plait/runtime/semaphore/weighted.h"
#include "plait/runtime/singleflight/singleflight.h"
#include "plait/runtime/sync/atomic.h"
#include "plait/runtime/sync/atomic_value.h"
#include "plait/runtime/sync/cond.h"
#include "plait/runtime/sync/locker.h"
#include "plait/runtime/sync/map.h"
#include "plait/runtime/sync/mutex.h"
#include "plait/runtime/sync/once.h"
#include "plait/runtime/sync/once_func.h"
#include "plait/runtime/sync/pool.h"
#include "plait/runtime/sync/rw_mutex.h"
#include "plait/runtime/sync/wait_group.h"
#include "plait/runtime/time/sleep.h"
#include "plait/runtime/time/ticker.h"
#include "plait/runtime/time/timer.h"

#endif  // PLAIT_PLAIT_H_
