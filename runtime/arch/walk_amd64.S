// A call that unwinders take for one made by a suspended fiber.
//
//   extern "C" void plait_call_below(void* saved_sp /* rdi */, void (*f)(void*) /* rsi */, void* arg /* rdx */);
//
// Calls f(arg) on the caller's stack. While f runs, the unwind information says of this frame what it would say if the
// fiber had called f from where it was suspended: its registers lie in the frame drawn in switch_amd64.S, which rbx
// points to. f must not throw: the handlers would be the fiber's.

    .text

    .globl  plait_call_below
    .type   plait_call_below, @function
    .p2align 4
plait_call_below:
    .cfi_startproc
    endbr64
    pushq   %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    movq    %rdi, %rbx
    movq    %rdx, %rdi
    .cfi_remember_state
    .cfi_def_cfa %rbx, 64
    .cfi_offset %rip, -8
    .cfi_offset %rbp, -16
    .cfi_offset %rbx, -24
    .cfi_offset %r12, -32
    .cfi_offset %r13, -40
    .cfi_offset %r14, -48
    .cfi_offset %r15, -56
    call    *%rsi
    .cfi_restore_state
    popq    %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
    .cfi_endproc
    .size   plait_call_below, . - plait_call_below

    .section .note.GNU-stack, "", @progbits
