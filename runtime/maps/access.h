#ifndef PLAIT_RUNTIME_MAPS_ACCESS_H_
#define PLAIT_RUNTIME_MAPS_ACCESS_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/op.h"
#include "plait/runtime/seam/race.h"

namespace plait {
struct G;
}

namespace plait::internal {

enum class MapUse : uint8_t { kRead, kIterate, kClone, kWrite };

// Base of a map's state. Finds accesses that overlap although one of them writes (MAP-14); what users are promised is in
// map.h, how it works in access.cc.
class MapGuard : public Object {
 public:
  MapGuard() : Object(ObjectKind::kMap) {}
  virtual ~MapGuard() = default;

  virtual int64_t Size() const = 0;

  void Ref() { refs_.fetch_add(1); }
  // Deletes it after the last one.
  static void Unref(MapGuard* guard);

  // A new place to begin an iteration over `size` entries at (MAP-18).
  uint32_t RandomBelow(uint32_t size);

  // Explored, an iteration begins at any of so many places.
  static constexpr int kPlaces = 4;

 private:
  friend class MapAccess;

  std::atomic<const void*> writer_{nullptr};  // the access that writes
  int begun_[4] = {};                         // by MapUse: accesses of controlled goroutines
  std::atomic<uint32_t> refs_{1};
  uint32_t places_ = 0;
};

// One access, as long as it lives.
class MapAccess {
 public:
  MapAccess(MapGuard& guard, MapUse use, const char* method, SourceLocation where);
  ~MapAccess();
  MapAccess(const MapAccess&) = delete;
  MapAccess& operator=(const MapAccess&) = delete;

  // Where an iteration begins that this access begins; see there.
  static constexpr const char* kBegin = "begin";
  uint32_t place() const { return place_; }

 private:
  class Begun;  // in begun_
  void Control(G* g, const char* method, SourceLocation where);

  MapGuard& guard_;
  const MapUse use_;
  const int exceptions_;
  G* controlled_ = nullptr;  // after the announcement
  bool begun_ = false;
  uint32_t place_ = 0;
  Op op_;
  // Explored, ThreadSanitizer does not look into the map: the clash is a verdict, with a schedule, and none is missed.
  std::optional<race::Ignore> ignored_;
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_MAPS_ACCESS_H_
