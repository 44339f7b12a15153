"""gdb: goroutines and their backtraces, in a live process or a core file.

  (gdb) source runtime/arch/gdb_goroutines.py
  (gdb) plait-goroutines              every goroutine, with its backtrace
  (gdb) plait-goroutines list         only what each waits for
  (gdb) plait-goroutines 7            only number 7
  (gdb) plait-fiber g->fiber          an arch::Fiber, or the address of one

Nothing is written to the process (in a core nothing could be): an unwinder tells gdb that the caller of the newest
frame is the place where the fiber was suspended, and that its registers are in the frame drawn in switch_amd64.S. So
frame #0 is still the selected thread's own; the fiber's begin at #1, and end at plait_fiber_entry.

Use the kernel's core files: where guard pages are light (Linux 6.13), gdb's own generate-core-file leaves out all stacks.
"""

import gdb
import gdb.unwinder

_LAYOUT_VERSION = 1
_LAYOUT = (("r15", 8), ("r14", 16), ("r13", 24), ("r12", 32), ("rbx", 40), ("rbp", 48), ("rip", 56))
_FRAME_SIZE = 64


class _FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


def _read_word(address):
    return gdb.parse_and_eval("*(unsigned long *) %d" % address)


class SuspendedFiberUnwinder(gdb.unwinder.Unwinder):
    """Off unless `sp` is set."""

    def __init__(self):
        super().__init__("plait suspended fiber")
        self.sp = None

    def __call__(self, pending_frame):
        if self.sp is None or pending_frame.level() != 0:
            return None
        pointer = gdb.lookup_type("void").pointer()
        info = pending_frame.create_unwind_info(_FrameId(gdb.Value(self.sp), gdb.Value(0)))
        for register, offset in _LAYOUT:
            value = _read_word(self.sp + offset)
            if register in ("rip", "rbp"):
                value = value.cast(pointer)
            info.add_saved_register(register, value)
        info.add_saved_register("rsp", gdb.Value(self.sp + _FRAME_SIZE).cast(pointer))
        return info


_unwinder = SuspendedFiberUnwinder()
gdb.unwinder.register_unwinder(None, _unwinder, replace=True)


def backtrace(saved_sp):
    """Prints the stack of the fiber that was suspended with this stack pointer."""
    version = int(gdb.parse_and_eval("*(int *) &plait_switch_layout_version"))
    if version != _LAYOUT_VERSION:
        raise gdb.GdbError("this script knows frame layout %d, the program has %d" % (_LAYOUT_VERSION, version))
    _unwinder.sp = saved_sp
    try:
        gdb.invalidate_cached_frames()
        gdb.execute("backtrace")
    finally:
        _unwinder.sp = None
        gdb.invalidate_cached_frames()


class PlaitFiber(gdb.Command):
    """plait-fiber EXPRESSION: the backtrace of a suspended arch::Fiber, or of the one at this address."""

    def __init__(self):
        super().__init__("plait-fiber", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        fiber = gdb.parse_and_eval(argument)
        is_object = fiber.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT
        # The saved stack pointer is the first member, so that this works without debug information too.
        saved_sp = int(_read_word(int(fiber.address if is_object else fiber)))
        if saved_sp == 0:
            raise gdb.GdbError("this fiber has never been suspended")
        backtrace(saved_sp)


PlaitFiber()


class _Layout:
    """Where things are in a G: runtime/goroutine/debugger.cc, which works without debug information too."""

    _FIELDS = ("version", "id", "parent_id", "status", "wait_reason", "is_thread", "next", "saved_sp", "stack_lo",
               "stack_size", "created_file", "created_line")
    _VERSION = 1

    def __init__(self):
        base = int(gdb.parse_and_eval("(unsigned long) &plait_goroutine_layout"))
        for i, field in enumerate(self._FIELDS):
            setattr(self, field, int(gdb.parse_and_eval("*(unsigned *) %d" % (base + 4 * i))))
        if self.version != self._VERSION:
            raise gdb.GdbError("this script knows goroutine layout %d, the program has %d" % (self._VERSION, self.version))


_STATUS = ("idle", "runnable", "running", "waiting", "dead", "syscall")


def _word(address):
    return int(gdb.parse_and_eval("*(unsigned long *) %d" % address))


def _byte(address):
    return int(gdb.parse_and_eval("*(unsigned char *) %d" % address))


def _text(address):
    if address == 0:
        return "?"
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string(errors="replace")


class Goroutine:
    def __init__(self, address, layout):
        self.id = _word(address + layout.id)
        self.parent_id = _word(address + layout.parent_id)
        self.status = _STATUS[_byte(address + layout.status)]
        self.saved_sp = _word(address + layout.saved_sp)
        self.lo = _word(address + layout.stack_lo)
        self.size = _word(address + layout.stack_size)
        self.file = _text(_word(address + layout.created_file))
        self.line = _word(address + layout.created_line) & 0xFFFFFFFF
        reasons = int(gdb.parse_and_eval("(unsigned long) &plait_wait_reason_texts"))
        self.state = self.status
        if self.status == "waiting":
            self.state = _text(_word(reasons + 8 * _byte(address + layout.wait_reason)))

    def thread(self):
        """The thread that runs it, if one does."""
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            sp = int(gdb.parse_and_eval("(unsigned long) $rsp"))
            if self.lo <= sp < self.lo + self.size:
                return thread
        return None

    def header(self):
        text = "goroutine %d [%s]:" % (self.id, self.state)
        if self.file:
            text += " created in goroutine %d at %s:%d" % (self.parent_id, self.file, self.line)
        return text


def goroutines():
    layout = _Layout()
    address = _word(_word(int(gdb.parse_and_eval("(unsigned long) &plait_first_goroutine"))))
    found = []
    while address != 0:
        if _STATUS[_byte(address + layout.status)] != "dead":
            found.append(Goroutine(address, layout))
        address = _word(address + layout.next)
    return sorted(found, key=lambda goroutine: goroutine.id)


class PlaitGoroutines(gdb.Command):
    """plait-goroutines: every goroutine, with what it waits for and where it was created, and its backtrace.
plait-goroutines list: without the backtraces. plait-goroutines N: only number N."""

    def __init__(self):
        super().__init__("plait-goroutines", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        selected = gdb.selected_thread()
        try:
            for goroutine in list(goroutines()):
                if argument.isdigit() and goroutine.id != int(argument):
                    continue
                gdb.write(goroutine.header() + "\n")
                if argument == "list":
                    continue
                thread = goroutine.thread()
                if thread is not None:
                    thread.switch()
                    gdb.execute("backtrace")
                elif goroutine.lo != 0:
                    backtrace(goroutine.saved_sp)
                gdb.write("\n")
        finally:
            if selected is not None:
                selected.switch()


PlaitGoroutines()
