#include "plait/runtime/context/context.h"

#include <cxxabi.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>

#include "plait/runtime/chan/select.h"
#include "plait/runtime/context/tree.h"
#include "plait/runtime/panic/panic.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/race.h"
#include "plait/runtime/seam/step.h"
#include "plait/runtime/time/arm_timer.h"
#include "plait/runtime/time/now.h"

namespace plait::internal {

void PanicNilParent() { PanicRuntime(texts::kNilParent); }
void PanicNilKey() { PanicRuntime(texts::kNilKey); }

std::string TypeText(const std::type_info& type) {
  int status = 0;
  char* text = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string result = status == 0 ? text : type.name();
  std::free(text);
  return result;
}

namespace {

struct CustomNode final : ContextNode {
  explicit CustomNode(std::shared_ptr<const context::Interface> c)
      : ContextNode(Kind::kCustom, nullptr), custom(std::move(c)) {}
  const std::shared_ptr<const context::Interface> custom;
};

constinit ContextNode background(ContextNode::Kind::kBackground, nullptr);
constinit ContextNode todo(ContextNode::Kind::kTodo, nullptr);

const context::Interface& CustomOf(const ContextNode* node) { return *static_cast<const CustomNode*>(node)->custom; }

ContextNode& NodeOf(const context::Context& ctx) {
  if (!ctx) PanicRuntime(texts::kNilDereference);
  return *ctx.node();
}

// Names in reports outlive the context.
const char* Interned(std::string text) {
  static Lock lock;
  static auto* const all = new std::set<std::string>;
  std::lock_guard guard(lock);
  return all->insert(std::move(text)).first->c_str();
}

const std::any* Find(const ContextNode* node, const context::Key& key) {
  for (; node != nullptr; node = node->parent) {
    switch (node->node_kind) {
      case ContextNode::Kind::kValue: {
        const auto* value = static_cast<const ValueNode*>(node);
        if (value->key == key) return &value->value;
        break;
      }
      case ContextNode::Kind::kCancel:
      case ContextNode::Kind::kDeadline:
        if (key.nearest() == nullptr) break;
        key.nearest()->found = node->canceller();
        return nullptr;
      case ContextNode::Kind::kWithoutCancel:
        if (key.nearest() != nullptr) return nullptr;
        break;
      case ContextNode::Kind::kCustom:
        return CustomOf(node).Value(key);
      case ContextNode::Kind::kBackground:
      case ContextNode::Kind::kTodo:
        return nullptr;
    }
  }
  return nullptr;
}

CancelNode* NearestOf(const context::Interface& custom) {
  context::Key::Nearest nearest;
  custom.Value(context::Key(&nearest));
  return nearest.found;
}

// The built-in context with which `parent`, of whatever kind, is cancelled; or null. CTX-33: behind a context of a
// foreign kind stands one only if that has not a channel of its own.
CancelNode* AboveOf(const ContextNode& parent) {
  if (CancelNode* above = parent.canceller()) return above;
  if (parent.source->node_kind != ContextNode::Kind::kCustom) return nullptr;
  const context::Interface& custom = CustomOf(parent.source);
  const RecvChan<context::Signal> done = custom.Done();
  CancelNode* nearest = done ? NearestOf(custom) : nullptr;
  return nearest != nullptr && ChanAccess::Core(done) == nearest->done.load() ? nearest : nullptr;
}

error CauseOf(const context::Interface& custom, const error& err) {
  const CancelNode* nearest = NearestOf(custom);
  const error cause = nearest != nullptr ? nearest->Cause() : nullptr;
  return cause ? cause : err;
}

// CTX-30 to CTX-32: `node`'s parent is of a foreign kind, and cancelled by itself.
void Follow(CancelNode* node, const context::Context& parent, SourceLocation where) {
  const context::Interface& custom = CustomOf(parent.node()->source);
  const RecvChan<context::Signal> done = custom.Done();
  if (!done) return;
  const auto cancel = [parent, where](CancelNode* child) {
    const context::Interface& from = CustomOf(parent.node()->source);
    const error err = from.Err();
    child->CancelStep(err, CauseOf(from, err), where);
  };
  bool over = false;
  Select{recv_case(done, [&] { over = true; }), default_case()};
  if (over) {
    cancel(node);
    return;
  }
  node->Ref();
  context::Context child(static_cast<ContextNode*>(node));
  if (auto unhook = custom.AfterFunc([cancel, child] { cancel(child.node()->canceller()); })) {
    std::unique_lock guard(node->root->lock);
    if (node->state.load() == CancelNode::State::kLive) {
      node->unhook = std::move(unhook);
    } else {
      guard.unlock();
      unhook();
    }
    return;
  }
  go(
      [cancel, child, done] {
        Select{
            recv_case(done, [&] { cancel(child.node()->canceller()); }),
            recv_case(child.Done()),
        };
      },
      where);
}

template <class Node>
Node* MakeNode(ContextNode::Kind kind, const context::Context& parent) {
  return new Node(kind, parent.node(), AboveOf(*parent.node()));
}

// With so many references for the caller.
CancelNode* MakeCancel(const context::Context& parent, int handles, SourceLocation where) {
  if (!parent) PanicNilParent();
  auto* node = MakeNode<CancelNode>(ContextNode::Kind::kCancel, parent);
  node->refs.store(handles, std::memory_order_relaxed);  // relaxed: nobody has seen it yet
  if (node->above != nullptr) {
    node->Link();
  } else if (parent.node()->source->node_kind == ContextNode::Kind::kCustom) {
    try {
      Follow(node, parent, where);
    } catch (...) {  // its goroutine is being unwound
      while (handles-- > 0) ContextNode::Unref(node);
      throw;
    }
  }
  return node;
}

void CancelAndUnhook(const context::Context& ctx, const error& cause, SourceLocation where) {
  if (!ctx) return;
  CancelNode& node = *ctx.node()->canceller();
  node.CancelStep(context::Canceled, cause ? cause : context::Canceled, where);
  if (node.parent == nullptr || node.parent->source->node_kind != ContextNode::Kind::kCustom) return;
  std::unique_lock guard(node.root->lock);
  const auto unhook = std::exchange(node.unhook, nullptr);
  guard.unlock();
  if (unhook) unhook();
}

std::string Seconds(time::Duration d) {
  char text[48];
  std::snprintf(text, sizeof text, "%gs", std::chrono::duration<double>(d).count());
  return text;
}

}  // namespace

ContextNode* DestroyOtherNode(ContextNode* node) {
  const race::Ignore ignore;  // the last reference to something of the user's, whose count the detector misses
  ContextNode* parent = node->parent;
  if (node->node_kind == ContextNode::Kind::kValue) {
    auto* value = static_cast<ValueNode*>(node);
    value->destroy(value);
  } else if (node->node_kind == ContextNode::Kind::kCustom) {
    delete static_cast<CustomNode*>(node);
  } else {
    delete node;
  }
  return parent;
}

}  // namespace plait::internal

