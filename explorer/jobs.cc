// Worker processes: each explores its part, writes its result as JSON into a pipe, and ends. Nothing else is shared.

#include "plait/explorer/jobs.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "plait/explorer/progress/observed.h"
#include "plait/runtime/panic/fatal.h"

namespace plait::explore {
namespace {

nlohmann::json ObservedJson(const Observed& o) {
  nlohmann::json samples = nlohmann::json::array(), depths = nlohmann::json::array(),
                 branching = nlohmann::json::array();
  for (const auto& s : o.samples) samples.push_back({s.seconds, s.executions, s.redundant, s.classes});
  for (const auto& [depth, n] : o.depths) depths.push_back({depth, n});
  for (const auto& [where, b] : o.branching) branching.push_back({where, b.times, b.alternatives});
  return {{"samples", samples}, {"depths", depths}, {"branching", branching}};
}

std::shared_ptr<const Observed> ObservedOf(const nlohmann::json& json) {
  auto o = std::make_shared<Observed>();
  for (const auto& s : json.at("samples")) o->samples.push_back({s[0], s[1], s[2], s[3]});
  for (const auto& d : json.at("depths")) o->depths[d[0]] = d[1];
  for (const auto& b : json.at("branching")) o->branching[b[0]] = {b[1], b[2]};
  return o;
}

std::string ToJson(const Result& r) {
  return nlohmann::json({{"verdict", r.verdict},
                         {"text", r.text},
                         {"token", r.token},
                         {"report", r.report},
                         {"recording", r.recording},
                         {"schedule", r.schedule},
                         {"executions", r.executions},
                         {"redundant", r.redundant},
                         {"failures", r.failures},
                         {"abandoned_stacks", r.abandoned_stacks},
                         {"classes", r.classes},
                         {"complete", r.complete},
                         {"optimal", r.optimal},
                         {"reads_clock", r.reads_clock},
                         {"holds_ticks_back", r.holds_ticks_back},
                         {"interrupted", r.interrupted},
                         {"observed", r.observed != nullptr ? ObservedJson(*r.observed) : nlohmann::json()},
                         {"seconds", r.seconds}})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool FromJson(const std::string& text, Result& r) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  r.verdict = json.at("verdict").get<Verdict>();
  r.text = json.at("text");
  r.token = json.at("token");
  r.report = json.at("report");
  r.recording = json.at("recording");
  r.schedule = json.at("schedule");
  r.executions = json.at("executions");
  r.redundant = json.at("redundant");
  r.failures = json.at("failures");
  r.abandoned_stacks = json.at("abandoned_stacks");
  r.classes = json.at("classes");
  r.complete = json.at("complete");
  r.optimal = json.at("optimal");
  r.reads_clock = json.at("reads_clock");
  r.holds_ticks_back = json.at("holds_ticks_back");
  r.interrupted = json.at("interrupted");
  if (json.at("observed").is_object()) r.observed = ObservedOf(json.at("observed"));
  r.seconds = json.at("seconds");
  return true;
}

// How far both together had come at each time at which one of them was looked at.
std::vector<Observed::Sample> SumOfSamples(const std::vector<Observed::Sample>& a,
                                           const std::vector<Observed::Sample>& b) {
  std::vector<Observed::Sample> sum;
  size_t i = 0, k = 0;
  Observed::Sample x{}, y{};
  while (i < a.size() || k < b.size()) {
    const bool first = k == b.size() || (i < a.size() && a[i].seconds <= b[k].seconds);
    if (first) {
      x = a[i++];
    } else {
      y = b[k++];
    }
    // Classes: parts may have met the same ones.
    sum.push_back({first ? x.seconds : y.seconds, x.executions + y.executions, x.redundant + y.redundant,
                   std::max(x.classes, y.classes)});
  }
  return sum;
}

std::shared_ptr<const Observed> SumOf(const std::shared_ptr<const Observed>& a,
                                      const std::shared_ptr<const Observed>& b) {
  if (a == nullptr || b == nullptr) return a != nullptr ? a : b;
  auto sum = std::make_shared<Observed>(*a);
  sum->samples = SumOfSamples(a->samples, b->samples);
  for (const auto& [depth, n] : b->depths) sum->depths[depth] += n;
  for (const auto& [where, branching] : b->branching) {
    sum->branching[where].times += branching.times;
    sum->branching[where].alternatives += branching.alternatives;
  }
  return sum;
}

struct Job {
  Part part;
  pid_t pid = -1;
  int pipe = -1;
  std::string written;
};

Job Start(const Options& options, const std::function<Result(const Options&)>& explore) {
  int ends[2];
  if (pipe(ends) != 0) plait::Fatal("plait: no pipe for a worker process");
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid < 0) plait::Fatal("plait: a worker process cannot be started");
  if (pid == 0) {
    close(ends[0]);
    const std::string text = ToJson(explore(options));
    for (size_t at = 0; at < text.size();) {
      const ssize_t n = write(ends[1], text.data() + at, text.size() - at);
      if (n < 0 && errno != EINTR) break;
      if (n > 0) at += static_cast<size_t>(n);
    }
    std::fflush(nullptr);
    _exit(0);
  }
  close(ends[1]);
  return {.part = options.part, .pid = pid, .pipe = ends[0], .written = {}};
}

Result ResultOf(Job& job) {
  close(job.pipe);
  int status = 0;
  while (waitpid(job.pid, &status, 0) < 0 && errno == EINTR) {
  }
  Result result;
  if (!FromJson(job.written, result)) {
    result.verdict = Verdict::kFatal;
    result.text = result.report = WIFSIGNALED(status)
                                      ? fmt::format("a worker process was ended by signal {}", WTERMSIG(status))
                                      : fmt::format("a worker process ended with status {}", WEXITSTATUS(status));
  }
  return result;
}

}  // namespace

