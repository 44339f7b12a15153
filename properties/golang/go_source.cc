#include "plait/properties/golang/go_source.h"

#include <set>
#include <sstream>
#include <utility>

#include "plait/model/outcome.h"

namespace plait::golang {
namespace {

using model::ObjectKind;
using model::Op;
using model::OpKind;
using model::Program;

// What all programs need. A *goroutine knows its slot in the file and the results so far, which are its variables.
constexpr char kPrelude[] = R"go(package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var file []byte
var unit time.Duration

type goroutine struct {
	slot   []byte
	op     int
	random uint32
	value  []int
	ok     []bool
	chosen []int
}

func put2(b []byte, v int) { b[0] = byte(v); b[1] = byte(v >> 8) }
func put4(b []byte, v int) { put2(b, v); put2(b[2:], v>>16) }
func get2(b []byte) int    { return int(b[0]) | int(b[1])<<8 }

// run runs f as one goroutine of a program, and writes down how it ended.
func run(base, number, ops int, f func(g *goroutine)) {
	at := base + number*slotBytes
	g := &goroutine{slot: file[at : at+slotBytes], random: uint32(at)*2654435761 + uint32(time.Now().UnixNano()) | 1,
		value: make([]int, ops), ok: make([]bool, ops), chosen: make([]int, ops)}
	for i := range g.chosen {
		g.chosen[i] = -3
	}
	g.slot[0] = 1
	returned := false
	defer func() {
		if r := recover(); r != nil {
			text := fmt.Sprint(r)
			put2(g.slot[6:], copy(g.slot[8:8+panicBytes], text))
			g.slot[0] = 3
		} else if returned {
			g.slot[0] = 2
		} else {
			g.slot[0] = 4
		}
	}()
	f(g)
	returned = true
}

// at is called before each operation.
func (g *goroutine) at(op int) {
	g.random ^= g.random << 13
	g.random ^= g.random >> 17
	g.random ^= g.random << 5
	switch g.random % 8 {
	case 0:
		runtime.Gosched()
	case 1:
		for i := uint32(0); i < g.random>>22; i++ {
			g.random += i & 1
		}
	}
	g.set(op)
}

func (g *goroutine) set(op int) {
	g.op = op
	put2(g.slot[2:], op)
}

func (g *goroutine) found(op, chosen, value int, ok bool) {
	g.value[op], g.ok[op], g.chosen[op] = value, ok, chosen
	n := get2(g.slot[4:])
	b := g.slot[headBytes+n*resultBytes:]
	put2(b, op)
	if ok {
		b[2] = 1
	}
	put4(b[4:], chosen)
	put4(b[8:], value)
	put2(g.slot[4:], n+1)
}

func (g *goroutine) yes(op int, yes bool) {
	if yes {
		g.found(op, -1, 1, false)
	} else {
		g.found(op, -1, 0, false)
	}
}

func (g *goroutine) err(op int, err error) {
	switch err {
	case nil:
		g.found(op, -1, 0, false)
	case context.Canceled:
		g.found(op, -1, 1, false)
	default:
		g.found(op, -1, 2, false)
	}
}

func (g *goroutine) recovered(op int, r interface{}) {
	number := 0
	if r != nil {
		number = len(panics) + 1
		text := fmt.Sprint(r)
		for i, p := range panics {
			if p == text {
				number = i + 1
			}
		}
		if v, err := strconv.Atoi(text); err == nil {
			number = len(panics) + v + 1
		}
	}
	g.found(op, -1, number, false)
}

// Some of these a program may not use.
var _ sync.Mutex
var _ atomic.Int64
var _ context.Context

func number(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	if err != nil {
		panic(err)
	}
	return n
}

func main() {
	program, copies := programs[number(1)], number(2)
	runtime.GOMAXPROCS(number(3))
	unit = time.Duration(number(4)) * time.Microsecond
	f, err := os.OpenFile(os.Args[5], os.O_RDWR, 0)
	if err != nil {
		panic(err)
	}
	size := copies * program.goroutines * slotBytes
	file, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	for i := 0; i < copies; i++ {
		go program.run(i * program.goroutines * slotBytes)
	}
	select {}
}
)go";

std::string Number(int n) { return std::to_string(n); }

class Writer {
 public:
  Writer(const Program& program, std::ostream& out) : program_(program), out_(out) {}

