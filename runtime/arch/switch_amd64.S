// The context switch for x86-64, System V ABI.
//
//   extern "C" void plait_switch(void** save_sp /* rdi */, void* load_sp /* rsi */);
//
// Suspends the running flow, stores its stack pointer in *save_sp, and continues the flow whose stack pointer is
// load_sp.
//
// Drawing of a suspended flow's stack; sp is what was stored. Whoever changes it raises plait_switch_layout_version and
// mends fiber.h (SavedFrame) and gdb_goroutines.py, which read frames by this table.
//
//   sp + 64   the caller's frame (a fresh fiber: the end of the stack, 16-byte aligned)
//   sp + 56   rip     where to go on (a fresh fiber: plait_fiber_start)
//   sp + 48   rbp     (0: a walker along frame pointers stops)
//   sp + 40   rbx
//   sp + 32   r12     (entry)
//   sp + 24   r13     (its argument)
//   sp + 16   r14
//   sp +  8   r15
//   sp +  4   x87 control word, 2 bytes, and 2 bytes unused
//   sp +  0   mxcsr, 4 bytes
//
// Why it is like this:
//   - A file of assembly, so that no compiler, with or without link-time optimisation, sees through it. As inline
//     assembly GCC 12 kept a static global in a register across it (optimiser_trap_test).
//   - It leaves by jmp, not ret: the processor predicts a ret from the stack of calls, which belongs to the other flow,
//     and is always wrong (7.6 ns against 2.6). notrack, because the target is a return address and has no endbr64.
//   - The ABI makes the control bits of mxcsr and of the x87 word callee-saved. They cost 3 ns of the 5.4, nearly all
//     of it stmxcsr (loading only what differs was no faster): the price of one goroutine's rounding mode, or denormals
//     flushed to zero, not becoming another's.
//   - All loads go through rsi, and rsp changes in one instruction. Before it an unwinder sees the old flow, whose
//     registers are all in its frame; after it the new one, whose registers are all in place. So the CFI is right at
//     every instruction (unwind_test).

    .text

    .globl  plait_switch
    .type   plait_switch, @function
    .p2align 6
plait_switch:
    .cfi_startproc
    endbr64
    pushq   %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbp, 0
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    pushq   %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r12, 0
    pushq   %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r13, 0
    pushq   %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r14, 0
    pushq   %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %r15, 0
    subq    $8, %rsp
    .cfi_adjust_cfa_offset 8
    stmxcsr (%rsp)
    fnstcw  4(%rsp)
    movq    %rsp, (%rdi)

    movq    56(%rsi), %rdx
    ldmxcsr (%rsi)
    fldcw   4(%rsi)
    movq    8(%rsi), %r15
    movq    16(%rsi), %r14
    movq    24(%rsi), %r13
    movq    32(%rsi), %r12
    movq    40(%rsi), %rbx
    movq    48(%rsi), %rbp
    leaq    64(%rsi), %rsp
    .cfi_def_cfa %rsp, 0
    .cfi_register %rip, %rdx
    .cfi_restore %rbp
    .cfi_restore %rbx
    .cfi_restore %r12
    .cfi_restore %r13
    .cfi_restore %r14
    .cfi_restore %r15
    notrack jmp *%rdx
    .cfi_endproc
    .size   plait_switch, . - plait_switch

// Where a fresh fiber begins: calls r12(r13), which must not return.
//
// The undefined rip tells unwinders that nothing is further out: a backtrace ends here, and an exception that gets this
// far finds no handler and ends in std::terminate. Unwinders look a return address up by the byte before it, hence the
// nop: the address in a fresh fiber's frame must still lie in this function.
    .globl  plait_fiber_entry
    .globl  plait_fiber_start
    .type   plait_fiber_entry, @function
    .type   plait_fiber_start, @function
    .p2align 4
plait_fiber_entry:
    .cfi_startproc
    .cfi_undefined %rip
    nop
plait_fiber_start:
    endbr64
    movq    %r13, %rdi
    call    *%r12
    call    plait_fiber_returned@PLT
    ud2
    .cfi_endproc
    .size   plait_fiber_entry, . - plait_fiber_entry
    .size   plait_fiber_start, . - plait_fiber_start

// For debuggers: the version of the drawing above. Beside the code, so that a linker that drops unused sections keeps
// it.
    .globl  plait_switch_layout_version
    .type   plait_switch_layout_version, @object
    .size   plait_switch_layout_version, 4
    .p2align 2
plait_switch_layout_version:
    .long   1

    .section .note.GNU-stack, "", @progbits
