// Section CH without close: programs with all their outcomes, written by hand. {g, g...} as a schedule names who moves
// first.
#include "gtest/gtest.h"
#include "plait/model/test_util.h"

namespace plait::model {
namespace {

TEST(ChannelRules, CH01_CH02_CH20_CapAndLen) {
  ExpectOutcomes(Make({Chan(0), Chan(3), NilChan()}, {{Cap(0), Cap(1), Cap(2), Len(0), Len(1), Len(2)}}),
                 {{Returned({Count(0, 0), Count(1, 3), Count(2, 0), Count(3, 0), Count(4, 0), Count(5, 0)})}});
  ExpectOutcomes(Make({Chan(2)}, {{Send(0, 5), Len(0), Send(0, 6), Len(0), Recv(0), Len(0)}}),
                 {{Returned({Count(1, 1), Count(3, 2), Received(4, 5), Count(5, 1)})}});
}

TEST(ChannelRules, CH03_SendOnNilBlocksForEver) {
  ExpectOutcomes(Make({NilChan()}, {{}, {Send(0, 1)}, {Recv(0)}}), {{Returned(), Blocked(0), Blocked(0)}});
}

TEST(ChannelRules, CH04_ReceiveFromNilBlocksForEver) {
  const Program p = Make({NilChan()}, {{Recv(0)}});
  ExpectOutcomes(p, {{Blocked(0)}});
  EXPECT_EQ(Verdict::kDeadlock, Search(p).outcomes().begin()->verdict);
}

TEST(ChannelRules, CH11_CH14_OkIsTrueForASentZero) {
  for (const int capacity : {0, 1, 2}) {
    ExpectOutcomes(Make({Chan(capacity)}, {{Send(0, 0), Send(0, -7)}, {Recv(0), Recv(0)}}),
                   {{Returned(), Returned({Received(0, 0), Received(1, -7)})}});
  }
}

TEST(ChannelRules, CH12_ASendIsNotOverBeforeItsReceiveBegins) {
  // main tells on channel 1 that its send is over; g1 looks there before it receives.
  ExpectOutcomes(Make({Chan(0), Chan(1)}, {{Send(0, 1), Send(1, 9)}, {TryRecv(1), Recv(0)}}),
                 {{Returned(), Returned({Chose(0, kDefaultCase), Received(1, 1)})}});
}

TEST(ChannelRules, CH12_AReceiveIsNotOverBeforeItsSendBegins) {
  ExpectOutcomes(Make({Chan(0), Chan(1)}, {{Recv(0), Send(1, 9)}, {TryRecv(1), Send(0, 1)}}),
                 {{Returned({Received(0, 1)}), Returned({Chose(0, kDefaultCase)})}});
}

TEST(ChannelRules, CH13_WhoIsBlockedAtTheEnd) {
  ExpectOutcomes(Make({Chan(2)}, {{Send(0, 1), Send(0, 2), Send(0, 3)}}), {{Blocked(2)}});
  ExpectOutcomes(Make({Chan(2)}, {{Recv(0)}}), {{Blocked(0)}});
  // Three sends, one receive, room for one: one of the senders is left over.
  ExpectOutcomes(Make({Chan(1)}, {{Recv(0)}, {Send(0, 1)}, {Send(0, 2)}, {Send(0, 3)}}),
                 {{Returned({Received(0, 1)}), Returned(), Returned(), Blocked(0)},
                  {Returned({Received(0, 1)}), Returned(), Blocked(0), Returned()},
                  {Returned({Received(0, 2)}), Returned(), Returned(), Blocked(0)},
                  {Returned({Received(0, 2)}), Blocked(0), Returned(), Returned()},
                  {Returned({Received(0, 3)}), Returned(), Blocked(0), Returned()},
                  {Returned({Received(0, 3)}), Blocked(0), Returned(), Returned()}});
}

TEST(ChannelRules, CH14_TwoByTwo) {
  for (const int capacity : {0, 1, 2, 1000000}) {
    ExpectOutcomes(Make({Chan(capacity)}, {{Send(0, 1), Send(0, 2)}, {Recv(0)}, {Recv(0)}}),
                   {{Returned(), Returned({Received(0, 1)}), Returned({Received(0, 2)})},
                    {Returned(), Returned({Received(0, 2)}), Returned({Received(0, 1)})}});
    // Two senders, one receiver: any order.
    ExpectOutcomes(Make({Chan(capacity)}, {{Recv(0), Recv(0)}, {Send(0, 1)}, {Send(0, 2)}}),
                   {{Returned({Received(0, 1), Received(1, 2)}), Returned(), Returned()},
                    {Returned({Received(0, 2), Received(1, 1)}), Returned(), Returned()}});
  }
}

// From here on the rule sets differ, but only in what may follow a given schedule.

TEST(ChannelRules, CH15_BlockedSendersAreServedInOrder) {
  const Program p = Make({Chan(0)}, {{Recv(0), Recv(0)}, {Send(0, 1)}, {Send(0, 2)}});
  const std::vector<GoroutineOutcome> in_order = {Returned({Received(0, 1), Received(1, 2)}), Returned(), Returned()};
  const std::vector<GoroutineOutcome> swapped = {Returned({Received(0, 2), Received(1, 1)}), Returned(), Returned()};
  ExpectOutcomes(p, {1, 2}, Waiters::kFifo, {in_order});
  ExpectOutcomes(p, {2, 1}, Waiters::kFifo, {swapped});
  ExpectOutcomes(p, {1, 2}, Waiters::kAny, {in_order, swapped});
}

TEST(ChannelRules, CH15_TheirValuesEnterTheBufferInThatOrder) {
  const Program p = Make({Chan(1)}, {{Send(0, 0), Recv(0), Recv(0), Recv(0)}, {Send(0, 1)}, {Send(0, 2)}});
  const auto main_gets = [](int second, int third) {
    return Returned({Received(1, 0), Received(2, second), Received(3, third)});
  };
  ExpectOutcomes(p, {0, 2, 1}, Waiters::kFifo, {{main_gets(2, 1), Returned(), Returned()}});
  ExpectOutcomes(p, {0, 2, 1}, Waiters::kAny,
                 {{main_gets(1, 2), Returned(), Returned()}, {main_gets(2, 1), Returned(), Returned()}});
}

TEST(ChannelRules, CH16_BlockedReceiversAreServedInOrder) {
  const Program p = Make({Chan(1)}, {{Send(0, 1), Send(0, 2)}, {Recv(0)}, {Recv(0)}});
  const std::vector<GoroutineOutcome> in_order = {Returned(), Returned({Received(0, 1)}), Returned({Received(0, 2)})};
  const std::vector<GoroutineOutcome> swapped = {Returned(), Returned({Received(0, 2)}), Returned({Received(0, 1)})};
  ExpectOutcomes(p, {1, 2}, Waiters::kFifo, {in_order});
  ExpectOutcomes(p, {2, 1}, Waiters::kFifo, {swapped});
  ExpectOutcomes(p, {1, 2}, Waiters::kAny, {in_order, swapped});
}

TEST(ChannelRules, CH15_ASelectKeepsItsPlaceInEachQueue) {
  // g1 waits on both channels, g2 behind it on the second.
  const Program p = Make({Chan(0), Chan(0)}, {{Recv(1)}, {Select({CaseSend(0, 1), CaseSend(1, 1)})}, {Send(1, 2)}});
  ExpectOutcomes(p, {1, 2}, Waiters::kFifo, {{Returned({Received(0, 1)}), Returned({Chose(0, 1)}), Blocked(0)}});
  ExpectOutcomes(p, {2, 1}, Waiters::kFifo, {{Returned({Received(0, 2)}), Blocked(0), Returned()}});
}

TEST(ChannelRules, CH18_AReceiveFromAFullBufferTakesTheHeadAndNoLenSeesTheGap) {
  const Program p = Make({Chan(1)}, {{Send(0, 1), Send(0, 2)}, {Recv(0), Recv(0)}, {Len(0)}});
  // main is blocked with its second send: the buffer stays full through g1's first receive.
  ExpectOutcomes(p, {0, 0, 1},
                 {{Returned(), Returned({Received(0, 1), Received(1, 2)}), Returned({Count(0, 1)})},
                  {Returned(), Returned({Received(0, 1), Received(1, 2)}), Returned({Count(0, 0)})}});
  const Program one = Make({Chan(1)}, {{Send(0, 1), Send(0, 2)}, {Recv(0)}, {Len(0)}});
  ExpectOutcomes(one, {0, 0}, {{Returned(), Returned({Received(0, 1)}), Returned({Count(0, 1)})}});
}

TEST(ChannelRules, CH19_NothingIsLostDuplicatedOrInvented) {
  for (const int capacity : {0, 1, 3}) {
    const Program p = Make({Chan(capacity)}, {{Recv(0), Recv(0)}, {Send(0, 1), Send(0, 2)}, {Send(0, 3)}, {Recv(0)}});
    for (const Outcome& o : Search(p).outcomes()) {
      std::multiset<int> received;
      for (const GoroutineOutcome& g : o.goroutines) {
        EXPECT_EQ(End::kReturned, g.end);
        for (const Result& r : g.results) received.insert(r.value);
      }
      EXPECT_EQ((std::multiset<int>{1, 2, 3}), received) << ToString(p, o);
    }
  }
}

TEST(ChannelRules, CH20_LenLeavesOutBlockedSenders) {
  ExpectOutcomes(Make({Chan(0)}, {{Len(0)}, {Send(0, 1)}}), {1}, {{Returned({Count(0, 0)}), Blocked(0)}});
  ExpectOutcomes(Make({Chan(1)}, {{Len(0)}, {Send(0, 1), Send(0, 2)}}), {1, 1},
                 {{Returned({Count(0, 1)}), Blocked(1)}});
}

TEST(ChannelRules, CH20_LenIsASnapshot) {
  ExpectOutcomes(Make({Chan(2)}, {{Len(0)}, {Send(0, 1), Send(0, 2)}}), {{Returned({Count(0, 0)}), Returned()},
                                                                         {Returned({Count(0, 1)}), Returned()},
                                                                         {Returned({Count(0, 2)}), Returned()}});
}

TEST(ChannelRules, CH35_ABlockedOperationEndsOnlyByAMatchOrAClose) {
  ExpectOutcomes(Make({Chan(0), Chan(1)}, {{Recv(0)}, {Send(1, 1), TryRecv(1), Close(1)}}),
                 {{Blocked(0), Returned({ChoseRecv(1, 0, 1)})}});
}

TEST(ChannelRules, CH36_AReceiveWhoseResultNobodyWantsConsumesAValue) {
  ExpectOutcomes(Make({Chan(2)}, {{Send(0, 1), Send(0, 2), Recv(0), Len(0), Recv(0)}}),
                 {{Returned({Received(2, 1), Count(3, 1), Received(4, 2)})}});
}

TEST(ChannelRules, CH37_AGoroutineAloneWithItsChannel) {
  ExpectOutcomes(Make({Chan(1)}, {{Send(0, 1), Recv(0)}}), {{Returned({Received(1, 1)})}});
  ExpectOutcomes(Make({Chan(1)}, {{Send(0, 1), Send(0, 2), Recv(0)}}), {{Blocked(1)}});
  ExpectOutcomes(Make({Chan(0)}, {{Send(0, 1), Recv(0)}}), {{Blocked(0)}});
}

}  // namespace
}  // namespace plait::model
