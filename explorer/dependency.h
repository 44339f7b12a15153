#ifndef PLAIT_EXPLORER_DEPENDENCY_H_
#define PLAIT_EXPLORER_DEPENDENCY_H_

#include "plait/explorer/footprint.h"

namespace plait::explore {

// ---- The dependency relation: all of it ----
//
// How each operation touches its object (touches.cc works it out in the state in which the operation is enabled; user
// granularity, where "write" is not said to be for runtime granularity only):
//
//   channel      send: send; on a closed one (it panics): read       recv: recv; from one that is closed and empty: read
//                close: close      len: read      cap: no step       nil channel: nothing
//                unbuffered: a meeting writes the channel on which it takes place, and reads the others on which the one
//                that waits could be met
//   select       the case that it takes touches as that operation does; a default reads all its channels
//   Mutex        Lock, Unlock: write     TryLock: write, or read if it fails
//   RWMutex      RLock, a TryRLock that succeeds: up      RUnlock: down or last      Lock, Unlock: write
//                a Try that fails: read       a writer that arrives (AddWriters): write
//   WaitGroup    Add, Done: up, down, last; write if it could panic        Wait: read
//   Once         Do: write; read once it is done
//   Cond         Wait: write (its Unlock and Lock touch the lock)   Signal, Broadcast: write; read if nobody waits
//   atomic       Load, a CompareAndSwap that fails: read     all others: write
//   Pool, Map    what changes nothing: read     what does: write
//   context      Err: read, until cancelled      cancelling: writes all below that is not, closes their channels, and
//                writes the clock if it disarms a timer
//   clock        Now, Sleep, After, arming a timer: kReadClock     a timer that fires, Stop, Reset: write
//   goroutines   join_all: read      an AfterFunc that fires: write (it may take the other one's turn away)
//   everything   written by all transitions of a state in which nothing commutes (AddWriters)
//
// At runtime granularity all of these write their object, but for what only looks; and a step that matches a select that
// waits writes all of the select's channels.
//
// Which touches of one object may not be swapped, in a state in which both are enabled:
inline constexpr bool kConflicts[kAccesses][kAccesses] = {
    //            read write send recv close up down last clock
    /* read  */ {0, 1, 1, 1, 1, 1, 1, 1, 1},
    /* write */ {1, 1, 1, 1, 1, 1, 1, 1, 1},
    /* send  */ {1, 1, 1, 0, 1, 1, 1, 1, 1},
    /* recv  */ {1, 1, 0, 1, 0, 1, 1, 1, 1},
    /* close */ {1, 1, 1, 0, 1, 1, 1, 1, 1},
    /* up    */ {1, 1, 1, 1, 1, 0, 0, 0, 1},
    /* down  */ {1, 1, 1, 1, 1, 0, 0, 1, 1},
    /* last  */ {1, 1, 1, 1, 1, 0, 1, 1, 1},
    /* clock */ {1, 1, 1, 1, 1, 1, 1, 1, 0},
};
// send / recv: both enabled, so the buffer is neither full nor empty, and they work at its two ends.
// recv / close: what is in the buffer is received, closed or not.
// down / down, up / up: each finds room for twice its delta, so both together do not go below zero or above the limit.
// up / down, up / last: the sum is the same, and in between nobody is there: a Wait looks, and is dependent on both.
// RWMutex: RLock, and a TryRLock that succeeds, are enabled only while no writer is there or waits, and a Lock writes.
// context: what is cancelled is not touched any more, by whoever looks or cancels again. Making one from another, or the
// first Done of one, is no step: it ends up cancelled in either order (//properties/context:context_reduction_test).
// Every other entry that is 0 is held by //explorer/oracle: on random programs the sets of outcomes with and without
// reduction are equal.

constexpr bool Conflict(Access a, Access b) { return kConflicts[static_cast<size_t>(a)][static_cast<size_t>(b)]; }

// Whether two transitions that are both enabled in one state may not be swapped: they conflict on an object, or one
// goroutine takes part in both. False means: in that state either order leads to the same state, and neither takes away
// the other or changes what it does.
bool Dependent(const Footprint& a, const Footprint& b);

using DependencyRelation = bool (*)(const Footprint& a, const Footprint& b);

}  // namespace plait::explore

#endif  // PLAIT_EXPLORER_DEPENDENCY_H_
