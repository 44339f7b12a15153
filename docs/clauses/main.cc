// page ROOT: writes ROOT/docs/clauses.md and docs/conformance.md. page --check ROOT: prints what is wrong, as FILE:LINE: clauses: WHAT, and
// fails if there is anything. Run by ./plait clauses and by .ci/lint.

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "plait/docs/clauses/clauses.h"

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: page [--check] ROOT\n");
    return 2;
  }
  const std::filesystem::path root = argv[argc - 1];
  const plait::clauses::Book book = plait::clauses::ReadBook(root);
  const std::vector<plait::clauses::LitmusFile> litmus = plait::clauses::ReadLitmus(root);
  std::vector<plait::clauses::Problem> problems = plait::clauses::ProblemsOf(book);
  for (auto& problem : plait::clauses::ProblemsOf(book, litmus)) problems.push_back(std::move(problem));
  const std::pair<const char*, std::string> pages[] = {
      {"docs/clauses.md", plait::clauses::PageOf(book)},
      {"docs/conformance.md", plait::clauses::ConformancePageOf(book, litmus)},
  };
  for (const auto& [name, page] : pages) {
    if (!check) {
      std::ofstream(root / name, std::ios::binary) << page;
      continue;
    }
    std::ostringstream written;
    written << std::ifstream(root / name, std::ios::binary).rdbuf();
    if (written.str() != page) problems.push_back({std::string(name) + ":1", "out of date; run ./plait clauses"});
  }
  for (const auto& [place, text] : problems) std::printf("%s: clauses: %s\n", place.c_str(), text.c_str());
  return problems.empty() ? 0 : 1;
}
