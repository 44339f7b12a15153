#include "plait/explorer/strategies/effect.h"

#include <limits>

namespace plait::explore {

Effect EffectOf(const KnownOp& op, const ObjectState& state) {
  switch (op.kind) {
    case OpKind::kAtomicLoad:
      return Effect::kLook;
    case OpKind::kAtomicRmw:
      return op.compares && state.value != op.extra ? Effect::kLook : Effect::kChange;
    case OpKind::kMutexLock:
      return state.value == 0 ? Effect::kChange : Effect::kDisabled;
    case OpKind::kMutexTryLock:
      return state.value == 0 ? Effect::kChange : Effect::kLook;
    case OpKind::kChanSend:
      if (state.closed) return Effect::kLook;  // panics
      return state.sends - state.receives < op.extra ? Effect::kSend : Effect::kDisabled;
    case OpKind::kChanRecv:
      if (state.sends > state.receives) return Effect::kReceive;
      return state.closed ? Effect::kLook : Effect::kDisabled;
    case OpKind::kChanClose:
      return Effect::kClose;
    case OpKind::kWaitGroupWait:
      return state.value == 0 ? Effect::kLook : Effect::kDisabled;
    case OpKind::kWaitGroupAdd:
      if (state.value + op.arg < 0 || state.value + op.arg > std::numeric_limits<int32_t>::max())
        return Effect::kChange;
      return op.arg > 0 ? Effect::kUp : Effect::kDown;
    case OpKind::kChoose:
    case OpKind::kJoinAll:
      return Effect::kNone;
    default:
      return Effect::kChange;
  }
}

}  // namespace plait::explore
