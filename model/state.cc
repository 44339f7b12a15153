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

int State::panic(int g) const { return bytes_[StatusAt(g)] - static_cast<int>(Status::kPanicked); }

void State::set_panic(int g, int number) {
  bytes_[StatusAt(g)] = static_cast<uint8_t>(static_cast<int>(Status::kPanicked) + number);
}

State::Ending State::ending(int g) const {
  const uint8_t* frame = FrameOf(g);
  return {.is = (frame[0] & 1) != 0,
          .goexit = (frame[0] & 2) != 0,
          .panic = frame[2] - 1,
          .left_at = frame[1],
          .panicked = frame[3]};
}

void State::set_ending(int g, const Ending& ending) {
  uint8_t* frame = FrameOf(g);
  frame[0] = static_cast<uint8_t>((frame[0] & 0xf0) | (ending.is ? 1 : 0) | (ending.goexit ? 2 : 0));
  frame[1] = static_cast<uint8_t>(ending.left_at);
  frame[2] = static_cast<uint8_t>(ending.panic + 1);
  frame[3] = static_cast<uint8_t>(ending.panicked);
}

void State::set_phase(int g, int phase) { FrameOf(g)[0] = static_cast<uint8_t>((FrameOf(g)[0] & 0x0f) | (phase << 4)); }

int State::integer(int object) const { return LoadValue(bytes_ + ObjectAt(object)); }
void State::set_integer(int object, int value) { StoreValue(bytes_ + ObjectAt(object), value); }

std::span<const uint8_t> State::waiting(int object) const {
  const uint8_t* queue = bytes_ + ObjectAt(object);
  return {queue + 1, queue[0]};
}

void State::Wait(int object, int g, bool sorted) {
  uint8_t* queue = bytes_ + ObjectAt(object);
  queue[1 + queue[0]++] = static_cast<uint8_t>(g);
  if (sorted) std::sort(queue + 1, queue + 1 + queue[0]);
}

void State::Wake(int object, int g) {
  uint8_t* queue = bytes_ + ObjectAt(object);
  uint8_t* end = queue + 1 + queue[0];
  uint8_t* at = std::find(queue + 1, end, g);
  if (at == end) return;
  std::copy(at + 1, end, at);
  *(end - 1) = 0;
  --queue[0];
}

void State::Arm(int timer, int after) {
  uint8_t* at = bytes_ + layout_->timers[static_cast<size_t>(timer)];
  at[0] = 1;
  at[1] = static_cast<uint8_t>(now() + std::max(after, 0));
}

void State::Disarm(int timer, bool fires) {
  uint8_t* at = bytes_ + layout_->timers[static_cast<size_t>(timer)];
  at[0] = fires ? 2 : 0;
  at[1] = 0;
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

Result State::ResultOf(int g, int op) const {
  const uint8_t* at = slot(g, op);
  return {.op = op, .chosen = at[0] / 2 - 3, .value = LoadValue(at + 1), .ok = at[0] % 2 != 0};
}

void State::Record(const Program& program, int g, const Result& r) {
  uint8_t* at = slot(g, r.op);
  const OpKind kind = OpAt(program, g, r.op).kind;
  if (kind == OpKind::kRange) {
    StoreValue(at + 1 + kValueSize * at[0], r.value);
    ++at[0];
  } else if (HasResult(kind)) {
    at[0] = Tag(r);
    StoreValue(at + 1, r.value);
  }
}

int State::ResultCount(const Program& program, int g, int op) const {
  const OpKind kind = OpAt(program, g, op).kind;
  if (kind == OpKind::kRange) return slot(g, op)[0];
  return HasResult(kind) && slot(g, op)[0] != 0 ? 1 : 0;
}

Result State::ResultAt(const Program& program, int g, int op, int k) const {
  if (OpAt(program, g, op).kind != OpKind::kRange) return ResultOf(g, op);
  return Received(op, LoadValue(slot(g, op) + 1 + kValueSize * static_cast<size_t>(k)));
}

}  // namespace plait::model
