// CH-01 to CH-27, SEL-03 to SEL-18, GO-01, MU-02, RW-01, WG-02, ONCE-01, COND-02, TIME-05, CTX-02, PANIC-01, as far as a
// single run can show them: what can come of random programs of the litmus language is what the model says.

#include "plait/properties/litmus/random.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/mixed_gen.h"
#include "plait/properties/generate/sanitized.h"

namespace plait::litmus {
namespace {

constexpr int kPrograms = generate::kSanitized ? 60 : 600;

TEST(RandomPrograms, RuntimeAgreesWithTheModel) {
  RandomPrograms random({.max_ops = generate::kSanitized ? 6 : 7});
  generate::ExpectForAll(generate::MixedProgram(generate::kSanitized ? 6 : 7), kPrograms,
                         [&](const model::Program& program) { return random.Judge(program); });
  std::printf("%s", random.Summary().c_str());
  EXPECT_LE(random.given_up(), random.programs() / 10) << "programs are too large";
  // They are interesting: of everything there is enough, and most can end in several ways.
  for (const char* feature : {"mutex", "rwmutex", "waitgroup", "once", "cond", "int", "timer", "func", "context",
                              "select", "select with default", "close", "racing closes", "shared channel", "deferred",
                              "panic", "goexit", "sleep", "panicked"}) {
    const auto found = random.histogram().find(feature);
    EXPECT_GE(found == random.histogram().end() ? 0 : found->second, generate::kSanitized ? 0 : kPrograms / 100)
        << feature;
  }
  EXPECT_GE(random.histogram().at("blocked"), kPrograms / 3);
  EXPECT_GE(random.histogram().at("two outcomes"), kPrograms / 3);
  EXPECT_GE(random.histogram().at("six outcomes"), kPrograms / 10);
}

}  // namespace
}  // namespace plait::litmus
