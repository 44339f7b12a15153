#ifndef PLAIT_PROPERTIES_LITMUS_LITMUS_H_
#define PLAIT_PROPERTIES_LITMUS_LITMUS_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plait/model/outcome.h"
#include "plait/model/program.h"
#include "plait/properties/litmus/lexer.h"

namespace plait::litmus {

// A question about Go, written down: a program, and what is said of its outcomes. docs/litmus.md has the language.
//
//   const Litmus litmus = Parse("two_closes.litmus", text);
//   for (const model::Outcome& o : model::Search(litmus.program).outcomes()) std::puts(Line(litmus.program, o).c_str());

// What is said of an outcome.
struct Condition {
  enum class Kind { kAnd, kOr, kNot, kCompare, kOk, kEnds, kVerdict };
  Kind kind = Kind::kVerdict;
  std::vector<Condition> parts = {};  // kAnd, kOr, kNot
  int goroutine = 0;                  // kCompare, kOk, kEnds
  int op = 0;                         // kCompare, kOk: the operation whose result it is
  model::Compare compare = model::Compare::kEqual;
  int value = 0;
  model::End end = model::End::kReturned;
  model::Verdict verdict = model::Verdict::kDone;

  // A variable that was not set makes a comparison false.
  bool Holds(const model::Outcome& outcome) const;
};

struct Claim {
  bool exists = false;  // true: some outcome is so; false: all are
  Condition condition;
  std::string text;
};

struct Litmus {
  std::string file;
  std::string comment;               // the first comment, without its //
  std::vector<std::string> clauses;  // that the comment begins with
  int needs_go = 0;                  // the minor version, 23 for Go 1.23; 0: any
  model::Program program;
  std::vector<Claim> claims;
  bool lists_outcomes = false;
  std::set<std::string> outcomes;  // as Line() writes them
  Place outcomes_at;               // the word `outcomes`
};

// Throws ParseError.
Litmus Parse(const std::string& file, std::string_view text);

// An outcome in one line, the same for the same outcome and for no other of this program:
//
//   main v=1, <-c=closed | g1 blocked: c <- 2 | g2 panics at close(c): close of closed channel | leak
std::string Line(const model::Program& program, const model::Outcome& outcome);

// Operation i of goroutine g as it stands in the file; with its number if the goroutine has several of the same text.
std::string OpText(const model::Program& program, int g, int i);

// A program as a litmus file, without claims. It must have no branches.
std::string Print(const model::Program& program);

// The same text for two programs exactly if one becomes the other by renaming goroutines (main excepted), channels,
// objects, variables and values.
std::string UpToRenaming(const model::Program& program);

}  // namespace plait::litmus

#endif  // PLAIT_PROPERTIES_LITMUS_LITMUS_H_