void AddPart(Result& sum, const Result& part) {
  if (sum.verdict == Verdict::kNone && part.verdict != Verdict::kNone) {
    sum.verdict = part.verdict;
    sum.text = part.text;
    sum.token = part.token;
    sum.report = part.report;
    sum.recording = part.recording;
    sum.schedule = part.schedule;
  }
  sum.executions += part.executions;
  sum.redundant += part.redundant;
  sum.failures += part.failures;
  sum.abandoned_stacks += part.abandoned_stacks;
  sum.classes = std::max(sum.classes, part.classes);  // they may be the same ones
  sum.complete = sum.complete && part.complete;
  sum.optimal = sum.optimal && part.optimal;
  sum.reads_clock = sum.reads_clock || part.reads_clock;
  sum.holds_ticks_back = sum.holds_ticks_back || part.holds_ticks_back;
  sum.interrupted = sum.interrupted || part.interrupted;
  sum.seconds = std::max(sum.seconds, part.seconds);
  sum.observed = SumOf(sum.observed, part.observed);
}

Result ExploreInJobs(const Options& options, const std::function<Result(const Options&)>& explore) {
  std::vector<Job> jobs;
  for (uint32_t i = 0; i < options.jobs; ++i) {
    Options part = options;
    part.jobs = 1;
    part.part = {options.part.index * options.jobs + i, options.part.count * options.jobs};
    jobs.push_back(Start(part, explore));
  }
  Result sum;
  sum.complete = sum.optimal = true;
  std::vector<pollfd> waits(jobs.size());
  for (size_t left = jobs.size(); left > 0;) {
    for (size_t i = 0; i < jobs.size(); ++i)
      waits[i] = {.fd = jobs[i].pid >= 0 ? jobs[i].pipe : -1, .events = POLLIN, .revents = 0};
    if (poll(waits.data(), waits.size(), -1) < 0) continue;
    for (size_t i = 0; i < jobs.size(); ++i) {
      if (waits[i].revents == 0) continue;
      char buffer[4096];
      const ssize_t n = read(jobs[i].pipe, buffer, sizeof buffer);
      if (n > 0) jobs[i].written.append(buffer, static_cast<size_t>(n));
      if (n > 0 || (n < 0 && errno == EINTR)) continue;
      const Result part = ResultOf(jobs[i]);
      AddPart(sum, part);
      sum.parts.push_back({jobs[i].part.index, jobs[i].part.count, part.executions, part.seconds});
      jobs[i].pid = -1;
      --left;
      if (sum.verdict == Verdict::kNone || !options.stop_at_failure) continue;
      sum.complete = false;
      for (Job& other : jobs) {
        if (other.pid < 0) continue;
        kill(other.pid, SIGKILL);
        ResultOf(other);
      }
      return sum;
    }
  }
  return sum;
}

}  // namespace plait::explore
