#include "plait/runtime/sync/pool_core.h"

#include <mutex>

#include "plait/runtime/sched/m.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/sync/pool_shard.h"

// Invariants:
//   O1  An item is in one place: the private place or ring of a shard, common_, or the hands of one caller.
//   O2  A shard belongs to the P with its number. Between two parks a goroutine has its P to itself, and no operation
//       here parks, so a shard's owner is one goroutine at a time. (How it comes from one goroutine to the next is the
//       scheduler's affair: the same M runs both.)
//   O3  Plain threads, goroutines on a P with a number from kShards on, and controlled goroutines, which have no P, share
//       common_ under its lock.
//   O4  An item is deleted outside all locks, and outside an announced step: its destructor may use the runtime.
// Nothing waits here, so nothing can be lost but items, and those may be (POOL-03).

namespace plait::internal {
namespace {

bool CanTake(const Op& op, int k) { return k == 0 || k <= static_cast<const PoolCore*>(op.object)->items(); }

// What the items hold is ordered from each Put to the Get that takes the same item, and not otherwise (POOL-05): the
// edge stands at the item's own address.
void* Taken(void* item) {
  if (item != nullptr) race::Acquire(item);
  return item;
}

}  // namespace

PoolCore::~PoolCore() {
  for (std::atomic<PoolShard*>& place : shards_) {
    PoolShard* shard = place.exchange(nullptr);
    if (shard == nullptr) continue;
    if (void* item = shard->TakePrivate()) delete_(Taken(item));
    while (void* item = shard->PopHead()) delete_(Taken(item));
    const race::Ignore ignored;
    delete shard;
  }
  while (void* item = TakeCommon(0)) delete_(Taken(item));
  const race::Ignore ignored;
  std::vector<void*>().swap(common_);
}

void* PoolCore::Get(SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]]
    return Taken(DoGet(0));
  Op op{.kind = OpKind::kPoolGet, .object = this, .where = where, .alternatives = kAlternatives, .ready = CanTake};
  if (!Announce(g, op)) return nullptr;
  void* item = DoGet(op.chosen);
  op.ok = item != nullptr;
  Conclude(g, op);
  return Taken(item);
}

void PoolCore::Put(void* item, SourceLocation where) {
  race::Release(item);
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    if (void* dropped = DoPut(item)) delete_(dropped);
    return;
  }
  Op op{.kind = OpKind::kPoolPut, .object = this, .where = where};
  if (!Announce(g, op)) return delete_(item);
  void* dropped = DoPut(item);
  Conclude(g, op);
  if (dropped != nullptr) delete_(dropped);
}

void* PoolCore::DoGet(int alternative) {
  AssertInStep();
  PoolShard* own = Own(/*make=*/false);
  if (own == nullptr) {
    if (alternative == 1) return nullptr;
    void* item = TakeCommon(alternative == 0 ? 0 : static_cast<size_t>(alternative - 1));
    return item != nullptr || CurrentG()->controller != nullptr ? item : Steal(-1);
  }
  const int id = CurrentG()->m->p->id;
  void* item = own->TakePrivate();
  if (item == nullptr) item = own->PopHead();
  for (uint32_t n = own->CountGet(); n > 0; --n) {  // POOL-06
    if (void* idle = own->PopTail()) delete_(Taken(idle));
  }
  if (item != nullptr) return item;
  item = Steal(id);  // the caller may be elsewhere by now, if a destructor waits
  return item != nullptr ? item : TakeCommon(0);
}

// Returns what there is no room for: `item`, or null.
void* PoolCore::DoPut(void* item) {
  AssertInStep();
  if (PoolShard* own = Own(/*make=*/true)) return own->PutPrivate(item) || own->PushHead(item) ? nullptr : item;
  const std::scoped_lock guard(lock_);
  const race::Ignore ignored;
  if (common_.size() == kMostItems) return item;
  common_.push_back(item);
  return nullptr;
}

// From the others, the neighbour first. A private place is its owner's alone.
void* PoolCore::Steal(int own) {
  for (int i = 1; i <= kShards; ++i) {
    const int victim = (own + i) % kShards;
    if (victim == own) continue;
    PoolShard* shard = shards_[victim].load();
    if (shard == nullptr) continue;
    if (void* item = shard->PopTail()) return item;
  }
  return nullptr;
}

// The shard of the caller's P. Null: the caller has none, or it has not been made yet.
PoolShard* PoolCore::Own(bool make) {
  const G* g = CurrentG();
  const sched::P* p = g->m != nullptr && g->controller == nullptr ? g->m->p : nullptr;
  if (p == nullptr || p->id >= kShards) return nullptr;
  std::atomic<PoolShard*>& place = shards_[p->id];
  PoolShard* shard = place.load();
  if (shard == nullptr && make) {
    const race::Ignore ignored;
    place.store(shard = new PoolShard);  // O2: nobody else makes this one
  }
  return shard;
}

void* PoolCore::TakeCommon(size_t below_top) {
  const std::scoped_lock guard(lock_);
  const race::Ignore ignored;
  if (common_.size() <= below_top) return nullptr;
  const auto at = common_.end() - 1 - static_cast<std::ptrdiff_t>(below_top);
  void* item = *at;
  common_.erase(at);
  return item;
}

}  // namespace plait::internal
