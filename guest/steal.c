// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host tells about each vCPU: struct kvm_steal_time, which a guest
 * shares with its host. The kernel has it in a variable that modules can't see,
 * but where it is can be read from an MSR, on the CPU itself.
 */
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/kvm_para.h>
#include <asm/msr.h>

#include "condition.h"
#include "steal.h"

/* NULL for a CPU that is offline, or has none. */
static DEFINE_PER_CPU(struct kvm_steal_time *, steal_time);

/* Whether the host does the flushes that kvmoc_steal_defer_flush() leaves. */
static bool can_defer_flush;

static enum cpuhp_state hotplug;

static int steal_online(unsigned int cpu)
{
	struct kvm_steal_time *st = NULL;
	u32 low, high;
	u64 msr;

	if (!rdmsr_safe(MSR_KVM_STEAL_TIME, &low, &high)) {
		msr = (u64)high << 32 | low;
		if (msr & KVM_MSR_ENABLED)
			st = phys_to_virt(msr & KVM_STEAL_VALID_BITS);
	}
	WRITE_ONCE(per_cpu(steal_time, cpu), st);

	return 0;
}

/*
 * Somebody may have taken the pointer before and use it after this. It stays
 * good to read and write, as it is per-CPU memory of the kernel's, and what is
 * written there concerns nobody: a CPU that comes back has flushed its TLB.
 */
static int steal_offline(unsigned int cpu)
{
	WRITE_ONCE(per_cpu(steal_time, cpu), NULL);

	return 0;
}

/**
 * kvmoc_steal_init - find what the host tells about each CPU, now and later
 *
 * Context: process context, may sleep.
 * Return: 0 or an error of the CPU hotplug code's. A guest without steal time is
 * no error, kvmoc_steal_time() has nothing to say then.
 */
int kvmoc_steal_init(void)
{
	int ret;

	can_defer_flush = kvmoc_condition_feature(KVM_FEATURE_PV_TLB_FLUSH);

	/* After the kernel's own, which writes the MSR when a CPU comes. */
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kvm_overcommit:online",
				steal_online, steal_offline);
	if (ret < 0)
		return ret;
	hotplug = ret;

	return 0;
}

/* Nobody may ask any more. */
void kvmoc_steal_deinit(void)
{
	cpuhp_remove_state(hotplug);
}

/**
 * kvmoc_steal_time - what the host tells about a CPU
 * @cpu: any possible CPU
 *
 * Context: any.
 * Return: memory that the host writes at any time, or NULL if it tells nothing
 * or @cpu is offline.
 */
struct kvm_steal_time *kvmoc_steal_time(int cpu)
{
	return READ_ONCE(per_cpu(steal_time, cpu));
}

/**
 * kvmoc_steal_defer_flush - have a CPU flush its TLB before it runs again
 * @cpu: any possible CPU but the own one
 *
 * That is upstream's PV TLB flush, for vCPUs that aren't in the guest. It takes
 * no exit. A halted vCPU is one of them, too.
 *
 * Context: any. Orders page table writes before it: the cmpxchg is a barrier,
 * and pairs with the host's xchg when the vCPU comes back.
 * Return: false if @cpu may be running, or the host can't do it.
 */
bool kvmoc_steal_defer_flush(int cpu)
{
	struct kvm_steal_time *st = kvmoc_steal_time(cpu);
	u8 state;

	if (!can_defer_flush || !st)
		return false;

	state = READ_ONCE(st->preempted);

	return (state & KVM_VCPU_PREEMPTED) &&
	       try_cmpxchg(&st->preempted, &state, state | KVM_VCPU_FLUSH_TLB);
}
