#ifndef PLAIT_PROPERTIES_LITMUS_RANDOM_H_
#define PLAIT_PROPERTIES_LITMUS_RANDOM_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "plait/model/program.h"
#include "plait/properties/golang/go_run.h"

namespace plait::litmus {

// Random programs of the litmus language, judged as the files are: explored runtime = model, production within the model,
// real Go within the model for any waiter. What is wrong with one is told with the program as a litmus file.
class RandomPrograms {
 public:
  struct Options {
    int max_ops = 7;
    size_t max_states = 100'000;      // a program that needs more is counted, and not judged
    uint64_t max_executions = 5'000;  // the same
    int production_runs = 4;          // of each program, on 1 to 4 processors in turn
  };
  explicit RandomPrograms(const Options& options) : options_(options) {}

  // "" if all is well.
  std::string Judge(const model::Program& program);

  // Makes so many programs, compiles them in batches of 500, and compares so many copies of each. "", or what is wrong.
  std::string CompareWithGo(const golang::Go& go, int programs, uint64_t seed, int copies);

  int programs() const { return programs_; }
  int given_up() const { return given_up_; }
  // In how many programs there was what: features of the text (generate::FeaturesOf), and of the outcomes: "blocked",
  // "panicked", "two outcomes", "six outcomes".
  const std::map<std::string, int>& histogram() const { return histogram_; }
  std::string Summary() const;

 private:
  void Count(const model::Program& program, const std::set<model::Outcome>& outcomes);

  const Options options_;
  int programs_ = 0;
  int given_up_ = 0;
  int by_go_ = 0;
  uint64_t executions_ = 0;
  uint64_t runs_ = 0;
  uint64_t states_ = 0;
  uint64_t outcomes_ = 0;
  std::map<std::string, int> histogram_;
};

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_RANDOM_H_