  void Write() {
    for (size_t c = 0; c < program_.channels.size(); ++c) {
      const model::Channel& chan = program_.channels[c];
      if (chan.of >= 0) continue;
      out_ << (chan.nil ? "\tvar c" + std::to_string(c) + " chan int\n"
                        : "\tc" + std::to_string(c) + " := make(chan int, " + Number(chan.capacity) + ")\n");
      out_ << "\t_ = c" << c << "\n";
    }
    const size_t n = program_.goroutines.size();
    std::vector<bool> started(n, false);
    for (size_t g = 0; g < n; ++g) out_ << "\tvar g" << g << " func(g *goroutine)\n";
    for (size_t i = 0; i < program_.objects.size(); ++i) {
      if (program_.objects[i].kind == ObjectKind::kFunc) started[static_cast<size_t>(program_.objects[i].of)] = true;
      if (program_.objects[i].kind == ObjectKind::kFunc) out_ << "\tvar o" << i << " *time.Timer\n";
      if (program_.objects[i].kind != ObjectKind::kFunc) Declare(static_cast<int>(i));
      out_ << "\t_ = o" << i << "\n";
    }
    for (const model::Body& body : program_.goroutines) {
      for (const Op& op : body) {
        if (op.kind == OpKind::kGo) started[static_cast<size_t>(op.object)] = true;
      }
    }
    for (size_t g = 0; g < n; ++g) Goroutine(static_cast<int>(g));
    for (size_t i = 0; i < program_.objects.size(); ++i) {
      const model::Object& object = program_.objects[i];
      if (object.kind != ObjectKind::kFunc) continue;
      out_ << "\to" << i << " = time.AfterFunc(" << object.after << "*unit, func() { " << Run(object.of) << " })\n";
    }
    for (size_t g = 1; g < n; ++g) {
      if (!started[g]) out_ << "\tgo " << Run(static_cast<int>(g)) << "\n";
    }
    out_ << "\t" << Run(0) << "\n";
  }

 private:
  std::string Run(int g) const {
    return "run(base, " + Number(g) + ", " + std::to_string(BodyOf(g).size()) + ", g" + Number(g) + ")";
  }
  const model::Body& BodyOf(int g) const { return program_.goroutines[static_cast<size_t>(g)]; }
  static std::string O(int object) { return "o" + Number(object); }

  void Declare(int i) {
    const model::Object& object = program_.objects[static_cast<size_t>(i)];
    switch (object.kind) {
      case ObjectKind::kMutex:
        out_ << "\tvar " << O(i) << " sync.Mutex\n";
        return;
      case ObjectKind::kRWMutex:
        out_ << "\tvar " << O(i) << " sync.RWMutex\n";
        return;
      case ObjectKind::kWaitGroup:
        out_ << "\tvar " << O(i) << " sync.WaitGroup\n";
        return;
      case ObjectKind::kOnce:
        out_ << "\tvar " << O(i) << " sync.Once\n";
        return;
      case ObjectKind::kInt:
        out_ << "\tvar " << O(i) << " atomic.Int64\n";
        return;
      case ObjectKind::kCond:
        out_ << "\t" << O(i) << " := sync.NewCond(&" << O(object.of) << ")\n";
        return;
      case ObjectKind::kTimer:
        out_ << "\t" << O(i) << " := time.NewTimer(" << object.after << "*unit)\n";
        return;
      case ObjectKind::kFunc:
        return;
      case ObjectKind::kContext: {
        const std::string parent = object.of < 0 ? "context.Background()" : O(object.of);
        out_ << "\t" << O(i) << ", cancel" << i << " := context.";
        if (object.after > 0) {
          out_ << "WithTimeout(" << parent << ", " << object.after << "*unit)\n";
        } else {
          out_ << "WithCancel(" << parent << ")\n";
        }
        out_ << "\t_ = cancel" << i << "\n";
        return;
      }
    }
  }

