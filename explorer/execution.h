#ifndef PLAIT_EXPLORER_EXECUTION_H_
#define PLAIT_EXPLORER_EXECUTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/footprint.h"
#include "plait/explorer/options.h"
#include "plait/explorer/recycled.h"
#include "plait/explorer/strategy.h"
#include "plait/explorer/trace.h"
#include "plait/explorer/transition.h"
#include "plait/explorer/verdict.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/goroutine/teardown.h"
#include "plait/runtime/goroutine/wait_queue.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/time/timer_heap.h"

namespace plait::internal {
struct TreeNode;
}

namespace plait::explore {

// Runs a body again and again on the calling thread, one goroutine at a time, in schedules that a Strategy picks.
//
//   E1  At most one goroutine runs; base_ waits meanwhile. Between transitions none runs: whose stack the explorer itself
//       is on then, base_'s or that of the goroutine that stopped last, makes no difference.
//   E2  Between transitions every goroutine is pending (parked before a step, its Op announced), parked in a real wait
//       queue, woken and not yet resumed, not yet started, or ended.
//   E3  User granularity: between transitions nobody is woken or unstarted; both have run on to their next step, since
//       nothing that they do meanwhile can be observed.
//   E4  Numbers of goroutines, objects and timers depend only on the transitions so far.
class Execution final : public Controller {
 public:
  explicit Execution(const Options& options);
  ~Execution() override;

  // One execution, from an empty world to teardown. False: the strategy abandoned it, nothing is known.
  bool Run(const std::function<void()>& body, Strategy& strategy, bool record);

  // Of the last Run:
  Verdict verdict() const { return verdict_; }
  const std::string& verdict_text() const { return verdict_text_; }
  const std::vector<StepKey>& schedule() const { return schedule_; }
  const std::vector<StepRecord>& lines() const { return lines_; }            // if recorded
  const std::vector<GoroutineEnd>& ends() const { return ends_; }            // if recorded
  const std::vector<std::string>& objects() const { return object_names_; }  // if recorded: names, by number - 1
  bool reads_clock() const { return reads_clock_; }                          // over all runs
  bool holds_ticks_back() const { return holds_ticks_back_; }                // over all runs
  uint64_t abandoned_stacks() const { return abandoned_stacks_; }            // over all runs
  size_t forced() const { return forced_; }  // so many steps from the start: all later ones were the first possible

  // For strategies, between transitions.
  Footprint FootprintOf(const Transition& t) const;
  StepKey KeyOf(const Transition& t) const {
    StepKey key;
    FillKey(t, key);
    return key;
  }
  SourceLocation WhereOf(const Transition& t) const;
  // Whether t, a step of a pending goroutine, is enabled; false also if that is not easily said.
  bool CanStep(const Transition& t) const;
  size_t depth() const { return schedule_.size(); }
  // Goroutines have the numbers 1 to goroutines(). PendingOf: the operation before which one is parked, or null.
  int16_t goroutines() const { return static_cast<int16_t>(goroutines_.size()); }
  const Op* PendingOf(int16_t number) const { return Of(number).state == State::kPending ? Of(number).op : nullptr; }
  Identity IdentityOfGoroutine(int16_t number) const { return Of(number).id; }
  Identity IdentityOfObject(const Object& object) const { return static_cast<const Record*>(object.record())->id; }
  int32_t NumberOf(const Object* object) const;
  int64_t CapacityOf(int32_t number) const;  // of the object with that number, if it is a channel; else 0
  Identity ParentOf(int16_t number) const {  // 0: it is main
    return Of(number).parent == 0 ? 0 : Of(static_cast<int16_t>(Of(number).parent)).id;
  }

  // Called after every step and when a goroutine has panicked: a place to look for failed assertions and Fail().
  void set_probe(std::function<void(Execution&)> probe) { probe_ = std::move(probe); }

  void Probe() {
    if (probe_) probe_(*this);
  }

  // For the test's goroutines.
  static Execution* Current();  // the one that controls the calling goroutine, or null
  void AddInvariant(std::string text, std::function<bool()> holds);
  void JoinAll(SourceLocation where);
  int Choose(int n, SourceLocation where);
  // Ends the execution with this verdict, unless it has one. Called by whoever notices.
  void Fail(Verdict verdict, std::string text);

  // Controller:
  Admission BeforeStep(Op& op) override;
  void AfterStep(const Op& op) override;
  void StepPanicked() override;
  void Parked() override;
  void Readied(G* g) override;
  void Started(G* child) override;
  [[noreturn]] void Ended(std::exception_ptr uncaught) override;
  void ObjectBegan(Object& object) override;
  void ObjectEnded(Object& object) override;
  void ObjectNamed(Object& object, const char* name) override;
  void Adopt(Object& object) override;
  int64_t Now() override { return now_; }
  void Arm(RuntimeTimer& timer) override;
  bool Disarm(RuntimeTimer& timer) override;
  [[noreturn]] void Fatal(std::string_view text) override;
  bool InStep() const override { return in_step_; }

 private:
  enum class State : uint8_t { kUnstarted, kRunning, kPending, kParked, kWoken, kEnded };

