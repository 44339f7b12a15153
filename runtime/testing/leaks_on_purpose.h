#ifndef PLAIT_RUNTIME_TESTING_LEAKS_ON_PURPOSE_H_
#define PLAIT_RUNTIME_TESTING_LEAKS_ON_PURPOSE_H_

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace plait::test {

// While one lives, LeakSanitizer overlooks what is allocated: for tests in which a stack is abandoned, and what it owns
// leaks by design.
class LeaksOnPurpose {
 public:
#if defined(__SANITIZE_ADDRESS__)
  LeaksOnPurpose() { __lsan_disable(); }
  ~LeaksOnPurpose() { __lsan_enable(); }
#else
  LeaksOnPurpose() {}
#endif
  LeaksOnPurpose(const LeaksOnPurpose&) = delete;
  LeaksOnPurpose& operator=(const LeaksOnPurpose&) = delete;
};

}  // namespace plait::test

#endif  // PLAIT_RUNTIME_TESTING_LEAKS_ON_PURPOSE_H_
