#ifndef PLAIT_PROPERTIES_CONFORMANCE_DIFFERENCE_H_
#define PLAIT_PROPERTIES_CONFORMANCE_DIFFERENCE_H_

#include <set>
#include <string>

#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::conformance {

// What is in one set of outcomes and not in the other, for a person; "" if nothing is.
std::string OnlyIn(const std::string& name, const std::set<model::Outcome>& in, const std::set<model::Outcome>& not_in,
                   const model::Program& program);
std::string Difference(const std::string& a_name, const std::set<model::Outcome>& a, const std::string& b_name,
                       const std::set<model::Outcome>& b, const model::Program& program);

}  // namespace plait::conformance

#endif  // PLAIT_PROPERTIES_CONFORMANCE_DIFFERENCE_H_
