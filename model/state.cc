#include "plait/model/state.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace plait::model {
namespace {

void StoreValue(uint8_t* at, int value) {
  at[0] = static_cast<uint8_t>(value);
  at[1] = static_cast<uint8_t>(value >> 8);
}

int LoadValue(const uint8_t* at) { return static_cast<int16_t>(at[0] | at[1] << 8); }

// chosen >= kDefaultCase = -2, and ok, in one byte; never 0, so that a slot with a result is never an empty slot.
uint8_t Tag(const Result& r) { return static_cast<uint8_t>((r.chosen + 3) * 2 + (r.ok ? 1 : 0)); }

const Op& OpAt(const Program& program, int g, int op) {
  return program.goroutines[static_cast<size_t>(g)][static_cast<size_t>(op)];
}

}  // namespace

// A panicked goroutine's status byte is kPanicked + the index of its text.
Status State::status(int g) const {
  return static_cast<Status>(std::min(bytes_[StatusAt(g)], static_cast<uint8_t>(Status::kPanicked)));
}

void State::set_status(int g, Status status) { bytes_[StatusAt(g)] = static_cast<uint8_t>(status); }

const char* State::panic(int g) const { return kPanicTexts[bytes_[StatusAt(g)] - static_cast<int>(Status::kPanicked)]; }

void State::set_panic(int g, std::string_view text) {
  const auto index = std::find(std::begin(kPanicTexts), std::end(kPanicTexts), text) - std::begin(kPanicTexts);
  bytes_[StatusAt(g)] = static_cast<uint8_t>(static_cast<int>(Status::kPanicked) + index);
}

void State::Push(int chan, int value) {
  uint8_t* buffer = bytes_ + channel(chan).buffer;
  StoreValue(buffer + 1 + kValueSize * buffer[0], value);
  ++buffer[0];
}

int State::Pop(int chan) {
  uint8_t* buffer = bytes_ + channel(chan).buffer;
  const int value = LoadValue(buffer + 1);
  --buffer[0];
  std::memmove(buffer + 1, buffer + 1 + kValueSize, kValueSize * buffer[0]);
  StoreValue(buffer + 1 + kValueSize * buffer[0], 0);
  return value;
}

std::span<const uint8_t> State::waiters(int chan, Dir dir) const {
  const uint8_t* queue = bytes_ + channel(chan).waiters[static_cast<size_t>(dir)];
  return {queue + 1, queue[0]};
}

void State::EnqueueLast(int chan, Dir dir, int g) {
  uint8_t* queue = bytes_ + channel(chan).waiters[static_cast<size_t>(dir)];
  if (std::find(queue + 1, queue + 1 + queue[0], g) != queue + 1 + queue[0]) return;
  queue[1 + queue[0]] = static_cast<uint8_t>(g);
  ++queue[0];
}

void State::EnqueueSorted(int chan, Dir dir, int g) {
  EnqueueLast(chan, dir, g);
  uint8_t* queue = bytes_ + channel(chan).waiters[static_cast<size_t>(dir)];
  std::sort(queue + 1, queue + 1 + queue[0]);
}

void State::Dequeue(int chan, Dir dir, int g) {
  uint8_t* queue = bytes_ + channel(chan).waiters[static_cast<size_t>(dir)];
  uint8_t* end = queue + 1 + queue[0];
  uint8_t* at = std::find(queue + 1, end, g);
  if (at == end) return;
  std::copy(at + 1, end, at);
  *(end - 1) = 0;
  --queue[0];
}

uint8_t* State::slot(int g, int op) const {
  return bytes_ + layout_->results[static_cast<size_t>(g)][static_cast<size_t>(op)];
}

void State::Record(const Program& program, int g, const Result& r) {
  uint8_t* at = slot(g, r.op);
  switch (OpAt(program, g, r.op).kind) {
    case OpKind::kRecv:
    case OpKind::kSelect:
      at[0] = Tag(r);
      StoreValue(at + 1, r.value);
      break;
    case OpKind::kRange:
      StoreValue(at + 1 + kValueSize * at[0], r.value);
      ++at[0];
      break;
    case OpKind::kLen:
      at[0] = static_cast<uint8_t>(r.value);
      break;
    default:
      break;  // finds out nothing
  }
}

// Results of operation op of goroutine g, which is at or after it.
int State::ResultCount(const Program& program, int g, int op) const {
  switch (OpAt(program, g, op).kind) {
    case OpKind::kRecv:
    case OpKind::kSelect:
      return slot(g, op)[0] != 0 ? 1 : 0;
    case OpKind::kRange:
      return slot(g, op)[0];
    case OpKind::kLen:
    case OpKind::kCap:
      return op < pc(g) ? 1 : 0;
    default:
      return 0;
  }
}

Result State::ResultAt(const Program& program, int g, int op, int k) const {
  const uint8_t* at = slot(g, op);
  const Op& of = OpAt(program, g, op);
  switch (of.kind) {
    case OpKind::kRange:
      return Received(op, LoadValue(at + 1 + kValueSize * static_cast<size_t>(k)));
    case OpKind::kLen:
      return Count(op, at[0]);
    case OpKind::kCap: {
      const Channel& chan = program.channels[static_cast<size_t>(of.object)];
      return Count(op, chan.nil ? 0 : chan.capacity);  // a constant: it takes no room in the state
    }
    default:
      return Result{.op = op, .chosen = at[0] / 2 - 3, .value = LoadValue(at + 1), .ok = at[0] % 2 != 0};
  }
}

}  // namespace plait::model
