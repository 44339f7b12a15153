// page ROOT: writes ROOT/docs/clauses.md. page --check ROOT: prints what is wrong, as FILE:LINE: clauses: WHAT, and
// fails if there is anything. Run by ./plait clauses and by .ci/lint.

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "plait/docs/clauses/clauses.h"

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: page [--check] ROOT\n");
    return 2;
  }
  const std::filesystem::path root = argv[argc - 1];
  const std::filesystem::path file = root / "docs/clauses.md";
  const plait::clauses::Book book = plait::clauses::ReadBook(root);
  const std::string page = plait::clauses::PageOf(book);
  std::vector<plait::clauses::Problem> problems = plait::clauses::ProblemsOf(book);
  if (check) {
    std::ostringstream written;
    written << std::ifstream(file, std::ios::binary).rdbuf();
    if (written.str() != page) problems.push_back({"docs/clauses.md:1", "out of date; run ./plait clauses"});
  } else {
    std::ofstream(file, std::ios::binary) << page;
  }
  for (const auto& [place, text] : problems) std::printf("%s: clauses: %s\n", place.c_str(), text.c_str());
  return problems.empty() ? 0 : 1;
}
