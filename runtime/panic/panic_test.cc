// What an uncaught panic and a fatal error print, and how the process ends.

#include "plait/runtime/panic/panic.h"

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

using testing::ExitedWithCode;

// PANIC-16: text as it is, an exception's what(), numbers and bools plain, anything else by type and address.
TEST(PanicText, OfValues) {
  EXPECT_EQ(PanicText("text"), "text");
  EXPECT_EQ(PanicText(std::string("string")), "string");
  EXPECT_EQ(PanicText(std::runtime_error("an error")), "an error");
  EXPECT_EQ(PanicText(42), "42");
  EXPECT_EQ(PanicText(true), "true");
  EXPECT_EQ(PanicText(uint64_t{1} << 63), "9223372036854775808");
  struct Anything {};
  const std::string text = PanicText(Anything());
  EXPECT_EQ(text[0], '(');
  EXPECT_NE(text.find("Anything) 0x"), std::string::npos) << text;
}

// PANIC-09: panic(nullptr) is Go's panic(nil): a runtime error of its own.
TEST(Panic, OfNil) {
  EXPECT_EQ(test::PanicTextOf([] { panic(nullptr); }), "runtime error: panic called with nil argument");
  EXPECT_THROW(panic(nullptr), RuntimeError);
}

// PANIC-28: the runtime's own panics are runtime errors.
TEST(Panic, OfTheRuntime) {
  auto closed = make_chan<int>();
  close(closed);
  EXPECT_THROW(close(closed), RuntimeError);
  EXPECT_THROW(closed.send(1), RuntimeError);
  EXPECT_THROW(make_chan<int>(-1), RuntimeError);
  EXPECT_THROW(PanicRuntime(texts::kNilDereference), RuntimeError);
}

// Exceptions that are no panics have a text as well.
TEST(Panic, TextOfForeignExceptions) {
  const auto text_of = [](auto thrower) -> std::string {
    try {
      thrower();
    } catch (...) {
      return TextOf(std::current_exception());
    }
    return "";
  };
  EXPECT_EQ(text_of([] { throw std::logic_error("not ours"); }), "not ours");
  EXPECT_EQ(text_of([] { throw "literal"; }), "literal");
  EXPECT_EQ(text_of([] { throw std::string("string"); }), "string");
  EXPECT_EQ(text_of([] { throw 5; }), "C++ exception of type int");
}

// A copy of a panic is the same panic: value, text and place.
TEST(Panic, CopiesShare) {
  try {
    panic(std::string("a text that is too long for the small buffer"));
  } catch (const Panic& p) {
    const Panic copy = p;
    EXPECT_EQ(copy.what(), p.what());
    EXPECT_EQ(copy.stack(), p.stack());
    EXPECT_GT(copy.stack().size(), 1u);
  }
}

class PanicDeathTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // Runs f as a goroutine of a Runtime, then exits with 0.
  template <class F>
  [[noreturn]] static void RunGoroutine(F f) {
    Runtime runtime(GetParam());
    go(std::move(f));
    runtime.Drain();
    _exit(0);
  }
};
PLAIT_WITH_PROCS(PanicDeathTest);

// PANIC-05: a panic that reaches the top of its goroutine ends the process with status 2.
// PANIC-15: "panic: ", the value, an empty line, the goroutine.
TEST_P(PanicDeathTest, Uncaught) {
  EXPECT_EXIT(RunGoroutine([] { panic("boom"); }), ExitedWithCode(2),
              "^panic: boom\n\ngoroutine [0-9]+ \\[running\\]:\n.*panic_test.*\ncreated by .* in a plain thread\n\t.*"
              "panic_test.cc:[0-9]+ \\+0x[0-9a-f]+\n$");
}

// PANIC-05: no other goroutine, and no plain thread, is asked.
// PANIC-06: nor can anybody else recover it.
TEST_P(PanicDeathTest, NobodyElseCanRecover) {
  EXPECT_EXIT(RunGoroutine([] {
                frame([](Frame& f) {
                  f.defer([] { static_cast<void>(recover()); });
                  auto never = make_chan<int>();
                  go([] { panic("in the child"); });
                  never.recv();
                });
              }),
              ExitedWithCode(2),
              "^panic: in the child\n\ngoroutine [0-9]+ \\[running\\]:\n.*created by .* in goroutine ");
}

