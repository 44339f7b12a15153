#ifndef PLAIT_RUNTIME_CONTEXT_TREE_H_
#define PLAIT_RUNTIME_CONTEXT_TREE_H_

#include <any>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "plait/runtime/chan/chan_core.h"
#include "plait/runtime/errors/errors.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/lock/lock.h"
#include "plait/runtime/seam/object.h"
#include "plait/runtime/seam/uninstrumented.h"
#include "plait/runtime/time/owned_timer.h"

namespace plait::internal {

struct CancelNode;

// What is behind a Context, one block each. Users see context.h; ownership and locking stand in tree.cc.
struct ContextNode {
  enum class Kind : uint8_t { kBackground, kTodo, kValue, kWithoutCancel, kCancel, kDeadline, kCustom };

  // Takes a reference on the parent.
  constexpr ContextNode(Kind k, ContextNode* p)
      : node_kind(k), parent(p), source(k == Kind::kValue ? p->source : this) {
    if (p != nullptr) p->Ref();
  }
  ContextNode(const ContextNode&) = delete;
  ContextNode& operator=(const ContextNode&) = delete;

  bool Counted() const { return node_kind != Kind::kBackground && node_kind != Kind::kTodo; }
  PLAIT_UNINSTRUMENTED void Ref() {
    // relaxed: whoever copies holds a reference already, and orders nothing by it.
    if (Counted()) refs.fetch_add(1, std::memory_order_relaxed);
  }
  static void Unref(ContextNode* node);

  // The nearest context that can be cancelled, if this one is cancelled with it; or null.
  CancelNode* canceller() const;

  const Kind node_kind;
  std::atomic<int32_t> refs{1};
  ContextNode* parent;        // owned; null: none
  ContextNode* const source;  // the one at or above it that answers Done, Err and Deadline
};

// A place in a tree of cancellation: a context, or a function that waits for one.
struct TreeNode : Object {
  TreeNode(CancelNode* tree, bool function) : Object(ObjectKind::kContext), root(tree), is_func(function) {}

  CancelNode* const root;    // its lock guards the tree
  CancelNode* up = nullptr;  // in whose list it stands; null: the root's, or no longer in the tree
  TreeNode* prev = nullptr;
  TreeNode* next = nullptr;
  const bool is_func;
};

// What AfterFunc registers. One reference belongs to the tree while it stands there, one to each handle of its stop
// function.
struct AfterNode final : TreeNode {
  AfterNode(CancelNode* tree, std::unique_ptr<Task> f, SourceLocation at)
      : TreeNode(tree, true), task(std::move(f)), where(at) {}

  PLAIT_UNINSTRUMENTED void Ref() { refs.fetch_add(1, std::memory_order_relaxed); }
  void Unref();

  // For a controller, when an execution is over: the function will not be called. It may hold its own context.
  void Forget() { const std::unique_ptr<Task> dropped = std::move(task); }

  std::atomic<int32_t> refs{1};
  std::unique_ptr<Task> task;
  const SourceLocation where;
};

struct CancelNode : ContextNode, TreeNode {
  // `over`: the context whose cancellation cancels this one, or null.
  CancelNode(Kind k, ContextNode* p, CancelNode* over)
      : ContextNode(k, p), TreeNode(over != nullptr ? over->root : this, false), above(over) {}

  // Enters `above`'s list, or is cancelled as that one is.
  void Link();

  // Cancels this context and all below it, in one step. False: it was cancelled before. Not announced.
  bool Cancel(const error& why, const error& because);
  // The same as an operation of the current goroutine.
  void CancelStep(const error& why, const error& because, SourceLocation where);

  error Err() const;
  error Cause() const;
  bool cancelled() const { return state.load() == State::kCancelled; }
  // A new reference to its channel. Not an operation: nobody can tell when it was made.
  ChanCore* Done();

  // Registers f, or starts it if this context is cancelled already. The caller owns a reference.
  AfterNode* After(std::unique_ptr<Task> f, SourceLocation where);
  // True if it prevented the function from being started.
  static bool Stop(AfterNode* func);

  void Arm(int64_t when);

  enum class State : uint8_t { kLive, kCancelling, kCancelled };

  CancelNode* const above;
  Lock lock;  // the root's guards what follows, and the links, in the whole tree
  std::atomic<State> state{State::kLive};
  bool orphan = false;
  bool timer_armed = false;
  TreeNode* first = nullptr;  // below it
  TreeNode* last = nullptr;
  CancelNode* batch = nullptr;  // the next one of a cancellation
  std::atomic<ChanCore*> done{nullptr};
  error err;
  error cause;
  const char* label = nullptr;   // of its channel, in reports
  std::function<bool()> unhook;  // from a parent of a foreign kind
};

struct DeadlineNode final : CancelNode {
  using CancelNode::CancelNode;

  OwnedTimer timer;
  int64_t when = 0;
  error expired_cause;
};

inline CancelNode* ContextNode::canceller() const {
  const bool cancels = source->node_kind == Kind::kCancel || source->node_kind == Kind::kDeadline;
  return cancels ? static_cast<CancelNode*>(source) : nullptr;
}

// How the owner's kinds of node are freed: returns the parent, whose reference the caller takes over.
ContextNode* DestroyOtherNode(ContextNode* node);

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_CONTEXT_TREE_H_
