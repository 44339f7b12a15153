#include "plait/properties/chan/delivery.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace plait::properties {
namespace {

using model::End;
using model::GoroutineOutcome;
using model::OpKind;

// Where a value was sent: by which goroutine, as its how-manieth.
struct Origin {
  size_t sender = 0;
  int ordinal = 0;
};

class Checker {
 public:
  Checker(const model::Program& program, const model::Outcome& outcome) : program_(program), outcome_(outcome) {}

  std::string Run() {
    ReadSenders();
    for (size_t g = 0; g < outcome_.goroutines.size() && fault_.empty(); ++g) ReadReceiver(g);
    if (fault_.empty()) CheckOrder();
    if (fault_.empty()) CheckEnds();
    return std::move(fault_);
  }

 private:
  static bool IsThrough(const GoroutineOutcome& goroutine, size_t i) {
    return goroutine.end == End::kReturned || static_cast<size_t>(goroutine.op) > i;
  }

  void ReadSenders() {
    for (size_t g = 0; g < outcome_.goroutines.size(); ++g) {
      int sent = 0;
      const GoroutineOutcome& goroutine = outcome_.goroutines[g];
      for (size_t i = 0; i < program_.goroutines[g].size(); ++i) {
        const model::Op& op = program_.goroutines[g][i];
        if (op.kind == OpKind::kClose) closed_ = IsThrough(goroutine, i);
        if (op.kind != OpKind::kSend || !IsThrough(goroutine, i)) continue;
        sent_[op.cases[0].value] = {g, sent++};
      }
    }
  }

  void ReadReceiver(size_t g) {
    std::map<size_t, int> last;  // by sender: the ordinal of its value received last
    for (const model::Result& r : outcome_.goroutines[g].results) {
      if (!r.ok) {
        said_closed_ = true;
        continue;
      }
      const auto sent = sent_.find(r.value);
      if (sent == sent_.end()) return Fail(r.value, "received, but no send of it is through");
      const auto [sender, ordinal] = sent->second;
      if (!received_.emplace(r.value, g).second) return Fail(r.value, "received twice");
      if (last.contains(sender) && last[sender] > ordinal) return Fail(r.value, "overtaken by a later one");
      last[sender] = ordinal;
    }
  }

  void CheckOrder() {
    std::map<size_t, int> first_missing;
    for (const auto& [value, origin] : sent_) {
      if (received_.contains(value)) continue;
      const auto [at, is_new] = first_missing.emplace(origin.sender, origin.ordinal);
      if (!is_new) at->second = std::min(at->second, origin.ordinal);
    }
    for (const auto& [value, origin] : sent_) {
      const auto missing = first_missing.find(origin.sender);
      if (missing == first_missing.end() || !received_.contains(value)) continue;
      if (missing->second < origin.ordinal) return Fail(value, "received, an earlier one of its sender was not");
    }
  }

  void CheckEnds() {
    const size_t buffered = sent_.size() - received_.size();
    const auto capacity = static_cast<size_t>(program_.channels[0].capacity);
    bool sender_waits = false, receiver_waits = false, panics = false;
    for (size_t g = 0; g < outcome_.goroutines.size(); ++g) {
      const GoroutineOutcome& goroutine = outcome_.goroutines[g];
      panics |= goroutine.end == End::kPanicked;
      if (goroutine.end == End::kPanicked && goroutine.text != model::kSendOnClosed) fault_ = goroutine.text;
      if (goroutine.end != End::kBlocked) continue;
      const bool sends = program_.goroutines[g][static_cast<size_t>(goroutine.op)].kind == OpKind::kSend;
      (sends ? sender_waits : receiver_waits) = true;
    }
    if (buffered > capacity) fault_ = "values are lost, or the buffer holds more than its capacity";
    if (sender_waits && buffered < capacity) fault_ = "a sender waits though there is room";
    if (receiver_waits && buffered > 0) fault_ = "a receiver waits though there are values";
    if (sender_waits && receiver_waits) fault_ = "a sender and a receiver wait for each other";
    if (closed_ && (sender_waits || receiver_waits)) fault_ = "somebody waits though the channel is closed";
    if (said_closed_ && buffered > 0) fault_ = "closed was received before the last value";
    if (!closed_ && (said_closed_ || panics)) fault_ = "taken for closed, but nobody has closed it";
  }

  void Fail(int value, const std::string& what) { fault_ = "value " + std::to_string(value) + ": " + what; }

  const model::Program& program_;
  const model::Outcome& outcome_;
  std::map<int, Origin> sent_;      // by value: those whose send is through
  std::map<int, size_t> received_;  // by value: the receiver
  bool closed_ = false;
  bool said_closed_ = false;
  std::string fault_;
};

}  // namespace

std::string CheckDelivery(const model::Program& program, const model::Outcome& outcome) {
  std::string fault = Checker(program, outcome).Run();
  return fault.empty() ? "" : fault + "\n" + ToString(program, outcome);
}

}  // namespace plait::properties