namespace plait::context {

using plait::internal::AboveOf;
using plait::internal::AfterNode;
using plait::internal::CancelNode;
using plait::internal::ContextNode;
using plait::internal::CustomOf;
using plait::internal::DeadlineNode;
using plait::internal::NodeOf;
using Kind = ContextNode::Kind;

Context::Context(std::shared_ptr<const Interface> custom)
    : node_(custom != nullptr ? new plait::internal::CustomNode(std::move(custom)) : nullptr) {}

Context::Context(const Context& other) : node_(other.node_) {
  if (node_ != nullptr) node_->Ref();
}

Context::~Context() { ContextNode::Unref(node_); }

std::optional<time::Time> Context::Deadline() const {
  for (const ContextNode* node = NodeOf(*this).source;;) {
    switch (node->node_kind) {
      case Kind::kDeadline:
        return time::Time(time::Duration(static_cast<const DeadlineNode*>(node)->when));
      case Kind::kCancel:
        node = node->parent->source;
        break;
      case Kind::kCustom:
        return CustomOf(node).Deadline();
      default:
        return std::nullopt;
    }
  }
}

RecvChan<Signal> Context::Done() const {
  const ContextNode& node = NodeOf(*this);
  if (CancelNode* canceller = node.canceller()) return plait::internal::ChanAccess::Wrap<Signal>(canceller->Done());
  return node.source->node_kind == Kind::kCustom ? CustomOf(node.source).Done() : RecvChan<Signal>();
}

namespace {

// Err or Cause of a built-in context, as an operation.
error Look(const CancelNode& node, error (CancelNode::*what)() const, SourceLocation where) {
  G* g = CurrentG();
  if (!Observed(g, node)) [[likely]]
    return (node.*what)();
  Op op{.kind = OpKind::kContextErr, .object = const_cast<CancelNode*>(&node), .where = where};
  if (!Announce(g, op)) return nullptr;
  error result = (node.*what)();
  op.ok = !result;
  Conclude(g, op);
  return result;
}

}  // namespace

error Context::Err(SourceLocation where) const {
  const ContextNode& node = NodeOf(*this);
  if (const CancelNode* canceller = node.canceller()) return Look(*canceller, &CancelNode::Err, where);
  return node.source->node_kind == Kind::kCustom ? CustomOf(node.source).Err() : nullptr;
}

error Cause(const Context& ctx, SourceLocation where) {
  const ContextNode& node = NodeOf(ctx);
  if (const CancelNode* canceller = node.canceller()) return Look(*canceller, &CancelNode::Cause, where);
  if (node.source->node_kind != Kind::kCustom) return nullptr;
  const error err = CustomOf(node.source).Err();
  return err ? plait::internal::CauseOf(CustomOf(node.source), err) : nullptr;
}

const std::any* Context::Value(const Key& key) const { return plait::internal::Find(&NodeOf(*this), key); }

std::string Context::String() const {
  const ContextNode& node = NodeOf(*this);
  if (node.node_kind == Kind::kBackground) return "context.Background";
  if (node.node_kind == Kind::kTodo) return "context.TODO";
  if (node.node_kind == Kind::kCustom) return CustomOf(&node).String();
  node.parent->Ref();
  std::string text = Context(node.parent).String();
  switch (node.node_kind) {
    case Kind::kValue: {
      const auto& value = static_cast<const plait::internal::ValueNode&>(node);
      return text + ".WithValue(" + value.text(value) + ")";
    }
    case Kind::kWithoutCancel:
      return text + ".WithoutCancel";
    case Kind::kDeadline: {
      const time::Time d = *Deadline();
      return text + ".WithDeadline(" + plait::internal::Seconds(d.time_since_epoch()) + " [" +
             plait::internal::Seconds(d - time::Now()) + "])";
    }
    default:
      return text + ".WithCancel";
  }
}

const Context& Context::name(const char* name) const {
  CancelNode* canceller = node_ != nullptr ? node_->canceller() : nullptr;
  if (canceller == nullptr || canceller->record() == nullptr) return *this;
  canceller->SetName(name);
  canceller->label = plait::internal::Interned(std::string(name) + ".Done()");
  if (plait::internal::ChanCore* chan = canceller->done.load()) chan->SetName(canceller->label);
  return *this;
}

void CancelFunc::operator()(SourceLocation where) const { plait::internal::CancelAndUnhook(ctx_, nullptr, where); }

void CancelCauseFunc::operator()(error cause, SourceLocation where) const {
  plait::internal::CancelAndUnhook(ctx_, cause, where);
}

Context Background() { return Context(&plait::internal::background); }
Context TODO() { return Context(&plait::internal::todo); }

WithCancelResult WithCancel(const Context& parent) {
  CancelNode* node = plait::internal::MakeCancel(parent, 2, SourceLocation::current());
  return {Context(node), CancelFunc(Context(node))};
}

WithCancelCauseResult WithCancelCause(const Context& parent) {
  CancelNode* node = plait::internal::MakeCancel(parent, 2, SourceLocation::current());
  return {Context(node), CancelCauseFunc(Context(node))};
}

namespace {

// `now`: to ask within the step. A timeout is shown as such in reports.
WithCancelResult MakeDeadline(const Context& parent, std::optional<time::Time> d, time::Duration timeout, error cause,
                              SourceLocation where) {
  if (!parent) plait::internal::PanicNilParent();
  const std::optional<time::Time> current = parent.Deadline();
  if (d.has_value() && current.has_value() && *current < *d) return WithCancel(parent);  // CTX-12
  G* g = CurrentG();
  auto* node = plait::internal::MakeNode<DeadlineNode>(Kind::kDeadline, parent);
  Context ctx(static_cast<ContextNode*>(node));
  node->expired_cause = std::move(cause);
  Op op{.kind = OpKind::kTimerStart, .object = node, .where = where, .arg = timeout.count()};
  const bool observed = Observed(g, *node);
  if (observed && !Announce(g, op)) return {ctx, CancelFunc(ctx)};
  const int64_t now = plait::internal::Nanotime();
  node->when = d.has_value() ? d->time_since_epoch().count() : plait::internal::Deadline(now, timeout.count());
  const bool earlier = current.has_value() && current->time_since_epoch().count() < node->when;
  if (node->when <= now && !earlier) {  // CTX-13
    node->Link();
    node->Cancel(DeadlineExceeded, node->expired_cause ? node->expired_cause : DeadlineExceeded);
  } else if (earlier) {
    node->when = current->time_since_epoch().count();
    node->Link();
  } else {
    node->Arm(node->when);
  }
  if (observed) Conclude(g, op);
  if (node->above == nullptr && parent.node()->source->node_kind == Kind::kCustom) {
    plait::internal::Follow(node, parent, where);
  }
  CancelFunc cancel(ctx);
  return {std::move(ctx), std::move(cancel)};
}

}  // namespace

WithCancelResult WithDeadline(const Context& parent, time::Time d, SourceLocation where) {
  return MakeDeadline(parent, d, {}, nullptr, where);
}

WithCancelResult WithDeadlineCause(const Context& parent, time::Time d, error cause, SourceLocation where) {
  return MakeDeadline(parent, d, {}, std::move(cause), where);
}

WithCancelResult WithTimeout(const Context& parent, time::Duration timeout, SourceLocation where) {
  return MakeDeadline(parent, std::nullopt, timeout, nullptr, where);
}

WithCancelResult WithTimeoutCause(const Context& parent, time::Duration timeout, error cause, SourceLocation where) {
  return MakeDeadline(parent, std::nullopt, timeout, std::move(cause), where);
}

Context WithoutCancel(const Context& parent) {
  if (!parent) plait::internal::PanicNilParent();
  return Context(new ContextNode(Kind::kWithoutCancel, parent.node()));
}

StopFunc AfterTask(const Context& ctx, std::unique_ptr<Task> f, SourceLocation where) {
  ContextNode& node = NodeOf(ctx);
  if (CancelNode* canceller = node.canceller()) return {ctx, canceller->After(std::move(f), where), false};
  // Registered with a context of its own, which follows the foreign one, or is never cancelled.
  const Context own(plait::internal::MakeCancel(ctx, 1, where));
  return {own, own.node()->canceller()->After(std::move(f), where), true};
}

StopFunc::StopFunc(Context ctx, AfterNode* owned, bool own_context)
    : ctx_(std::move(ctx)), func_(owned), own_context_(own_context) {}

StopFunc::StopFunc(const StopFunc& other) : ctx_(other.ctx_), func_(other.func_), own_context_(other.own_context_) {
  if (func_ != nullptr) func_->Ref();
}

StopFunc::StopFunc(StopFunc&& other) noexcept
    : ctx_(std::move(other.ctx_)), func_(std::exchange(other.func_, nullptr)), own_context_(other.own_context_) {}

StopFunc& StopFunc::operator=(StopFunc other) noexcept {
  std::swap(ctx_, other.ctx_);
  std::swap(func_, other.func_);
  std::swap(own_context_, other.own_context_);
  return *this;
}

StopFunc::~StopFunc() {
  if (func_ != nullptr) func_->Unref();
}

bool StopFunc::operator()(SourceLocation where) const {
  if (func_ == nullptr) return false;
  G* g = CurrentG();
  Op op{.kind = OpKind::kContextCancel, .object = func_, .where = where};
  const bool observed = Observed(g, *func_);
  if (observed && !Announce(g, op)) return false;
  op.ok = CancelNode::Stop(func_);
  if (observed) Conclude(g, op);
  if (op.ok && own_context_) plait::internal::CancelAndUnhook(ctx_, nullptr, where);
  return op.ok;
}

std::function<bool()> Interface::AfterFunc(std::function<void()>) const { return nullptr; }

std::string Interface::String() const { return plait::internal::TypeText(typeid(*this)); }

}  // namespace plait::context
