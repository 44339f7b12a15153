#include "plait/runtime/maps/access.h"

#include <cstring>
#include <exception>

#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/sched/m.h"
#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// In production, as in Go, what overlaps in time is found, mostly:
//   A1  writer_ is the access that writes, while it writes. Whoever finds another's there, before or after what he does
//       himself, has met him. Plain loads and stores of one word, which order nothing: two writers may come and go
//       between each other's looks.
//
// Explored, everything is found:
//   A2  An access begins before its operation is announced, and ends after it: begun_ counts it all the time that its
//       goroutine stands before the step. Whoever begins one that does not go with those is stopped there and then.
//   A3  So two accesses clash in the first state in which both goroutines have come to them, whoever would go first. If
//       nothing orders two accesses, there is such a state; and the explorer visits every state that a program can be in,
//       since sleep sets leave out steps and no state. (The optimal strategy does leave out states. It knows no maps, and
//       gives way to sleep sets where it meets one.)
// Counting is no step: which accesses have begun follows from where the goroutines stand.

namespace plait::internal {
namespace {

const char* ClashText(MapUse a, MapUse b) {
  if (a == MapUse::kWrite && b == MapUse::kWrite) return texts::kMapWrites;
  switch (a == MapUse::kWrite ? b : a) {
    case MapUse::kIterate:
      return texts::kMapIterationAndWrite;
    case MapUse::kClone:
      return texts::kMapCloneAndWrite;
    default:
      return texts::kMapReadAndWrite;
  }
}

// The first begin()s of an iteration, as far as there are entries to begin at.
bool HasPlace(const Op& op, int k) { return k == 0 || k < static_cast<const MapGuard*>(op.object)->Size(); }

}  // namespace

void MapGuard::Unref(MapGuard* guard) {
  race::Release(guard);
  if (guard->refs_.fetch_sub(1) != 1) return;
  race::Acquire(guard);  // whatever was done with the map happens before its end
  delete guard;
}

uint32_t MapGuard::RandomBelow(uint32_t size) {
  const G* g = CurrentG();
  if (g->controller != nullptr) return 0;  // it chooses: MapAccess::place()
  return g->m != nullptr ? g->m->random.Below(size) : places_++ % size;
}

MapAccess::MapAccess(MapGuard& guard, MapUse use, const char* method, SourceLocation where)
    : guard_(guard), use_(use), exceptions_(std::uncaught_exceptions()) {
  G* g = CurrentG();
  if (Observed(g, guard)) [[unlikely]] {
    Control(g, method, where);
    if (controlled_ != nullptr) return;
  }
  // relaxed: A1; it finds mistakes, and must not order them.
  if (guard.writer_.load(std::memory_order_relaxed) != nullptr) Fatal(ClashText(use, MapUse::kWrite));
  if (use == MapUse::kWrite) guard.writer_.store(this, std::memory_order_relaxed);
}

MapAccess::~MapAccess() {
  if (begun_) --guard_.begun_[static_cast<int>(use_)];
  if (controlled_ != nullptr) {
    if (std::uncaught_exceptions() == exceptions_) {
      Conclude(controlled_, op_);
    } else if (controlled_->controller != nullptr) {
      controlled_->controller->StepPanicked();
    }
    return;
  }
  // relaxed: as above.
  const void* writer = guard_.writer_.load(std::memory_order_relaxed);
  if (writer != (use_ == MapUse::kWrite ? this : nullptr)) Fatal(ClashText(use_, MapUse::kWrite));
  if (use_ == MapUse::kWrite) guard_.writer_.store(nullptr, std::memory_order_relaxed);
}

void MapAccess::Control(G* g, const char* method, SourceLocation where) {
  const bool begins = std::strcmp(method, kBegin) == 0;
  op_ = {.kind = use_ == MapUse::kWrite ? OpKind::kMapWrite : OpKind::kMapRead,
         .object = &guard_,
         .where = where,
         .alternatives = begins ? MapGuard::kPlaces : 1,
         .ready = begins ? HasPlace : nullptr,
         .method = method};
  if (g->controller != nullptr && !g->controller->Unwinding()) {
    for (const MapUse other : {MapUse::kWrite, MapUse::kRead, MapUse::kIterate, MapUse::kClone}) {
      const bool clash = use_ == MapUse::kWrite || other == MapUse::kWrite;
      if (clash && guard_.begun_[static_cast<int>(other)] > 0) op_.fatal = ClashText(use_, other);
      if (op_.fatal != nullptr) break;
    }
    ++guard_.begun_[static_cast<int>(use_)];
    begun_ = true;
  }
  try {
    Announce(g, op_);
  } catch (...) {
    if (begun_) --guard_.begun_[static_cast<int>(use_)];
    throw;
  }
  if (g->controller == nullptr) return;  // it only had to let others run
  AssertInStep();
  controlled_ = g;
  ignored_.emplace();
  place_ = static_cast<uint32_t>(op_.chosen);
}

}  // namespace plait::internal
