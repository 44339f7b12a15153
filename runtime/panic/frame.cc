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
        chain_ = TakePanicChain(panic_);
        break;
    }
  }
  running_deferred_ = true;
  RunDeferred();
  running_deferred_ = false;
  // PANIC-12: a panic that was recovered during Goexit lets the Goexit go on; one that was not wins.
  if (panic_ != nullptr) {
    SetPanicChain(std::move(chain_));
    std::rethrow_exception(panic_);
  }
  if (goexit_ != nullptr) std::rethrow_exception(goexit_);
}

void Frame::RunDeferred() {
  while (!deferred_.empty()) {
    std::function<void()> f = std::move(deferred_.back());
    deferred_.pop_back();
    during_ = panic_;
    std::exception_ptr raised;
    try {
      if (!f) PanicRuntime(texts::kNilDereference);
      f();
    } catch (...) {
      raised = std::current_exception();
    }
    const std::exception_ptr during = std::exchange(during_, nullptr);
    if (raised == nullptr) {
      if (panic_ == nullptr) chain_ = {};  // recovered, and no other one: forgotten
      continue;
    }
    switch (KindOf(raised)) {
      case Flight::kUnwind:
        std::rethrow_exception(raised);
      case Flight::kGoexit:  // PANIC-13: swallows the panic
        goexit_ = std::move(raised);
        panic_ = nullptr;
        chain_ = {};
        break;
      case Flight::kPanic:  // PANIC-10: replaces the current one
        Replace(during, std::move(raised));
        break;
    }
  }
}

void Frame::Replace(const std::exception_ptr& during, std::exception_ptr raised) {
  PanicChain chain = TakePanicChain(raised);
  if (raised == during) {
    chain_.top_repanicked = true;  // PANIC-19
  } else if (during != nullptr) {
    chain_.earlier.push_back(
        {UncaughtTextOf(during), panic_ == nullptr || chain_.top_repanicked, chain_.top_repanicked});
    chain_.earlier.insert(chain_.earlier.end(), chain.earlier.begin(), chain.earlier.end());
    chain_.top = raised;
    chain_.top_repanicked = chain.top_repanicked;
  } else {
    chain_ = std::move(chain);
  }
  panic_ = std::move(raised);
}

std::string PendingPanics() {
  std::vector<const Frame*> frames;  // innermost first
  for (const Frame* f = CurrentG()->frame; f != nullptr; f = f->outer_) frames.push_back(f);
  std::vector<PanicChain::Entry> entries;
  for (size_t i = frames.size(); i-- > 0;) {
    const Frame& f = *frames[i];
    if (f.during_ == nullptr) continue;
    entries.insert(entries.end(), f.chain_.earlier.begin(), f.chain_.earlier.end());
    entries.push_back({UncaughtTextOf(f.during_), f.panic_ == nullptr, f.chain_.top_repanicked});
  }
  return TextOfEntries(entries);
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
