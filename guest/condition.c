// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must hold before a flush may go to the host. All of it is decided when
 * the guest boots, so that it is enough to look once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cc_platform.h>
#include <linux/kernel.h>
#include <linux/kvm_para.h>

#include "abi.h"
#include "compat/compat.h"
#include "condition.h"

/**
 * kvmoc_condition_feature - does the host offer a feature?
 * @feature: KVM_FEATURE_*
 *
 * As kvm_para_has_feature(), which is there for built-in code only.
 *
 * Context: any.
 */
bool kvmoc_condition_feature(unsigned int feature)
{
	u32 base = cpuid_base_hypervisor(KVM_SIGNATURE, 0);

	return base && cpuid_eax(base | KVM_CPUID_FEATURES) & BIT(feature);
}

/**
 * kvmoc_condition_guest - is there anything for this module to do here?
 *
 * Context: any.
 * Return: 0, or -ENODEV if this is no KVM guest. The log says so.
 */
int kvmoc_condition_guest(void)
{
	if (kvm_para_available())
		return 0;

	pr_err("refused: this is not a KVM guest\n");

	return -ENODEV;
}

/**
 * kvmoc_condition_check - may flushes go to the host in this guest?
 *
 * Says in the kernel log what is missing and what to do about it.
 *
 * Context: any.
 * Return: 0, or -EOPNOTSUPP if this is a confidential guest, its host does not
 * offer the hypercall, or its page tables are not freed by RCU.
 */
int kvmoc_condition_check(void)
{
	/* A host that only says that it flushes leaves stale translations. */
	if (cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT)) {
		pr_err("refused: a confidential guest must not depend on its host for TLB flushes\n");
		return -EOPNOTSUPP;
	}

	if (!kvmoc_condition_feature(KVM_FEATURE_HC_FLUSH_TLB)) {
		pr_err("refused: the host does not offer KVM_HC_FLUSH_TLB. Set kvm.hc_flush_tlb=1 on a patched host, and start the guest with '-cpu host,migratable=off'; or load this with mode=off, for the preemption state alone\n");
		return -EOPNOTSUPP;
	}

	if (!compat_page_tables_freed_by_rcu()) {
		pr_err("refused: page tables are not freed by RCU. This kernel does so only with KVM's PV TLB flush, which needs more than one CPU, kvm-pv-tlb-flush=on, kvm-steal-time=on, and neither kvm-hint-dedicated nor MWAIT (QEMU: cpu-pm=off)\n");
		return -EOPNOTSUPP;
	}

	return 0;
}
