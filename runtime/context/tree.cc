#include "plait/runtime/context/tree.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "plait/runtime/chan/chan.h"
#include "plait/runtime/context/constants.h"
#include "plait/runtime/goroutine/go.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"

// Cancellation of a tree is atomic: nobody sees one of its contexts cancelled, by Err or through its channel, and then
// another one not. (Go's is not, CTX-08.) One lock, the root's, guards a whole tree; creating and cancelling take it,
// Err and Done do not.
//
//   K1  state only goes kLive -> kCancelling -> kCancelled; changed under the lock. err and cause are written while it is
//       kLive, and never again.
//   K2  All contexts that are cancelled together are kCancelling before the first channel is closed, all channels are
//       closed before the first context is kCancelled, and their locks are held until the last is closed.
//       So whoever sees one of them kCancelled, or its channel closed, finds each other one kCancelling at least, and
//       waits for the lock; and whoever has waited for that finds all channels closed (CTX-05).
//   K3  A context is in `above`'s list exactly while both are kLive. So a context that is made while its parent is being
//       cancelled is linked before, and collected, or finds its parent cancelled (CTX-11): linking takes the lock.
//   K4  Channels are locked in the order of their addresses, as select does, after the tree's lock. Nobody takes a tree's
//       lock while he holds a channel's.
//
// Ownership. A node is kept by its handles, by the nodes made from it (`parent`), and by its armed timer. The list of a
// parent keeps nobody, with one exception: a context that nobody holds any more, but whose channel somebody has, or with
// functions that wait for it, must still be cancelled with its parent. It becomes an orphan:
//
//   K5  An orphan (refs == 0) is owned by `up`, and does not keep its parent. It is freed by the cancellation that
//       reaches it, or with `up`, when nobody is left who could cancel that.
//   K6  A node that is kCancelled is in no list and owns no list: it may be freed without the lock, by the thread that
//       drops its last reference, as soon as its state says so.

namespace plait::internal {
namespace {

Controller* ControllerOf(const Object& object) {
  if (object.record() != nullptr) return object.record()->controller;
  const G* g = CurrentGOrNull();
  return g != nullptr ? g->controller : nullptr;
}

void Append(CancelNode& to, TreeNode& node) {
  node.up = &to;
  node.next = nullptr;
  node.prev = to.last;
  (to.last != nullptr ? to.last->next : to.first) = &node;
  to.last = &node;
}

void Remove(TreeNode& node) {
  CancelNode& from = *std::exchange(node.up, nullptr);
  (node.prev != nullptr ? node.prev->next : from.first) = node.next;
  (node.next != nullptr ? node.next->prev : from.last) = node.prev;
}

void Delete(CancelNode* node) {
  race::Acquire(node);
  if (ChanCore* chan = node->done.load()) chan->Unref();
  if (node->node_kind == ContextNode::Kind::kDeadline) {
    delete static_cast<DeadlineNode*>(node);
  } else {
    delete node;
  }
}

// What waits for a context that nobody can cancel any more: it never happens.
void DropList(TreeNode* first) {
  while (first != nullptr) {
    TreeNode* node = first;
    first = node->next;
    node->up = nullptr;
    if (node->is_func) {
      auto* func = static_cast<AfterNode*>(node);
      func->task = nullptr;
      func->Unref();
    } else {
      auto* orphan = static_cast<CancelNode*>(node);
      DropList(orphan->first);
      Delete(orphan);
    }
  }
}

// Nobody holds the node any more. Returns its parent, whose reference passes to the caller; or null.
ContextNode* Destroy(CancelNode* node) {
  TreeNode* list = nullptr;
  // acquire: pairs with the store in Cancel(), which is the last time that a cancellation touches the node (K6).
  if (node->state.load(std::memory_order_acquire) != CancelNode::State::kCancelled) {
    Lock& lock = node->root->lock;
    lock.lock();
    if (node->up != nullptr && (node->first != nullptr || node->done.load() != nullptr)) {
      node->orphan = true;  // K5
      ContextNode* parent = std::exchange(node->parent, nullptr);
      lock.unlock();
      return parent;
    }
    if (node->up != nullptr) Remove(*node);
    list = std::exchange(node->first, nullptr);
    lock.unlock();
  }
  ContextNode* parent = node->parent;
  DropList(list);
  Delete(node);
  return parent;
}

// Closes the channels of all contexts of a batch as one step (K2, K4). Returns who waited.
Waiter* CloseAll(CancelNode* batch, int channels) {
  Waiter* waiting = nullptr;
  if (channels == 1) {
    while (batch->done.load() == nullptr) batch = batch->batch;
    ChanCore* chan = batch->done.load();
    std::lock_guard guard(chan->mutex());
    chan->CloseLocked(&waiting);
    return waiting;
  }
  std::vector<ChanCore*> chans;
  chans.reserve(static_cast<size_t>(channels));
  for (; batch != nullptr; batch = batch->batch) {
    if (ChanCore* chan = batch->done.load()) chans.push_back(chan);
  }
  std::sort(chans.begin(), chans.end(), std::less<>());
  for (ChanCore* chan : chans) chan->mutex().lock();
  Waiter** end = &waiting;
  for (ChanCore* chan : chans) end = chan->CloseLocked(end);
  for (ChanCore* chan : chans) chan->mutex().unlock();
  return waiting;
}

bool DisarmTimerOf(DeadlineNode& node) { return node.timer.Stop(ControllerOf(node)); }

}  // namespace

void ContextNode::Unref(ContextNode* node) {
  while (node != nullptr && node->Counted()) {
    race::Release(&node->refs);
    // acq_rel: the last one frees what the others have read. The only holder needs no read-modify-write.
    if (node->refs.load(std::memory_order_acquire) != 1 && node->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) {
      return;
    }
    race::Acquire(&node->refs);
    const bool cancels = node->node_kind == Kind::kCancel || node->node_kind == Kind::kDeadline;
    node = cancels ? Destroy(static_cast<CancelNode*>(node)) : DestroyOtherNode(node);
  }
}

void AfterNode::Unref() {
  race::Release(&refs);
  if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    race::Acquire(&refs);
    delete this;
  }
}

