#ifndef PLAIT_PROPERTIES_GENERATE_NUMBER_VALUES_H_
#define PLAIT_PROPERTIES_GENERATE_NUMBER_VALUES_H_

#include "plait/model/program.h"

namespace plait::generate {

// The same program, sending 1, 2, 3... in the order of its text.
model::Program WithNumberedValues(model::Program program);

}  // namespace plait::generate

#endif  // PLAIT_PROPERTIES_GENERATE_NUMBER_VALUES_H_
