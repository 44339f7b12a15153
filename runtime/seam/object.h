#ifndef PLAIT_RUNTIME_SEAM_OBJECT_H_
#define PLAIT_RUNTIME_SEAM_OBJECT_H_

#include <type_traits>

#include "plait/runtime/seam/source_location.h"

namespace plait {

class Controller;
class Object;

enum class ObjectKind : unsigned char {
  kChan,
  kMutex,
  kWaitGroup,
  kAtomic,
  kTimer,
  kPool,
  kSyncMap,
  kMap,
  kContext,
  kSemaphore,
  kFlight,
  kRWMutex,
  kOnce,
  kCond,
  kTicker,
  kAfterFunc,
};

const char* ObjectKindName(ObjectKind kind);  // "chan", "Mutex", ...

// What a controller remembers of an object. The controller allocates it and derives its own from it.
struct ObjectRecord {
  Controller* controller = nullptr;
  Object* object = nullptr;
  ObjectKind kind{};
  const char* name = nullptr;  // given by the user, or null
};

// Base of everything that goroutines share: channels, mutexes, wait groups, atomics. Costs one word. Outside an
// exploration the word is null, and an operation pays for it with one load from a line that it needs anyway.
//
// An object made by a controlled goroutine belongs to that goroutine's controller until it is destroyed: use by anybody
// else is reported by name. An object made outside (a static) is adopted by the first controlled goroutine that uses
// it, and let go at the end of that execution.
class Object {
 public:
  // constexpr, so that a static Mutex needs no initialiser at run time.
  constexpr explicit Object(ObjectKind kind) noexcept : kind_(kind) {
    if (!std::is_constant_evaluated()) Begin();
  }
  constexpr ~Object() {
    if (!std::is_constant_evaluated() && record_ != nullptr) End();
  }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  ObjectRecord* record() const { return record_; }
  ObjectKind kind() const { return kind_; }
  void set_record(ObjectRecord* record) { record_ = record; }

  // Names the object in reports: `ch.name("results")`. No effect in production. `name` must outlive the execution.
  void SetName(const char* name);

 private:
  void Begin() noexcept;
  void End() noexcept;

  ObjectRecord* record_ = nullptr;
  ObjectKind kind_;
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_OBJECT_H_