void CancelNode::Link() {
  if (above == nullptr) return;
  std::lock_guard guard(root->lock);
  if (state.load() != State::kLive) return;  // its own deadline was quicker
  if (above->state.load() == State::kLive) {
    Append(*above, *this);
    return;
  }
  race::Acquire(above);
  err = above->err;
  cause = above->cause;
  race::Release(this);
  // It may have been given out to its own timer, and to nobody else.
  state.store(State::kCancelled);
}

bool CancelNode::Cancel(const error& why, const error& because) {
  TreeNode* funcs = nullptr;
  TreeNode** funcs_end = &funcs;
  CancelNode* orphans = nullptr;
  DeadlineNode* timers = nullptr;
  Waiter* waiting = nullptr;
  {
    std::lock_guard guard(root->lock);
    if (state.load() != State::kLive) return false;
    int channels = 0;
    batch = nullptr;
    CancelNode* end = this;
    for (CancelNode* node = this; node != nullptr; node = node->batch) {
      node->err = why;
      node->cause = because;
      race::Release(node);
      // release: whoever comes to another context of the batch through what is published below sees this (K2).
      node->state.store(State::kCancelling, std::memory_order_release);
      channels += node->done.load() != nullptr;
      node->last = nullptr;
      for (TreeNode *below = std::exchange(node->first, nullptr), *next_one; below != nullptr; below = next_one) {
        next_one = std::exchange(below->next, nullptr);
        below->up = nullptr;
        if (below->is_func) {
          *funcs_end = below;
          funcs_end = &below->next;
        } else {
          end->batch = static_cast<CancelNode*>(below);
          end = end->batch;
          end->batch = nullptr;
        }
      }
    }
    if (up != nullptr) Remove(*this);
    if (channels > 0) waiting = CloseAll(this, channels);
    for (CancelNode *node = this, *next_one; node != nullptr; node = next_one) {
      next_one = node->batch;
      if (node->orphan) {
        node->batch = std::exchange(orphans, node);
      } else if (node->timer_armed) {  // the timer's reference keeps it until below
        node->timer_armed = false;
        node->batch = timers;
        timers = static_cast<DeadlineNode*>(node);
      }
      // release: pairs with the acquire in Err() and Destroy(). K6: without a reference not to be touched from here on.
      node->state.store(State::kCancelled, std::memory_order_release);
    }
  }
  ChanCore::ReadyAll(waiting);
  while (funcs != nullptr) {
    auto* func = static_cast<AfterNode*>(std::exchange(funcs, funcs->next));
    race::Acquire(func);  // the AfterFunc happens before the function
    StartByTimer(std::move(func->task), ControllerOf(*func), func->where);
    func->Unref();
  }
  while (timers != nullptr) {
    DeadlineNode* node = timers;
    timers = static_cast<DeadlineNode*>(node->batch);
    if (DisarmTimerOf(*node)) Unref(node);  // else it fires just now, and lets go of the node itself
  }
  while (orphans != nullptr) Delete(std::exchange(orphans, orphans->batch));
  return true;
}

