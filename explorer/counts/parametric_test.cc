// Families of programs over atomics whose numbers of classes are known (sequential consistency; a CompareAndSwap that
// fails is a read).

#include <vector>

#include "plait/explorer/counts/count.h"

namespace plait::explore {
namespace {

using sync::atomic::Int64;

// Explores n goroutines that share n + 4 atomics.
uint64_t Classes(int n, const std::function<void(std::vector<Int64>&, int)>& thread) {
  const Counted counted = Count([&] {
    auto atomics = std::make_shared<std::vector<Int64>>(static_cast<size_t>(n) + 4);
    InParallel(n, [&thread, atomics](int i) { thread(*atomics, i); });
  });
  EXPECT_EQ(counted.blocked, 0u);
  EXPECT_TRUE(counted.optimal);
  return counted.executions;
}

TEST(Count, Increments) {
  const auto increment = [](size_t variables) {
    return [variables](std::vector<Int64>& x, int) {
      for (size_t v = 0; v < variables; ++v) x[v].Add(1);
    };
  };
  EXPECT_EQ(Classes(2, increment(1)), 2u);
  EXPECT_EQ(Classes(3, increment(1)), 6u);
  EXPECT_EQ(Classes(4, increment(1)), 24u);
  EXPECT_EQ(Classes(5, increment(1)), 120u);
  EXPECT_EQ(Classes(6, increment(1)), 720u);
  EXPECT_EQ(Classes(2, increment(2)), 4u);
  EXPECT_EQ(Classes(3, increment(2)), 36u);
  EXPECT_EQ(Classes(4, increment(2)), 576u);
  EXPECT_EQ(Classes(2, increment(3)), 8u);
  EXPECT_EQ(Classes(3, increment(3)), 216u);
}

TEST(Count, CompareAndSwap) {
  const auto cas = [](std::vector<Int64>& x, int i) { x[0].CompareAndSwap(0, i + 1); };
  EXPECT_EQ(Classes(2, cas), 2u);
  EXPECT_EQ(Classes(3, cas), 3u);
  EXPECT_EQ(Classes(4, cas), 4u);
  EXPECT_EQ(Classes(5, cas), 5u);
  const auto casrot = [](std::vector<Int64>& x, int i) { x[0].CompareAndSwap(i, i + 1); };
  EXPECT_EQ(Classes(2, casrot), 2u);
  EXPECT_EQ(Classes(3, casrot), 5u);
  EXPECT_EQ(Classes(4, casrot), 14u);
  EXPECT_EQ(Classes(5, casrot), 43u);
  EXPECT_EQ(Classes(6, casrot), 144u);
  EXPECT_EQ(Classes(7, casrot), 523u);
  const auto casw = [](std::vector<Int64>& x, int i) {
    x[0].CompareAndSwap(0, 1);
    x[0].Store(i + 2);
  };
  EXPECT_EQ(Classes(2, casw), 6u);
  EXPECT_EQ(Classes(3, casw), 66u);
  EXPECT_EQ(Classes(4, casw), 1200u);
  const auto wcas = [](std::vector<Int64>& x, int i) {
    if (i == 0) {
      x[0].Store(2);
    } else {
      x[0].CompareAndSwap(2, 3);
    }
  };
  EXPECT_EQ(Classes(3, wcas), 5u);
  EXPECT_EQ(Classes(4, wcas), 13u);
  EXPECT_EQ(Classes(5, wcas), 33u);
  EXPECT_EQ(Classes(6, wcas), 81u);
  EXPECT_EQ(Classes(7, wcas), 193u);
}

TEST(Count, ReadersAndWriters) {
  const auto rw = [](std::vector<Int64>& x, int i) {
    x[0].Load();
    x[0].Store(i);
  };
  EXPECT_EQ(Classes(2, rw), 4u);
  EXPECT_EQ(Classes(3, rw), 36u);
  EXPECT_EQ(Classes(4, rw), 576u);
  const auto wainc = [](std::vector<Int64>& x, int i) { i == 0 ? x[0].Store(42) : static_cast<void>(x[0].Add(1)); };
  EXPECT_EQ(Classes(3, wainc), 6u);
  EXPECT_EQ(Classes(4, wainc), 24u);
  EXPECT_EQ(Classes(5, wainc), 120u);
  const auto wrw = [](std::vector<Int64>& x, int i) {
    if (i > 0) x[0].Load();
    x[0].Store(i);
  };
  EXPECT_EQ(Classes(3, wrw), 22u);
  EXPECT_EQ(Classes(4, wrw), 300u);
  const auto readers = [](std::vector<Int64>& x, int i) { i == 0 ? x[0].Store(1) : static_cast<void>(x[0].Load()); };
  EXPECT_EQ(Classes(3, readers), 4u);
  EXPECT_EQ(Classes(9, readers), 256u);
  const auto writers = [](std::vector<Int64>& x, int i) { i == 0 ? static_cast<void>(x[0].Load()) : x[0].Store(i); };
  EXPECT_EQ(Classes(2, writers), 2u);
  EXPECT_EQ(Classes(4, writers), 24u);
  EXPECT_EQ(Classes(6, writers), 720u);
  const auto writes_and_read = [](int writes) {
    return [writes](std::vector<Int64>& x, int i) {
      for (int k = 0; k < writes; ++k) x[0].Store(i);
      x[0].Load();
    };
  };
  EXPECT_EQ(Classes(2, writes_and_read(1)), 4u);
  EXPECT_EQ(Classes(2, writes_and_read(2)), 14u);
  EXPECT_EQ(Classes(2, writes_and_read(3)), 50u);
  const auto redundant_co = [](int n) {
    return [n](std::vector<Int64>& x, int i) {
      for (int k = 0; k < n && i < 2; ++k) x[0].Store(i);
      for (int k = 0; k < 2 && i == 2; ++k) x[0].Load();
    };
  };
  EXPECT_EQ(Classes(3, redundant_co(1)), 12u);
  EXPECT_EQ(Classes(3, redundant_co(2)), 90u);
  EXPECT_EQ(Classes(3, redundant_co(3)), 560u);
}

// A writer to each cell of an array and a reader that scans for the last zero: (n + 3) 2^(n - 2).
TEST(Count, LastZero) {
  const auto lastzero = [](std::vector<Int64>& a, int i) {
    if (i > 0) {
      a[static_cast<size_t>(i)].Store(a[static_cast<size_t>(i) - 1].Load() + 1);
      return;
    }
    for (size_t k = a.size() - 4; k-- > 0;) {
      if (a[k].Load() == 0) return;
    }
  };
  EXPECT_EQ(Classes(2, lastzero), 2u);
  EXPECT_EQ(Classes(3, lastzero), 5u);
  EXPECT_EQ(Classes(4, lastzero), 12u);
  EXPECT_EQ(Classes(5, lastzero), 28u);
  EXPECT_EQ(Classes(6, lastzero), 64u);
  EXPECT_EQ(Classes(7, lastzero), 144u);
}

TEST(Count, TwoThreads) {
  // What only one thread touches adds nothing.
  const auto par_length = [](std::vector<Int64>& x, int i) {
    const auto own = static_cast<size_t>(i) + 1;
    for (int k = 0; k < 10; ++k) x[own].Store(x[own].Load() + 1);
    x[0].Store(i);
    x[0].Load();
  };
  EXPECT_EQ(Classes(2, par_length), 4u);
  const auto publish = [](std::vector<Int64>& x, int i) {
    if (i == 0) {
      x[0].Store(1);
      x[1].Store(1);
      return;
    }
    for (int k = 0; k < 41; ++k) {
      if (x[1].Load() != 1) continue;
      x[0].Load();
      return;
    }
  };
  EXPECT_EQ(Classes(2, publish), 42u);
  const auto dekker = [](std::vector<Int64>& x, int i) {
    x[static_cast<size_t>(i)].Store(1);
    if (x[static_cast<size_t>(1 - i)].Load() != 0) return;
    x[2].Store(i);
    x[2].Load();
  };
  EXPECT_EQ(Classes(2, dekker), 3u);
  const auto eratosthenes = [](std::vector<Int64>& cells, int) {
    for (size_t i = 0; i < 5; ++i) {
      if (cells[i].Load() != 0) continue;
      cells[i].Store(1);
      for (size_t j = 2 * i + 2; j < 5; j += i + 2) cells[j].Store(2);
    }
  };
  EXPECT_EQ(Classes(2, eratosthenes), 398u);
}

// Programs that punish a wrong choice of algorithm: wakeup trees need memory exponential in n for the first two.
TEST(Count, ExponentialMemory) {
  const auto exp_mem = [](int n, bool increments) {
    return [n, increments](std::vector<Int64>& x, int i) {
      if (i == 0) {
        increments ? static_cast<void>(x[0].Add(1)) : x[0].Store(1);
        return;
      }
      auto wg = std::make_shared<sync::WaitGroup>();
      for (int k = 0; k < n; ++k) {
        wg->Add(1);
        go([&x, wg, increments, k] {
          increments ? static_cast<void>(x[1].Add(1)) : x[1].Store(k);
          wg->Done();
        });
      }
      wg->Wait();
      increments ? static_cast<void>(x[0].Add(1)) : static_cast<void>(x[0].Load());
    };
  };
  for (const bool increments : {false, true}) {
    EXPECT_EQ(Classes(2, exp_mem(2, increments)), 4u);
    EXPECT_EQ(Classes(2, exp_mem(3, increments)), 12u);
    EXPECT_EQ(Classes(2, exp_mem(4, increments)), 48u);
    EXPECT_EQ(Classes(2, exp_mem(5, increments)), 240u);
  }
  const auto race_parametric = [](int n) {
    return [n](std::vector<Int64>& x, int i) {
      for (int k = 0; k < n; ++k) {
        x[0].Store(i);
        x[0].Load();
      }
    };
  };
  EXPECT_EQ(Classes(2, race_parametric(2)), 34u);
  EXPECT_EQ(Classes(2, race_parametric(3)), 328u);
  EXPECT_EQ(Classes(2, race_parametric(4)), 3334u);
}

// Goroutines that start others in the middle: each increments, starts one that increments, and increments.
TEST(Count, SpawnInTheMiddle) {
  const auto spawning = [](std::vector<Int64>& x, int) {
    x[0].Add(1);
    go([&x] { x[0].Add(1); });
    x[0].Add(1);
  };
  // Each is a first event with two behind it in either order: (3n)! / 3^n.
  EXPECT_EQ(Classes(1, spawning), 2u);
  EXPECT_EQ(Classes(2, spawning), 80u);
}

TEST(Count, Fibonacci) {
  const auto fib = [](int n) {
    return [n](std::vector<Int64>& x, int i) {
      if (i == 2) {
        x[0].Load();
        x[1].Load();
        return;
      }
      const auto own = static_cast<size_t>(i);
      for (int k = 0; k < n; ++k) x[own].Store(x[own].Load() + x[1 - own].Load());
    };
  };
  EXPECT_EQ(Classes(3, fib(1)), 11u);
}

// n goroutines insert four items each into a table of 128 with linear probing.
TEST(Count, Indexer) {
  const Counted counted = Count([] {
    auto table = std::make_shared<std::vector<Int64>>(128);
    InParallel(12, [table](int tid) {
      for (int item = 0; item < 4; ++item) {
        const int64_t value = item * 11 + tid + 1;
        auto slot = static_cast<size_t>(value * 7 % 128);
        while (!(*table)[slot].CompareAndSwap(0, value)) slot = (slot + 1) % 128;
      }
    });
  });
  EXPECT_EQ(counted.executions, 8u);
}

TEST(Count, CoherenceOfAppends) {
  const auto coa = [](std::vector<Int64>& x, int i) {
    if (i < 2) {
      x[0].Store(i + 1);
      x[static_cast<size_t>(i) + 1].Load();
      x[0].Load();
    } else {
      x[1].Store(i);
      x[2].Store(i);
    }
  };
  EXPECT_EQ(Classes(2, coa), 4u);
  EXPECT_EQ(Classes(3, coa), 15u);
  EXPECT_EQ(Classes(4, coa), 130u);
  EXPECT_EQ(Classes(5, coa), 2028u);
}

}  // namespace
}  // namespace plait::explore
