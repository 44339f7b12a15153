#ifndef PLAIT_RUNTIME_SYNC_MAP_H_
#define PLAIT_RUNTIME_SYNC_MAP_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/sync/map_core.h"

namespace plait::sync {

// A map for many goroutines at once, without a lock around it.
//
//   sync::Map<std::string, int> ages;
//   ages.Store("ada", 36);
//   if (auto [age, ok] = ages.Load("ada"); ok) Use(age);
//   auto [first, loaded] = ages.LoadOrStore("alan", 41);   // one of many stores, all see its value
//   ages.Range([](const std::string& name, int age) { Print(name, age); return true; });
//
// Best where keys are written once and read often, or where goroutines work on keys of their own; a std::map behind a
// Mutex is simpler, and better when several entries must change together.
//
// Reading takes no lock and writes to no line that other processors read: it goes down a trie of hashes, and counts
// itself in and out in its own processor's place, so that what a writer takes out is deleted only when nobody looks at
// it any more. A writer locks one branch of the trie, of at most 16 keys. (Go's is the same trie; it leaves the deleting
// to the garbage collector.) So a value that was replaced or deleted is destroyed some writes later, 32 at most when
// nobody reads, and at the latest with the map (MAP-12).
//
// Thread safety: everything, from any goroutine or plain thread. Each operation on a key happens at one instant (MAP-02).
// A write happens before whatever reads its result; an operation that fails to write is a read (MAP-10). Never blocks for
// long; copies, comparisons and hashes of K and V must not block, nor call the same map.
// K: std::hash and ==, copyable. V: default constructible, copyable; == for CompareAndSwap and CompareAndDelete. What
// cannot be hashed or compared does not compile (MAP-06). Default-constructed it is empty and ready; not copyable (MAP-01).
// Complexity: O(1), of the number of keys; Range O(n), and no allocation.
template <class K, class V>
class Map {
  static_assert(std::equality_comparable<K>, "sync::Map: a key needs ==");
  static_assert(
      requires(const K& key) {
        { std::hash<K>{}(key) } -> std::convertible_to<size_t>;
      },
      "sync::Map: a key needs std::hash");

 public:
  // `ok`, `loaded`: whether the key was there; if not, value is V{} (MAP-22).
  struct Loaded {
    V value{};
    bool loaded = false;
  };

  Map() : core_(kTypes) {}
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;

  Loaded Load(const K& key, SourceLocation where = SourceLocation::current()) const {
    return Step({.kind = OpKind::kMapRead, .object = Self(), .where = where, .method = "Load"}, [&](Op& op) {
      const Loaded loaded = At(core_.Find(Hash(key), &key));
      op.ok = loaded.loaded;
      return loaded;
    });
  }

  void Store(const K& key, V value, SourceLocation where = SourceLocation::current()) {
    auto stored = std::make_unique<V>(std::move(value));
    Write({.kind = OpKind::kMapWrite, .object = Self(), .where = where, .method = "Store"}, key,
          [&](Op&, const V*) { return Storing(stored); });
  }

  // The value there is; else stores `value` and returns it, with loaded = false (MAP-03).
  Loaded LoadOrStore(const K& key, V value, SourceLocation where = SourceLocation::current()) {
    Loaded result{std::move(value), false};
    std::unique_ptr<V> stored;
    const Look look{this, &key, nullptr};
    const auto decide = [&](Op& op, const V* old) {
      op.ok = old != nullptr;
      if (old == nullptr) return Storing(stored = std::make_unique<V>(result.value));
      result = At(Seen(old));
      return Change{};
    };
    Write({.kind = OpKind::kMapWrite,
           .object = Self(),
           .where = where,
           .only_looks = Present,
           .self = &look,
           .method = "LoadOrStore"},
          key, decide, [](const V* old) { return old != nullptr; });
    return result;
  }

  // Deletes, and returns what was there.
  Loaded LoadAndDelete(const K& key, SourceLocation where = SourceLocation::current()) {
    return DeleteAs("LoadAndDelete", key, where);
  }
  void Delete(const K& key, SourceLocation where = SourceLocation::current()) { DeleteAs("Delete", key, where); }

