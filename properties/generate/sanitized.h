#ifndef PLAIT_PROPERTIES_GENERATE_SANITIZED_H_
#define PLAIT_PROPERTIES_GENERATE_SANITIZED_H_

namespace plait::generate {

// Whether this is an asan or tsan build, in which an execution costs ten to fifty times as much: tests try fewer and
// smaller programs then.
#if defined(PLAIT_TSAN) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace plait::generate

#endif  // PLAIT_PROPERTIES_GENERATE_SANITIZED_H_
