/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's ABI, copied from the patched kernel by scripts/abi-sync. Not to be
 * edited. A kernel that has the numbers itself must agree, or this will not
 * compile.
 */
#ifndef KVMOC_ABI_H
#define KVMOC_ABI_H

#include <linux/const.h>
#include <linux/kvm_para.h>

#define KVM_FEATURE_HC_FLUSH_TLB	30
#define KVM_HC_FLUSH_TLB		100
#define KVM_HC_FLUSH_TLB_BITMAP		_BITULL(63)
#define KVM_HC_FLUSH_TLB_WORDS_SHIFT	32

#endif
