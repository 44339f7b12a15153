#include "plait/runtime/sync/map_core.h"

#include <memory>
#include <mutex>

#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// A hash trie after Go's internal/sync.HashTrieMap: a branch has 16 children, each null, a branch, or the entries of one
// hash; an entry lies as high as its hash alone in its branch allows. It grows and shrinks place by place, so no
// operation ever waits for a rehash.
//
// Invariants:
//   T1  Whoever looks at nodes is in a section of readers_; what is taken out of the trie is retired there.
//   T2  A branch's children change under its lock only, and no more once it is dead. dead: its parent has forgotten it.
//   T3  An entry's key and hash never change. Its value does, under the lock of the branch that it hangs in; it is never
//       null. A reader finds the value as it was at one instant: the load of `value`, or of the null where the key would
//       hang. That is the instant of his operation.
//   T4  A key hangs in one place at a time. A place that gets a second hash is replaced as a whole, by a branch that holds
//       both: a reader sees the entry or the branch, and finds the key in either.
//   T5  Locks are taken upwards only: a branch's, then its parent's.
// A writer that has found its place, and whose map is cleared before he has locked it, goes on in the trie that is no
// longer seen: as if he had come just before the Clear. Both were under way then. (So a Store beside a Clear may be lost,
// MAP-07; the old trie is deleted when he has left it, T1.)

namespace plait::internal {

struct MapCore::Branch : MapNode {
  Branch(const Types& types_, Branch* parent_) : MapNode(false), types(types_), parent(parent_) {}

  bool Empty() const {
    for (const auto& child : children) {
      if (child.load() != nullptr) return false;
    }
    return true;
  }

