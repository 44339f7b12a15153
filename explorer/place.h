#ifndef PLAIT_EXPLORER_PLACE_H_
#define PLAIT_EXPLORER_PLACE_H_

#include <cstring>
#include <string>

#include "plait/runtime/seam/source_location.h"

namespace plait::explore {

// "file.cc:31", without folders; empty if the place is not known.
inline std::string ShortPlace(const SourceLocation& where) {
  if (*where.file == '\0') return "";
  const char* slash = std::strrchr(where.file, '/');
  return std::string(slash != nullptr ? slash + 1 : where.file) + ":" + std::to_string(where.line);
}

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_PLACE_H_
