// What an uncaught panic and a fatal error print, and how the process ends.

#include "plait/runtime/panic/panic.h"

#include <signal.h>
#include <unistd.h>

#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/testing/fixture.h"

namespace plait {
namespace {

enum class Color { kRed = 5 };
enum class Flag : bool { kOff, kOn };
struct Name : std::string {
  using std::string::string;
};
struct WithError {
  std::string Error() const { return "an Error"; }
  std::string String() const { return "not this"; }
};
struct WithString {
  const char* String() const { return "a String"; }
};

// PANIC-16: text as it is; what says what it is is asked; numbers and bools plain; types of one's own by name; anything
// else by type and address.
TEST(PanicText, OfValues) {
  EXPECT_EQ(PanicText("text"), "text");
  EXPECT_EQ(PanicText(std::string("string")), "string");
  EXPECT_EQ(PanicText(std::string_view("view")), "view");
  EXPECT_EQ(PanicText(std::runtime_error("an error")), "an error");
  EXPECT_EQ(PanicText(std::make_error_code(std::errc::broken_pipe)), "Broken pipe");
  EXPECT_EQ(PanicText(WithError()), "an Error");
  EXPECT_EQ(PanicText(WithString()), "a String");
  EXPECT_EQ(PanicText(42), "42");
  EXPECT_EQ(PanicText(int8_t{-93}), "-93");
  EXPECT_EQ(PanicText('A'), "65");
  EXPECT_EQ(PanicText(true), "true");
  EXPECT_EQ(PanicText(uint64_t{1} << 63), "9223372036854775808");
  EXPECT_EQ(PanicText(1.5), "+1.500000e+000");
  EXPECT_EQ(PanicText(-93.7f), "-9.370000e+001");
  EXPECT_EQ(PanicText(1e300), "+1.000000e+300");
  EXPECT_EQ(PanicText(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(PanicText(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(PanicText(std::complex<double>(0.5, 3)), "(+5.000000e-001+3.000000e+000i)");
  EXPECT_EQ(PanicText(Color::kRed), "plait::(anonymous namespace)::Color(5)");
  EXPECT_EQ(PanicText(Flag::kOn), "plait::(anonymous namespace)::Flag(true)");
  EXPECT_EQ(PanicText(Name("x")), "plait::(anonymous namespace)::Name(\"x\")");
  EXPECT_EQ(PanicText(static_cast<int*>(nullptr)), "(int*) 0x0");
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

// Each in a process of its own: stderr and the exit status are what is promised. The parent has no thread but one, so
// that it may simply fork.
[[noreturn]] void Goroutine(std::function<void()> f) {
  Runtime runtime(2);
  go(std::move(f));
  runtime.Drain();
  _exit(0);
}

void Say(const char* text) { static_cast<void>(!write(2, text, std::strlen(text))); }

struct Uncaught {
  const char* name;
  std::function<void()> f;
  const char* output;  // the beginning of stderr
};

class UncaughtDeathTest : public testing::TestWithParam<Uncaught> {
 protected:
  // Looks a name up, so that the children inherit the debug information and need not read it each for themselves.
  static void SetUpTestSuite() { Stack(false); }
};

// PANIC-05: what reaches the top of a goroutine ends the process with status 2, whoever else might recover.
// PANIC-15: "panic: ", the value, an empty line, the goroutine, its frames, and who created it.
// PANIC-16, PANIC-17: the value; channel errors are plain.
// PANIC-18: each earlier panic on a line of its own, later ones behind a tab; Goexit is skipped.
// PANIC-19: the same again after recover is printed once.
// PANIC-20: Error() panics itself.
// PANIC-21: no deferred call runs after a fatal error.
// PANIC-22: its form.
// PANIC-23: pending panics come before a fatal error.
TEST_P(UncaughtDeathTest, EndsTheProcess) {
  EXPECT_EXIT(Goroutine(GetParam().f), testing::ExitedWithCode(2), std::string("^") + GetParam().output);
}

void RecoverAndPanic(Frame& f, const char* text) {
  f.defer([text] {
    static_cast<void>(recover());
    panic(text);
  });
}

// The trace of one goroutine that was started by Goroutine().
#define TRACE                                                                                        \
  "\ngoroutine [0-9]+ \\[running\\]:\n(\\S[^\n]*\\(\\.\\.\\.\\)\n\t[^\n]*:[0-9]+ \\+0x[0-9a-f]+\n)+" \
  "created by .*Goroutine in a plain thread\n\t.*panic_test.cc:[0-9]+ \\+0x[0-9a-f]+\n$"

INSTANTIATE_TEST_SUITE_P(
    Panics, UncaughtDeathTest,
    testing::Values(
        Uncaught{"text", [] { panic("boom"); }, "panic: boom\n" TRACE},
        Uncaught{"lines", [] { panic("two\nlines"); }, "panic: two\n\tlines\n\ngoroutine "},
        Uncaught{"number", [] { panic(Color::kRed); }, "panic: plait::\\(anonymous namespace\\)::Color\\(5\\)\n\n"},
        Uncaught{"nil", [] { panic(nullptr); }, "panic: runtime error: panic called with nil argument\n"},
        Uncaught{"channel", [] { close(Chan<int>()); }, "panic: close of nil channel\n\n"},
        Uncaught{"exception", [] { throw std::runtime_error("theirs"); },
                 "panic: std::runtime_error: theirs\n\ngoroutine [0-9]+ \\[running\\]:\ncreated by "},
        Uncaught{"unknown", [] { throw 5; }, "panic: C\\+\\+ exception of type int\n\n"},
        Uncaught{"child",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { static_cast<void>(recover()); });
                     go([] { panic("in the child"); });
                     Chan<int>().recv();
                   });
                 },
                 "panic: in the child\n\ngoroutine [0-9]+ \\[running\\]:\n(.*\n)+created by .* in goroutine [0-9]+\n"},
        Uncaught{"deferred",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { Say("deferred\n"); });
                     panic("after");
                   });
                 },
                 "deferred\npanic: after\n\n"},
        Uncaught{"goexit",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { panic("while exiting"); });
                     Goexit();
                   });
                 },
                 "panic: while exiting\n\n"},
        Uncaught{"replaced",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { panic("second"); });
                     panic("first");
                   });
                 },
                 "panic: first\n\tpanic: second\n\ngoroutine"},
        Uncaught{"recovered",
                 [] {
                   frame([](Frame& f) {
                     RecoverAndPanic(f, "second panic");
                     panic("first\npanic");
                   });
                 },
                 "panic: first\n\tpanic \\[recovered\\]\n\tpanic: second panic\n\ngoroutine"},
        Uncaught{"chain",
                 [] {
                   frame([](Frame& f) {
                     RecoverAndPanic(f, "fourth");
                     frame([](Frame& g) {
                       g.defer([] {
                         frame([](Frame& h) {
                           RecoverAndPanic(h, "third");
                           panic("second");
                         });
                       });
                       panic("first");
                     });
                   });
                 },
                 "panic: first\n\tpanic: second \\[recovered\\]\n\tpanic: third \\[recovered\\]\n\tpanic: fourth\n\n"},
        Uncaught{"forgotten",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { panic("only this"); });
                     frame([](Frame& g) {
                       g.defer([] { static_cast<void>(recover()); });
                       panic("forgotten");
                     });
                   });
                 },
                 "panic: only this\n\n"},
        Uncaught{"repanicked",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { panic(recover()); });
                     panic("message");
                   });
                 },
                 "panic: message \\[recovered, repanicked\\]\n\ngoroutine"},
        Uncaught{"repanicked_middle",
                 [] {
                   frame([](Frame& f) {
                     RecoverAndPanic(f, "outer");
                     f.defer([] { panic(recover()); });
                     RecoverAndPanic(f, "middle");
                     panic("inner");
                   });
                 },
                 "panic: inner \\[recovered\\]\n\tpanic: middle \\[recovered, repanicked\\]\n\tpanic: outer\n\n"},
        Uncaught{"repanicked_sandwich",
                 [] {
                   Recovered outer;  // the frame's own locals are gone when its deferred calls run
                   frame([&outer](Frame& f) {
                     f.defer([&outer] {
                       static_cast<void>(recover());
                       panic(outer);
                     });
                     f.defer([&outer] {
                       outer = recover();
                       panic("inner");
                     });
                     panic("outer");
                   });
                 },
                 "panic: outer \\[recovered\\]\n\tpanic: inner \\[recovered\\]\n\tpanic: outer\n\n"},
        Uncaught{"goexit_skipped",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { panic("last"); });
                     f.defer([] { Goexit(); });
                     panic("swallowed");
                   });
                 },
                 "panic: last\n\n"},
        Uncaught{"error_panics",
                 [] {
                   struct Bad {
                     std::string Error() const { panic("inner"); }
                   };
                   panic(Bad());
                 },
                 "fatal error: panic while printing panic value: inner\n\ngoroutine"},
        Uncaught{"error_throws",
                 [] {
                   struct Bad {
                     std::string String() const { throw std::runtime_error("x"); }
                   };
                   panic(Bad());
                 },
                 "fatal error: panic while printing panic value: type std::runtime_error\n"},
        Uncaught{"fatal",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] {
                       static_cast<void>(recover());
                       _exit(1);
                     });
                     Fatal("no way\nback");
                   });
                 },
                 "fatal error: no way\n\tback\n" TRACE},
        Uncaught{"fatal_pending",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] { Fatal("in a deferred call"); });
                     panic("pending");
                   });
                 },
                 "panic: pending\n\tfatal error: in a deferred call\n\ngoroutine"},
        Uncaught{"fatal_recovered",
                 [] {
                   frame([](Frame& f) {
                     f.defer([] {
                       static_cast<void>(recover());
                       Fatal("later");
                     });
                     RecoverAndPanic(f, "second");
                     panic("first");
                   });
                 },
                 "panic: first \\[recovered\\]\n\tpanic: second \\[recovered\\]\n\tfatal error: later\n\n"}),
    [](const auto& uncaught) { return std::string(uncaught.param.name); });

