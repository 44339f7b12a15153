#ifndef PLAIT_RUNTIME_MAPS_MAP_H_
#define PLAIT_RUNTIME_MAPS_MAP_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

#include "plait/runtime/maps/access.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"

// Go's built-in map: not for several goroutines at once, and it says so.
//
//   auto ages = make_map<std::string, int>();
//   ages.set("ada", 36);
//   int age = ages.get("ada");                 // 0 if missing
//   auto [value, ok] = ages.get_ok("alan");
//   for (auto [name, age] : ages) Print(name, age);
//   ages.erase("ada");
//
// A Map is a handle, like a Chan: copies are the same map. A default-constructed one is nil: it reads as empty, erase and
// clear do nothing, set panics "assignment to entry in nil map" (MAP-17).
//
// Thread safety: any number may read at once, if nobody writes (MAP-13). A write (set, erase, clear) beside any other
// access is a mistake in the program; it ends with "fatal error: concurrent map writes", "concurrent map read and map
// write", "concurrent map iteration and map write" or "concurrent map clone and map write", status 2 (MAP-14). In
// production that is best effort, cheap enough to be always on: accesses that overlap in time, if one sees the other.
// Explored, every two accesses that can overlap are found, in the first schedule that brings both goroutines there.
// Guard it with a Mutex, or use sync::Map.
//
// An iteration is an access at each of its steps; in between anybody may write whom a mutex or channel lets, the loop's
// body above all (MAP-19). It meets what was there when it began and still is when it gets there (MAP-18), in an order
// that changes from loop to loop: in production it begins anywhere, explored at each of up to four places.
//
// Complexity: O(1); an iteration copies the keys when it begins. K: std::hash and ==. Both copyable, V default
// constructible.

namespace plait {

template <class K, class V>
class Map {
  struct State : internal::MapGuard {
    int64_t Size() const override { return static_cast<int64_t>(entries.size()); }
    std::unordered_map<K, V> entries;
  };

 public:
  // `ok`: whether the key was there; if not, value is V{}.
  struct Found {
    V value{};
    bool ok = false;
  };

  Map() = default;  // nil
  Map(const Map& other) : state_(other.state_) {
    if (state_ != nullptr) state_->Ref();
  }
  Map(Map&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Map& operator=(Map other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Map() {
    if (state_ != nullptr) internal::MapGuard::Unref(state_);
  }

  V get(const K& key, SourceLocation where = SourceLocation::current()) const { return Get("get", key, where).value; }
  Found get_ok(const K& key, SourceLocation where = SourceLocation::current()) const {
    return Get("get_ok", key, where);
  }

  void set(const K& key, V value, SourceLocation where = SourceLocation::current()) const {
    if (state_ == nullptr) PanicRuntime(texts::kNilMap);
    const internal::MapAccess access(*state_, internal::MapUse::kWrite, "set", where);
    state_->entries.insert_or_assign(key, std::move(value));
  }

  // Go's delete.
  void erase(const K& key, SourceLocation where = SourceLocation::current()) const {
    if (state_ == nullptr) return;
    const internal::MapAccess access(*state_, internal::MapUse::kWrite, "erase", where);
    state_->entries.erase(key);
  }

  class Iterator;
  Iterator begin(SourceLocation where = SourceLocation::current()) const { return Iterator(*this, where); }
  std::default_sentinel_t end() const { return {}; }

  explicit operator bool() const { return state_ != nullptr; }  // false: nil

  // Names it in the explorer's reports.
  const Map& name(const char* name) const {
    if (state_ != nullptr) state_->SetName(name);
    return *this;
  }

 private:
  template <class K2, class V2>
  friend Map<K2, V2> make_map();
  template <class K2, class V2>
  friend int64_t len(const Map<K2, V2>& map, SourceLocation where);
  template <class K2, class V2>
  friend void clear(const Map<K2, V2>& map, SourceLocation where);
  template <class K2, class V2>
  friend Map<K2, V2> clone(const Map<K2, V2>& map, SourceLocation where);

  explicit Map(State* owned) : state_(owned) {}

  Found Get(const char* method, const K& key, SourceLocation where) const {
    if (state_ == nullptr) return {};
    const internal::MapAccess access(*state_, internal::MapUse::kRead, method, where);
    const auto it = state_->entries.find(key);
    return it != state_->entries.end() ? Found{it->second, true} : Found{};
  }

  State* state_ = nullptr;
};

// What a range-for needs. The keys are those at the beginning; each step looks up the next one that is still there.
template <class K, class V>
class Map<K, V>::Iterator {
 public:
  using value_type = std::pair<K, V>;
  using difference_type = std::ptrdiff_t;

  Iterator(const Map& map, SourceLocation where) : map_(map), where_(where) {
    if (!map_) return;
    {
      const internal::MapAccess access(*map_.state_, internal::MapUse::kIterate, internal::MapAccess::kBegin, where);
      keys_.reserve(map_.state_->entries.size());
      for (const auto& [key, value] : map_.state_->entries) keys_.push_back(key);
      if (!keys_.empty()) place_ = access.place() + map_.state_->RandomBelow(static_cast<uint32_t>(keys_.size()));
    }
    Find();
  }

  value_type operator*() const { return {Key(), value_}; }
  Iterator& operator++() {
    ++done_;
    Find();
    return *this;
  }
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return done_ == keys_.size(); }

 private:
  const K& Key() const { return keys_[(place_ + done_) % keys_.size()]; }

  void Find() {
    if (done_ == keys_.size()) return;
    const internal::MapAccess access(*map_.state_, internal::MapUse::kIterate, "next", where_);
    for (; done_ < keys_.size(); ++done_) {
      const auto it = map_.state_->entries.find(Key());
      if (it == map_.state_->entries.end()) continue;
      value_ = it->second;
      return;
    }
  }

  Map map_;
  SourceLocation where_;
  std::vector<K> keys_;
  size_t place_ = 0, done_ = 0;
  V value_{};
};

template <class K, class V>
Map<K, V> make_map() {
  return Map<K, V>(new typename Map<K, V>::State);
}

template <class K, class V>
int64_t len(const Map<K, V>& map, SourceLocation where = SourceLocation::current()) {
  if (!map) return 0;
  const internal::MapAccess access(*map.state_, internal::MapUse::kRead, "len", where);
  return map.state_->Size();
}

template <class K, class V>
void clear(const Map<K, V>& map, SourceLocation where = SourceLocation::current()) {
  if (!map) return;
  const internal::MapAccess access(*map.state_, internal::MapUse::kWrite, "clear", where);
  map.state_->entries.clear();
}

// Go's maps.Clone: a map of its own, with copies of the entries; nil for nil.
template <class K, class V>
Map<K, V> clone(const Map<K, V>& map, SourceLocation where = SourceLocation::current()) {
  if (!map) return {};
  Map<K, V> copy = make_map<K, V>();
  const internal::MapAccess access(*map.state_, internal::MapUse::kClone, "clone", where);
  copy.state_->entries = map.state_->entries;
  return copy;
}

}  // namespace plait

#endif  // PLAIT_RUNTIME_MAPS_MAP_H_
