#ifndef PLAIT_RUNTIME_GOROUTINE_SYMBOLIZE_H_
#define PLAIT_RUNTIME_GOROUTINE_SYMBOLIZE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace plait {

// One line of a stack.
struct StackFrame {
  std::string function;  // as the demangler writes it, without its parameters: "app::Server::Serve"
  std::string file;      // empty if unknown, as in a binary without debug information
  uint32_t line = 0;
  uint64_t offset = 0;  // of the return address in the function
};

// What return addresses (arch::Stack's or backtrace()'s) mean, by GCC's libbacktrace: function names from the binary's
// symbol table, lines and inlined functions from its debug information if it has any. `internals`: also the runtime's
// own frames and the standard library's, which a dump normally leaves out (Go hides package runtime in the same way).
//
// The first call reads the binary's debug information, up to a few hundred milliseconds of it for a large one; later
// ones take microseconds an address. Thread safe.
std::vector<StackFrame> Symbolize(void* const* pcs, int n, bool internals = false);

// The name of the function that contains a `go` statement, from the return address of internal::Start.
std::string CallerName(void* pc, uint64_t* offset);

// "app::Serve(int, std::string) const" -> "app::Serve".
std::string WithoutParameters(std::string name);

}  // namespace plait

#endif  // PLAIT_RUNTIME_GOROUTINE_SYMBOLIZE_H_
