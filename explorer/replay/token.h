#ifndef PLAIT_EXPLORER_REPLAY_TOKEN_H_
#define PLAIT_EXPLORER_REPLAY_TOKEN_H_

#include <string>
#include <string_view>
#include <vector>

#include "plait/explorer/options.h"
#include "plait/explorer/trace.h"

namespace plait::explore {

// A schedule as text, to be pasted:
//
//   plait2:u:Leak.Abandons:3fa2:2m.t1.1e0r.3s_1
//
// format version, granularity (u or r), test, fingerprint, then the steps: who (goroutine number), and what he does, one
// step after the other: a letter (OpLetter), which alternative of a select or choice (!: none was ready, it waits), and
// after _ the peer that it met (_2~1: in the second case of the peer's select; the first is left out). s*3 is sss. + starts
// a goroutine, - resumes one that was woken, t3 fires timer 3. No addresses, lines or counts of choices: a token fits the
// program for as long as the steps along it are the same, whatever the compiler, its options, and the lines in between.
// After its last step the first goroutine that can go on does.
//
// The fingerprint is of all that the steps are about: objects by number and arguments as well. If it differs although the
// steps are the same, the program has been changed.
//
// Version 1, of earlier releases, has no fingerprint, and writes the goroutine before each step: plait1:u:A.B:1m.1e0.
struct Token {
  std::string test;
  Granularity granularity = Granularity::kUser;
  std::vector<StepKey> schedule;
  uint32_t fingerprint = 0;  // 0: none
};

std::string EncodeToken(const Token& token);

// False, and `error` says what is wrong, where, and how to mend it, if the text is no token of a version that is known.
bool DecodeToken(std::string_view text, Token& token, std::string& error);

// The steps of a token, and one of them as they are written there ("2s_3"): also those of a kept schedule's file.
std::string EncodeStep(const StepKey& key);
bool DecodeStep(std::string_view text, StepKey& key);

// Never 0.
uint32_t FingerprintOf(const std::vector<StepKey>& schedule);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_REPLAY_TOKEN_H_
