// Section SEL, and the clauses of CH on the non-blocking forms.
#include "gtest/gtest.h"
#include "plait/model/test_util.h"

namespace plait::model {
namespace {

TEST(SelectRules, CH21_ANonBlockingSendSucceedsIfAReceiverWaitsOrThereIsSpace) {
  const Program p = Make({Chan(0)}, {{TrySend(0, 1)}, {Recv(0)}});
  ExpectOutcomes(
      p, {{Returned({Chose(0, 0)}), Returned({Received(0, 1)})}, {Returned({Chose(0, kDefaultCase)}), Blocked(0)}});
  ExpectOutcomes(p, {1}, {{Returned({Chose(0, 0)}), Returned({Received(0, 1)})}});
  ExpectOutcomes(Make({Chan(1)}, {{TrySend(0, 1), TrySend(0, 2)}}),
                 {{Returned({Chose(0, 0), Chose(1, kDefaultCase)})}});
}

TEST(SelectRules, CH22_NoDefaultWhereTheChannelAlwaysHadAValueOrWasClosed) {
  ExpectOutcomes(Make({Chan(1)}, {{Send(0, 1), Go(1), Close(0), Recv(0)}, {TryRecv(0)}}),
                 {{Returned({Received(3, 1)}), Returned({ChoseRecvClosed(0, 0)})},
                  {Returned({ReceivedClosed(3)}), Returned({ChoseRecv(0, 0, 1)})}});
}

TEST(SelectRules, CH24_ADefaultHasNoEffect) {
  ExpectOutcomes(
      Make({Chan(1)}, {{TryRecv(0), Send(0, 1), TrySend(0, 2), Len(0), Recv(0), Len(0)}}),
      {{Returned({Chose(0, kDefaultCase), Chose(2, kDefaultCase), Count(3, 1), Received(4, 1), Count(5, 0)})}});
}

TEST(SelectRules, SEL03_AnyReadyCaseMayBeChosen) {
  ExpectOutcomes(Make({Chan(1), Chan(1)}, {{Send(0, 5), Send(1, 6), Select({CaseRecv(0), CaseRecv(1)})}}),
                 {{Returned({ChoseRecv(2, 0, 5)})}, {Returned({ChoseRecv(2, 1, 6)})}});
}

TEST(SelectRules, SEL05_NoDefaultWhereSomeCaseWasReadyAtEveryInstant) {
  // The first channel is ready before g1 starts, the second becomes so before the first is drained.
  ExpectOutcomes(Make({Chan(1), Chan(1)},
                      {{Send(0, 1), Go(1), Send(1, 2), TryRecv(0)}, {SelectOrDefault({CaseRecv(0), CaseRecv(1)})}}),
                 {{Returned({Chose(3, kDefaultCase)}), Returned({ChoseRecv(0, 0, 1)})},
                  {Returned({ChoseRecv(3, 0, 1)}), Returned({ChoseRecv(0, 1, 2)})}});
}

TEST(SelectRules, SEL06_ExactlyOneCommunication) {
  const Program p = Make({Chan(0), Chan(0)}, {{Select({CaseSend(0, 1), CaseSend(1, 2)})}, {Recv(0)}, {Recv(1)}});
  ExpectOutcomes(p, {{Returned({Chose(0, 0)}), Returned({Received(0, 1)}), Blocked(0)},
                     {Returned({Chose(0, 1)}), Blocked(0), Returned({Received(0, 2)})}});
  ExpectOutcomes(p, {0, 2}, {{Returned({Chose(0, 1)}), Blocked(0), Returned({Received(0, 2)})}});
}

TEST(SelectRules, SEL07_NilCasesAreNeverReady) {
  const std::vector<Case> nil = {CaseSend(0, 1), CaseRecv(0)};
  ExpectOutcomes(Make({NilChan()}, {{Select(nil)}}), {{Blocked(0)}});
  ExpectOutcomes(Make({NilChan()}, {{SelectOrDefault(nil)}}), {{Returned({Chose(0, kDefaultCase)})}});
  ExpectOutcomes(Make({NilChan(), Chan(0)}, {{Select({CaseRecv(0), CaseRecv(1)})}, {Send(1, 3)}}),
                 {{Returned({ChoseRecv(0, 1, 3)}), Returned()}});
}

TEST(SelectRules, SEL08_SelectWithoutCasesBlocksForEver) {
  ExpectOutcomes(Make({}, {{Select({})}}), {{Blocked(0)}});
  ExpectOutcomes(Make({}, {{SelectOrDefault({})}}), {{Returned({Chose(0, kDefaultCase)})}});
}

TEST(SelectRules, SEL11_ASendCaseOfAClosedChannelIsReadyAndPanics) {
  ExpectOutcomes(Make({Chan(0), Chan(1)}, {{Close(0), Select({CaseSend(0, 1), CaseSend(1, 2)})}}),
                 {{Panicked(1, "send on closed channel")}, {Returned({Chose(1, 1)})}});
}

TEST(SelectRules, SEL12_ASelectBlockedInASendPanicsWhenTheChannelIsClosed) {
  ExpectOutcomes(Make({Chan(0), Chan(0)}, {{Close(0), Recv(1)}, {Select({CaseSend(0, 1), CaseSend(1, 2)})}}), {1},
                 {{Blocked(1), Panicked(0, "send on closed channel")}});
}

TEST(SelectRules, SEL13_SEL25_AReceiveCaseOfAClosedDrainedChannel) {
  const Program p =
      Make({Chan(1), Chan(0)},
           {{Send(0, 4), Close(0)}, {Select({CaseRecv(0), CaseRecv(1)}), Select({CaseRecv(1), CaseRecv(0)})}});
  ExpectOutcomes(p, {{Returned(), Returned({ChoseRecv(0, 0, 4), ChoseRecvClosed(1, 1)})}});
  ExpectOutcomes(p, {1, 0, 1}, {{Returned(), Returned({ChoseRecv(0, 0, 4), ChoseRecvClosed(1, 1)})}});  // it blocked
}

TEST(SelectRules, SEL14_ASelectNeverMatchesItself) {
  const Op both = Select({CaseSend(0, 1), CaseRecv(0)});
  ExpectOutcomes(Make({Chan(0)}, {{both}}), {{Blocked(0)}});
  ExpectOutcomes(Make({Chan(0)}, {{both}, {both}}), {{Returned({Chose(0, 0)}), Returned({ChoseRecv(0, 1, 1)})},
                                                     {Returned({ChoseRecv(0, 1, 1)}), Returned({Chose(0, 0)})}});
}

TEST(SelectRules, SEL15_OnABufferedChannelItMayReceiveItsOwnValue) {
  const auto both = [](int value) { return Select({CaseSend(0, value), CaseRecv(0)}); };
  ExpectOutcomes(Make({Chan(1)}, {{both(1), both(2)}}), {{Returned({Chose(0, 0), ChoseRecv(1, 1, 1)})}});
  ExpectOutcomes(Make({Chan(10)}, {{both(1), both(2)}}),
                 {{Returned({Chose(0, 0), ChoseRecv(1, 1, 1)})}, {Returned({Chose(0, 0), Chose(1, 0)})}});
}

TEST(SelectRules, SEL16_TwoSelectsMeetOnEitherChannel) {
  const Op receives = Select({CaseRecv(0), CaseRecv(1)});
  const Program two = Make({Chan(0), Chan(0)}, {{Select({CaseSend(1, 6), CaseSend(0, 5)})}, {receives}});
  ExpectOutcomes(two, {{Returned({Chose(0, 0)}), Returned({ChoseRecv(0, 1, 6)})},
                       {Returned({Chose(0, 1)}), Returned({ChoseRecv(0, 0, 5)})}});
  Program three = two;  // one of the two receivers finds a partner, on one channel
  three.goroutines.push_back({receives});
  ExpectOutcomes(three, {{Returned({Chose(0, 0)}), Returned({ChoseRecv(0, 1, 6)}), Blocked(0)},
                         {Returned({Chose(0, 1)}), Returned({ChoseRecv(0, 0, 5)}), Blocked(0)},
                         {Returned({Chose(0, 0)}), Blocked(0), Returned({ChoseRecv(0, 1, 6)})},
                         {Returned({Chose(0, 1)}), Blocked(0), Returned({ChoseRecv(0, 0, 5)})}});
}

TEST(SelectRules, SEL17_LosingCasesLeaveNoTrace) {
  const Program p = Make({Chan(0), Chan(0)}, {{Send(0, 1), TrySend(1, 2)}, {Select({CaseRecv(0), CaseRecv(1)})}});
  ExpectOutcomes(p, {{Returned({Chose(1, kDefaultCase)}), Returned({ChoseRecv(0, 0, 1)})}});
}

TEST(SelectRules, SEL17_SEL28_AReceiverBehindASelectThatIsGoneIsFound) {
  const Program p =
      Make({Chan(0), Chan(0)}, {{Send(0, 1), TrySend(1, 2)}, {Select({CaseRecv(0), CaseRecv(1)})}, {Recv(1)}});
  ExpectOutcomes(p, {1, 2}, {{Returned({Chose(1, 0)}), Returned({ChoseRecv(0, 0, 1)}), Returned({Received(0, 2)})}});
}

TEST(SelectRules, SEL18_AChannelNamedTwice) {
  const Op twice = Select({CaseSend(0, 1), CaseSend(0, 2)});
  ExpectOutcomes(Make({Chan(1)}, {{twice, Recv(0)}}),
                 {{Returned({Chose(0, 0), Received(1, 1)})}, {Returned({Chose(0, 1), Received(1, 2)})}});
  // Also when it was blocked: the receiver does not wait for it, so the select must have been there.
  const Program p = Make({Chan(0)}, {{TryRecv(0)}, {twice}});
  ExpectOutcomes(p, {1},
                 {{Returned({ChoseRecv(0, 0, 1)}), Returned({Chose(0, 0)})},
                  {Returned({ChoseRecv(0, 0, 2)}), Returned({Chose(0, 1)})}});
}

TEST(SelectRules, SEL18_AChannelReceivedTwiceIsClosed) {
  const Program p =
      Make({Chan(0)}, {{Close(0)}, {Select({CaseRecv(0), CaseRecv(0)})}, {Select({CaseRecv(0), CaseRecv(0)})}});
  const auto woken = [](int by) { return Returned({ChoseRecvClosed(0, by)}); };
  ExpectOutcomes(p, {1, 2},
                 {{Returned(), woken(0), woken(0)},
                  {Returned(), woken(0), woken(1)},
                  {Returned(), woken(1), woken(0)},
                  {Returned(), woken(1), woken(1)}});
}

TEST(SelectRules, SEL12_CH26_ASelectAtBothEndsOfAChannelThatIsClosed) {
  const Program p = Make({Chan(0)}, {{Close(0)}, {Select({CaseSend(0, 1), CaseRecv(0)})}});
  const std::vector<GoroutineOutcome> received = {Returned(), Returned({ChoseRecvClosed(0, 1)})};
  const std::vector<GoroutineOutcome> panicked = {Returned(), Panicked(0, "send on closed channel")};
  ExpectOutcomes(p, {received, panicked});  // it may come after the close, too
  ExpectOutcomes(p, {1}, Waiters::kFifo, {received});
  ExpectOutcomes(p, {1}, Waiters::kAny, {received, panicked});
}

}  // namespace
}  // namespace plait::model
