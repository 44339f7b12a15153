#ifndef PLAIT_RUNTIME_LOCK_FUTEX_H_
#define PLAIT_RUNTIME_LOCK_FUTEX_H_

#include <atomic>
#include <cstdint>

namespace plait {

// Sleeps while *word == expected, for at most timeout_ns (negative: for ever). May return early for no reason.
void FutexWait(std::atomic<uint32_t>& word, uint32_t expected, int64_t timeout_ns = -1);

// Wakes up to n threads that sleep on word. An address that has been freed meanwhile is harmless.
void FutexWake(std::atomic<uint32_t>& word, int n);

}  // namespace plait

#endif  // PLAIT_RUNTIME_LOCK_FUTEX_H_
