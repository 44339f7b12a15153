#include "plait/explorer/checkpoint.h"

#include <cstdio>
#include <fstream>

namespace plait::explore {
namespace {

constexpr const char* kVersion = "plait-checkpoint-1";

}  // namespace

std::string WriteCheckpoint(const std::string& path, const Checkpoint& checkpoint) {
  const std::string unfinished = path + ".new";
  std::ofstream file(unfinished, std::ios::trunc);
  file << kVersion << "\n"
       << checkpoint.exploration << "\n"
       << checkpoint.executions << " " << checkpoint.redundant << " " << checkpoint.failures << " "
       << checkpoint.seconds << "\n"
       << checkpoint.strategy << "\n";
  file.close();
  if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return "plait: the checkpoint " + path + " cannot be written";
  }
  return {};
}

std::string ReadCheckpoint(const std::string& path, Checkpoint& checkpoint) {
  std::ifstream file(path);
  if (!file) return {};
  Checkpoint read;
  std::string version;
  std::getline(file, version);
  std::getline(file, read.exploration);
  file >> read.executions >> read.redundant >> read.failures >> read.seconds >> read.strategy;
  if (version != kVersion || !file)
    return "plait: " + path + " is no checkpoint of this plait: remove it to begin anew";
  if (read.exploration != checkpoint.exploration) {
    return "plait: " + path + " is a checkpoint of another exploration: remove it to begin anew\n  there  " +
           read.exploration + "\n  here   " + checkpoint.exploration;
  }
  checkpoint = read;
  return {};
}

}  // namespace plait::explore