  // Stores, and returns what was there before (MAP-04).
  Loaded Swap(const K& key, V value, SourceLocation where = SourceLocation::current()) {
    Loaded result;
    auto stored = std::make_unique<V>(std::move(value));
    Write({.kind = OpKind::kMapWrite, .object = Self(), .where = where, .method = "Swap"}, key,
          [&](Op& op, const V* old) {
            result = At(Seen(old));
            op.ok = result.loaded;
            return Storing(stored);
          });
    return result;
  }

  // Stores `value` if `old` is there; never on a missing key (MAP-05).
  bool CompareAndSwap(const K& key, const V& old, V value,
                      SourceLocation where = SourceLocation::current()) requires std::equality_comparable<V> {
    auto stored = std::make_unique<V>(std::move(value));
    return CompareAnd("CompareAndSwap", key, old, where, [&] { return Storing(stored); });
  }
  // Deletes if `old` is there.
  bool CompareAndDelete(const K& key, const V& old,
                        SourceLocation where = SourceLocation::current()) requires std::equality_comparable<V> {
    return CompareAnd("CompareAndDelete", key, old, where, [] { return Deleting(); });
  }

  // Deletes everything. Of what is stored or deleted at the same time any part may come before it (MAP-07).
  void Clear(SourceLocation where = SourceLocation::current()) {
    Step({.kind = OpKind::kMapWrite, .object = Self(), .where = where, .method = "Clear"}, [&](Op&) {
      core_.Clear();
      return true;
    });
    core_.Collect();
  }

  // Calls f(key, value) for each key until it returns false (MAP-09). Each key at most once, and one that is there all
  // the time exactly once; no snapshot: what is stored or deleted meanwhile is seen, or not, with any value that it had
  // meanwhile (MAP-08). f may wait, and call the map. In no particular order. Explored, going on to the next key is a
  // step of its own.
  template <class F>
  void Range(F&& f, SourceLocation where = SourceLocation::current()) const {
    const internal::Readers::Section section(core_.readers());
    internal::MapCore::Cursor cursor(core_);
    for (;;) {
      void* value = nullptr;
      const internal::MapEntry* entry = nullptr;
      Step({.kind = OpKind::kMapRead, .object = Self(), .where = where, .method = "Range"}, [&](Op& op) {
        entry = cursor.Next(&value);
        return op.ok = entry != nullptr;
      });
      if (entry == nullptr || !f(KeyOf(entry), V(*static_cast<const V*>(value)))) return;
    }
  }

  // Names it in the explorer's reports.
  Map& name(const char* name) {
    core_.SetName(name);
    return *this;
  }

 private:
  using Change = internal::MapCore::Change;

  struct Entry : internal::MapEntry {
    Entry(uint64_t hash_, const K& key_, void* value_) : MapEntry(hash_, value_), key(key_) {}
    const K key;
  };

  // For an operation that has not happened yet: would it only look?
  struct Look {
    const Map* map;
    const K* key;
    const V* old;
  };

  static constexpr internal::MapCore::Types kTypes = {
      .equal = [](const internal::MapEntry* entry,
                  const void* key) { return static_cast<const Entry*>(entry)->key == *static_cast<const K*>(key); },
      .make_entry = [](uint64_t hash, const void* key, void* value) -> internal::MapEntry* {
        return new Entry(hash, *static_cast<const K*>(key), value);
      },
      // Whoever deletes it need not come after those who looked at it, in the detector's eyes.
      .destroy_entry =
          [](void* entry) {
            const race::Ignore ignored;
            auto* self = static_cast<Entry*>(static_cast<internal::MapEntry*>(entry));
            delete static_cast<V*>(self->value.load());
            delete self;
          },
      .destroy_value =
          [](void* value) {
            const race::Ignore ignored;
            delete static_cast<V*>(value);
          },
  };

  // std::hash of a number is the number; the trie begins at the highest bits.
  static uint64_t Hash(const K& key) {
    uint64_t hash = std::hash<K>{}(key);
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    return hash ^ hash >> 32;
  }

