#ifndef PLAIT_RUNTIME_CONTEXT_CONSTANTS_H_
#define PLAIT_RUNTIME_CONTEXT_CONSTANTS_H_

#include <string>

#include "plait/runtime/errors/errors.h"
#include "plait/runtime/panic/texts.h"

namespace plait::context {

struct CanceledError {
  std::string Error() const { return texts::kContextCanceled; }
};

struct DeadlineExceededError {
  std::string Error() const { return texts::kDeadlineExceeded; }
  bool Timeout() const { return true; }
  bool Temporary() const { return true; }
};

namespace constants {
inline constexpr plait::internal::ErrorHolder<CanceledError> kCanceled;
inline constexpr plait::internal::ErrorHolder<DeadlineExceededError> kDeadlineExceeded;
}  // namespace constants

// What Err() of a cancelled context is (CTX-04): "context canceled" ...
inline constinit const error Canceled(constants::kCanceled);
// ... or "context deadline exceeded". errors::As<DeadlineExceededError> finds Timeout() and Temporary() (CTX-14).
inline constinit const error DeadlineExceeded(constants::kDeadlineExceeded);

}  // namespace plait::context

#endif  // PLAIT_RUNTIME_CONTEXT_CONSTANTS_H_
