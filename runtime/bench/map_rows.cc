// Pool and maps. The same programs in Go: peer/maps.go.

#include <memory>

#include "plait/runtime/bench/measure.h"

namespace plait::bench {
namespace {

void pool_get_put(benchmark::State& state) {
  PerOperation(state, [](int64_t n) {
    sync::Pool<int> pool([] { return std::make_unique<int>(); });
    for (int64_t i = 0; i < n; ++i) pool.Put(pool.Get());
  });
}

// Of 1,000 keys.
void sync_map_load(benchmark::State& state) {
  sync::Map<int, int> map;
  for (int k = 0; k < 1000; ++k) map.Store(k, k);
  PerOperation(state, [&map](int64_t n) {
    for (int64_t i = 0; i < n; ++i) benchmark::DoNotOptimize(map.Load(static_cast<int>(i % 1000)).value);
  });
}

void sync_map_store(benchmark::State& state) {
  sync::Map<int, int> map;
  PerOperation(state, [&map](int64_t n) {
    for (int64_t i = 0; i < n; ++i) map.Store(static_cast<int>(i % 1000), 1);
  });
}

// The built-in map, with its looks for misuse.
void map_get(benchmark::State& state) {
  auto map = make_map<int, int>();
  for (int k = 0; k < 1000; ++k) map.set(k, k);
  PerOperation(state, [&map](int64_t n) {
    for (int64_t i = 0; i < n; ++i) benchmark::DoNotOptimize(map.get(static_cast<int>(i % 1000)));
  });
}

PLAIT_ROW(pool_get_put);
PLAIT_ROW(sync_map_load);
PLAIT_ROW(sync_map_store);
PLAIT_ROW(map_get);

}  // namespace
}  // namespace plait::bench
