#include "plait/runtime/panic/frame.h"

#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/controller.h"

namespace plait {
namespace {

enum class Flight { kPanic, kGoexit, kUnwind };

Flight KindOf(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const GoexitUnwind&) {
    return Flight::kGoexit;
  } catch (const Unwind&) {
    return Flight::kUnwind;
  } catch (...) {
    return Flight::kPanic;
  }
}

}  // namespace

Frame::Frame(void* result) : result_(result) {
  G* g = CurrentG();
  outer_ = g->frame;
  g->frame = this;
}

Frame::~Frame() { CurrentG()->frame = outer_; }

void Frame::Finish(std::exception_ptr in_flight) {
  // An execution that is being torn down is over: its deferred calls belong to a program that no longer runs.
  if (in_flight != nullptr) {
    switch (KindOf(in_flight)) {
      case Flight::kUnwind:
        std::rethrow_exception(in_flight);
      case Flight::kGoexit:
        goexit_ = std::move(in_flight);
        break;
      case Flight::kPanic:
        panic_ = std::move(in_flight);
        break;
    }
  }
  running_deferred_ = true;
  RunDeferred();
  running_deferred_ = false;
  // PANIC-12: a panic that was recovered during Goexit lets the Goexit go on; one that was not wins.
  if (panic_ != nullptr) std::rethrow_exception(panic_);
  if (goexit_ != nullptr) std::rethrow_exception(goexit_);
}

void Frame::RunDeferred() {
  while (!deferred_.empty()) {
    std::function<void()> f = std::move(deferred_.back());
    deferred_.pop_back();
    std::exception_ptr raised;
    try {
      if (!f) PanicRuntime(texts::kNilDereference);
      f();
    } catch (...) {
      raised = std::current_exception();
    }
    if (raised == nullptr) continue;
    switch (KindOf(raised)) {
      case Flight::kUnwind:
        std::rethrow_exception(raised);
      case Flight::kGoexit:  // PANIC-13: swallows the panic
        goexit_ = std::move(raised);
        panic_ = nullptr;
        break;
      case Flight::kPanic:  // PANIC-10: replaces the current one
        panic_ = std::move(raised);
        break;
    }
  }
}

Recovered recover() {
  Frame* f = CurrentG()->frame;
  if (f == nullptr || !f->running_deferred_ || f->panic_ == nullptr) return Recovered();
  return Recovered(std::exchange(f->panic_, nullptr));
}

void Goexit() {
  if (CurrentG()->is_thread) Fatal("plait: Goexit called from a plain thread");
  throw GoexitUnwind{};
}

}  // namespace plait
