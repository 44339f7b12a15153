#include "plait/runtime/chan/dynamic_select.h"

namespace plait {

int DynamicSelect::Run(SourceLocation where) {
  if (added_ > kMaxCases) PanicRuntime(texts::kTooManyCases);
  const size_t n = cases_.size();
  std::vector<internal::SelectCase> cases(n);
  const auto waiters = std::make_unique_for_overwrite<std::byte[]>(n * sizeof(Waiter));
  std::vector<internal::ChanCore*> order(n);
  std::vector<OpCase> op_cases(n + 1);
  for (size_t i = 0; i < n; ++i) cases_[i]->Prepare(cases[i]);
  const internal::SelectResult result =
      internal::RunSelect(cases.data(), static_cast<int>(n), default_ != nullptr,
                          {reinterpret_cast<Waiter*>(waiters.get()), order.data(), op_cases.data()}, where);
  if (result.index < 0) return -1;  // being unwound
  if (result.index == static_cast<int>(n)) {
    default_->Run();
    return default_position_;
  }
  Case& taken = *cases_[static_cast<size_t>(result.index)];
  taken.Settle(true, result.ok);
  taken.Run();
  return taken.position;
}

}  // namespace plait
