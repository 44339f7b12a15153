#include "plait/explorer/replay/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "plait/explorer/execution.h"
#include "plait/explorer/mismatch.h"
#include "plait/explorer/reduce/reduce.h"
#include "plait/explorer/report/screen.h"
#include "plait/explorer/schedules/schedule.h"
#include "plait/explorer/strategy.h"

namespace plait::explore {
namespace {

// What each step looks like, for the kept file: those of a rendezvous in one line.
std::vector<std::string> TextsOf(const Recording& recording) {
  std::vector<std::string> texts(recording.steps);
  for (const StepRecord& line : recording.lines) {
    std::string& text = texts[line.step - 1];
    text +=
        (text.empty() ? "" : "; ") + (line.goroutine == 0 ? "" : GoroutineNameOf(line.goroutine) + "  ") + line.text;
  }
  return texts;
}

// All reports of what `execution` has just run and recorded.
void Report(std::string_view name, const Options& options, const Execution& execution, const Reduction& reduction,
            Result& result) {
  Token token{std::string(name), options.granularity, execution.schedule(), FingerprintOf(execution.schedule())};
  result.token = EncodeToken(token);
  if (result.token.size() > kLongestToken) {  // what would happen by itself can be left out
    Token shorter = token;
    shorter.schedule.resize(execution.forced());
    if (std::string text = EncodeToken(shorter); text.size() <= kLongestToken) result.token = std::move(text);
  }
  Recording recording = RecordingOf(name, execution, result.token);
  recording.all_steps = options.all_steps;
  recording.from_steps = reduction.from.steps;
  recording.from_switches = reduction.from.switches;
  recording.tried = reduction.tried;
  result.report = Screen(recording);
  result.recording = RecordingJson(recording);
  result.schedule = EncodeSchedule({VerdictName(execution.verdict()), std::move(token), TextsOf(recording)});
}

// What a token's fingerprint adds to the steps that fit.
std::string FingerprintNote(const Token& token, const Execution& execution) {
  const uint32_t now = FingerprintOf(execution.schedule());
  if (token.fingerprint == 0 || token.fingerprint == now) return {};
  return fmt::format(
      "  The program has changed since this was recorded (fingerprint {:04x}, now {:04x}), but it takes the same "
      "steps.\n",
      token.fingerprint, now);
}

std::string MisfitText(std::string_view name, const Token& token, const std::vector<std::string>& texts,
                       const Execution& execution, const std::string& mismatch) {
  std::string text =
      fmt::format("plait: this replay line was recorded for {} ({} steps), but ", name, token.schedule.size());
  const size_t done = execution.schedule().size();
  text += mismatch.empty() ? fmt::format("it ends after {} of them.\n", done) : mismatch;
  if (done < texts.size() && !texts[done].empty()) text += "  expected  " + texts[done] + "\n";
  return text + "The program has changed since. Explore it again without --plait_replay to get a new line.\n";
}

Result Refused(std::string error) {
  Result result;
  result.verdict = Verdict::kNondeterminism;
  result.text = result.report = std::move(error);
  return result;
}

}  // namespace

bool ReadReplay(const std::string& replay, Token& token, std::vector<std::string>& texts, std::string& error) {
  if (replay.empty() || replay[0] != '@') return DecodeToken(replay, token, error);
  const std::string path = replay.substr(1);
  std::ifstream file(path);
  if (!file) {
    error = "plait: the schedule " + path + " cannot be read";
    return false;
  }
  std::ostringstream text;
  text << file.rdbuf();
  KeptSchedule kept;
  if (!DecodeSchedule(text.str(), kept, error)) {
    error = "plait: " + path + " is no schedule: " + error;
    return false;
  }
  token = std::move(kept.token);
  texts = std::move(kept.texts);
  return true;
}

void Explain(std::string_view name, const Options& options, const std::function<void()>& body, const Probe& probe,
             const std::vector<StepKey>& schedule, Result& result) {
  Execution execution(options);
  execution.set_probe(probe);
  Reduction reduction;
  reduction.schedule = schedule;
  // Not where each execution leaves something behind.
  if (options.reduction != 0 && result.abandoned_stacks == 0) {
    reduction = Reduce(execution, body, schedule, result.verdict, result.text, options.reduction);
  }
  const auto again = MakeFixed(reduction.schedule);
  again->Begin();
  execution.Run(body, *again, /*record=*/true);
  result.abandoned_stacks += execution.abandoned_stacks();
  if (execution.verdict() != result.verdict) {
    result.text = fmt::format("'{}' the first time, '{}' when the same schedule was run again: {}",
                              VerdictName(result.verdict), VerdictName(execution.verdict()), execution.verdict_text());
    result.verdict = Verdict::kNondeterminism;
  } else {
    result.text = execution.verdict_text();
  }
  Report(name, options, execution, reduction, result);
}

Result Replay(std::string_view name, const Options& given, const std::function<void()>& body, const Probe& probe) {
  Options options = given;
  Token token;
  std::vector<std::string> texts;
  std::string error;
  if (!ReadReplay(options.replay, token, texts, error)) return Refused(error);
  if (token.test != name) {
    return Refused(fmt::format("plait: this replay token was recorded for {}, not for {}: run that test with it",
                               token.test, name));
  }
  options.granularity = token.granularity;
  Execution execution(options);
  execution.set_probe(probe);
  const auto strategy = MakeFixed(token.schedule);
  strategy->Begin();
  execution.Run(body, *strategy, /*record=*/true);
  Result result;
  result.executions = 1;
  result.verdict = execution.verdict();
  result.text = execution.verdict_text();
  if (result.verdict == Verdict::kNondeterminism) {
    result.report = result.text = MisfitText(name, token, texts, execution, strategy->mismatch());
    return result;
  }
  Report(name, options, execution, {}, result);
  result.report += FingerprintNote(token, execution);
  return result;
}

Result ReplayRoughly(std::string_view name, const Options& given, const std::function<void()>& body,
                     const Probe& probe) {
  Options options = given;
  Token token;
  std::vector<std::string> texts;
  std::string error;
  if (!ReadReplay(options.replay, token, texts, error)) return Refused(error);
  options.granularity = token.granularity;
  std::vector<Transition> wanted;
  for (const StepKey& key : token.schedule) wanted.push_back(key.transition);
  Execution execution(options);
  execution.set_probe(probe);
  const auto strategy = MakeTowards(std::move(wanted));
  strategy->Begin();
  execution.Run(body, *strategy, /*record=*/true);
  Result result;
  result.executions = 1;
  result.verdict = execution.verdict();
  result.text = execution.verdict_text();
  Report(name, options, execution, {}, result);
  return result;
}

}  // namespace plait::explore
