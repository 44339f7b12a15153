// A cache that several goroutines ask, twice: behind a read-write lock, and owned by one goroutine that is asked through
// a channel. And the lock without its second look, which computes a value twice.

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "plait/explore.h"

namespace {

using namespace plait;
using explore::Verdict;

// What is cached. Counts how often it is asked for, in each execution anew.
struct Squares {
  int computed = 0;
  int Of(int n) {
    ++computed;
    return n * n;
  }
};

// Readers do not wait for each other; whoever finds nothing comes back as a writer.
class LockedCache {
 public:
  LockedCache(Squares& squares, bool looks_again = true) : squares_(squares), looks_again_(looks_again) {
    mu_.name("mu");
  }

  int Get(int n) {
    {
      std::shared_lock guard(mu_);
      if (const auto it = values_.find(n); it != values_.end()) return it->second;
    }
    std::unique_lock guard(mu_);  // others may have been here between the two locks
    if (const auto it = values_.find(n); it != values_.end() && looks_again_) return it->second;
    return values_[n] = squares_.Of(n);
  }

 private:
  sync::RWMutex mu_;
  std::map<int, int> values_;  // guarded by mu_
  Squares& squares_;           // likewise, for writing
  const bool looks_again_;
};

// The owner answers one request after the other; nobody else touches the values.
class OwnedCache {
 public:
  explicit OwnedCache(Squares& squares) : requests_(make_chan<Request>().name("requests")) {
    owner_.Go([&squares, requests = requests_] {
      std::map<int, int> values;
      for (const Request& request : requests) {
        const auto [it, is_new] = values.try_emplace(request.n);
        if (is_new) it->second = squares.Of(request.n);
        request.answer.send(it->second);  // has room: the owner waits for nobody
      }
    });
  }
  ~OwnedCache() {
    close(requests_);
    owner_.Wait();
  }

  int Get(int n) {
    auto answer = make_chan<int>(1);
    requests_.send({n, answer});
    return answer.recv();
  }

 private:
  struct Request {
    int n = 0;
    SendChan<int> answer;
  };
  Chan<Request> requests_;
  sync::WaitGroup owner_;
};

// Two ask for the same, one for something else. Computed is each of them once.
template <class Cache>
void AskThreeTimes(Cache& cache) {
  sync::WaitGroup wg;
  for (const int n : {3, 3, 4}) {
    wg.Go([&cache, n] { EXPECT_EQ(cache.Get(n), n * n); });
  }
  wg.Wait();
}

// Proven.
PLAIT_EXPLORE(Cache, Locked) {
  Squares squares;
  LockedCache cache(squares);
  AskThreeTimes(cache);
  EXPECT_EQ(squares.computed, 2);
}

// Proven.
PLAIT_EXPLORE(Cache, Owned) {
  Squares squares;
  {
    OwnedCache cache(squares);
    AskThreeTimes(cache);
  }
  EXPECT_EQ(squares.computed, 2);
}

// Found: both have looked before either has come back as a writer.
PLAIT_EXPLORE(Cache, DoesNotLookAgain, .expect = Verdict::kAssertion) {
  Squares squares;
  LockedCache cache(squares, /*looks_again=*/false);
  AskThreeTimes(cache);
  EXPECT_EQ(squares.computed, 2);
}

}  // namespace
