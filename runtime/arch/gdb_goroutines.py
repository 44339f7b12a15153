"""gdb: backtraces of suspended fibers, in a live process or a core file.

  (gdb) source runtime/arch/gdb_goroutines.py
  (gdb) plait-fiber g->fiber          an arch::Fiber, or the address of one

Nothing is written to the process (in a core nothing could be): an unwinder tells gdb that the caller of the newest
frame is the place where the fiber was suspended, and that its registers are in the frame drawn in switch_amd64.S. So
frame #0 is still the selected thread's own; the fiber's begin at #1, and end at plait_fiber_entry.
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
