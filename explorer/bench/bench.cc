// How fast the explorer runs: `./plait bench explorer`, with --json for machines. Every row is explored again and again for
// a while, in a process of its own, so that its memory can be told. Every execution really runs the program. Times are of
// the processor, not of the clock on the wall: machines are seldom idle.

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "plait/explorer/bench/programs.h"
#include "plait/explorer/explore.h"

namespace plait::explore::bench {
namespace {

struct Row {
  const char* name;
  void (*body)();
  Mode mode;
  uint64_t classes;  // exactly so many, or so many met by sampling
  const char* peers;
};

// What peers reach with the same programs, on the same kind of machine: executions, executions per second.
constexpr Row kRows[] = {
    {"mutex 3x2", [] { Mutexes(3, 2); }, Mode::kOptimal, 90, "loom 116,319, 15,820/s; relacy full 279,810, 1.14M/s"},
    {"mutex 3x3", [] { Mutexes(3, 3); }, Mode::kOptimal, 1'680, "nidhugg 1,680, 7,000/s; loom, shuttle: not finished"},
    {"mutex 3x4", [] { Mutexes(3, 4); }, Mode::kOptimal, 34'650, "GenMC 34,650, 12,554/s"},
    {"fetch_add 2x3", [] { FetchAdd(2, 3); }, Mode::kOptimal, 20, "loom 315, 21,429/s; shuttle dfs 251, 251,000/s"},
    {"fetch_add 2x8", [] { FetchAdd(2, 8); }, Mode::kOptimal, 12'870, "nidhugg 12,870, 14,461/s; GenMC 11,917/s"},
    {"queue 2x2x1", [] { Queue(2, 2, 1); }, Mode::kOptimal, 36, "shuttle dfs, 2x2x2: 372,519, 180,100/s"},
    {"rw 7", [] { Readers(7); }, Mode::kOptimal, 128, "nidhugg, GenMC 128; relacy: not finished"},
    {"rw 12", [] { Readers(12); }, Mode::kOptimal, 4'096, "nidhugg 4,096, 4,655/s; loom: cannot"},
    {"exp-mem 5", [] { ExponentialMemory(5); }, Mode::kOptimal, 240, ""},
    {"exp-mem 7", [] { ExponentialMemory(7); }, Mode::kOptimal, 10'080, ""},
    {"length 200", [] { Length(200); }, Mode::kOptimal, 4, ""},
    {"mutex 3x3, sleep sets", [] { Mutexes(3, 3); }, Mode::kExhaustive, 1'680, ""},
    {"unbuffered 3x1", [] { Queue(3, 1, 0); }, Mode::kExhaustive, 36, ""},
    {"mutex 3x2, random", [] { Mutexes(3, 2); }, Mode::kRandom, 90, "relacy 1.22M/s; shuttle 140,174/s"},
    {"mutex 3x2, portfolio", [] { Mutexes(3, 2); }, Mode::kPortfolio, 90, "shuttle PCT 152,346/s"},
    {"fetch_add 2x3, random", [] { FetchAdd(2, 3); }, Mode::kRandom, 20, "relacy 3.21M/s; shuttle 269,687/s"},
    {"rw 7, random", [] { Readers(7); }, Mode::kRandom, 128, "relacy 1.22M/s; shuttle 94,393/s"},
};

struct Measured {
  uint64_t classes = 0, executions = 0, redundant = 0;
  double seconds = 0;  // for so many executions
  long kilobytes = 0;  // more than before
  bool good = false;
};

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long PeakKilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Measured Measure(const Row& row, double seconds) {
  Measured m;
  Options options{.mode = row.mode, .executions = 2000, .max_seconds = 600, .watchdog_seconds = 0};
  options.check_determinism = false;
  const long before = PeakKilobytes();
  const double start = ProcessorSeconds();
  do {
    const Result r = Explore("bench", options, row.body);
    if (r.verdict != Verdict::kNone || !r.complete) return m;
    m.executions += r.executions + r.redundant;
    m.redundant = r.redundant;
    m.classes = std::max(m.classes, Samples(row.mode) ? r.classes : r.executions);
    ++options.seed;
    m.seconds = ProcessorSeconds() - start;
  } while (m.seconds < seconds);
  m.kilobytes = PeakKilobytes() - before;
  m.good = Samples(row.mode) ? m.classes <= row.classes : m.classes == row.classes;
  return m;
}

Measured MeasureApart(const Row& row, double seconds) {
  Measured m;
  int ends[2];
  if (pipe(ends) != 0) return m;
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const Measured mine = Measure(row, seconds);
    std::_Exit(write(ends[1], &mine, sizeof mine) == sizeof mine ? 0 : 1);
  }
  ::close(ends[1]);
  if (read(ends[0], &m, sizeof m) != sizeof m) m = {};
  ::close(ends[0]);
  waitpid(pid, nullptr, 0);
  return m;
}

// The floor, by which machines can be compared: nanoseconds for one turn of a loop of dependent multiplications.
double FloorNanoseconds() {
  constexpr uint64_t kTurns = 50'000'000;
  uint64_t x = 1;
  const double start = ProcessorSeconds();
  for (uint64_t i = 0; i < kTurns; ++i) {
    x = x * 0x9E3779B97F4A7C15u + 1;
    asm volatile("" : "+r"(x));
  }
  return (ProcessorSeconds() - start) * 1e9 / static_cast<double>(kTurns);
}

int Main(int argc, char** argv) {
  CLI::App app("How fast the explorer runs, row by row.");
  bool json = false;
  double seconds = 1;
  std::string only;
  app.add_flag("--json", json, "an array of objects instead of the table");
  app.add_option("--seconds", seconds, "how long to measure each row");
  app.add_option("--filter", only, "only rows with this in their name");
  CLI11_PARSE(app, argc, argv);
  const double floor = FloorNanoseconds();
  nlohmann::json rows = nlohmann::json::array();
  bool good = true;
  if (!json) {
    fmt::print("{:<22} {:>7} {:>9} {:>6} {:>9} {:>7} {:>6}\n", "row", "classes", "executed", "s", "per s", "floors",
               "MB");
  }
  for (const Row& row : kRows) {
    if (std::string_view(row.name).find(only) == std::string_view::npos) continue;
    const Measured m = MeasureApart(row, seconds);
    good = good && m.good;
    const double rate = m.seconds > 0 ? static_cast<double>(m.executions) / m.seconds : 0;
    const double floors = rate > 0 ? 1e9 / rate / floor : 0;
    if (json) {
      rows.push_back({{"name", row.name},
                      {"mode", ModeName(row.mode)},
                      {"classes", m.classes},
                      {"redundant", m.redundant},
                      {"executions", m.executions},
                      {"seconds", m.seconds},
                      {"rate", rate},
                      {"floors", floors},
                      {"kilobytes", m.kilobytes},
                      {"ok", m.good},
                      {"peers", row.peers}});
      continue;
    }
    fmt::print("{:<22} {:>7} {:>9} {:>6.2f} {:>9.0f} {:>7.0f} {:>6.1f}{}\n", row.name, m.classes, m.executions,
               m.seconds, rate, floors, static_cast<double>(m.kilobytes) / 1024, m.good ? "" : "  WRONG");
    if (m.redundant != 0) fmt::print("    {} of an exploration's executions are redundant\n", m.redundant);
    if (*row.peers != '\0') fmt::print("    {}\n", row.peers);
    std::fflush(stdout);
  }
  if (json) {
    fmt::print("{}\n", rows.dump(1));
  } else {
    fmt::print(
        "\nper s: executions a second, redundant ones too, on one core, by processor time. floors: one execution in\n"
        "turns of a loop of dependent multiplications, {:.2f} ns each here. MB: how much memory grew. Peers' lines:\n"
        "executions, and rate, on a machine of the same kind (loom 0.7.2, shuttle 0.9.3, relacy 9f25438, nidhugg\n"
        "0aea4d23, GenMC 0.11.0).\n",
        floor);
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace plait::explore::bench

int main(int argc, char** argv) { return plait::explore::bench::Main(argc, argv); }
