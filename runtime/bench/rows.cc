// Every row of *_rows.cc: Google Benchmark's own flags choose among them.

#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
