#ifndef PLAIT_RUNTIME_PANIC_TEXTS_H_
#define PLAIT_RUNTIME_PANIC_TEXTS_H_

// Go's texts, word for word, in one place. Tests compare with these and with what the process prints.
namespace plait::texts {

// Panics: recoverable, uncaught they end the process with status 2.
inline constexpr char kSendOnClosed[] = "send on closed channel";                                          // CH-07
inline constexpr char kCloseOfClosed[] = "close of closed channel";                                        // CH-06
inline constexpr char kCloseOfNil[] = "close of nil channel";                                              // CH-05
inline constexpr char kMakeChanSize[] = "makechan: size out of range";                                     // CH-01
inline constexpr char kNegativeWaitGroup[] = "sync: negative WaitGroup counter";                           // WG-03
inline constexpr char kWaitGroupReused[] = "sync: WaitGroup is reused before previous Wait has returned";  // WG-06
inline constexpr char kManyDefaults[] = "reflect.Select: multiple default cases";                          // SEL-26
inline constexpr char kTooManyCases[] = "reflect.Select: too many cases (max 65536)";                      // SEL-26
inline constexpr char kTimerStop[] = "time: Stop called on uninitialized Timer";                           // TIME-10
inline constexpr char kTimerReset[] = "time: Reset called on uninitialized Timer";                         // TIME-10
inline constexpr char kNewTicker[] = "non-positive interval for NewTicker";                                // TIME-15
inline constexpr char kTickerResetInterval[] = "non-positive interval for Ticker.Reset";                   // TIME-15
inline constexpr char kTickerReset[] = "time: Reset called on uninitialized Ticker";                       // TIME-15
inline constexpr char kStoreOfNil[] = "sync/atomic: store of nil value into Value";                        // ATOM-08
inline constexpr char kSwapOfNil[] = "sync/atomic: swap of nil value into Value";                          // ATOM-08
inline constexpr char kCasOfNil[] = "sync/atomic: compare and swap of nil value into Value";               // ATOM-08
inline constexpr char kStoreOfInconsistent[] =
    "sync/atomic: store of inconsistently typed value into Value";                                            // ATOM-09
inline constexpr char kSwapOfInconsistent[] = "sync/atomic: swap of inconsistently typed value into Value";   // ATOM-09
inline constexpr char kCasOfInconsistent[] = "sync/atomic: compare and swap of inconsistently typed values";  // ATOM-09
inline constexpr char kCasIntoInconsistent[] =
    "sync/atomic: compare and swap of inconsistently typed value into Value";           // ATOM-09
inline constexpr char kUncomparable[] = "runtime error: comparing uncomparable type ";  // ATOM-10
inline constexpr char kNilMap[] = "assignment to entry in nil map";                     // MAP-17
inline constexpr char kPanicNil[] = "runtime error: panic called with nil argument";    // PANIC-09
inline constexpr char kNilDereference[] =
    "runtime error: invalid memory address or nil pointer dereference";        // PANIC-17
inline constexpr char kNilParent[] = "cannot create context from nil parent";  // CTX-24
inline constexpr char kNilKey[] = "nil key";                                   // CTX-23
// A format, for the number.
inline constexpr char kModifyLimit[] =
    "errgroup: modify limit while %lld goroutines in the group are still active";  // ERRG-08
inline constexpr char kReleasedMore[] = "semaphore: released more than held";      // SEM-08

// Error values.
inline constexpr char kContextCanceled[] = "context canceled";            // CTX-04
inline constexpr char kDeadlineExceeded[] = "context deadline exceeded";  // CTX-04

// Fatal errors: not recoverable, no deferred call runs, status 2.
inline constexpr char kUnlockOfUnlocked[] = "sync: unlock of unlocked mutex";                      // MU-04
inline constexpr char kRUnlockOfUnlocked[] = "sync: RUnlock of unlocked RWMutex";                  // RW-08
inline constexpr char kUnlockOfUnlockedRWMutex[] = "sync: Unlock of unlocked RWMutex";             // RW-09
inline constexpr char kGoNil[] = "go of nil func value";                                           // GO-03
inline constexpr char kAllAsleep[] = "all goroutines are asleep - deadlock!";                      // DEAD-01
inline constexpr char kNoGoroutines[] = "no goroutines (main called runtime.Goexit) - deadlock!";  // DEAD-04
inline constexpr char kMapWrites[] = "concurrent map writes";                                      // MAP-14
inline constexpr char kMapReadAndWrite[] = "concurrent map read and map write";                    // MAP-14
inline constexpr char kMapIterationAndWrite[] = "concurrent map iteration and map write";          // MAP-14
inline constexpr char kMapCloneAndWrite[] = "concurrent map clone and map write";                  // MAP-14
inline constexpr char kPanicWhilePrinting[] = "panic while printing panic value";                  // PANIC-20
inline constexpr char kThreadExhaustion[] = "thread exhaustion";                                   // SCHED-19
inline constexpr char kFault[] = "fault";                                                          // PANIC-17
inline constexpr char kStackOverflow[] = "stack overflow";                                         // PANIC-29

}  // namespace plait::texts

#endif  // PLAIT_RUNTIME_PANIC_TEXTS_H_
