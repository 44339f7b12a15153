#ifndef PLAIT_EXPLORER_CHECKPOINT_H_
#define PLAIT_EXPLORER_CHECKPOINT_H_

#include <cstdint>
#include <string>

namespace plait::explore {

// How far an exploration has come: what a killed one goes on from.
struct Checkpoint {
  std::string exploration;  // which one: test, mode, granularity, part
  std::string strategy;     // Strategy::Checkpoint
  uint64_t executions = 0;
  uint64_t redundant = 0;
  uint64_t failures = 0;
  double seconds = 0;
};

// Replaces the file as a whole: whoever is killed meanwhile leaves the old one. Returns an error for a person, or nothing.
std::string WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint);

// Reads it if it is there. Returns an error if it is of something else.
std::string ReadCheckpoint(const std::string& path, Checkpoint& checkpoint);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_CHECKPOINT_H_
