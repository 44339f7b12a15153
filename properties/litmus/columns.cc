#include "plait/properties/litmus/columns.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "plait/model/search.h"
#include "plait/properties/conformance/run_program.h"

namespace plait::litmus {
namespace {

using model::Outcome;

// A fatal error ends the process, and that cannot be had inside of one.
bool MayDie(const std::set<Outcome>& outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& o) { return o.verdict == model::Verdict::kFatal; });
}

void AskExplorer(const Litmus& litmus, const Asked& asked, Columns* columns) {
  columns->explored.silent = "";
  const conformance::Explored explored = conformance::Explore(
      litmus.program,
      {.granularity = explore::Granularity::kRuntime, .max_executions = asked.max_executions, .max_seconds = 1e9});
  for (const Outcome& o : explored.outcomes) columns->explored.seen[o] = 1;
  columns->executions = explored.executions;
  if (!explored.complete) {
    columns->explored.silent = "not finished after " + std::to_string(explored.executions) + " executions";
  }
}

void AskProduction(const Litmus& litmus, const Asked& asked, Columns* columns) {
  columns->production.silent = "";
  constexpr int kProcs[] = {2, 4, 3, 1};
  for (const int procs : kProcs) {
    const int runs = asked.production_runs / 4;
    for (const auto& [outcome, n] : conformance::CountInProduction(
             litmus.program, {.procs = procs, .runs = runs, .seed = 1 + static_cast<uint64_t>(procs)})) {
      columns->production.seen[outcome] += n;
    }
  }
}

// What a column has seen and the model does not allow.
void Within(const Litmus& litmus, const Column& column, const std::string& name, const std::set<Outcome>& allowed,
            const std::string& whom, std::vector<std::string>* out) {
  for (const auto& [outcome, n] : column.seen) {
    if (!allowed.contains(outcome))
      out->push_back(name + " has, " + whom + " has not: " + Line(litmus.program, outcome));
  }
}

}  // namespace

Columns Ask(const Litmus& litmus, const Asked& asked) {
  Columns columns;
  columns.fifo = model::Search(litmus.program).outcomes();
  columns.paced = model::Search(litmus.program, {.time = model::Time::kAnyOrder}).outcomes();
  columns.any =
      model::Search(litmus.program, {.waiters = model::Waiters::kAny, .time = model::Time::kAnyOrder}).outcomes();
  if (MayDie(columns.fifo)) {
    columns.explored.silent = columns.production.silent = columns.go.silent = "a fatal error ends the process";
  } else {
    if (asked.explored) AskExplorer(litmus, asked, &columns);
    if (asked.production_runs > 0) AskProduction(litmus, asked, &columns);
  }
  Compare(litmus, &columns);
  return columns;
}

void AddGo(const Litmus& litmus, const std::multiset<Outcome>& outcomes, Columns* columns) {
  columns->go.silent = "";
  for (const Outcome& o : outcomes) ++columns->go.seen[o];
  Compare(litmus, columns);
}

void Compare(const Litmus& litmus, Columns* columns) {
  std::vector<std::string>& out = columns->disagreements;
  out.clear();
  std::set<std::string> lines;
  for (const Outcome& o : columns->fifo) lines.insert(Line(litmus.program, o));
  if (litmus.lists_outcomes) {
    for (const std::string& line : litmus.outcomes) {
      if (!lines.contains(line)) out.push_back("the file lists, the model has not: " + line);
    }
    for (const std::string& line : lines) {
      if (!litmus.outcomes.contains(line)) out.push_back("the model has, the file does not list: " + line);
    }
  }
  for (const Claim& claim : litmus.claims) {
    const auto holds = [&claim](const Outcome& o) { return claim.condition.Holds(o); };
    const bool all = std::all_of(columns->fifo.begin(), columns->fifo.end(), holds);
    const bool some = std::any_of(columns->fifo.begin(), columns->fifo.end(), holds);
    if (!(claim.exists ? some : all)) out.push_back("does not hold: " + claim.text);
  }
  Within(litmus, columns->explored, "explored", columns->fifo, "the model", &out);
  if (columns->explored.asked()) {
    for (const Outcome& o : columns->fifo) {
      if (!columns->explored.seen.contains(o)) {
        out.push_back("the model has, explored has not: " + Line(litmus.program, o));
      }
    }
  }
  Within(litmus, columns->production, "production", columns->paced, "the model", &out);
  Within(litmus, columns->go, "Go", columns->any, "the model (any waiter)", &out);
}

