#include "plait/runtime/panic/panic.h"

#include <cxxabi.h>
#include <execinfo.h>

#include <cstring>

#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/fatal.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/controller.h"

namespace plait {
namespace {

std::vector<void*> Callers() {
  void* frames[64];
  const int n = backtrace(frames, 64);
  return std::vector<void*>(frames, frames + n);
}

const std::type_info* TypeInFlight() { return abi::__cxa_current_exception_type(); }

}  // namespace

Panic::Panic(std::any value, std::string text, bool text_failed)
    : shared_(std::make_shared<const Shared>(Shared{std::move(value), std::move(text), text_failed, Callers()})) {}

void panic(std::nullptr_t) { PanicRuntime(texts::kPanicNil); }

void PanicRuntime(const char* text) {
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr) g->controller->StepPanicked();
  throw RuntimeError(text);
}

std::string WhyNoText(const std::exception_ptr& exception) {
  const auto type = [](const std::type_info& info) { return "type " + TypeName(info); };
  try {
    std::rethrow_exception(exception);
  } catch (const Panic& p) {
    if (const auto* text = std::any_cast<std::string>(&p.value())) return *text;
    return type(p.value().has_value() ? p.value().type() : typeid(Panic));
  } catch (...) {
    return TypeInFlight() != nullptr ? type(*TypeInFlight()) : "a foreign exception";
  }
}

std::string TextOf(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (const char* text) {
    return text;
  } catch (const std::string& text) {
    return text;
  } catch (...) {
    return TypeInFlight() != nullptr ? "C++ exception of type " + TypeName(*TypeInFlight()) : "foreign exception";
  }
}

// What is no panic says what type it is.
std::string UncaughtTextOf(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Panic&) {
  } catch (const std::exception& e) {
    const std::string name = TypeName(typeid(e));
    const std::string text = e.what();
    return text == name ? name : name + ": " + text;
  } catch (...) {
  }
  return TextOf(exception);
}

void SetPanicChain(PanicChain chain) {
  const bool any = !chain.earlier.empty() || chain.top_repanicked;
  CurrentG()->panics = any ? std::make_shared<PanicChain>(std::move(chain)) : nullptr;
}

PanicChain TakePanicChain(const std::exception_ptr& exception) {
  const std::shared_ptr<void> panics = std::exchange(CurrentG()->panics, nullptr);
  auto* chain = static_cast<PanicChain*>(panics.get());
  return chain != nullptr && chain->top == exception ? std::move(*chain) : PanicChain{exception, {}, false};
}

std::string TextOfEntries(const std::vector<PanicChain::Entry>& entries) {
  std::string text;
  for (const PanicChain::Entry& entry : entries) {
    text += std::string(text.empty() ? "" : "\t") + "panic: " + Indented(entry.text);
    text += entry.repanicked ? " [recovered, repanicked]\n" : entry.recovered ? " [recovered]\n" : "\n";
  }
  return text;
}

void Repanic(const std::exception_ptr& exception) {
  PanicChain chain = TakePanicChain(exception);
  chain.top_repanicked = true;
  SetPanicChain(std::move(chain));
  std::rethrow_exception(exception);
}

void DieOfPanic(const std::exception_ptr& exception) {
  std::vector<void*> stack;
  try {
    std::rethrow_exception(exception);
  } catch (const Panic& p) {
    if (p.text_failed()) Fatal(std::string(texts::kPanicWhilePrinting) + ": " + p.text());
    stack = p.stack();
  } catch (...) {
    // A foreign exception's stack is gone: it was unwound on the way here.
  }
  PanicChain chain = TakePanicChain(exception);
  chain.earlier.push_back({UncaughtTextOf(exception), false, chain.top_repanicked});
  Die(TextOfEntries(chain.earlier) + CrashTrace(stack));
}

}  // namespace plait
