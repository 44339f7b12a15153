// Many random programs: long_run PROGRAMS GO_PROGRAMS [SEED]. Prints what it has compared, and fails at a disagreement.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/mixed_gen.h"
#include "plait/properties/litmus/random.h"

namespace plait::litmus {
namespace {

int Main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: long_run PROGRAMS GO_PROGRAMS [SEED]\n");
    return 2;
  }
  const int programs = std::atoi(argv[1]), by_go = std::atoi(argv[2]);
  const std::string seed = argc > 3 ? argv[3] : "1";
  bool failed = false;
  if (programs > 0) {
    setenv("RC_PARAMS", ("seed=" + seed + " max_success=" + std::to_string(programs)).c_str(), 0);
    RandomPrograms random({.max_ops = 7});
    const generate::ForAllResult result =
        generate::ForAll(generate::MixedProgram(7), programs, [&](const model::Program& program) {
          if (random.programs() % 1000 == 999) std::fprintf(stderr, "%d\n", random.programs() + 1);
          return random.Judge(program);
        });
    std::printf("%s%s\n", random.Summary().c_str(), result.failure.c_str());
    failed |= !result.failure.empty();
  }
  if (by_go > 0) {
    RandomPrograms random({.max_ops = 7});
    const golang::Go go = golang::FindGo();
    const std::string wrong = go.path.empty()
                                  ? "there is no Go"
                                  : random.CompareWithGo(go, by_go, std::strtoull(seed.c_str(), nullptr, 10), 20);
    std::printf("Go 1.%d: %s%s\n", go.minor, random.Summary().c_str(), wrong.c_str());
    failed |= !wrong.empty();
  }
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace plait::litmus

int main(int argc, char** argv) {
  try {
    return plait::litmus::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "long_run: %s\n", e.what());
    return 1;
  }
}