// PANIC-06: the other goroutines' deferred calls are not asked: "child" above.
// WG-13: a panic in WaitGroup::Go ends the
// process before any Wait returns.
TEST(PanicDeathTest, InWaitGroupGo) {
  EXPECT_EXIT(Goroutine([] {
                sync::WaitGroup wg;
                wg.Go([] { panic("in Go"); });
                wg.Wait();
                Say("Wait has returned");
              }),
              testing::ExitedWithCode(2),
              "^panic: in Go \\[recovered, repanicked\\]\n\ngoroutine [0-9]+ \\[running\\]:\n");
}

// PANIC-24: how much is printed, by GOTRACEBACK's names.
TEST(PanicDeathTest, TracebackLevels) {
  const auto crash = [](const char* level) {
    SetTraceback(level);
    Goroutine([] {
      test::GoAndPark([] { Chan<int>().recv(); });
      panic("boom");
    });
  };
  EXPECT_EXIT(crash("none"), testing::ExitedWithCode(2), "^panic: boom\n$");
  EXPECT_EXIT(crash("single"), testing::ExitedWithCode(2), "^panic: boom\n" TRACE);
  EXPECT_EXIT(
      crash("all"), testing::ExitedWithCode(2),
      "^panic: boom\n\ngoroutine [0-9]+ \\[running\\]:\n.*\n\ngoroutine [0-9]+ \\[chan receive \\(nil chan\\)\\]:\n");
  EXPECT_EXIT(crash("system"), testing::ExitedWithCode(2), "plait::GoroutineEntry\\(\\.\\.\\.\\)\n.*\\[chan receive");
  EXPECT_EXIT(crash("crash"), testing::KilledBySignal(SIGABRT), "plait::GoroutineEntry");
}