  static K KeyOf(const internal::MapEntry* entry) {
    const race::Ignore ignored;  // who has made the entry need not come before who reads its last value
    return static_cast<const Entry*>(entry)->key;
  }

  static Loaded At(const void* value) {
    return value != nullptr ? Loaded{*static_cast<const V*>(value), true} : Loaded{};
  }
  static Change Storing(std::unique_ptr<V>& value) { return {Change::kStore, value.release()}; }
  static Change Deleting() { return {Change::kDelete, nullptr}; }

  Object* Self() const { return const_cast<internal::MapCore*>(&core_); }

  // An operation that reads what is there, or that nothing is.
  const V* Seen(const V* value) const {
    race::Acquire(value != nullptr ? value : core_.missing());
    return value;
  }

  static bool Present(const Op& op) {
    const auto& [map, key, old] = *static_cast<const Look*>(op.self);
    return map->core_.Peek(Hash(*key), key) != nullptr;
  }
  static bool Missing(const Op& op) { return !Present(op); }
  static bool Differs(const Op& op) {
    const auto& [map, key, old] = *static_cast<const Look*>(op.self);
    const race::Ignore ignored;
    const void* value = map->core_.Peek(Hash(*key), key);
    return value == nullptr || !(*static_cast<const V*>(value) == *old);
  }

  Loaded DeleteAs(const char* method, const K& key, SourceLocation where) {
    Loaded result;
    const Look look{this, &key, nullptr};
    const auto decide = [&](Op& op, const V* old) {
      result = At(Seen(old));
      op.ok = result.loaded;
      return old != nullptr ? Deleting() : Change{};
    };
    Write({.kind = OpKind::kMapWrite,
           .object = Self(),
           .where = where,
           .only_looks = Missing,
           .self = &look,
           .method = method},
          key, decide, [](const V* old) { return old == nullptr; });
    return result;
  }

  template <class F>
  bool CompareAnd(const char* method, const K& key, const V& old, SourceLocation where, F change) {
    bool equal = false;
    const Look look{this, &key, &old};
    Write({.kind = OpKind::kMapWrite,
           .object = Self(),
           .where = where,
           .only_looks = Differs,
           .self = &look,
           .method = method},
          key, [&](Op& op, const V* current) {
            Seen(current);
            op.ok = equal = current != nullptr && *current == old;
            return equal ? change() : Change{};
          });
    return equal;
  }

  // Announces, and calls f(op) in a section. A goroutine that is being unwound does it too.
  template <class F>
  auto Step(Op op, F f) const {
    G* g = CurrentG();
    if (!Observed(g, core_)) [[likely]] {
      const internal::Readers::Section section(core_.readers());
      return f(op);
    }
    if (!Announce(g, op)) return decltype(f(op)){};
    try {
      const internal::Readers::Section section(core_.readers());
      auto result = f(op);
      Conclude(g, op);
      return result;
    } catch (...) {  // a copy or comparison of the user's
      if (g->controller != nullptr) g->controller->StepPanicked();
      throw;
    }
  }

  // A write whose fate `decide` knows when it has the key to itself, unless `looks` sees from the value, or its absence,
  // that nothing is to be done: then it takes no lock.
  template <class F, class Looks = bool (*)(const V*)>
  void Write(
      Op op, const K& key, F decide, Looks looks = +[](const V*) { return false; }) {
    Step(op, [&](Op& announced) {
      struct Call {
        F& decide;
        Op& op;
      } call{decide, announced};
      const uint64_t hash = Hash(key);
      const auto* value = static_cast<const V*>(core_.Peek(hash, &key));
      if (looks(value)) {
        decide(announced, value);
        return true;
      }
      const auto change = [](void* arg, void* current) {
        const Call& c = *static_cast<Call*>(arg);
        return c.decide(c.op, static_cast<const V*>(current));
      };
      core_.Update(hash, &key, change, &call);
      return true;
    });
    core_.Collect();
  }

  internal::MapCore core_;
};

}  // namespace plait::sync

#endif  // PLAIT_RUNTIME_SYNC_MAP_H_
