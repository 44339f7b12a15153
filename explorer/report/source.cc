#include "plait/explorer/report/source.h"

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string_view>

namespace plait::explore {
namespace {

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string Trimmed(std::string text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Without its comment and what stands in quotes.
std::string Code(const std::string& line) {
  std::string code;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (!quoted && line.compare(i, 2, "//") == 0) break;
    if (line[i] == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
    if (!quoted || line[i] == '"') code += line[i];
  }
  return Trimmed(code);
}

// The place of an assignment's or initialiser's '=', outside brackets: npos if there is none.
size_t Assignment(const std::string& code) {
  int depth = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '(' || code[i] == '{' || code[i] == '[') ++depth;
    if (code[i] == ')' || code[i] == '}' || code[i] == ']') --depth;
    if (code[i] != '=' || depth != 0) continue;
    const char before = i > 0 ? code[i - 1] : ' ', after = i + 1 < code.size() ? code[i + 1] : ' ';
    if (after != '=' && std::string_view("=!<>+-*/&|").find(before) == std::string_view::npos) return i;
  }
  return std::string::npos;
}

// The last word of "const auto& name", "names[i]", or the first of "auto [ctx, cancel]".
std::string Declared(const std::string& left) {
  std::string text = Trimmed(left);
  if (text.empty()) return {};
  if (text.back() == ']') {
    const size_t open = text.rfind('[');
    if (open == std::string::npos) return {};
    if (open > 0 && IsWord(text[open - 1])) {  // names[i]
      size_t begin = open;
      while (begin > 0 && IsWord(text[begin - 1])) --begin;
      return text.substr(begin);
    }
    size_t end = open + 1;
    while (end < text.size() && IsWord(text[end])) ++end;
    return text.substr(open + 1, end - open - 1);
  }
  size_t begin = text.size();
  while (begin > 0 && IsWord(text[begin - 1])) --begin;
  return text.substr(begin);
}

// "sync::Map<std::string, int> words" -> "sync::Map<> words".
std::string WithoutArguments(const std::string& text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    depth -= c == '>';
    if (depth <= 0) out += c;
    depth += c == '<';
  }
  return out;
}

// "sync.Map" -> "sync::Map".
std::string InCxx(std::string kind) {
  if (const size_t dot = kind.find('.'); dot != std::string::npos) kind.replace(dot, 1, "::");
  return kind;
}

bool BeginsWith(const std::string& text, std::string_view start) { return text.compare(0, start.size(), start) == 0; }

}  // namespace

std::string TidyPath(std::string file) {
  for (const std::string_view prefix : {"/proc/self/cwd/", "./"}) {
    if (BeginsWith(file, prefix)) file.erase(0, prefix.size());
  }
  constexpr std::string_view kOurs = "/plait/";
  if (const size_t links = file.find("/_virtual_includes/"); links != std::string::npos) {
    if (const size_t ours = file.find(kOurs, links); ours != std::string::npos) file.erase(0, ours + kOurs.size());
  }
  return file;
}

const std::vector<std::string>& SourceLines(const std::string& file) {
  static auto* const known = new std::map<std::string, std::vector<std::string>>;
  const auto [it, fresh] = known->try_emplace(file);
  if (!fresh || file.empty()) return it->second;
  std::vector<std::string> places = {file, TidyPath(file)};
  if (const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY")) {
    places.push_back(std::string(workspace) + "/" + TidyPath(file));
  }
  for (const std::string& place : places) {
    std::ifstream in(place);
    if (!in) continue;
    for (std::string line; std::getline(in, line);) it->second.push_back(line);
    break;
  }
  return it->second;
}

std::string NameInLine(const std::string& line, const std::string& kind) {
  const std::string code = Code(line);
  for (const std::string_view other :
       {"struct ", "class ", "namespace ", "return ", "}", "PLAIT_", "TEST", "template"}) {
    if (BeginsWith(code, other)) return {};
  }
  std::string name;
  if (const size_t assignment = Assignment(code); assignment != std::string::npos) {
    name = Declared(code.substr(0, assignment));
  } else {
    // "sync::Mutex mu;", "sync::Cond changed(mu);", "errgroup::Group group;": a type, a name, and what ends it.
    size_t end = code.find_first_of(";({");
    if (end == std::string::npos) return {};
    const std::string head = WithoutArguments(code.substr(0, end));
    name = Declared(head);
    const std::string type = Trimmed(head.substr(0, head.size() - std::min(head.size(), name.size())));
    if (type.empty() || !(IsWord(type.back()) || type.back() == '>') || head.find(',') != std::string::npos) return {};
  }
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0 || name == "auto") return {};
  // What is inside something else: a group's WaitGroup.
  const bool is_it = code.find(InCxx(kind)) != std::string::npos || code.find("make_") != std::string::npos ||
                     code.find("time::") != std::string::npos || code.find("context::") != std::string::npos ||
                     kind == "atomic" || kind == "context";
  return is_it ? name : name + "." + kind;
}

std::string NameInSource(const SourceLocation& where, ObjectKind kind) {
  if (*where.file == '\0') return {};
  const std::vector<std::string>& lines = SourceLines(where.file);
  if (where.line >= 1 && where.line <= lines.size()) {
    if (std::string name = NameInLine(lines[where.line - 1], ObjectKindName(kind)); !name.empty()) return name;
  }
  return std::string(ObjectKindName(kind)) + "@" + std::to_string(where.line);
}

}  // namespace plait::explore
