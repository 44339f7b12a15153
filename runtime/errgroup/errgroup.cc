#include "plait/runtime/errgroup/errgroup.h"

#include <cstdio>
#include <utility>

#include "plait/runtime/chan/select.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"

// Made of plait's own primitives, each an operation of its own:
//   E1  first_ is null, or the first error that a function returned, owned; set once, by compare-and-swap.
//   E2  The context is cancelled before the function counts as done: so Wait, which has waited for that, never returns an
//       error while the context is alive (ERRG-05).
//   E3  A place is given back before the function counts as done (ERRG-16): whoever waits for all has all places free.
//       It is given back to the channel from which it was taken.

namespace plait::errgroup {

Group::Group(context::CancelCauseFunc cancel) : cancel_(std::move(cancel)) {
  wait_group_.name("errgroup");
  first_.name("errgroup's first error");
}

Group::~Group() { static_cast<void>(error::Adopt(first_.Final())); }

void Group::Fail(error err, SourceLocation where) {
  if (!first_.CompareAndSwap(nullptr, err.node(), where)) return;
  const error kept = err;
  err.release();  // first_'s reference
  cancel_(kept, where);
}

void Group::Done(const Places& place, SourceLocation where) {
  if (place) place.recv(where);
  wait_group_.Done(where);
}

bool Group::TryPlace(SourceLocation where) {
  return Select{send_case(
                    places_, std::monostate(), [] {}, where),
                default_case()}
             .index == 0;
}

error Group::Wait(SourceLocation where) {
  wait_group_.Wait(where);
  const plait::internal::ErrorNode* node = first_.Final();
  if (node != nullptr) node->Ref();
  error err = error::Adopt(node);
  cancel_(err, where);
  return err;
}

void Group::SetLimit(int64_t n, SourceLocation where) {
  const int64_t active = len(places_, where);
  if (active != 0) {
    char text[128];
    std::snprintf(text, sizeof text, texts::kModifyLimit, static_cast<long long>(active));
    panic(errors::New(text));
  }
  places_ = n < 0 ? Places() : make_chan<std::monostate>(n).name("errgroup limit");
}

WithContextResult WithContext(const context::Context& parent) {
  auto [ctx, cancel] = context::WithCancelCause(parent);
  return {std::make_unique<Group>(std::move(cancel)), std::move(ctx)};
}

}  // namespace plait::errgroup