  void Goroutine(int g) {
    const model::Body& body = BodyOf(g);
    std::set<int> targets;
    for (const Op& op : body) {
      if (op.kind == OpKind::kIf || op.kind == OpKind::kJump) targets.insert(op.target);
    }
    out_ << "\tg" << g << " = func(g *goroutine) {\n";
    const int n = static_cast<int>(body.size());
    for (int i = 0; i <= n; ++i) {
      if (targets.contains(i)) out_ << "\tL" << i << ":\n";
      if (i == n) break;
      const Op& op = body[static_cast<size_t>(i)];
      if (op.deferred) {
        out_ << "\t\tdefer func() {\n\t\t\tbefore := g.op\n";
        Operation(i, op);
        out_ << "\t\t\tg.set(before)\n\t\t}()\n";
      } else {
        Operation(i, op);
      }
    }
    out_ << "\t}\n";
  }

  std::string ChannelOf(int c) const {
    const int of = program_.channels[static_cast<size_t>(c)].of;
    if (of < 0) return "c" + Number(c);
    return O(of) + (program_.objects[static_cast<size_t>(of)].kind == ObjectKind::kTimer ? ".C" : ".Done()");
  }
  static std::string Value(int var, int constant) {
    return var == model::kNoVar ? Number(constant) : "g.value[" + Number(var) + "]+" + Number(constant);
  }
  std::string Receive(int i, int chosen, int chan, const std::string& before, const std::string& after) const {
    const bool of = program_.channels[static_cast<size_t>(chan)].of >= 0;
    return before + (of ? "_" : "v") + ", ok := <-" + ChannelOf(chan) + after + "g.found(" + Number(i) + ", " +
           Number(chosen) + (of ? ", 0" : ", v") + ", ok)";
  }

