#ifndef PLAIT_PROPERTIES_GENERATE_FOR_ALL_H_
#define PLAIT_PROPERTIES_GENERATE_FOR_ALL_H_

#include <functional>
#include <string>

#include <rapidcheck.h>

#include "plait/model/program.h"

namespace plait::generate {

// What holds for a program: "" if it does, else what is wrong. It may throw instead.
using Property = std::function<std::string(const model::Program&)>;

struct ForAllResult {
  int programs = 0;         // for which it held
  std::string failure;      // "", or RapidCheck's report: the smallest program and what is wrong with it
  model::Program smallest;  // the program of that report
};

// Tries a property on so many random programs, and shrinks the first for which it does not hold.
//
// The seed is fixed: the same programs in every run, on every machine. RC_PARAMS, as in every RapidCheck test, says
// otherwise: RC_PARAMS="seed=42 max_success=100000" bazel test --test_env=RC_PARAMS ...
ForAllResult ForAll(const rc::Gen<model::Program>& programs, int n, const Property& property);

// The same as a GoogleTest assertion. Returns for how many programs the property held.
int ExpectForAll(const rc::Gen<model::Program>& programs, int n, const Property& property);

}  // namespace plait::generate

#endif  // PLAIT_PROPERTIES_GENERATE_FOR_ALL_H_
