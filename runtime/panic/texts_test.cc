// The table of texts against a second list, written down apart from it with the clause of each: a text that is changed,
// added or lost in one of them is noticed. What prints them is tested where they are used.

// GCC 12 with sanitizers finds uninitialised memory in its own <regex>.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "gtest/gtest.h"

namespace {

// Go's text -> its clause.
const std::map<std::string, std::string> kExpected = {
    {"send on closed channel", "CH-07"},
    {"close of closed channel", "CH-06"},
    {"close of nil channel", "CH-05"},
    {"makechan: size out of range", "CH-01"},
    {"sync: negative WaitGroup counter", "WG-03"},
    {"sync: WaitGroup is reused before previous Wait has returned", "WG-06"},
    {"reflect.Select: multiple default cases", "SEL-26"},
    {"reflect.Select: too many cases (max 65536)", "SEL-26"},
    {"time: Stop called on uninitialized Timer", "TIME-10"},
    {"time: Reset called on uninitialized Timer", "TIME-10"},
    {"non-positive interval for NewTicker", "TIME-15"},
    {"non-positive interval for Ticker.Reset", "TIME-15"},
    {"time: Reset called on uninitialized Ticker", "TIME-15"},
    {"runtime error: panic called with nil argument", "PANIC-09"},
    {"runtime error: invalid memory address or nil pointer dereference", "PANIC-17"},
    {"sync: unlock of unlocked mutex", "MU-04"},
    {"sync/atomic: store of nil value into Value", "ATOM-08"},
    {"sync/atomic: swap of nil value into Value", "ATOM-08"},
    {"sync/atomic: compare and swap of nil value into Value", "ATOM-08"},
    {"sync/atomic: store of inconsistently typed value into Value", "ATOM-09"},
    {"sync/atomic: swap of inconsistently typed value into Value", "ATOM-09"},
    {"sync/atomic: compare and swap of inconsistently typed values", "ATOM-09"},
    {"sync/atomic: compare and swap of inconsistently typed value into Value", "ATOM-09"},
    {"runtime error: comparing uncomparable type ", "ATOM-10"},
    {"sync: RUnlock of unlocked RWMutex", "RW-08"},
    {"sync: Unlock of unlocked RWMutex", "RW-09"},
    {"cannot create context from nil parent", "CTX-24"},
    {"nil key", "CTX-23"},
    {"assignment to entry in nil map", "MAP-17"},
    {"concurrent map writes", "MAP-14"},
    {"concurrent map read and map write", "MAP-14"},
    {"concurrent map iteration and map write", "MAP-14"},
    {"concurrent map clone and map write", "MAP-14"},
    {"errgroup: modify limit while %lld goroutines in the group are still active", "ERRG-08"},
    {"semaphore: released more than held", "SEM-08"},
    {"context canceled", "CTX-04"},
    {"context deadline exceeded", "CTX-04"},
    {"go of nil func value", "GO-03"},
    {"all goroutines are asleep - deadlock!", "DEAD-01"},
    {"no goroutines (main called runtime.Goexit) - deadlock!", "DEAD-04"},
    {"panic while printing panic value", "PANIC-20"},
    {"thread exhaustion", "SCHED-19"},
    {"fault", "PANIC-17"},
    {"stack overflow", "PANIC-29"},
};

TEST(Texts, AreThoseOfTheSecondList) {
  std::ifstream table("runtime/panic/texts.h");
  ASSERT_TRUE(table.good());
  std::string text((std::istreambuf_iterator<char>(table)), std::istreambuf_iterator<char>());
  const std::regex entry("inline constexpr char k\\w+\\[\\] =\\s*\"([^\"]*)\";\\s*// ([A-Z]+-\\d\\d)\n");
  std::map<std::string, std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), entry), end; it != end; ++it) found[(*it)[1]] = (*it)[2];
  EXPECT_EQ(found, kExpected) << "a text was changed: is it still Go's, word for word? Then change both lists.";
  // None was overlooked for its form.
  size_t entries = 0;
  for (size_t at = 0; (at = text.find("inline constexpr char k", at)) != std::string::npos; ++at) ++entries;
  EXPECT_EQ(entries, found.size());
}

}  // namespace