  void Operation(int i, const Op& op) {
    if (op.kind != OpKind::kIf && op.kind != OpKind::kJump && op.kind != OpKind::kOnceEnd) {
      out_ << "\t\tg.at(" << i << ")\n";
    }
    out_ << "\t\t";
    const std::string o = O(op.object);
    const std::string found = "g.found(" + Number(i) + ", -1, ";
    const std::string yes = "g.yes(" + Number(i) + ", " + o;
    switch (op.kind) {
      case OpKind::kGo:
        out_ << "go " << Run(op.object);
        break;
      case OpKind::kSend:
        out_ << ChannelOf(op.cases[0].chan) << " <- " << Value(op.cases[0].var, op.cases[0].value);
        break;
      case OpKind::kRecv:
        out_ << Receive(i, -1, op.cases[0].chan, "{ ", "; ") << " }";
        break;
      case OpKind::kRange:
        out_ << "for v := range " << ChannelOf(op.cases[0].chan) << " { " << found << "v, true) }";
        break;
      case OpKind::kSelect:
        out_ << "select {\n";
        for (size_t k = 0; k < op.cases.size(); ++k) {
          const model::Case& c = op.cases[k];
          const int chosen = static_cast<int>(k);
          if (c.dir == model::Dir::kSend) {
            out_ << "\t\tcase " << ChannelOf(c.chan) << " <- " << Value(c.var, c.value) << ": g.found(" << i << ", "
                 << chosen << ", 0, false)\n";
          } else {
            out_ << "\t\t" << Receive(i, chosen, c.chan, "case ", ": ") << "\n";
          }
        }
        if (op.has_default) out_ << "\t\tdefault: g.found(" << i << ", " << model::kDefaultCase << ", 0, false)\n";
        out_ << "\t\t}";
        break;
      case OpKind::kClose:
        out_ << "close(" << ChannelOf(op.object) << ")";
        break;
      case OpKind::kLen:
      case OpKind::kCap:
        out_ << found << (op.kind == OpKind::kLen ? "len(" : "cap(") << ChannelOf(op.object) << "), false)";
        break;
      case OpKind::kLock:
        out_ << o << ".Lock()";
        break;
      case OpKind::kUnlock:
        out_ << o << ".Unlock()";
        break;
      case OpKind::kTryLock:
        out_ << yes << ".TryLock())";
        break;
      case OpKind::kRLock:
        out_ << o << ".RLock()";
        break;
      case OpKind::kRUnlock:
        out_ << o << ".RUnlock()";
        break;
      case OpKind::kTryRLock:
        out_ << yes << ".TryRLock())";
        break;
      case OpKind::kAddWait:
        out_ << o << ".Add(" << op.arg << ")";
        break;
      case OpKind::kWait:
      case OpKind::kCondWait:
        out_ << o << ".Wait()";
        break;
      case OpKind::kOnce:
        out_ << o << ".Do(func() {";
        break;
      case OpKind::kOnceEnd:
        out_ << "})";
        break;
      case OpKind::kSignal:
        out_ << o << ".Signal()";
        break;
      case OpKind::kBroadcast:
        out_ << o << ".Broadcast()";
        break;
      case OpKind::kLoad:
        out_ << found << "int(" << o << ".Load()), false)";
        break;
      case OpKind::kStore:
        out_ << o << ".Store(int64(" << Value(op.var, op.arg) << "))";
        break;
      case OpKind::kAdd:
        out_ << found << "int(" << o << ".Add(int64(" << Value(op.var, op.arg) << "))), false)";
        break;
      case OpKind::kSwap:
        out_ << found << "int(" << o << ".Swap(int64(" << Value(op.var, op.arg) << "))), false)";
        break;
      case OpKind::kCompareAndSwap:
        out_ << yes << ".CompareAndSwap(" << op.old << ", " << op.arg << "))";
        break;
      case OpKind::kStop:
        out_ << yes << ".Stop())";
        break;
      case OpKind::kReset:
        out_ << yes << ".Reset(" << op.arg << "*unit))";
        break;
      case OpKind::kCancel:
        out_ << "cancel" << op.object << "()";
        break;
      case OpKind::kErr:
        out_ << "g.err(" << i << ", " << o << ".Err())";
        break;
      case OpKind::kSleep:
        out_ << "time.Sleep(" << op.arg << "*unit)";
        break;
      case OpKind::kPanic:
        out_ << "panic(" << op.arg << ")";
        break;
      case OpKind::kRecover:
        out_ << "g.recovered(" << i << ", recover())";
        break;
      case OpKind::kGoexit:
        out_ << "runtime.Goexit()";
        break;
      case OpKind::kReturn:
        out_ << "return";
        break;
      case OpKind::kGosched:
        out_ << "runtime.Gosched()";
        break;
      case OpKind::kIf: {
        const std::string var = Number(op.var);
        const char* sign = op.compare == model::Compare::kEqual      ? "=="
                           : op.compare == model::Compare::kNotEqual ? "!="
                                                                     : "<";
        if (op.field == model::Field::kOk) {
          out_ << "if g.ok[" << var << "] != " << (op.arg == 1 ? "true" : "false");
        } else {
          out_ << "if !(g." << (op.field == model::Field::kValue ? "value[" : "chosen[") << var << "] " << sign << " "
               << op.arg << ")";
        }
        out_ << " {\n\t\t\tgoto L" << op.target << "\n\t\t}";
        break;
      }
      case OpKind::kJump:
        out_ << "goto L" << op.target;
        break;
    }
    out_ << "\n";
  }

  const Program& program_;
  std::ostream& out_;
};

}  // namespace

std::string GoSource(const std::vector<const Program*>& programs) {
  std::ostringstream out;
  out << kPrelude << "\nconst panicBytes = " << kPanicBytes << "\nconst headBytes = " << kHeadBytes
      << "\nconst resultBytes = " << kResultBytes << "\nconst slotBytes = " << kSlotBytes
      << "\n\nvar panics = []string{";
  for (int i = 0; i < model::kPanicTextCount; ++i) out << "\"" << model::kPanicTexts[i] << "\", ";
  out << "}\n\nvar programs = []struct {\n\tgoroutines int\n\trun        func(base int)\n}{\n";
  for (size_t i = 0; i < programs.size(); ++i) out << "\t{" << programs[i]->goroutines.size() << ", p" << i << "},\n";
  out << "}\n";
  for (size_t i = 0; i < programs.size(); ++i) {
    out << "\nfunc p" << i << "(base int) {\n";
    Writer(*programs[i], out).Write();
    out << "}\n";
  }
  return out.str();
}

}  // namespace plait::golang
