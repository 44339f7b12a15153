#ifndef PLAIT_PROPERTIES_CHAN_DELIVERY_H_
#define PLAIT_PROPERTIES_CHAN_DELIVERY_H_

#include <string>

#include "plait/model/outcome.h"
#include "plait/model/program.h"

namespace plait::properties {

// What a channel owes its users, judged without a model from one outcome of a program of generate::SendersAndReceivers:
// one channel, each goroutine only sends or only receives, at most one close, all values sent are different.
//
//   exactly once   Every value received was sent, by a send that is through, and was received by nobody else (CH-19,
//                  CH-11). What was sent and not received is in the buffer, which is no larger than its capacity.
//   in order       Of one sender's values the first ones are received; each receiver gets them in the order in which
//                  they were sent, and a sole receiver gets all that one sender sent before what it sent later (CH-14).
//   no idling      At the end nobody waits for what is there: a sender is blocked only if the channel is open, its
//                  buffer full, and no receiver blocked; a receiver only if it is open and empty (CH-13).
//   closing        A receive says "closed" only if somebody closed, and once all values are received (CH-09, CH-10);
//                  only then a send panics (CH-07, CH-08).
//
// "" if the outcome keeps to that, else what it violates.
std::string CheckDelivery(const model::Program& program, const model::Outcome& outcome);

}  // namespace plait::properties

#endif  // PLAIT_PROPERTIES_CHAN_DELIVERY_H_
