#ifndef PLAIT_RUNTIME_SEAM_SOURCE_LOCATION_H_
#define PLAIT_RUNTIME_SEAM_SOURCE_LOCATION_H_

#include <cstdint>

namespace plait {

// Where in the user's source an operation stands. Every public operation takes one as its last, defaulted argument:
//
//   void send(T value, SourceLocation where = SourceLocation::current());
//
// clang 14 has no std::source_location; the builtins behind it exist in both compilers.
struct SourceLocation {
  const char* file = "";
  uint32_t line = 0;

  static constexpr SourceLocation current(const char* file = __builtin_FILE(), uint32_t line = __builtin_LINE()) {
    return {file, line};
  }
};

}  // namespace plait

#endif  // PLAIT_RUNTIME_SEAM_SOURCE_LOCATION_H_
