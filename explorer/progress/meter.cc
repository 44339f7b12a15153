#include "plait/explorer/progress/meter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace plait::explore {
namespace {

constexpr double kOnTerminal = 0.25;  // seconds between two lines
constexpr double kInLog = 60;
constexpr int kWalks = 30;  // for the estimate, before each line, until there are enough
constexpr uint64_t kEnoughWalks = 3000;

bool ToTerminal() { return isatty(STDERR_FILENO) != 0; }

std::string SecondsText(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 360'000) return fmt::format("{:.0f} h", seconds / 3600);
  return fmt::format("{:.0f} days", seconds / 86400);
}

// Two digits: more would be a claim.
std::string Rough(double n) {
  double unit = 1;
  while (n / unit >= 100) unit *= 10;
  return fmt::format("{:.0f}", static_cast<double>(static_cast<int64_t>(n / unit + 0.5)) * unit);
}

}  // namespace

std::string ProgressText(const Options& options, const Result& result, uint64_t classes, double rate, double seconds) {
  double all = Samples(options.mode) ? static_cast<double>(options.executions) / options.part.count : 0;
  std::string text = std::to_string(result.executions);
  if (all > 0) text += fmt::format(" of {:.0f}", all);
  text += fmt::format(" executions ({:.0f}/s)", rate);
  if (classes != 0) text += fmt::format(", {} classes", classes);
  if (all == 0 && result.estimate > 0) {
    const double done = static_cast<double>(result.executions);
    all = std::max(result.estimate, done);
    text += fmt::format(", about {} in all ({} to {})", Rough(all), Rough(std::max(result.estimate_low, done)),
                        Rough(std::max(result.estimate_high, done)));
  }
  if (all > 0 && rate > 0)
    text += fmt::format(", {} left", SecondsText(std::max(0.0, all - static_cast<double>(result.executions)) / rate));
  return text + fmt::format(" ({:.0f} s of {:.0f})", seconds, options.max_seconds);
}

Meter::Meter(std::string name, const Options& options)
    : name_(std::move(name)),
      options_(options),
      terminal_(ToTerminal() && options.part.index == 0),
      next_(terminal_ ? 4 * kOnTerminal : kInLog) {
  const bool estimates =
      options.mode == Mode::kExhaustive || options.mode == Mode::kOptimal || options.mode == Mode::kEnumerate;
  // Parts of a whole estimate nothing: a walk knows nothing of parts.
  if (estimates && options.part.count == 1)
    estimate_ = std::make_unique<Estimate>(options.seed, options.mode != Mode::kEnumerate);
}

Meter::~Meter() {
  if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
}

void Meter::Look(Result& result, uint64_t classes, double seconds, Execution& execution,
                 const std::function<void()>& body) {
  if (seconds < next_) return;
  next_ = seconds + (terminal_ ? kOnTerminal : kInLog);
  if (estimate_ != nullptr) {
    for (int i = 0; i < kWalks && estimate_->walks() < kEnoughWalks; ++i) estimate_->Walk(execution, body);
    result.estimate = estimate_->mean();
    result.estimate_low = estimate_->low();
    result.estimate_high = estimate_->high();
  }
  const double rate = static_cast<double>(result.executions - shown_executions_) / (seconds - shown_seconds_);
  const std::string text = ProgressText(options_, result, classes, rate, seconds);
  std::fprintf(stderr, terminal_ ? "\r%s: %s\033[K" : "plait: %s: %s\n", name_.c_str(), text.c_str());
  std::fflush(stderr);
  shown_ = true;
  if (!terminal_ || seconds - shown_seconds_ > 5) {
    shown_executions_ = result.executions;
    shown_seconds_ = seconds;
  }
}

}  // namespace plait::explore
