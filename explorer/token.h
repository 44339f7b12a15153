#ifndef PLAIT_EXPLORER_TOKEN_H_
#define PLAIT_EXPLORER_TOKEN_H_

#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/options.h"
#include "plait/explorer/trace.h"

namespace plait::explore {

// A schedule as text, to be pasted:
//
//   plait1:u:Leak.Abandons:2m.1e0.3s_1
//
// format version, granularity (u or r), test, then the steps: who (goroutine number), what (OpLetter), which
// alternative of a select or choice (w: none was ready, it waits), and after _ the peer that it met (e2: at the third
// case of the peer's select; the first is left out). + starts a goroutine, - resumes one that was woken, t3 fires
// timer 3. No addresses, lines, hashes or counts of choices: a token fits the program for as long as the steps along it
// are the same, whatever the compiler, its options, and the lines in between.
struct Token {
  std::string test;
  Granularity granularity = Granularity::kUser;
  std::vector<StepKey> schedule;
};

std::string EncodeToken(const Token& token);

// False, and `error` says what is wrong, where, and how to mend it, if the text is no token of this version.
bool DecodeToken(std::string_view text, Token& token, std::string& error);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_TOKEN_H_
