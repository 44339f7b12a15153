#ifndef PLAIT_EXPLORER_DEPENDENCY_H_
#define PLAIT_EXPLORER_DEPENDENCY_H_

#include "plait/explorer/footprint.h"

namespace plait::explore {

// Whether two transitions that are both enabled in one state may not be swapped. False means: in that state either
// order leads to the same state, and neither takes away the other or changes what it does. Everything the sleep sets
// know about the world is this table:
//
//   goroutine    the same goroutine takes part in both: dependent
//   object       read       write      send       recv       up         down
//     read       -          dependent  dependent  dependent  dependent  dependent
//     write                 dependent  dependent  dependent  dependent  dependent
//     send                             dependent  -          (channels only)
//     recv                                        dependent  (channels only)
//     up                                                     -          dependent
//     down                                                              -
//   clock        reading the clock or arming a timer: independent among themselves; a timer that fires: dependent on
//   both
//
// send / recv: both enabled, so the buffer is neither full nor empty, and they work at its two ends.
// down / down: only where both together do not go below zero; else Touch says kWrite.
// Every entry that is not "dependent" is held by explorer_oracle_test: on random programs the sets of outcomes with and
// without reduction are equal.
bool Dependent(const Footprint& a, const Footprint& b);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_DEPENDENCY_H_
