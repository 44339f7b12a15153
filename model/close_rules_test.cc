// Section CH, close and what follows it, with the clauses of GO and PANIC that show in outcomes.
#include "gtest/gtest.h"
#include "plait/model/test_util.h"

namespace plait::model {
namespace {

TEST(CloseRules, CH05_CloseOfNilPanics) {
  ExpectOutcomes(Make({NilChan()}, {{Close(0), Close(0)}}), {{Panicked(0, "close of nil channel")}});
}

TEST(CloseRules, CH06_OfSeveralClosesExactlyOneSucceeds) {
  const GoroutineOutcome loser = Panicked(0, "close of closed channel");
  ExpectOutcomes(Make({Chan(0)}, {{Close(0)}, {Close(0)}}), {{Returned(), loser}, {loser, Returned()}});
  ExpectOutcomes(Make({Chan(0)}, {{Close(0)}, {Close(0)}, {Close(0)}}),
                 {{Returned(), loser, loser}, {loser, Returned(), loser}, {loser, loser, Returned()}});
}

TEST(CloseRules, CH07_SendOnClosedPanicsEvenWithSpace) {
  ExpectOutcomes(Make({Chan(2)}, {{Close(0), Send(0, 1)}}), {{Panicked(1, "send on closed channel")}});
  ExpectOutcomes(Make({Chan(0)}, {{Close(0), Send(0, 1)}}), {{Panicked(1, "send on closed channel")}});
}

TEST(CloseRules, CH08_ABlockedSenderPanicsAndItsValueIsNotDelivered) {
  ExpectOutcomes(Make({Chan(0)}, {{Close(0)}, {Send(0, 1)}, {Recv(0)}}),
                 {{Returned(), Returned(), Returned({Received(0, 1)})},
                  {Returned(), Panicked(0, "send on closed channel"), Returned({ReceivedClosed(0)})}});
  // The buffer was full when the sender came: what it held is still received, the sender's value is not.
  ExpectOutcomes(Make({Chan(1)}, {{Send(0, 1), Close(0), Recv(0), Recv(0)}, {Send(0, 2)}}), {0, 1},
                 {{Returned({Received(2, 1), ReceivedClosed(3)}), Panicked(0, "send on closed channel")}});
}

TEST(CloseRules, CH09_WhatIsInTheBufferIsStillReceived) {
  ExpectOutcomes(Make({Chan(3)}, {{Send(0, 0), Send(0, 7), Close(0), Len(0), Recv(0), Recv(0), Recv(0), Recv(0)}}),
                 {{Returned({Count(3, 2), Received(4, 0), Received(5, 7), ReceivedClosed(6), ReceivedClosed(7)})}});
}

TEST(CloseRules, CH10_CH25_AllBlockedReceiversWake) {
  const GoroutineOutcome woken = Returned({ReceivedClosed(0)});
  const Program p = Make({Chan(1)}, {{Close(0)}, {Recv(0)}, {Recv(0)}, {Recv(0)}});
  ExpectOutcomes(p, {{Returned(), woken, woken, woken}});
  ExpectOutcomes(p, {3, 1, 2}, {{Returned(), woken, woken, woken}});
}

TEST(CloseRules, CH25_AllBlockedSendersWake) {
  const GoroutineOutcome panicked = Panicked(0, "send on closed channel");
  ExpectOutcomes(Make({Chan(0)}, {{Close(0), Recv(0)}, {Send(0, 1)}, {Send(0, 2)}}), {2, 1},
                 {{Returned({ReceivedClosed(1)}), panicked, panicked}});
}

TEST(CloseRules, CH23_NonBlockingFormsOnAClosedChannel) {
  ExpectOutcomes(Make({Chan(1)}, {{Close(0), TryRecv(0), TrySend(0, 1)}}),
                 {{Panicked(2, "send on closed channel", {ChoseRecvClosed(1, 0)})}});
}

TEST(CloseRules, CH26_WokenReceiversRunInAnyOrder) {
  const Program p =
      Make({Chan(0), Chan(2)}, {{Close(0), Recv(1), Recv(1)}, {Recv(0), Send(1, 1)}, {Recv(0), Send(1, 2)}});
  const GoroutineOutcome woken = Returned({ReceivedClosed(0)});
  ExpectOutcomes(p, {1, 2},
                 {{Returned({Received(1, 1), Received(2, 2)}), woken, woken},
                  {Returned({Received(1, 2), Received(2, 1)}), woken, woken}});
}

TEST(CloseRules, CH27_Range) {
  for (const int capacity : {0, 1, 2}) {
    ExpectOutcomes(Make({Chan(capacity)}, {{Range(0), Recv(0)}, {Send(0, 4), Send(0, 0), Close(0)}}),
                   {{Returned({Received(0, 4), Received(0, 0), ReceivedClosed(1)}), Returned()}});
    ExpectOutcomes(Make({Chan(capacity)}, {{Range(0), Recv(0)}, {Send(0, 4)}}),
                   {{Blocked(0, {Received(0, 4)}), Returned()}});
  }
  ExpectOutcomes(Make({NilChan()}, {{Range(0)}}), {{Blocked(0)}});
  ExpectOutcomes(Make({Chan(0)}, {{Close(0), Range(0), Range(0)}}), {{Returned()}});
}

TEST(CloseRules, CH27_TwoRangesShareTheValues) {
  ExpectOutcomes(Make({Chan(1)}, {{Send(0, 1), Send(0, 2), Close(0)}, {Range(0)}, {Range(0)}}),
                 {{Returned(), Returned({Received(0, 1), Received(0, 2)}), Returned()},
                  {Returned(), Returned({Received(0, 1)}), Returned({Received(0, 2)})},
                  {Returned(), Returned({Received(0, 2)}), Returned({Received(0, 1)})},
                  {Returned(), Returned(), Returned({Received(0, 1), Received(0, 2)})}});
}

TEST(CloseRules, CH40_PANIC05_APanicEndsOnlyItsGoroutineAndLeavesTheChannelUsable) {
  ExpectOutcomes(Make({Chan(1)}, {{Recv(0), Recv(0)}, {Send(0, 1), Close(0), Close(0), Send(0, 2)}}),
                 {{Returned({Received(0, 1), ReceivedClosed(1)}), Panicked(2, "close of closed channel")}});
}

TEST(GoRules, GO02_NoOrderBetweenTheNewGoroutineAndItsCreator) {
  ExpectOutcomes(Make({Chan(2)}, {{Go(1), Send(0, 1), Recv(0), Recv(0)}, {Send(0, 2)}}),
                 {{Returned({Received(2, 1), Received(3, 2)}), Returned()},
                  {Returned({Received(2, 2), Received(3, 1)}), Returned()}});
}

TEST(GoRules, GO01_ItDoesNotRunBeforeItIsStarted) {
  ExpectOutcomes(Make({Chan(1)}, {{TryRecv(0), Go(1), Recv(0)}, {Send(0, 2)}}),
                 {{Returned({Chose(0, kDefaultCase), Received(2, 2)}), Returned()}});
  ExpectOutcomes(Make({Chan(0)}, {{Recv(0), Go(1)}, {Send(0, 2)}}), {{Blocked(0), NotStarted()}});
  ExpectOutcomes(Make({Chan(0)}, {{Go(1), Recv(0)}, {Go(2)}, {Send(0, 2)}}),
                 {{Returned({Received(1, 2)}), Returned(), Returned()}});
}

TEST(GoRules, GO05_WhenMainReturnsTheProcessEnds) {
  Program p = Make({Chan(0), Chan(1)}, {{Recv(1)}, {Send(1, 1), Close(0)}, {Recv(0)}});
  p.main_joins_all = false;
  ExpectOutcomes(p, {{Returned({Received(0, 1)}), CutOff(), CutOff()}});
  EXPECT_EQ(Verdict::kExited, Search(p).outcomes().begin()->verdict);
  p.goroutines[1].clear();  // main never returns: the others are seen
  ExpectOutcomes(p, {{Blocked(0), Returned(), Blocked(0)}});
}

TEST(GoRules, DEAD22_Verdicts) {
  const auto verdict = [](const Program& p) { return Search(p).outcomes().begin()->verdict; };
  EXPECT_EQ(Verdict::kDone, verdict(Make({Chan(0)}, {{Close(0)}, {Recv(0)}})));
  EXPECT_EQ(Verdict::kDone, verdict(Make({NilChan()}, {{Close(0)}})));
  EXPECT_EQ(Verdict::kDeadlock, verdict(Make({Chan(0)}, {{Recv(0)}, {Recv(0)}})));
  EXPECT_EQ(Verdict::kLeak, verdict(Make({Chan(0)}, {{}, {Recv(0)}})));
}

}  // namespace
}  // namespace plait::model
