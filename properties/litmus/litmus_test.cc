#include "plait/properties/litmus/litmus.h"

#include <gtest/gtest.h>

#include <string>

#include "plait/model/search.h"
#include "plait/properties/generate/for_all.h"
#include "plait/properties/generate/program_gen.h"

namespace plait::litmus {
namespace {

// "3:5: what", or "" if nothing is wrong.
std::string FaultIn(const std::string& text) {
  try {
    Parse("f", text);
    return "";
  } catch (const ParseError& e) {
    return std::string(e.what()).substr(2);
  }
}

TEST(Litmus, EveryKindOfStatement) {
  const std::string text = R"(// CH-08, MU-02: a comment
// over two lines.
needs go 1.23
c := make(chan int, 2)
var n chan int
var mu sync.Mutex
var rw sync.RWMutex
var wg sync.WaitGroup
var once sync.Once
var x atomic.Int64
cond := sync.NewCond(&mu)
t := time.NewTimer(2)
f := time.AfterFunc(1, g2)
ctx, cancel := context.WithCancel(context.Background())
sub, stop := context.WithTimeout(ctx, 3)
func main() {
  defer mu.Unlock()
  defer func() { r := recover() }()
  go g1()
  v, ok := <-c
  if ok {
    c <- v+1
  } else if v == 0 {
    return
  }
  select {
  case c <- 2: close(c)
  case w := <-t.C:
  case <-ctx.Done():
    e := ctx.Err()
  default:
    time.Sleep(1)
  }
  for u := range c {}
  once.Do(func() { x.Store(v) })
  y := x.CompareAndSwap(0, 1)
}
func g1() { mu.Lock(); cond.Wait(); cond.Signal(); cond.Broadcast(); runtime.Goexit() }
func g2() { rw.RLock(); rw.RUnlock(); wg.Add(1); wg.Done(); wg.Wait(); cancel(); stop(); panic(3) }
func g3() { a := t.Stop(); b := t.Reset(1); d := f.Stop(); runtime.Gosched(); <-n; select {} }
exists main.v == 1 && !(g1 blocked || g2 panics)
forall !deadlock
outcomes
  one line
  another
)";
  const Litmus litmus = Parse("f", text);
  EXPECT_EQ(litmus.comment, "CH-08, MU-02: a comment over two lines.");
  EXPECT_EQ(litmus.clauses, (std::vector<std::string>{"CH-08", "MU-02"}));
  EXPECT_EQ(litmus.needs_go, 23);
  EXPECT_EQ(litmus.program.goroutines.size(), 4u);
  ASSERT_EQ(litmus.claims.size(), 2u);
  EXPECT_EQ(litmus.claims[0].text, "exists main.v == 1 && !(g1 blocked || g2 panics)");
  EXPECT_EQ(litmus.outcomes, (std::set<std::string>{"one line", "another"}));
}

TEST(Litmus, FaultsSayWhereTheyAre) {
  EXPECT_EQ(FaultIn("c := make(chan int)\nfunc main() {\n  d <- 1\n}\n"), "3:3: 'd' is not declared above");
  EXPECT_EQ(FaultIn("func main() {\n  v := <-\n}\n"), "2:10: expected a channel, not 'the end of the line'");
  EXPECT_EQ(FaultIn("func main() {\n  go g1()\n}\n"), "2:6: there is no func g1()");
  EXPECT_EQ(FaultIn("func main() {\n"), "2:1: expected '}', not the end of the file");
  EXPECT_EQ(FaultIn("c := make(chan int)\nc := make(chan int)\nfunc main() {}\n"), "2:1: 'c' is declared twice");
  EXPECT_EQ(FaultIn("var mu sync.Lock\n"),
            "1:8: 'sync.Lock' is no type here: chan int, sync.Mutex, sync.RWMutex, sync.WaitGroup, sync.Once, "
            "atomic.Int64");
  EXPECT_EQ(FaultIn("var mu sync.Mutex\nfunc main() {\n  mu.Wait()\n}\n"), "3:6: 'mu' has no method 'Wait'");
  EXPECT_EQ(FaultIn("func main() {\n  if v == 1 {}\n}\n"), "2:6: there is no variable 'v' in this function");
  EXPECT_EQ(FaultIn("func main() {\n  panic(1) panic(2)\n}\n"), "2:12: expected the end of the statement, not 'panic'");
  EXPECT_EQ(FaultIn("func main() {}\nexists main sleeps\n"),
            "2:13: 'sleeps': expected blocked, panics, returns, exits or unstarted");
  EXPECT_EQ(FaultIn("func g1() {}\n"), "2:1: there is no func main()");
  EXPECT_EQ(FaultIn("func main() {\n  # \n}\n"), "2:3: '#' means nothing here");
  EXPECT_EQ(FaultIn("func worker() {}\n"), "1:6: functions are called main, g1, g2... g20, not 'worker'");
  EXPECT_EQ(FaultIn("c := make(chan int, 1000)\n"), "1:21: a number from 0 to 100 belongs here");
}

TEST(Litmus, BranchesGoWhereTheyShould) {
  const Litmus litmus = Parse("f", R"(c := make(chan int, 1)
func main() {
  select {
  case v, ok := <-c:
    if v == 1 {
      panic(1)
    } else {
      panic(2)
    }
  default:
    panic(3)
  }
}
func g1() {
  c <- 1
}
func g2() {
  close(c)
}
)");
  std::set<std::string> lines;
  for (const model::Outcome& o : model::Search(litmus.program).outcomes()) lines.insert(Line(litmus.program, o));
  EXPECT_EQ(lines,
            (std::set<std::string>{
                "main default, panics at panic(3): 3 | g1 | g2 | done",
                "main default, panics at panic(3): 3 | g1 panics at c <- 1: send on closed channel | g2 | done",
                "main case <-c=1, panics at panic(1): 1 | g1 | g2 | done",
                "main case <-c=closed, panics at panic(2): 2 | g1 panics at c <- 1: send on closed channel | g2 | done",
            }));
}

TEST(Litmus, ClaimsHoldOrNot) {
  const Litmus litmus = Parse("f", R"(c := make(chan int)
func main() {
  v, ok := <-c
}
func g1() {
  c <- 7
  c <- 8
}
exists main.v == 7 && main.ok && g1 blocked && leak
exists main.v < 7
forall main returns
forall main.v != 7 || deadlock
)");
  const model::Outcome outcome = *model::Search(litmus.program).outcomes().begin();
  const bool expected[] = {true, false, true, false};
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(litmus.claims[i].condition.Holds(outcome), expected[i]) << i;
}

// The same operation twice in one goroutine: the line says which of them it was.
TEST(Litmus, LinesTellOutcomesApart) {
  const Litmus litmus =
      Parse("f", "c := make(chan int)\nfunc main() {\n  c <- 1\n  c <- 1\n}\nfunc g1() {\n  <-c\n}\n");
  const model::Outcome outcome = *model::Search(litmus.program).outcomes().begin();
  EXPECT_EQ(Line(litmus.program, outcome), "main blocked: c <- 1 #2 | g1 <-c=1 | deadlock");
}

// What RapidCheck has shrunk is printed in this language: it can be read again, and is the same program.
TEST(Litmus, PrintedProgramsComeBack) {
  generate::ExpectForAll(generate::AnyProgram(10), 300, [](const model::Program& program) {
    const std::string text = Print(program);
    const Litmus read = Parse("printed", text);
    return UpToRenaming(read.program) == UpToRenaming(program) && Print(read.program) == text ? std::string() : text;
  });
}

TEST(Litmus, UpToRenaming) {
  const auto text_of = [](const std::string& text) { return UpToRenaming(Parse("f", text).program); };
  const std::string one = text_of(
      "a := make(chan int)\nb := make(chan int, 1)\nfunc main() { a <- 1 }\nfunc g1() { b <- 2; <-a }\nfunc g2() { v "
      ":= "
      "<-b }\n");
  EXPECT_EQ(one, text_of("y := make(chan int, 1)\nx := make(chan int)\nfunc main() { x <- 5 }\nfunc g1() { w := <-y "
                         "}\nfunc g2() { y <- 3; u := <-x }\n"));
  EXPECT_NE(one, text_of("a := make(chan int)\nb := make(chan int, 2)\nfunc main() { a <- 1 }\nfunc g1() { b <- 2; <-a "
                         "}\nfunc g2() { v := <-b }\n"));
  EXPECT_NE(one, text_of("a := make(chan int)\nb := make(chan int, 1)\nfunc main() { a <- 1 }\nfunc g1() { b <- 1; <-a "
                         "}\nfunc g2() { v := <-b }\n"));
}

}  // namespace
}  // namespace plait::litmus
