#include "plait/explorer/replay/token.h"

#include <gtest/gtest.h>

#include <fstream>

#include "plait/explore.h"

namespace plait::explore {
namespace {

std::string Error(std::string_view text) {
  Token token;
  std::string error;
  EXPECT_FALSE(DecodeToken(text, token, error)) << text;
  return error;
}

void ExpectRoundTrip(const std::string& text) {
  Token token;
  std::string error;
  ASSERT_TRUE(DecodeToken(text, token, error)) << error;
  EXPECT_EQ(EncodeToken(token), text);
}

TEST(Token, RoundTrips) {
  ExpectRoundTrip("plait2:u:Suite.Name:3fa2:1s.2r.1s_2.2e1.3h0.t1.2s_3~1.4c");
  ExpectRoundTrip("plait2:r:Suite/Name.With/3:0001:1+.2-e!.3s!.2e!2l-");
  ExpectRoundTrip("plait2:u:Suite.Repeats:ffff:1llo*12s_3*9.2t1t.t4.t4.3ss");
  ExpectRoundTrip("plait2:u:Suite.Empty:3fa2:");
}

// What earlier releases wrote is read.
TEST(Token, OfVersion1) {
  Token token;
  std::string error;
  ASSERT_TRUE(DecodeToken("plait1:u:Suite.Name:1s.2r.1s_2.2e1.t1.2s_3e1.1w.2ew2", token, error)) << error;
  token.fingerprint = 0xabcd;
  EXPECT_EQ(EncodeToken(token), "plait2:u:Suite.Name:abcd:1s.2r.1s_2.2e1.t1.2s_3~1.1w.2e!2");
}

// What is wrong, where, and how to mend it.
TEST(Token, SaysWhatIsWrong) {
  EXPECT_NE(Error("").find("it ends early"), std::string::npos);
  EXPECT_NE(Error("plait2:u:Suite.Name:1").find("there are four ':' in a token"), std::string::npos);
  EXPECT_NE(
      Error("plait9:u:A.B:1s").find("it starts with 'plait9', but this plait reads versions 'plait2' and 'plait1'"),
      std::string::npos);
  EXPECT_NE(Error("plait2:x:A.B:1:1s").find("its granularity is 'x', not u or r"), std::string::npos);
  EXPECT_NE(Error("plait2:u::1:1s").find("it names no test"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:xyz:1s").find("its fingerprint is 'xyz'"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:1:1s*0").find("its step 1, '1s*0'"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:1:1s.2?.3r").find("its step 2, '2?', means nothing"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:1:1s.0r").find("its step 2, '0r'"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:1:2e").find("its step 1, '2e'"), std::string::npos);
  EXPECT_NE(Error("plait2:u:A.B:1:1s5").find("copy that line again"), std::string::npos);
}

// ---- Replays. This file is built a second time with another optimisation level and lines added here
// (token_other_build), and by CI with another compiler and with sanitizers: the token is the same constant every time.
#ifdef PLAIT_ADDED_LINES

#endif

constexpr char kLeakToken[] = "plait2:u:Abandon.Leaks:b5a3:1m.t1.1e1";

void Abandon(bool buffered) {
  using namespace std::chrono_literals;
  auto result = make_chan<int>(buffered ? 1 : 0).name("result");
  go([result] {
#ifdef PLAIT_ADDED_LINES
    const int computed = 6 * 7;
    result.send(computed);
#else
    result.send(42);
#endif
  });
  Select{
      recv_case(result, [](int) {}),
      recv_case(time::After(1s)),
  };
}

TEST(Replay, SurvivesOtherBuilds) {
  const Result r = Explore("Abandon.Leaks", {.replay = kLeakToken}, [] { Abandon(false); });
  EXPECT_EQ(r.verdict, Verdict::kLeak) << r.report;
  EXPECT_NE(r.report.find("G2    waits in result <- 42"), std::string::npos) << r.report;
  // And it is what an exploration finds.
  EXPECT_EQ(Explore("Abandon.Leaks", {}, [] { Abandon(false); }).token, kLeakToken);
}

// The fix holds in the very schedule that broke.
TEST(Replay, OfAFixedProgramShowsTheFix) {
  const Result r = Explore("Abandon.Leaks", {.replay = kLeakToken}, [] { Abandon(true); });
  EXPECT_EQ(r.verdict, Verdict::kNone) << r.report;
}

TEST(Replay, RefusesAForeignToken) {
  const Result r = Explore("Other.Test", {.replay = kLeakToken}, [] {});
  EXPECT_NE(r.verdict, Verdict::kNone);
  EXPECT_EQ(r.report,
            "plait: this replay token was recorded for Abandon.Leaks, not for Other.Test: run that test with it");
}

TEST(Replay, RefusesAChangedProgram) {
  const Result r = Explore("Abandon.Leaks", {.replay = kLeakToken}, [] {
    auto ch = make_chan<int>(1);
    close(ch);
  });
  EXPECT_EQ(r.verdict, Verdict::kNondeterminism);
  EXPECT_NE(r.report.find("replay line was recorded for Abandon.Leaks (3 steps), but step 1 differs:"),
            std::string::npos)
      << r.report;
  EXPECT_NE(r.report.find("recorded  main: start timer"), std::string::npos) << r.report;
  EXPECT_NE(r.report.find("now       main: close"), std::string::npos) << r.report;
  EXPECT_NE(r.report.find("The program has changed since. Explore it again without --plait_replay to get a new line."),
            std::string::npos)
      << r.report;
}

// All steps fit, but they are about something else.
TEST(Replay, SaysThatTheProgramHasChanged) {
  std::string token = kLeakToken;
  token.replace(token.find("b5a3"), 4, "b5a4");
  const Result r = Explore("Abandon.Leaks", {.replay = token}, [] { Abandon(false); });
  EXPECT_EQ(r.verdict, Verdict::kLeak);
  EXPECT_NE(r.report.find("The program has changed since this was recorded (fingerprint b5a4, now b5a3)"),
            std::string::npos)
      << r.report;
}

// A schedule that is too long for a line is in a file, and replays from there.
TEST(Replay, OfALongScheduleIsAFile) {
  const auto body = [] {
    sync::atomic::Int64 x;
    for (int g = 0; g < 3; ++g) {
      go([&x] {
        for (int i = 0; i < 100; ++i) x.Add(1);
      });
    }
    join_all();
    panic("at the end");
  };
  const Options options{.mode = Mode::kRandom, .reduction = 0};
  const Result found = Explore("Long", options, body);
  ASSERT_EQ(found.verdict, Verdict::kPanic);
  EXPECT_GT(found.token.size(), 200u);
  EXPECT_EQ(found.report.find(found.token), std::string::npos) << "it is in the report all the same";
  EXPECT_NE(found.report.find("--plait_replay=@FILE"), std::string::npos) << found.report;
  const std::string file = testing::TempDir() + "/Long.schedule";
  std::ofstream(file) << found.schedule;
  const Result again = Explore("Long", {.replay = "@" + file}, body);
  EXPECT_EQ(again.verdict, Verdict::kPanic) << again.report;
  EXPECT_EQ(again.schedule, found.schedule);
}

}  // namespace
}  // namespace plait::explore
