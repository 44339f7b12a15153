#include "plait/runtime/stack/shadow.h"

#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define PLAIT_STACK_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PLAIT_STACK_ASAN 1
#endif
#endif

#ifdef PLAIT_STACK_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

#ifdef PLAIT_TSAN
extern "C" {
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}
#endif

namespace plait::stack {

bool ResetShadow([[maybe_unused]] void* lo, [[maybe_unused]] size_t size) {
#ifdef PLAIT_STACK_ASAN
  __asan_unpoison_memory_region(lo, size);
#endif
#ifdef PLAIT_TSAN
  // The library has no call for it, but it forgets what was known about memory that is mapped anew.
  ShadowIgnored ignored;
  void* again = mmap(lo, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | MAP_FIXED, -1, 0);
  if (again == MAP_FAILED) return false;
  madvise(lo, size, MADV_NOHUGEPAGE);  // as the rest of the arena, so that the mappings merge again
#endif
  return true;
}

void OpenStack([[maybe_unused]] void* lo, [[maybe_unused]] size_t size) {
#ifdef PLAIT_STACK_ASAN
  __asan_unpoison_memory_region(lo, size);
  __lsan_register_root_region(lo, size);
#endif
}

void CloseStack([[maybe_unused]] void* lo, [[maybe_unused]] size_t size) {
#ifdef PLAIT_STACK_ASAN
  __lsan_unregister_root_region(lo, size);
  __asan_poison_memory_region(lo, size);
#endif
}

#ifdef PLAIT_TSAN
ShadowIgnored::ShadowIgnored() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
ShadowIgnored::~ShadowIgnored() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
#endif

}  // namespace plait::stack
