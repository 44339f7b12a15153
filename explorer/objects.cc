// Whose an object is, and what becomes of it: Execution's view of the objects that goroutines share.

#include "plait/explorer/execution.h"
#include "plait/explorer/offers.h"

namespace plait::explore {

// An object without a record, a static, is adopted for this execution; one of another exploration is an error.
void Execution::Claim(const Op& op) {
  if (op.object != nullptr) {
    const ObjectRecord* record = op.object->record();
    if (record == nullptr || record == &tombstone_ || record->controller != this) ClaimObject(op, op.object);
  }
  if (op.cases == nullptr) return;
  for (int i = 0; i < op.alternatives; ++i) {
    if (op.cases[i].object != nullptr) ClaimObject(op, op.cases[i].object);
  }
}

void Execution::ClaimObject(const Op& op, Object* object) {
  if (object->record() == &tombstone_) {
    Fatal(
        std::string(OpName(op.kind)) + " on a " + ObjectKindName(object->kind()) +
        " that has been destroyed: a captured reference has outlived its frame. Wait for the goroutine first, or share "
        "ownership.");
  } else if (object->record() == nullptr) {
    Adopt(*object);
  } else if (object->record()->controller != this) {
    Fatal(std::string(OpName(op.kind)) + " on a " + ObjectKindName(object->kind()) + " of another exploration");
  }
}

// The classic mistake with references: a goroutine has captured a local whose frame is left.
void Execution::CheckNobodyWaitsOn(const Object& object) {
  if (finishing_) return;
  for (const Goroutine& goroutine : goroutines_) {
    if (goroutine.state != State::kPending && goroutine.state != State::kParked) continue;
    Op* op = goroutine.op;
    if (op == nullptr || op->object != &object) continue;
    Fail(Verdict::kFatal,
         ObjectName(&object) + " is destroyed while " + GoroutineName(static_cast<int>(NumberOfG(goroutine.g))) +
             " is about to do, or waits in, " + TextOf(*op, Transition::kArrive) +
             ": a captured reference has outlived its frame. Wait for the goroutine first, or share ownership.");
    op->object = &destroyed_;  // its memory may be gone by the time of the report
  }
}
int32_t Execution::NumberOf(const Object* object) const {
  return object == nullptr || object->record() == nullptr ? 0 : static_cast<const Record*>(object->record())->number;
}

int64_t Execution::CapacityOf(int32_t number) const {
  const Object* object = number > 0 ? records_[static_cast<size_t>(number) - 1]->object : nullptr;
  return object != nullptr && object->kind() == ObjectKind::kChan ? ChanOf(object)->capacity() : 0;
}

void Execution::FillKey(const Transition& t, StepKey& key) const {
  key.transition = t;
  if (t.goroutine == 0) return;
  const Goroutine& goroutine = Of(t.goroutine);
  key.goroutine_id = goroutine.id;
  if (goroutine.state != State::kPending) return;
  const Op& op = *goroutine.op;
  key.has_op = true;
  key.op = op.kind;
  key.arg = op.arg;
  const Object* object = op.kind == OpKind::kSelect && t.alternative >= 0 ? op.cases[t.alternative].object : op.object;
  const auto* record = object != nullptr ? static_cast<const Record*>(object->record()) : nullptr;
  if (record == nullptr) return;
  key.object = record->number;
  key.object_id = record->number != 0 ? record->id : 0;
}

SourceLocation Execution::WhereOf(const Transition& t) const {
  if (t.goroutine == 0) return {};
  const Goroutine& goroutine = Of(t.goroutine);
  if (goroutine.state == State::kUnstarted) return goroutine.created_at;
  if (goroutine.state == State::kWoken) return goroutine.g->waits_at;
  const Op& op = *goroutine.op;
  return op.kind == OpKind::kSelect && t.alternative >= 0 ? op.cases[t.alternative].where : op.where;
}
}  // namespace plait::explore