  const Types& types;
  Branch* const parent;
  Lock lock;
  std::atomic<bool> dead{false};
  std::atomic<MapNode*> children[kChildren] = {};
};

MapCore::MapCore(const Types& types) : Object(ObjectKind::kSyncMap), types_(types), root_(new Branch(types, nullptr)) {}

MapCore::~MapCore() { DestroyBranch(root_.load()); }

// With all that hangs on it.
void MapCore::DestroyBranch(void* branch) {
  auto* self = static_cast<Branch*>(branch);
  for (auto& child : self->children) {
    MapNode* node = child.load();
    if (node == nullptr) continue;
    if (!node->is_entry) {
      DestroyBranch(static_cast<Branch*>(node));
      continue;
    }
    for (auto* entry = static_cast<MapEntry*>(node); entry != nullptr;) {
      MapEntry* next = entry->overflow.load();
      self->types.destroy_entry(entry);
      entry = next;
    }
  }
  const race::Ignore ignored;
  delete self;
}

// The key may have been written by a goroutine that the memory model does not order before this one: the detector must
// not look, nor learn of an order.
bool MapCore::Equal(const MapEntry* entry, uint64_t hash, const void* key) const {
  if (entry->hash != hash) return false;
  const race::Ignore ignored;
  return types_.equal(entry, key);
}

MapEntry* MapCore::FindEntry(uint64_t hash, const void* key) const {
  const MapNode* node = root_.load();
  for (int level = 0; node != nullptr && !node->is_entry; ++level) {
    node = static_cast<const Branch*>(node)->children[Place(hash, level)].load();
  }
  auto* entry = const_cast<MapEntry*>(static_cast<const MapEntry*>(node));
  while (entry != nullptr && !Equal(entry, hash, key)) entry = entry->overflow.load();
  return entry;
}

void* MapCore::Peek(uint64_t hash, const void* key) const {
  const MapEntry* entry = FindEntry(hash, key);
  return entry != nullptr ? entry->value.load() : nullptr;
}

void* MapCore::Find(uint64_t hash, const void* key) const {
  AssertInStep();
  void* value = Peek(hash, key);
  race::Acquire(value != nullptr ? value : missing());
  return value;
}

MapCore::Branch* MapCore::LockBranch(uint64_t hash, int* level) const {
  for (;;) {
    Branch* branch = root_.load();
    for (*level = 0;; ++*level) {
      MapNode* child = branch->children[Place(hash, *level)].load();
      if (child == nullptr || child->is_entry) break;
      branch = static_cast<Branch*>(child);
    }
    branch->lock.lock();
    const MapNode* child = branch->children[Place(hash, *level)].load();
    if (!branch->dead.load() && (child == nullptr || child->is_entry)) return branch;
    branch->lock.unlock();  // pruned, or grown, meanwhile
  }
}

// Copying the key may throw.
MapEntry* MapCore::MakeEntry(uint64_t hash, const void* key, void* value) const {
  try {
    return types_.make_entry(hash, key, value);
  } catch (...) {
    types_.destroy_value(value);
    throw;
  }
}

// What replaces `old_entry` in a branch of `level` so that the two hang apart.
MapNode* MapCore::Parted(MapEntry* old_entry, MapEntry* new_entry, Branch* parent, int level) const {
  if (old_entry->hash == new_entry->hash) {
    new_entry->overflow.store(old_entry);
    return new_entry;
  }
  auto* top = new Branch(types_, parent);
  for (Branch* branch = top;;) {
    ++level;
    auto& old_place = branch->children[Place(old_entry->hash, level)];
    auto& new_place = branch->children[Place(new_entry->hash, level)];
    if (&old_place != &new_place) {
      old_place.store(old_entry);
      new_place.store(new_entry);
      return top;
    }
    auto* next = new Branch(types_, branch);
    new_place.store(next);
    branch = next;
  }
}

void MapCore::Update(uint64_t hash, const void* key, Decide decide, void* arg) {
  AssertInStep();
  int level = 0;
  Branch* branch = LockBranch(hash, &level);
  std::unique_lock guard(branch->lock, std::adopt_lock);  // decide may throw
  auto& place = branch->children[Place(hash, level)];
  auto* first = static_cast<MapEntry*>(place.load());
  MapEntry* before = nullptr;
  MapEntry* entry = first;
  while (entry != nullptr && !Equal(entry, hash, key)) {
    before = entry;
    entry = entry->overflow.load();
  }
  const Change change = decide(arg, entry != nullptr ? entry->value.load() : nullptr);
  switch (change.what) {
    case Change::kNothing:
      return;
    case Change::kStore:
      race::Release(change.value);
      if (entry != nullptr) {
        readers_.Retire({entry->value.exchange(change.value), types_.destroy_value});
      } else {
        MapEntry* added = MakeEntry(hash, key, change.value);
        const race::Ignore ignored;
        place.store(first == nullptr ? added : Parted(first, added, branch, level));
      }
      return;
    case Change::kDelete: {
      race::Release(missing());
      MapEntry* next = entry->overflow.load();
      (before != nullptr ? before->overflow.store(next) : place.store(next));
      readers_.Retire({entry, types_.destroy_entry});
      guard.release();
      UnlockAndPrune(branch, hash, level);
      return;
    }
  }
}

// Branches that have become empty go, up to the root, which stays.
void MapCore::UnlockAndPrune(Branch* branch, uint64_t hash, int level) {
  while (branch->parent != nullptr && branch->Empty()) {
    Branch* parent = branch->parent;
    parent->lock.lock();  // T5
    branch->dead.store(true);
    parent->children[Place(hash, --level)].store(nullptr);
    branch->lock.unlock();
    readers_.Retire({branch, DestroyBranch});
    branch = parent;
  }
  branch->lock.unlock();
}

void MapCore::Clear() {
  AssertInStep();
  race::Release(missing());
  const race::Ignore ignored;
  readers_.Retire({root_.exchange(new Branch(types_, nullptr)), DestroyBranch});
}

MapCore::Cursor::Cursor(const MapCore& map) {
  branches_[0] = map.root_.load();
  places_[0] = 0;
}

const MapEntry* MapCore::Cursor::Next(void** value) {
  AssertInStep();
  if (entry_ != nullptr) entry_ = entry_->overflow.load();
  while (entry_ == nullptr) {
    if (places_[depth_] == kChildren) {
      if (depth_-- == 0) {
        depth_ = 0;
        return nullptr;
      }
      continue;
    }
    const MapNode* node = static_cast<const Branch*>(branches_[depth_])->children[places_[depth_]++].load();
    if (node == nullptr) continue;
    if (node->is_entry) {
      entry_ = static_cast<const MapEntry*>(node);
    } else {
      branches_[++depth_] = node;
      places_[depth_] = 0;
    }
  }
  *value = entry_->value.load();
  race::Acquire(*value);
  return entry_;
}

}  // namespace plait::internal
