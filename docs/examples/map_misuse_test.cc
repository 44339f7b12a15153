// Two goroutines count into one map.

#include <mutex>
#include <string>

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

void Count(const Map<std::string, int>& words, const std::string& word) { words.set(word, words.get(word) + 1); }

// Found: whichever two accesses meet, one of them writes. It takes no luck: the first schedule that brings both
// goroutines to the map shows it.
PLAIT_EXPLORE(MapMisuse, Unguarded, .expect = Verdict::kFatal, .expect_text = "fatal error: concurrent map") {
  auto words = make_map<std::string, int>().name("words");
  sync::WaitGroup wg;
  wg.Go([words] { Count(words, "go"); });
  wg.Go([words] { Count(words, "to"); });
  wg.Wait();
}

// Proven: with a mutex no two accesses overlap.
PLAIT_EXPLORE(MapMisuse, WithMutex) {
  auto words = make_map<std::string, int>();
  sync::Mutex mu;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) {
    wg.Go([&] {
      std::scoped_lock guard(mu);
      Count(words, "go");
    });
  }
  wg.Wait();
  EXPECT_EQ(words.get("go"), 2);
}

// A sync::Map can be used by all at once, but "load, then store" are two operations, and another one fits in between.
PLAIT_EXPLORE(MapMisuse, LostUpdate, .expect = Verdict::kAssertion) {
  sync::Map<std::string, int> words;
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go([&] { words.Store("go", words.Load("go").value + 1); });
  wg.Wait();
  EXPECT_EQ(words.Load("go").value, 2);
}

// Proven: CompareAndSwap stores only if nobody came in between.
PLAIT_EXPLORE(MapMisuse, CompareAndSwap) {
  sync::Map<std::string, int> words;
  const auto count = [&words] {
    for (;;) {
      const auto [n, loaded] = words.LoadOrStore("go", 1);
      if (!loaded || words.CompareAndSwap("go", n, n + 1)) return;
    }
  };
  sync::WaitGroup wg;
  for (int i = 0; i < 2; ++i) wg.Go(count);
  wg.Wait();
  EXPECT_EQ(words.Load("go").value, 2);
}

}  // namespace