// PANIC-24: the environment variable.
TEST(PanicDeathTest, TracebackFromTheEnvironment) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  setenv("GOTRACEBACK", "none", 1);
  EXPECT_EXIT(Goroutine([] { panic("boom"); }), testing::ExitedWithCode(2), "^panic: boom\n$");
  unsetenv("GOTRACEBACK");
  GTEST_FLAG_SET(death_test_style, "fast");
}

// PANIC-27: two goroutines panic at once: one message, and the process ends once.
TEST(PanicDeathTest, ManyAtOnce) {
  EXPECT_EXIT(Goroutine([] {
                auto start = make_chan<int>();
                for (int i = 0; i < 8; ++i) {
                  go([start] {
                    start.recv();
                    panic("one of many");
                  });
                }
                close(start);
              }),
              testing::ExitedWithCode(2), "^panic: one of many\n\ngoroutine [^!]*$");
}

// What was printed before is not lost: stdout is flushed.
TEST(PanicDeathTest, FlushesStdout) {
  EXPECT_EXIT(Goroutine([] {
                dup2(2, 1);
                std::printf("printed before\n");
                panic("then");
              }),
              testing::ExitedWithCode(2), "printed before\npanic: then\n");
}

// PANIC-22: when it concerns all, every goroutine is listed, the empty line between two.
TEST(PanicDeathTest, FatalAllListsAll) {
  EXPECT_EXIT(Goroutine([] {
                test::GoAndPark([] { Chan<int>().recv(); });
                test::GoAndPark([] { Select{}; });
                FatalAll("the end");
              }),
              testing::ExitedWithCode(2),
              "^fatal error: the end\n\ngoroutine [0-9]+ \\[running\\]:\n.*\n\ngoroutine [0-9]+ \\[chan receive \\(nil "
              "chan\\)\\]:\n.*\\(\\.\\.\\.\\)\n\t.*panic_test.cc:[0-9]+ .*\ncreated by .* in goroutine "
              "[0-9]+\n\t.*\n\ngoroutine [0-9]+ \\[select \\(no cases\\)\\]:");
}

// Goexit is for goroutines; met in a noexcept function it ends the process, as frame.h says.
TEST(PanicDeathTest, Goexit) {
  EXPECT_EXIT(Goexit(), testing::ExitedWithCode(2),
              "^fatal error: plait: Goexit called from a plain thread\n\nplain thread \\[running\\]:\n");
  EXPECT_EXIT(Goroutine([] { []() noexcept { Goexit(); }(); }), testing::KilledBySignal(SIGABRT), "terminate");
}

}  // namespace
}  // namespace plait
