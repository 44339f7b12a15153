#ifndef PLAIT_EXPLORER_ORACLE_INTERPRETER_H_
#define PLAIT_EXPLORER_ORACLE_INTERPRETER_H_

#include <memory>
#include <string>
#include <vector>

#include "plait/explorer/oracle/program.h"

namespace plait::explore::oracle {

// Runs a Program with the real primitives, and writes down what each goroutine has seen.
class Interpreter {
 public:
  explicit Interpreter(const Program& program) : program_(program) {}

  // The body to explore: runs main's instructions and what they spawn, on fresh objects.
  void RunMain();

  // Of the execution that has just ended: " | " and a text for each body.
  std::string Log() const;
  // The body that ran as goroutine `number`: numbers depend on the schedule where two goroutines start others.
  int BodyOf(int64_t number) const;

 private:
  struct Objects;
  struct Goroutine;
  struct BodyLog {
    std::string results;
    std::string end = "not started";
    int64_t number = 0;
  };

  void RunBody(const std::shared_ptr<Objects>& objects, int body);
  void Run(Goroutine& self);
  void Do(Goroutine& self, const Instruction& in);
  void Select(Goroutine& self, const Instruction& in);

  const Program& program_;
  std::vector<BodyLog> logs_;
};

}  // namespace plait::explore::oracle

#endif  // PLAIT_EXPLORER_ORACLE_INTERPRETER_H_
