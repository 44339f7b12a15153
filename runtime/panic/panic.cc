#include "plait/runtime/panic/panic.h"

#include <cxxabi.h>
#include <execinfo.h>

#include <cstdlib>

#include "plait/runtime/goroutine/dump.h"
#include "plait/runtime/goroutine/g.h"
#include "plait/runtime/panic/die.h"
#include "plait/runtime/panic/texts.h"
#include "plait/runtime/seam/controller.h"

namespace plait {
namespace {

std::string Demangled(const char* name) {
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = status == 0 ? text : name;
  std::free(text);
  return result;
}

std::vector<void*> Callers() {
  void* frames[32];
  const int n = backtrace(frames, 32);
  return std::vector<void*>(frames, frames + n);
}

// PANIC-16: newlines inside the text are followed by a tab.
std::string Indented(const std::string& text) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out += '\t';
  }
  return out;
}

}  // namespace

Panic::Panic(std::any value, std::string text)
    : shared_(std::make_shared<const Shared>(Shared{std::move(value), std::move(text), Callers()})) {}

std::string PanicTextOfPointer(const std::type_info& type, const void* address) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, ") %p", address);
  return "(" + Demangled(type.name()) + buffer;
}

void panic(std::nullptr_t) { PanicRuntime(texts::kPanicNil); }

void PanicRuntime(const char* text) {
  const G* g = CurrentGOrNull();
  if (g != nullptr && g->controller != nullptr) g->controller->StepPanicked();
  throw RuntimeError(text);
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
    const std::type_info* type = abi::__cxa_current_exception_type();
    return type != nullptr ? "C++ exception of type " + Demangled(type->name()) : "foreign exception";
  }
}

void DieOfPanic(const std::exception_ptr& exception) {
  std::vector<void*> stack;
  try {
    std::rethrow_exception(exception);
  } catch (const Panic& p) {
    stack = p.stack();
  } catch (...) {
    // A foreign exception's stack is gone: it was unwound on the way here.
  }
  Die("panic: " + Indented(TextOf(exception)) + "\n" + CrashTrace(stack));
}

}  // namespace plait