std::string Table(const Litmus& litmus, const Columns& columns) {
  std::string text = litmus.file + "\n";
  if (!litmus.comment.empty()) {
    // The comment, wrapped.
    std::string line = " ";
    for (size_t at = 0; at < litmus.comment.size();) {
      const size_t end = std::min(litmus.comment.find(' ', at), litmus.comment.size());
      const std::string word = litmus.comment.substr(at, end - at);
      if (line.size() + 1 + word.size() > 80) text += std::exchange(line, " ") + "\n";
      line += " " + word;
      at = end + 1;
    }
    text += line + "\n";
  }
  std::map<std::string, const Outcome*> rows;
  std::set<Outcome> all = columns.any;
  all.insert(columns.fifo.begin(), columns.fifo.end());
  for (const Column* c : {&columns.explored, &columns.production, &columns.go}) {
    for (const auto& [outcome, n] : c->seen) all.insert(outcome);
  }
  const auto cell = [](const std::string& s) { return std::string(s.size() < 10 ? 10 - s.size() : 1, ' ') + s; };
  text += "     model  explored production        Go  outcome\n";
  for (const Outcome& o : all) {
    const auto count = [&](const Column& c) {
      const auto found = c.seen.find(o);
      return !c.asked() && c.seen.empty() ? "" : found == c.seen.end() ? "-" : std::to_string(found->second);
    };
    std::string row = cell(columns.fifo.contains(o) ? "yes" : columns.any.contains(o) ? "any" : "NO");
    row += cell(columns.explored.seen.contains(o) ? "yes" : columns.explored.asked() ? "-" : "");
    row += cell(count(columns.production)) + cell(count(columns.go));
    const std::string line = Line(litmus.program, o);
    if (row.size() + 2 + line.size() <= 80) {
      text += row + "  " + line + "\n";
    } else {
      text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n      " + line + "\n";
    }
  }
  for (const auto& [name, column] : {std::pair<const char*, const Column*>{"explored", &columns.explored},
                                     {"production", &columns.production},
                                     {"Go", &columns.go}}) {
    if (!column->asked()) text += std::string("  ") + name + ": " + column->silent + "\n";
  }
  for (const Claim& claim : litmus.claims) text += "  " + claim.text + "\n";
  for (const std::string& line : columns.disagreements) text += "  DISAGREES: " + line + "\n";
  return text;
}

void AskGo(const golang::Go& go, const std::vector<const Litmus*>& files, const std::vector<Columns*>& columns,
           int copies) {
  std::vector<const model::Program*> programs;
  std::vector<size_t> of;
  for (size_t i = 0; i < files.size(); ++i) {
    if (columns[i]->go.silent != "not asked") continue;
    if (go.path.empty()) {
      columns[i]->go.silent = "no Go is installed";
    } else if (files[i]->needs_go > go.minor) {
      columns[i]->go.silent = "needs Go 1." + std::to_string(files[i]->needs_go);
    } else {
      programs.push_back(&files[i]->program);
      of.push_back(i);
    }
  }
  if (programs.empty()) return;
  const golang::GoBatch batch(go, programs);
  constexpr int kProcs[] = {2, 4, 1};
  for (size_t k = 0; k < programs.size(); ++k) {
    std::multiset<Outcome> outcomes;
    for (const int procs : kProcs) outcomes.merge(batch.Run(k, {.copies = copies, .procs = procs}));
    AddGo(*files[of[k]], outcomes, columns[of[k]]);
  }
}

}  // namespace plait::litmus
