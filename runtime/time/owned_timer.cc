#include "plait/runtime/time/owned_timer.h"

#include "plait/runtime/seam/controller.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/time/arm_timer.h"

namespace plait::internal {

struct OwnedTimer::Block {
  static constexpr uint64_t kOnlySetting = 1;

  RuntimeTimer timer;
  std::atomic<int32_t> refs{1};  // the owner's, and the heap's entry
};

OwnedTimer::~OwnedTimer() {
  if (block_ != nullptr) Unref(block_);
}

void OwnedTimer::Unref(Block* block) {
  race::Ignore ignore;  // ordered by refs, of which the detector is not told
  if (block->refs.fetch_sub(1) == 1) delete block;
}

void OwnedTimer::Set(G* g, int64_t when, Object* object, void* arg, void (*fire)(RuntimeTimer&, int64_t, TimerHeap*),
                     void (*drop)(RuntimeTimer&)) {
  block_ = new Block;
  RuntimeTimer& timer = block_->timer;
  timer.fire = fire;
  timer.drop = drop;
  timer.arg = arg;
  timer.object = object;
  timer.when = when;
  if (g->controller != nullptr) {
    g->controller->Arm(timer);
    return;
  }
  timer.release = [](RuntimeTimer& t) { Unref(reinterpret_cast<Block*>(&t)); };  // its first member
  timer.setting = Block::kOnlySetting;
  ++block_->refs;
  AddTimer(g, timer, Block::kOnlySetting, when);
}

bool OwnedTimer::Stop(Controller* controller) {
  if (block_ == nullptr) return false;
  if (controller != nullptr) return controller->Disarm(block_->timer);
  if (block_->timer.setting.exchange(0) == 0) return false;
  TimerStopped(CurrentG());
  return true;
}

}  // namespace plait::internal
