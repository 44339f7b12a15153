#ifndef PLAIT_PROPERTIES_CONFORMANCE_AGREEMENT_H_
#define PLAIT_PROPERTIES_CONFORMANCE_AGREEMENT_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "plait/explorer/options.h"
#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::conformance {

// The heart of it: the runtime does what the model says, neither more nor less. One object counts what it has compared.
class Agreement {
 public:
  // A search or exploration that needs more is cut short, and not compared.
  struct Limits {
    size_t model_states = 300'000;
    uint64_t executions = 30'000;  // redundant ones count as well
    uint64_t enumerated = 3'000;   // without reduction: for the smallest programs only
  };
  explicit Agreement(Limits limits) : limits_(limits) {}

  // "" if the outcomes of all executions, at both granularities, with and without reduction, are those that the model
  // (first come, first served) allows: the same set. Else the difference.
  std::string OfExplorations(const model::Program& program);

  // "" if every run on threads has an outcome that the model allows.
  std::string OfProduction(const model::Program& program, const std::vector<int>& procs, int runs);

  int programs() const { return programs_; }
  int given_up() const { return given_up_; }      // programs that were cut short
  int enumerated() const { return enumerated_; }  // programs small enough for the comparison without reduction
  uint64_t executions() const { return executions_; }
  uint64_t outcomes() const { return outcomes_; }  // of the model, over all programs
  // "300 programs, 5 given up, ..."
  std::string Summary() const;

 private:
  // Adds what differs to *difference. False if it was cut short.
  bool Compare(const model::Program& program, const std::set<model::Outcome>& expected, explore::Mode mode,
               explore::Granularity granularity, uint64_t limit, std::string* difference);

  const Limits limits_;
  int programs_ = 0;
  int given_up_ = 0;
  int enumerated_ = 0;
  uint64_t executions_ = 0;
  uint64_t outcomes_ = 0;
};

}  // namespace plait::conformance

#endif  // PLAIT_PROPERTIES_CONFORMANCE_AGREEMENT_H_
