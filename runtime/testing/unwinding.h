#ifndef PLAIT_RUNTIME_TESTING_UNWINDING_H_
#define PLAIT_RUNTIME_TESTING_UNWINDING_H_

#include <string>
#include <utility>
#include <vector>

namespace plait::test {

// Says where an unwinding has come by.
struct Witness {
  explicit Witness(std::vector<std::string>& l, std::string n) : log(l), name(std::move(n)) {}
  ~Witness() { log.push_back(name); }
  std::vector<std::string>& log;
  std::string name;
};

}  // namespace plait::test

#endif  // PLAIT_RUNTIME_TESTING_UNWINDING_H_
