#include "plait/model/program.h"

#include <string>

#include "gtest/gtest.h"
#include "plait/model/outcome.h"

namespace plait::model {
namespace {

Program Sample() {
  return Program{
      .channels = {Chan(0, "a"), Chan(2), NilChan()},
      .goroutines = {{Go(1), Send(0, -1), Close(0), Cap(1)},
                     {Recv(0), Range(0), Select({CaseSend(1, 7), CaseRecv(0)}), TryRecv(2), Len(1), Select({})}}};
}

TEST(Program, ReadsAsGo) {
  EXPECT_EQ(
      "a := make(chan int)\n"
      "c1 := make(chan int, 2)\n"
      "var c2 chan int\n"
      "func main() {\n"
      "  go g1()\n"
      "  a <- -1\n"
      "  close(a)\n"
      "  cap(c1)\n"
      "  // waits for all\n"
      "}\n"
      "func g1() {\n"
      "  <-a\n"
      "  for range a {}\n"
      "  select { case c1 <- 7: case <-a: }\n"
      "  select { case <-c2: default: }\n"
      "  len(c1)\n"
      "  select {}\n"
      "}\n",
      ToString(Sample()));
}

TEST(Program, WaitReasonsAreGos) {
  const Program p = Sample();
  EXPECT_EQ("chan send", WaitReason(p, Send(0, 1)));
  EXPECT_EQ("chan receive", WaitReason(p, Range(0)));
  EXPECT_EQ("chan send (nil chan)", WaitReason(p, Send(2, 1)));     // CH-03
  EXPECT_EQ("chan receive (nil chan)", WaitReason(p, Recv(2)));     // CH-04
  EXPECT_EQ("select (no cases)", WaitReason(p, Select({})));        // SEL-08
  EXPECT_EQ("chan receive", WaitReason(p, Select({CaseRecv(0)})));  // SEL-09
  EXPECT_EQ("select", WaitReason(p, Select({CaseRecv(0), CaseRecv(2)})));
}

std::string Fault(std::vector<Body> goroutines) {
  return Validate(Program{.channels = {Chan(0)}, .goroutines = std::move(goroutines)});
}

TEST(Program, FaultsAreNamed) {
  EXPECT_EQ("", Validate(Sample()));
  EXPECT_EQ("a program needs a main goroutine", Fault({}));
  EXPECT_EQ("c0: negative capacity", Validate({.channels = {Chan(-1)}, .goroutines = {Body()}}));
  EXPECT_EQ("main, operation 1: no such channel", Fault({{Recv(0), Recv(1)}}));
  EXPECT_EQ("main, operation 0: no such channel", Fault({{Len(-1)}}));
  EXPECT_EQ("g1, operation 0: value 40000 needs over 16 bits", Fault({{}, {Send(0, 40000)}}));
  EXPECT_EQ("main, operation 0: no such goroutine", Fault({{Go(1)}}));
  EXPECT_EQ("g1, operation 0: main cannot be started", Fault({{}, {Go(0)}}));
  EXPECT_EQ("g1, operation 0: a goroutine cannot start itself", Fault({{}, {Go(1)}}));
  EXPECT_EQ("main, operation 1: g1 is started twice", Fault({{Go(1), Go(1)}, {}}));
  EXPECT_EQ("main, operation 0: wrong direction", Fault({{Op{.kind = OpKind::kSend, .cases = {CaseRecv(0)}}}}));
  EXPECT_EQ("main, operation 0: a send, a receive and a range have exactly one case",
            Fault({{Op{.kind = OpKind::kRecv}}}));
  EXPECT_EQ("main, operation 0: only a select has a default",
            Fault({{Op{.kind = OpKind::kClose, .object = 0, .has_default = true}}}));
  EXPECT_EQ("main, operation 0: only a communication has cases",
            Fault({{Op{.kind = OpKind::kLen, .object = 0, .cases = {CaseRecv(0)}}}}));
  EXPECT_EQ("main, operation 0: more than 120 cases", Fault({{Select(std::vector<Case>(121, CaseRecv(0)))}}));
  EXPECT_EQ("main: more than 250 operations", Fault({Body(251, Recv(0))}));
  EXPECT_EQ("more than 250 goroutines", Fault(std::vector<Body>(251)));
  EXPECT_EQ("g1, operation 50: more than 250 sends on one channel",
            Fault({Body(200, Send(0, 1)), Body(100, Send(0, 1))}));
}

TEST(Outcome, OneLineForEachGoroutine) {
  const Program p = Sample();
  const Outcome o = Judge(
      {Panicked(2, kCloseOfClosed),
       Blocked(5, {Received(0, -1), Received(1, 3), ChoseRecvClosed(2, 1), Chose(3, kDefaultCase), Count(4, 2)})});
  EXPECT_EQ(
      "main: panicked in close(a): close of closed channel\n"
      "g1: <-a = -1, true; <-a = 3, true; select case 1 (<-a = 0, false); select default; len(c1) = 2; "
      "blocked in select (no cases): select {}\n"
      "leak\n",
      ToString(p, o));
  EXPECT_EQ(
      "main: panicked in #2: close of closed channel\n"
      "g1: #0=-1,true #1=3,true #2=case1:0,false #3=default #4=2,false blocked #5\n"
      "leak\n",
      ToString(o));
  EXPECT_EQ("main: returned\ng1: not started\ndone\n", ToString(p, Judge({Returned(), NotStarted()})));
  EXPECT_EQ("main: returned\ng1: cut off\nexited\n", ToString(p, Judge({Returned(), CutOff()})));
}

TEST(Outcome, OfAnotherProgramPrintsAllTheSame) {
  const Outcome o = Judge({Blocked(77, {Chose(0, 5), Count(99, 1)}), Returned({Chose(2, 8)}), Blocked(1)});
  EXPECT_NE("", ToString(Sample(), o));
}

TEST(Outcome, EqualOnesHashEqualAndOthersDiffer) {
  const std::vector<Outcome> different = {
      Judge({}),
      Judge({Returned()}),
      Judge({Blocked(0)}),
      Judge({Blocked(1)}),
      Judge({Panicked(0, "a")}),
      Judge({Panicked(0, "b")}),
      Judge({CutOff()}),
      Judge({NotStarted()}),
      Judge({Returned({Received(0, 1)})}),
      Judge({Returned({ReceivedClosed(0)})}),
      Judge({Returned({Received(0, 0)})}),
      Judge({Returned({ChoseRecv(0, 0, 1)})}),
      Judge({Returned({Received(1, 1)})}),
      Judge({Returned(), Returned()}),
      Judge({Returned({Received(0, 1), Received(0, 1)})}),
  };
  for (size_t i = 0; i < different.size(); ++i) {
    for (size_t j = 0; j < different.size(); ++j) {
      EXPECT_EQ(i == j, different[i] == different[j]);
      EXPECT_EQ(i == j, std::hash<Outcome>()(different[i]) == std::hash<Outcome>()(Outcome(different[j])));
    }
  }
}

}  // namespace
}  // namespace plait::model
