#ifndef PLAIT_PROPERTIES_GENERATE_PROGRAM_GEN_H_
#define PLAIT_PROPERTIES_GENERATE_PROGRAM_GEN_H_

#include <iosfwd>
#include <vector>

#include <rapidcheck.h>

#include "plait/model/program.h"

// Random programs, small enough to be explored in every schedule and dense enough to collide. RapidCheck's size, which
// grows from 0 to 100 in the course of a test, sets how many operations they have, so that small ones come first.
//
// All values sent are different, and count up in the order of the program text: so every value received tells who sent
// it. All programs are well-formed and main joins all; what they shrink to is again a program of the same kind.

namespace plait::generate {

// Senders and receivers over one channel of random capacity (0 to 3). Each goroutine only sends or only receives;
// receivers take a number of values or range over the channel. In two programs of three somebody closes the channel,
// once: a sender when it is done, or a goroutine of its own, which may be too early. At most max_ops operations.
rc::Gen<model::Program> SendersAndReceivers(int max_ops);

// Everything: up to 4 goroutines, some started by others, and up to 3 channels (capacity 0 to 2, or nil); send,
// receive, range, close, len, cap, select of up to 3 cases with and without default. At most max_ops operations.
rc::Gen<model::Program> AnyProgram(int max_ops);

// Simpler programs than this one, the simplest first: a goroutine less, an operation less, two channels made one, a
// plain operation instead of a select or a range, a case less, a smaller capacity. Every way down comes to an end.
std::vector<model::Program> Simpler(const model::Program& program);

}  // namespace plait::generate

namespace plait::model {

// How RapidCheck prints a counterexample.
void showValue(const Program& program, std::ostream& out);

}  // namespace plait::model

#endif  // PLAIT_PROPERTIES_GENERATE_PROGRAM_GEN_H_
