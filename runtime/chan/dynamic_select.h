#ifndef PLAIT_RUNTIME_CHAN_DYNAMIC_SELECT_H_
#define PLAIT_RUNTIME_CHAN_DYNAMIC_SELECT_H_

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "plait/runtime/chan/select.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"

namespace plait {

// A select whose cases are only known at run time: Go's reflect.Select (SEL-26).
//
//   DynamicSelect select;
//   for (const RecvChan<Job>& queue : queues) select.Recv(queue, [&](Job job) { Do(job); });
//   select.Default([&] { idle = true; });
//   const int taken = select.Run();             // by the order in which the cases were added
//
// Same rules as Select: one communication, uniform among the ready cases. With no case at all Run blocks for ever.
// Send values are copied or moved into the case when it is added. A DynamicSelect is run once.
//
// Thread safety: belongs to one goroutine or thread. Complexity: as Select, and an allocation a case.
class DynamicSelect {
 public:
  static constexpr int kMaxCases = 65536;

  DynamicSelect() = default;
  DynamicSelect(const DynamicSelect&) = delete;
  DynamicSelect& operator=(const DynamicSelect&) = delete;

  // f takes (T), (T, bool ok), (Received<T>) or nothing.
  template <internal::ReceivingChan C, class F = internal::Nothing>
  DynamicSelect& Recv(const C& chan, F f = {}, SourceLocation where = SourceLocation::current()) {
    return Add(recv_case(internal::AsRecv(chan), std::move(f), where));
  }

  template <internal::SendingChan C, class V, class F = internal::Nothing>
  DynamicSelect& Send(const C& chan, V&& value, F f = {}, SourceLocation where = SourceLocation::current()) {
    return [&]<class T>(SendChan<T> end) -> DynamicSelect& {
      return Add(internal::SendCase<T, F, false>(std::move(end), std::forward<V>(value), std::move(f), where));
    }(internal::AsSend(chan));
  }

  // Panics "reflect.Select: multiple default cases" the second time.
  template <class F = internal::Nothing>
  DynamicSelect& Default(F f = {}) {
    if (default_ != nullptr) PanicRuntime(texts::kManyDefaults);
    default_ = std::make_unique<Holder<internal::DefaultCase<F>>>(internal::DefaultCase<F>(std::move(f)));
    default_position_ = added_++;
    return *this;
  }

  // Waits for a case, does it, calls its function, and returns its position among all that were added.
  // Panics "reflect.Select: too many cases (max 65536)" if there are more; and as Select does.
  int Run(SourceLocation where = SourceLocation::current());

 private:
  struct Case {
    virtual ~Case() = default;
    virtual void Prepare(internal::SelectCase& c) = 0;
    virtual void Settle(bool taken, bool ok) = 0;
    virtual void Run() = 0;
    int position = 0;
  };

  template <class C>
  struct Holder final : Case {
    explicit Holder(C&& c) : held(std::move(c)) {}
    void Prepare([[maybe_unused]] internal::SelectCase& c) override {
      if constexpr (!internal::kIsDefault<C>) held.Prepare(c);
    }
    void Settle([[maybe_unused]] bool taken, [[maybe_unused]] bool ok) override {
      if constexpr (!internal::kIsDefault<C>) held.Settle(taken, ok);
    }
    void Run() override { held.Run(); }
    C held;
  };

  template <class C>
  DynamicSelect& Add(C&& c) {
    cases_.push_back(std::make_unique<Holder<C>>(std::move(c)));
    cases_.back()->position = added_++;
    return *this;
  }

  std::vector<std::unique_ptr<Case>> cases_;
  std::unique_ptr<Case> default_;
  int default_position_ = 0;
  int added_ = 0;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_CHAN_DYNAMIC_SELECT_H_
