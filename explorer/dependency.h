#ifndef PLAIT_EXPLORER_DEPENDENCY_H_
#define PLAIT_EXPLORER_DEPENDENCY_H_

#include "plait/explorer/footprint.h"

namespace plait::explore {

// Whether two transitions that are both enabled in one state may not be swapped. False means: in that state either
// order leads to the same state, and neither takes away the other or changes what it does. Everything the sleep sets
// know about the world is this table:
//
//   goroutine    the same goroutine takes part in both: dependent
//   any object   read       write
//     read       -          dependent
//     write                 dependent
//   channel      read       write      send       recv       close
//     send       dependent  dependent  dependent  -          dependent
//     recv       dependent  dependent             dependent  -
//     close      dependent  dependent                        dependent
//   counter      read       write      up         down       last
//     up         dependent  dependent  -          -          -
//     down       dependent  dependent             -          dependent
//     last       dependent  dependent                        dependent
//   context      looking at one: read; cancelling: writes all below, closes their channels, disarms their timers
//   clock        reading the clock or arming a timer: independent among themselves; a timer that fires, is stopped or
//                reset: dependent on both
//   goroutines   join_all reads, an AfterFunc that fires writes: it may take the other one's turn away
//
// send / recv: both enabled, so the buffer is neither full nor empty, and they work at its two ends.
// recv / close: what is in the buffer is received, closed or not.
// down / down, up / up: each finds room for twice its delta, so both together do not go below zero or above the limit.
// up / down, up / last: the sum is the same, and in between nobody is there: a Wait looks, and is dependent on both.
// A counter is a WaitGroup's, or that of an RWMutex's readers, at user granularity. There RLock, and a TryRLock that
// succeeds, are enabled only while no writer is there or waits, and a Lock writes.
// everything   in a state with this object in all footprints nothing commutes (Execution::AddWriters)
// context: what is cancelled is not touched any more, by whoever looks or cancels again. Making one from another, or the
// first Done of one, is no step: it ends up cancelled in either order (//properties/context:context_reduction_test).
// Every other entry that is not "dependent" is held by //explorer/oracle: on random programs the sets of outcomes with and
// without reduction are equal.
bool Dependent(const Footprint& a, const Footprint& b);

using DependencyRelation = bool (*)(const Footprint& a, const Footprint& b);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_DEPENDENCY_H_
