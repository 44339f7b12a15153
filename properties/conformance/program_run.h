#ifndef PLAIT_PROPERTIES_CONFORMANCE_PROGRAM_RUN_H_
#define PLAIT_PROPERTIES_CONFORMANCE_PROGRAM_RUN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/properties/conformance/world.h"

namespace plait::conformance {

// One run of a model::Program with the real primitives, and what each of its goroutines has found out.
//
//   ProgramRun run(program);
//   go([&] { run.Main(); });
//   ...                                          // until nothing can move any more
//   const model::Outcome outcome = run.Observe();
//
// A goroutine writes down where it is before each operation and what it got after it. So once nothing can move, the
// operation that it has last begun is the one that it waits in: nobody has to guess who is blocked, or for how long.
// A panic is recovered at the top of its goroutine and written down.
//
// Must outlive its goroutines' last operation; goroutines that are unwound later do not touch it. Main() may be called
// again once the goroutines of its last call are gone.
class ProgramRun {
 public:
  // Throws std::invalid_argument unless the program is well-formed and main joins all (the end of the process is not
  // something that can be had inside a test). With a `shake` other than 0 goroutines yield at random places.
  // `unit`: how long a unit of time is.
  explicit ProgramRun(const model::Program& program, uint64_t shake = 0,
                      time::Duration unit = std::chrono::milliseconds(1));

  // The main goroutine: makes the channels, starts the goroutines that no Go operation names, does main's operations.
  void Main();

  // Called from outside, when nothing can move: no goroutine of the program runs meanwhile, and what they have written
  // happens before the call, by whatever told the caller that they are at rest.
  model::Outcome Observe() const;

  // How many goroutines an outcome leaves blocked.
  static int Blocked(const model::Outcome& outcome);

 private:
  // What a goroutine works with. `funcs` is gone when only AfterFuncs are left.
  struct Shared {
    std::shared_ptr<World> world;
    std::shared_ptr<Funcs> funcs;
  };

  void Start(int g, const Shared& shared);
  void RunGoroutine(int g, const Shared& shared);
  void RunBody(int g, const Shared& shared, Frame* frame);  // a frame if something is deferred
  // Does operation i, and says which comes next.
  int Do(int g, int i, const Shared& shared);
  void DoPlain(int g, int i, const Shared& shared);
  void DoObject(int g, int i, const Shared& shared);
  void DoRecv(int g, int i, World& world);
  void DoSelect(int g, int i, World& world);
  int DoOnce(int g, int i, const Shared& shared);
  void Found(int g, model::Result result);
  void FoundValue(int g, int i, int64_t value) { Found(g, {.op = i, .value = static_cast<int>(value)}); }

  const model::Result* ResultOf(int g, int op) const;  // null: it has none
  int ValueOf(int g, int var, int constant) const;
  int FieldOf(int g, const model::Op& op) const;
  const model::Op& OpAt(int g, int i) const {
    return program_.goroutines[static_cast<size_t>(g)][static_cast<size_t>(i)];
  }
  model::GoroutineOutcome& LogOf(int g) { return logs_[static_cast<size_t>(g)]; }

  const model::Program& program_;
  const uint64_t shake_;
  const time::Duration unit_;
  std::vector<int> implicit_;                  // goroutines that no Go operation names
  std::vector<model::GoroutineOutcome> logs_;  // each written by its goroutine alone
  std::vector<int> panicked_;                  // by goroutine: the operation that has panicked last
};

}  // namespace plait::conformance

#endif  // PLAIT_PROPERTIES_CONFORMANCE_PROGRAM_RUN_H_
