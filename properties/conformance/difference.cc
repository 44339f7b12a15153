#include "plait/properties/conformance/difference.h"

namespace plait::conformance {

std::string OnlyIn(const std::string& name, const std::set<model::Outcome>& in, const std::set<model::Outcome>& not_in,
                   const model::Program& program) {
  std::string text;
  int left = 3;  // one alone tells most; hundreds hide it
  for (const model::Outcome& outcome : in) {
    if (not_in.contains(outcome)) continue;
    if (left-- == 0) return text + "and more\n";
    text += "only in " + name + ":\n" + ToString(program, outcome);
  }
  return text;
}

std::string Difference(const std::string& a_name, const std::set<model::Outcome>& a, const std::string& b_name,
                       const std::set<model::Outcome>& b, const model::Program& program) {
  return OnlyIn(a_name, a, b, program) + OnlyIn(b_name, b, a, program);
}

}  // namespace plait::conformance