  struct Goroutine {
    G* g = nullptr;
    State state = State::kUnstarted;
    Op* op = nullptr;      // pending, or the one it parked in
    Op* within = nullptr;  // a Cond.Wait that is under way, with others in its middle
    int parent = 0;
    Identity id = 0;
    uint64_t goroutines_made = 0;
    uint64_t objects_made = 0;
    uint64_t armed_after_main = 0;
    SourceLocation created_at;
    bool panicked = false;
    std::string panic_text;
    int line = -1;  // of the recorded trace: where its last step stands
  };

  struct Record : ObjectRecord {
    int32_t number = 0;
    Identity id = 0;
    const char* shown = nullptr;  // if recorded: what reports call it; one of shown_
  };

  struct Invariant {
    int16_t owner = 0;  // whose locals it may refer to: holds as long as that goroutine runs
    std::string text;
    std::function<bool()> holds;
  };

  // The loop: execution.cc.
  void Loop();
  int16_t Next();
  bool NextTransition(Transition& t);
  std::string StillRunning() const;
  int16_t Act(const Transition& t);
  int16_t Meet(const Transition& t);
  void Fire(const Transition& t);
  void Enter(int16_t number);
  void Stopped();
  void SwitchAway();
  void CheckAfterStep();
  bool OnlyRearming() const;
  void ConcludeQuiet();
  void Finish();
  int64_t NumberOfG(const G* g) const;
  bool Folds(OpKind kind) const;
  void Leave(Goroutine& self);
  void StopHere();

  // What is enabled: enabled.cc.
  void FindEnabled();
  void AddSteps(int16_t number, const Goroutine& goroutine);
  void AddRendezvous();
  void AddWriters();
  void AddTimers();
  // Which of the two could arrive and wait for the other.
  struct Waits {
    bool goroutine, peer;
  };
  Waits WaitsIn(const Transition& rendezvous) const;
  bool OthersEnded() const { return ended_ + 1 == goroutines_.size(); }

  // Objects: objects.cc.
  void FillKey(const Transition& t, StepKey& key) const;
  void Claim(const Op& op);
  void ClaimObject(const Op& op, Object* object);
  void CheckNobodyWaitsOn(const Object& object);

  // Footprints: touches.cc.
  void TouchesOf(const Op& op, int alternative, Touches& touches) const;
  void TouchCase(const OpCase& c, Touches& touches) const;
  void TouchTree(const internal::TreeNode& root, Touches& touches) const;
  void TouchClaimed(Object* object, bool receivers, bool senders, Touches& touches) const;
  void TouchWaiting(const Waiter& waiter, Touches& touches) const;

  // Words: words.cc.
  void Describe(const Transition& t, Goroutine& goroutine, int32_t alternative);
  StepRecord& NewLine();
  void CallIt(Record& record, std::string base);
  std::vector<Use> UsesOf(const Op& op, int32_t alternative) const;
  std::string StatesOfAll() const;
  std::string ObjectName(const Object* object) const;
  std::string TextOf(const Op& op, int alternative) const;
  std::string ResultOf(const Op& op) const;
  std::string GoroutineName(int number) const;
  void RecordEnds();

  Goroutine& Of(int16_t number) { return goroutines_[static_cast<size_t>(number) - 1]; }
  const Goroutine& Of(int16_t number) const { return goroutines_[static_cast<size_t>(number) - 1]; }

  Options options_;
  bool user_;

  arch::Fiber base_;
  arch::ThreadRegs regs_;
  Teardown teardown_;
  G* self_ = nullptr;  // the calling thread's G

  Recycled<Goroutine> goroutines_;  // by number - 1
  size_t ended_ = 0;                // so many of them have
  Strategy* strategy_ = nullptr;
  bool over_ = false;
  Transition matches_{};  // a meeting of which one has arrived; goroutine 0: there is none
  int16_t current_ = 0;
  int16_t last_run_ = 1;
  bool in_step_ = false;
  bool recording_ = false;
  bool abandoned_run_ = false;
  bool finishing_ = false;  // teardown: the verdict stands
  std::vector<int16_t> woken_;
  std::vector<Transition> enabled_;
  bool communicates_ = false, write_locks_ = false;  // whether anybody has, in this execution
  bool stalled_ = false;                             // nothing in enabled_ commutes: see AddWriters
  std::vector<StepKey> schedule_;
  size_t forced_ = 0;
  std::vector<StepRecord> lines_;
  std::vector<GoroutineEnd> ends_;
  std::vector<std::string> object_names_;
  std::set<std::string> shown_;
  std::vector<Touch> touches_;  // if recorded: of the step under way
  std::string states_;          // likewise: before it
  std::vector<Invariant> invariants_;
  std::function<void(Execution&)> probe_;

  std::vector<std::unique_ptr<Record>> records_;  // reused; the first objects_ are in use
  size_t objects_ = 0;
  Record tombstone_;                     // of objects that have been destroyed
  Object destroyed_{ObjectKind::kChan};  // stands for one of those that somebody waits on
  std::vector<RuntimeTimer*> timers_;
  int64_t now_ = 0;
  uint64_t timers_made_ = 0;
  uint64_t fired_after_main_ = 0;
  Identity firing_ = 0;       // of the timer that fires right now
  uint64_t folded_ = 0;       // operations that were no step
  bool main_exited_ = false;  // by Goexit
  bool reads_clock_ = false;  // in any run
  bool holds_ticks_back_ = false;

  Verdict verdict_ = Verdict::kNone;
  std::string verdict_text_;
  uint64_t abandoned_stacks_ = 0;
};

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_EXECUTION_H_
