#ifndef PLAIT_RUNTIME_SYNC_MAP_CORE_H_
#define PLAIT_RUNTIME_SYNC_MAP_CORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/sync/readers.h"

namespace plait::internal {

// A node of the trie: a branch, or an entry.
struct MapNode {
  explicit MapNode(bool is_entry_) : is_entry(is_entry_) {}
  const bool is_entry;
};

// A key; map.h derives the one that holds it. Its value comes and goes, the key stays.
struct MapEntry : MapNode {
  MapEntry(uint64_t hash_, void* value_) : MapNode(true), hash(hash_), value(value_) {}
  const uint64_t hash;
  std::atomic<void*> value;                  // never null
  std::atomic<MapEntry*> overflow{nullptr};  // another key with the same hash
};

// sync::Map without its types: a trie of hashes, four bits a level. map.h has what it promises, map_core.cc how.
class MapCore : public Object {
 public:
  static constexpr int kBits = 4;
  static constexpr int kChildren = 1 << kBits;
  static constexpr int kLevels = 64 / kBits;

  struct Types {
    bool (*equal)(const MapEntry* entry, const void* key);
    MapEntry* (*make_entry)(uint64_t hash, const void* key, void* value);
    void (*destroy_entry)(void* entry);
    void (*destroy_value)(void* value);
  };

  // What is to become of a key: called with its value, or null, while nobody else changes it.
  struct Change {
    enum What : uint8_t { kNothing, kStore, kDelete } what = kNothing;
    void* value = nullptr;  // kStore: the map's from then on
  };
  using Decide = Change (*)(void* arg, void* value);

  explicit MapCore(const Types& types);
  ~MapCore();

  // All but Collect() and the constructor are called inside a section.
  const Readers& readers() const { return readers_; }
  const void* missing() const { return this; }  // where the edges from deletions to those who find nothing stand

  // The value of a key, or null.
  void* Find(uint64_t hash, const void* key) const;
  // The same for a look from outside, at what happens next: no edge of the memory model.
  void* Peek(uint64_t hash, const void* key) const;

  void Update(uint64_t hash, const void* key, Decide decide, void* arg);

  void Clear();

  // Where an iteration stands.
  class Cursor {
   public:
    explicit Cursor(const MapCore& map);
    // The next entry and its value at this moment, or null.
    const MapEntry* Next(void** value);

   private:
    const MapNode* branches_[kLevels];
    int places_[kLevels];
    int depth_ = 0;
    const MapEntry* entry_ = nullptr;
  };

  // To be called outside sections, after changes.
  void Collect(bool all = false) { readers_.Collect(all); }

 private:
  struct Branch;

  static uint64_t Place(uint64_t hash, int level) { return hash >> (64 - kBits * (level + 1)) & (kChildren - 1); }
  static void DestroyBranch(void* branch);

  MapEntry* FindEntry(uint64_t hash, const void* key) const;
  bool Equal(const MapEntry* entry, uint64_t hash, const void* key) const;
  // The lowest branch on the way to `hash`, locked, and its level.
  Branch* LockBranch(uint64_t hash, int* level) const;
  MapEntry* MakeEntry(uint64_t hash, const void* key, void* value) const;
  MapNode* Parted(MapEntry* old_entry, MapEntry* new_entry, Branch* parent, int level) const;
  void UnlockAndPrune(Branch* branch, uint64_t hash, int level);

  const Types& types_;
  std::atomic<Branch*> root_;
  Readers readers_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_MAP_CORE_H_
