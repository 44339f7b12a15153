#ifndef PLAIT_PROPERTIES_GOLANG_GO_RUN_H_
#define PLAIT_PROPERTIES_GOLANG_GO_RUN_H_

#include <set>
#include <string>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::golang {

// A Go toolchain.
struct Go {
  std::string path;  // of the go command
  int minor = 0;     // 19 for Go 1.19
};

// The toolchain that PLAIT_GO names, or that third_party/install-go has unpacked, or a golang package of the system's; the
// newest. Its path is "" if there is none.
Go FindGo();

// Programs, compiled together by real Go, once.
class GoBatch {
 public:
  // Compiles in a new folder, which goes with this object. Throws std::runtime_error with the compiler's words.
  GoBatch(const Go& go, std::vector<const model::Program*> programs);
  ~GoBatch();
  GoBatch(const GoBatch&) = delete;
  GoBatch& operator=(const GoBatch&) = delete;

  struct Options {
    int copies = 50;  // that run at the same time in one process
    int procs = 2;
    int unit_us = 20;
  };
  // The outcomes of so many copies of one program. Nothing is guessed: the process ends when Go reports that all
  // goroutines are asleep, and its dump has to show as many blocked goroutines, for the same reasons at channels, as the
  // goroutines have written down. Throws std::runtime_error if that is not so.
  std::multiset<model::Outcome> Run(size_t program, const Options& options) const;

 private:
  std::string folder_;
  std::vector<const model::Program*> programs_;
};

}  // namespace plait::golang

#endif  // PLAIT_PROPERTIES_GOLANG_GO_RUN_H_