void CancelNode::CancelStep(const error& why, const error& because, SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, *this)) [[likely]] {
    Cancel(why, because);
    return;
  }
  Op op{.kind = OpKind::kContextCancel, .object = this, .where = where};
  if (!Announce(g, op)) return;
  op.ok = Cancel(why, because);
  Conclude(g, op);
}

error CancelNode::Err() const {
  switch (state.load(std::memory_order_acquire)) {  // acquire: pairs with the store of kCancelled, for err (K1)
    case State::kLive:
      return nullptr;
    case State::kCancelling:
      root->lock.lock();  // K2
      root->lock.unlock();
      break;
    case State::kCancelled:
      break;
  }
  race::Acquire(this);
  return err;
}

error CancelNode::Cause() const { return Err() ? cause : nullptr; }

ChanCore* CancelNode::Done() {
  ChanCore* chan = done.load(std::memory_order_acquire);  // acquire: pairs with the store below, for what is in it
  if (chan == nullptr) {
    std::lock_guard guard(root->lock);
    chan = done.load();
    if (chan == nullptr) {
      chan = ChanCore::Make(kElemOps<std::monostate>, 0);
      chan->SetName(label != nullptr ? label : "ctx.Done()");
      if (state.load() != State::kLive) {
        race::Acquire(this);
        Waiter* nobody = nullptr;
        chan->CloseLocked(&nobody);
      }
      race::Release(&done);
      done.store(chan);
    }
  }
  race::Acquire(&done);
  chan->Ref();
  return chan;
}

AfterNode* CancelNode::After(std::unique_ptr<Task> f, SourceLocation where) {
  auto* func = new AfterNode(root, std::move(f), where);
  func->SetName("context.AfterFunc");
  race::Release(func);
  {
    std::lock_guard guard(root->lock);
    if (state.load() == State::kLive) {
      func->Ref();
      Append(*this, *func);
      return func;
    }
  }
  race::Acquire(this);
  StartByTimer(std::move(func->task), ControllerOf(*func), where);
  return func;
}

bool CancelNode::Stop(AfterNode* func) {
  {
    std::lock_guard guard(func->root->lock);
    if (func->up == nullptr) return false;
    Remove(*func);
  }
  func->task = nullptr;
  func->Unref();  // the tree's; the caller has one
  return true;
}

// The timer is armed before the context is linked; so whoever cancels the parent meanwhile does not know of it, and
// Link finds that out. Where the parent is cancelled already, no timer is needed.
void CancelNode::Arm(int64_t when) {
  if (above != nullptr && above->state.load() != State::kLive) {
    Link();
    return;
  }
  auto& self = static_cast<DeadlineNode&>(*this);
  const auto fire = [](RuntimeTimer& timer, int64_t, TimerHeap*) {
    auto* node = static_cast<DeadlineNode*>(static_cast<CancelNode*>(timer.arg));
    const error cause_then = node->expired_cause ? node->expired_cause : context::DeadlineExceeded;
    race::Acquire(&node->timer);
    node->Cancel(context::DeadlineExceeded, cause_then);
    Unref(node);
  };
  const auto drop = [](RuntimeTimer& timer) { Unref(static_cast<CancelNode*>(timer.arg)); };
  Ref();
  timer_armed = true;
  race::Release(&self.timer);
  self.timer.Set(CurrentG(), when, this, this, fire, drop);
  Link();
  if (cancelled()) {
    bool armed = false;
    {
      std::lock_guard guard(root->lock);
      armed = std::exchange(timer_armed, false);
    }
    if (armed && DisarmTimerOf(self)) Unref(this);
  }
}

}  // namespace plait::internal
