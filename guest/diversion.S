/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the call at the entry of the kernel's function goes, instead of to
 * ftrace. On the stack: the return address into that function, and its caller's
 * below. The registers hold the arguments, and none of them is touched.
 */
#include <linux/linkage.h>
#include <asm/ibt.h>
#include <asm/percpu.h>
#include <asm/unwind_hints.h>

	.text

SYM_FUNC_START(kvmoc_diversion)
	ENDBR
	cmpb	$0, PER_CPU_VAR(kvmoc_hook_pass)
	jne	.Lpass

	/* As if the caller had called this one. */
	addq	$8, %rsp
	UNWIND_HINT_FUNC
	jmp	kvmoc_flush_tlb_multi

	/* For one call only. */
.Lpass:
	movb	$0, PER_CPU_VAR(kvmoc_hook_pass)
	RET
SYM_FUNC_END(kvmoc_diversion)
