#ifndef PLAIT_RUNTIME_SYNC_READERS_H_
#define PLAIT_RUNTIME_SYNC_READERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plait/runtime/lock/lock.h"

namespace plait::internal {

// Lets readers go through linked nodes without a lock, and says when a node that has been taken out of the links may be
// deleted: once everybody who could have found it has left. (RCU; C++ has no garbage collector to ask.)
//
//   { const Readers::Section section(readers); ...follow links, look at nodes... }
//   readers.Retire({node, &DeleteNode});   // unlinked already
//   readers.Collect();                     // outside any section
//
// A reader counts itself in a place that mostly its own processor uses, so that readers do not slow each other down.
// It may park in its section, and leave it on another thread.
class Readers {
  static constexpr int kStripes = 16;

  struct alignas(64) Stripe {
    std::atomic<uint64_t> inside[2] = {};  // by the parity of the epoch in which they entered
  };

 public:
  class Section {
   public:
    explicit Section(const Readers& readers) : inside_(readers.Enter()) {}
    ~Section() { inside_->fetch_sub(1); }
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;

   private:
    std::atomic<uint64_t>* const inside_;
  };

  struct Retired {
    void* what;
    void (*destroy)(void* what);
  };

  Readers() = default;
  // Nobody may be inside; what is retired is deleted.
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  void Retire(Retired retired);

  // Deletes what nobody can see any more, if a fair number has come together or `all` is given.
  void Collect(bool all = false);

  static constexpr size_t kBatch = 32;

 private:
  struct Entry {
    Retired retired;
    uint64_t epoch;
  };

  std::atomic<uint64_t>* Enter() const;
  bool Advance();

  // Apart, so that a map needs no alignment of its own.
  const std::unique_ptr<Stripe[]> stripes_ = std::make_unique<Stripe[]>(kStripes);
  std::atomic<uint64_t> epoch_{2};
  std::atomic<uint32_t> waiting_{0};  // size of retired_, for a glance
  Lock lock_;                         // guards retired_, and who moves epoch_
  std::vector<Entry> retired_;        // oldest first
};

}  // namespace plait::internal

#endif  // PLAIT_RUNTIME_SYNC_READERS_H_
