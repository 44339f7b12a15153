#ifndef PLAIT_RUNTIME_SEAM_SANITIZED_H_
#define PLAIT_RUNTIME_SEAM_SANITIZED_H_

namespace plait {

// Whether this is a build with AddressSanitizer or ThreadSanitizer. There memory is not used again behind their back
// where plain builds save a call of malloc by it, or a lock: they would not notice who uses it too long.
#if defined(PLAIT_TSAN) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_SANITIZED_H_