// PANIC-01, PANIC-05: deferred calls and destructors of the panicking goroutine run before the process ends.
TEST_P(PanicDeathTest, DeferredCallsRunFirst) {
  EXPECT_EXIT(RunGoroutine([] {
                frame([](Frame& f) {
                  f.defer([] { static_cast<void>(!write(2, "deferred\n", 9)); });
                  panic("after");
                });
              }),
              ExitedWithCode(2), "^deferred\npanic: after\n");
}

// PANIC-12: a panic during Goexit that nobody recovers ends the process.
TEST_P(PanicDeathTest, DuringGoexit) {
  EXPECT_EXIT(RunGoroutine([] {
                frame([](Frame& f) {
                  f.defer([] { panic("while exiting"); });
                  Goexit();
                });
              }),
              ExitedWithCode(2), "^panic: while exiting\n");
}

// PANIC-16: newlines in the text are followed by a tab.
// PANIC-17: channel errors are plain; so is a C++ exception's text.
TEST_P(PanicDeathTest, Texts) {
  EXPECT_EXIT(RunGoroutine([] { panic("two\nlines"); }), ExitedWithCode(2), "^panic: two\n\tlines\n\ngoroutine ");
  EXPECT_EXIT(RunGoroutine([] { close(Chan<int>()); }), ExitedWithCode(2), "^panic: close of nil channel\n\n");
  EXPECT_EXIT(RunGoroutine([] { throw std::runtime_error("theirs"); }), ExitedWithCode(2), "^panic: theirs\n\n");
  EXPECT_EXIT(RunGoroutine([] { throw 5; }), ExitedWithCode(2), "^panic: C\\+\\+ exception of type int\n\n");
  EXPECT_EXIT(RunGoroutine([] { panic(nullptr); }), ExitedWithCode(2), "^panic: runtime error: panic called with nil");
}

// PANIC-27: two goroutines panic at once: one message, and the process ends once.
TEST_P(PanicDeathTest, TwoAtOnce) {
  EXPECT_EXIT(RunGoroutine([] {
                auto start = make_chan<int>();
                for (int i = 0; i < 8; ++i) {
                  go([start] {
                    start.recv();
                    panic("one of many");
                  });
                }
                close(start);
              }),
              ExitedWithCode(2), "^panic: one of many\n\ngoroutine [^!]*$");
}

// What was printed before is not lost: stdout is flushed.
TEST_P(PanicDeathTest, FlushesStdout) {
  EXPECT_EXIT(RunGoroutine([] {
                dup2(2, 1);
                std::printf("printed before\n");
                panic("then");
              }),
              ExitedWithCode(2), "printed before\npanic: then\n");
}

// PANIC-21: fatal errors run no deferred call and cannot be recovered.
// PANIC-22: "fatal error: ", the text, the current goroutine.
TEST_P(PanicDeathTest, Fatal) {
  EXPECT_EXIT(RunGoroutine([] {
                frame([](Frame& f) {
                  f.defer([] {
                    static_cast<void>(recover());
                    _exit(1);
                  });
                  Fatal("no way back");
                });
              }),
              ExitedWithCode(2), "^fatal error: no way back\n\ngoroutine [0-9]+ \\[running\\]:\n");
}

// FatalAll lists every goroutine, and what it waits for.
TEST_P(PanicDeathTest, FatalAllListsAll) {
  EXPECT_EXIT(RunGoroutine([] {
                test::GoAndPark([] { Chan<int>().recv(); });
                test::GoAndPark([] { Select{}; });
                FatalAll("the end");
              }),
              ExitedWithCode(2),
              "^fatal error: the end\n\ngoroutine [0-9]+ \\[running\\]:\n.*goroutine [0-9]+ \\[chan receive \\(nil "
              "chan\\)\\]:\n.*\\(\\.\\.\\.\\)\n\t.*panic_test.cc:[0-9]+ .*\ncreated by .* in goroutine "
              "[0-9]+\n\t.*\n\ngoroutine [0-9]+ \\[select \\(no cases\\)\\]:");
}

// Goexit is for goroutines.
TEST_P(PanicDeathTest, GoexitOnAPlainThread) {
  EXPECT_EXIT(Goexit(), ExitedWithCode(2), "^fatal error: plait: Goexit called from a plain thread\n\nplain thread ");
}

// A Goexit that meets a noexcept function ends the process, as frame.h says.
TEST_P(PanicDeathTest, GoexitInNoexcept) {
  EXPECT_EXIT(RunGoroutine([] { []() noexcept { Goexit(); }(); }), testing::KilledBySignal(SIGABRT), "terminate");
}

}  // namespace
}  // namespace plait
