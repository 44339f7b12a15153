// Prints how many states a second the search handles on one core, for programs of several kinds.
//
//   bazel run --config=opt //model:search_speed
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

#include "plait/model/program.h"
#include "plait/model/search.h"

namespace plait::model {
namespace {

// Senders on one channel, two values each, and as many receivers.
Program ManyToMany(int senders, int receivers, int capacity) {
  Program p{.channels = {Chan(capacity)}, .goroutines = {{}}};
  for (int s = 0; s < senders; ++s) p.goroutines.push_back({Send(0, 2 * s + 1), Send(0, 2 * s + 2)});
  for (int r = 0; r < receivers; ++r) p.goroutines.push_back({Recv(0), Recv(0)});
  return p;
}

// Half of them offer on the first channel and take from the second, then the other way round; the rest begin there.
Program Selects(int goroutines) {
  Program p{.channels = {Chan(0), Chan(1)}, .goroutines = {{}}};
  for (int g = 0; g < goroutines; ++g) {
    const Op forth = Select({CaseSend(0, g), CaseRecv(1)});
    const Op back = Select({CaseRecv(0), CaseSend(1, g)});
    p.goroutines.push_back(g % 2 == 0 ? Body{forth, back, Len(1)} : Body{back, forth, Len(1)});
  }
  return p;
}

// Producers, a worker in the middle, a consumer that ranges; closed from the sending side.
Program Pipeline(int length) {
  Program p{.channels = {Chan(1), Chan(1), Chan(1)}, .goroutines = {{}, {}, {}, {Range(2)}, {Range(2)}}};
  for (int i = 0; i < length; ++i) {
    p.goroutines[0].push_back(Send(0, i));
    p.goroutines[1].push_back(TrySend(1, i));
    p.goroutines[2].push_back(Select({CaseRecv(0), CaseRecv(1)}));
    p.goroutines[2].push_back(Send(2, 10 + i));
  }
  p.goroutines[2].push_back(Close(2));
  return p;
}

void Measure(const std::string& name, const Program& program) {
  for (const Waiters waiters : {Waiters::kFifo, Waiters::kAny}) {
    const auto start = std::chrono::steady_clock::now();
    const SearchResult result = Search(program, {.waiters = waiters});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%-28s %-4s %9llu states %9llu steps %8zu outcomes %6.2f s %6.2f M states/s %s\n", name.c_str(),
                waiters == Waiters::kFifo ? "fifo" : "any", static_cast<unsigned long long>(result.states()),
                static_cast<unsigned long long>(result.steps()), result.outcomes_found().size(), seconds,
                static_cast<double>(result.states()) / seconds / 1e6, result.why_incomplete().c_str());
  }
}

int Main() {
  Measure("many to many, unbuffered", ManyToMany(4, 3, 0));
  Measure("many to many, capacity 2", ManyToMany(4, 3, 2));
  Measure("selects, 4 goroutines", Selects(4));
  Measure("pipeline, 6 values", Pipeline(6));
  return 0;
}

}  // namespace
}  // namespace plait::model

int main() {
  try {
    return plait::model::Main();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "search_speed: %s\n", e.what());
    return 1;
  }
}
