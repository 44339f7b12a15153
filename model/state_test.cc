#include "plait/model/state.h"

#include <vector>

#include "gtest/gtest.h"
#include "plait/model/program.h"
#include "plait/model/state_list.h"

namespace plait::model {
namespace {

const Program& Sample() {
  static const Program program = {.channels = {Chan(3), NilChan()},
                                  .goroutines = {{Send(0, 1), Send(0, 2), Send(0, 3), Range(0)},
                                                 {Select({CaseSend(0, 4), CaseRecv(0), CaseRecv(1)}), Cap(0), Len(0)},
                                                 {Recv(0), Send(0, 5)}}};
  return program;
}

class StateTest : public testing::Test {
 protected:
  std::vector<uint8_t> Bytes() { return {list_.bytes(0), list_.bytes(0) + layout_.size}; }
  std::vector<int> Waiters(Dir dir) { return {state_.waiters(0, dir).begin(), state_.waiters(0, dir).end()}; }
  std::vector<Result> Results(int g) {
    std::vector<Result> results;
    state_.VisitResults(Sample(), g, [&](const Result& r) {
      results.push_back(r);
      return true;
    });
    return results;
  }

  const Layout layout_{Sample()};
  StateList list_{layout_};
  State state_ = list_.Add();
};

TEST_F(StateTest, TheBufferIsAQueueAndLeavesNothingBehind) {
  const std::vector<uint8_t> empty = Bytes();
  for (const int value : {kMinValue, -1, kMaxValue}) state_.Push(0, value);
  EXPECT_EQ(3, state_.buffered(0));
  EXPECT_EQ(kMinValue, state_.Pop(0));
  state_.Push(0, 256);
  for (const int value : {-1, kMaxValue, 256}) EXPECT_EQ(value, state_.Pop(0));
  EXPECT_EQ(empty, Bytes());  // equal states are equal bytes
}

TEST_F(StateTest, QueuesKeepTheirOrderAndLeaveNothingBehind) {
  const std::vector<uint8_t> empty = Bytes();
  for (const int g : {2, 0, 1, 0}) state_.EnqueueLast(0, Dir::kSend, g);
  state_.EnqueueLast(0, Dir::kRecv, 2);
  EXPECT_EQ((std::vector<int>{2, 0, 1}), Waiters(Dir::kSend));
  EXPECT_EQ((std::vector<int>{2}), Waiters(Dir::kRecv));
  state_.Dequeue(0, Dir::kSend, 0);
  state_.Dequeue(0, Dir::kSend, 0);
  EXPECT_EQ((std::vector<int>{2, 1}), Waiters(Dir::kSend));
  for (const int g : {2, 1}) state_.Dequeue(0, Dir::kSend, g);
  state_.Dequeue(0, Dir::kRecv, 2);
  EXPECT_EQ(empty, Bytes());
}

TEST_F(StateTest, SortedQueuesHaveOneForm) {
  for (const int g : {2, 0, 1, 2}) state_.EnqueueSorted(0, Dir::kSend, g);
  EXPECT_EQ((std::vector<int>{0, 1, 2}), Waiters(Dir::kSend));
}

TEST_F(StateTest, StatusAndPanics) {
  EXPECT_EQ(Status::kNotStarted, state_.status(1));
  state_.set_status(1, Status::kBlocked);
  EXPECT_EQ(Status::kBlocked, state_.status(1));
  for (const int number : {0, kPanicTextCount, kPanicTextCount + kMaxPanic}) {
    state_.set_panic(1, number);
    EXPECT_EQ(Status::kPanicked, state_.status(1));
    EXPECT_EQ(number, state_.panic(1));
  }
  EXPECT_EQ(Status::kNotStarted, state_.status(0));
  EXPECT_EQ(Status::kNotStarted, state_.status(2));
}

TEST_F(StateTest, ResultsComeBackAsTheyWereRecorded) {
  for (const Result& r : {Chose(0, kDefaultCase), Chose(0, 0), ChoseRecv(0, 1, -5), ChoseRecvClosed(0, 2)}) {
    state_.Record(Sample(), 1, r);
    EXPECT_EQ(std::vector<Result>{r}, Results(1));
  }
  for (const Result& r : {Received(0, kMinValue), Received(0, 0), ReceivedClosed(0)}) {
    state_.Record(Sample(), 2, r);
    EXPECT_EQ(std::vector<Result>{r}, Results(2));
  }
  EXPECT_TRUE(Results(0).empty());
  for (int i = 0; i < 3; ++i) state_.AdvancePc(0);
  state_.Record(Sample(), 0, Received(3, 7));
  state_.Record(Sample(), 0, Received(3, -7));
  EXPECT_EQ((std::vector<Result>{Received(3, 7), Received(3, -7)}), Results(0));
  for (int i = 0; i < 3; ++i) state_.AdvancePc(1);
  state_.Record(Sample(), 1, Count(1, 3));
  state_.Record(Sample(), 1, Count(2, 0));
  EXPECT_EQ((std::vector<Result>{ChoseRecvClosed(0, 2), Count(1, 3), Count(2, 0)}), Results(1));
}

}  // namespace
}  // namespace plait::model
