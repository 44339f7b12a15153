// ./plait litmus: questions about Go, and the answers.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "plait/properties/litmus/columns.h"
#include "plait/properties/litmus/files.h"
#include "plait/properties/litmus/litmus.h"

namespace plait::litmus {
namespace {

constexpr char kFolder[] = "properties/litmus";

// What the page of conformance is made of: docs/clauses/clauses.h has the form of a line.
void WriteVerdicts(const std::string& path, const std::vector<Litmus>& files, const std::vector<Columns>& columns) {
  std::ofstream out(path, std::ios::binary);
  out << "# Written by ./plait litmus: FILE HASH OUTCOMES EXPLORED PRODUCTION GO\n";
  for (size_t i = 0; i < files.size(); ++i) {
    const Columns& c = columns[i];
    const auto judged = [&c](const Column& column) {
      return !column.asked() ? "-" : c.disagreements.empty() ? "agrees" : "disagrees";
    };
    int seen = 0;
    for (const auto& [outcome, n] : c.production.seen) seen += c.fifo.contains(outcome) ? 1 : 0;
    out << std::filesystem::path(files[i].file).lexically_relative(kFolder).string() << " "
        << HashOf(ReadFile(files[i].file)) << " " << c.fifo.size() << " " << judged(c.explored) << " "
        << (c.production.asked() ? std::to_string(seen) : "-") << " " << judged(c.go) << "\n";
  }
}

// Writes the model's outcomes into the file, in the place of those that it lists.
void Update(const std::string& path, const Litmus& litmus, const Columns& columns) {
  std::string text = ReadFile(path);
  size_t at = text.find("\noutcomes\n");
  if (at == std::string::npos) {
    at = text.size();
    while (at > 0 && text[at - 1] == '\n') --at;
    text = text.substr(0, at) + "\n";
  }
  std::ofstream out(path, std::ios::binary);
  out << text.substr(0, at) << "\n" << (litmus.lists_outcomes ? "" : "\n") << "outcomes\n";
  for (const model::Outcome& o : columns.fifo) out << "  " << Line(litmus.program, o) << "\n";
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Prints what can come of small concurrent programs: by the model, by the runtime explored and in\n"
      "production, and by real Go; and says who disagrees. docs/litmus.md has the language.",
      "./plait litmus");
  std::vector<std::string> named;
  int runs = 400, copies = 100;
  bool update = false, quiet = false, no_go = false;
  app.add_option("FILE", named, "litmus files, and folders of them; properties/litmus if none is named");
  app.add_option("--runs", runs, "runs in production, of each file")->capture_default_str();
  app.add_option("--copies", copies, "copies that real Go runs, of each file, three times")->capture_default_str();
  app.add_flag("--no-go", no_go, "do not ask real Go");
  app.add_flag("--update", update, "write the model's outcomes into the files");
  app.add_flag("--quiet", quiet, "print only what disagrees, and the summary");
  CLI11_PARSE(app, argc, argv);
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY"); folder != nullptr && chdir(folder) != 0) return 2;
  const bool all = named.empty();
  if (all) named.push_back(kFolder);

  const std::vector<Litmus> files = ParseFiles(named);
  std::vector<Columns> columns;
  for (const Litmus& litmus : files) {
    try {
      columns.push_back(Ask(litmus, {.production_runs = update ? 0 : runs}));
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s: %s\n", litmus.file.c_str(), e.what());
      return 2;
    }
    if (update) Update(litmus.file, litmus, columns.back());
  }
  const golang::Go go = no_go || update ? golang::Go{} : golang::FindGo();
  std::vector<const Litmus*> pointers;
  std::vector<Columns*> answers;
  for (size_t i = 0; i < files.size(); ++i) {
    pointers.push_back(&files[i]);
    answers.push_back(&columns[i]);
  }
  if (!no_go && !update) AskGo(go, pointers, answers, copies);

  if (all && !no_go && !update) WriteVerdicts("docs/clauses/verdicts.txt", files, columns);

  size_t disagreeing = 0, allowed = 0, seen = 0, not_judged = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    const bool wrong = !columns[i].disagreements.empty() && !update;
    disagreeing += wrong ? 1 : 0;
    not_judged += columns[i].go.asked() ? 0 : 1;
    if (columns[i].production.asked()) {
      allowed += columns[i].fifo.size();
      for (const auto& [outcome, n] : columns[i].production.seen) seen += columns[i].fifo.contains(outcome) ? 1 : 0;
    }
    if (wrong || (!quiet && !update)) std::printf("%s\n", Table(files[i], columns[i]).c_str());
  }
  std::printf("%zu files, %zu disagree. Production has shown %zu of %zu outcomes.", files.size(), disagreeing, seen,
              allowed);
  if (go.path.empty()) {
    std::printf(" Real Go was not asked.\n");
  } else {
    std::printf(" Go 1.%d has judged %zu, %zu it could not.\n", go.minor, files.size() - not_judged, not_judged);
  }
  return disagreeing == 0 ? 0 : 1;
}

}  // namespace
}  // namespace plait::litmus

int main(int argc, char** argv) {
  try {
    return plait::litmus::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}
