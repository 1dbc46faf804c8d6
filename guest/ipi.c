// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an IPI cheaper than a hypercall?
 *
 * Where the hardware delivers IPIs between vCPUs (AVIC, IPI virtualization), one
 * takes no exit, and the host is better left alone: as long as every vCPU runs.
 * An IPI to a vCPU that doesn't is what this module is about, and one that runs
 * now may not run a moment later. So an IPI is cheap if it takes no exit, and
 * if no vCPU of this guest has had to wait for a pCPU lately.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kvm_para.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>
#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "abi.h"
#include "ipi.h"
#include "steal.h"

/* The least of so many is free of whatever happened in between. */
#define SAMPLES		16

/* How often the guest looks whether its vCPUs had to wait. */
#define LOOK_MS		100

/* That is overcommit, and not some daemon of the host's: 1 % of a CPU. */
#define WAITED_PERCENT	1

static bool ipis_exit = true;
static bool waited = true;

/* Serializes those who change ipis_exit, and the work that depends on it. */
static DEFINE_MUTEX(ipi_mutex);
static bool initialized;

static DEFINE_PER_CPU(u64, last_steal);
static u64 last_look;

/*
 * Deferrable: a guest that sleeps isn't woken for this. Whoever then flushes
 * first may find an answer that is older.
 */
static void look(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(look_work, look);

static void look(struct work_struct *work)
{
	u64 now = ktime_get_ns(), steal, too_much;
	struct kvm_steal_time *st;
	bool any = false;
	int cpu;

	/* Of the time that it has really been: a look comes late, too. */
	too_much = div_u64(now - last_look, 100) * WAITED_PERCENT;
	last_look = now;

	for_each_online_cpu(cpu) {
		st = kvmoc_steal_time(cpu);
		if (!st)
			continue;
		/* Torn only on 32-bit, and this is no use there. */
		steal = READ_ONCE(st->steal);
		any |= steal - per_cpu(last_steal, cpu) > too_much;
		per_cpu(last_steal, cpu) = steal;
	}
	WRITE_ONCE(waited, any);

	schedule_delayed_work(&look_work, msecs_to_jiffies(LOOK_MS));
}

/*
 * An IPI to the own CPU, on which a call of no function waits. Interrupts are
 * disabled, so that only the sending counts; they all become one.
 */
static u64 cycles_of_ipi(void)
{
	u64 start = rdtsc_ordered();

	apic->send_IPI(smp_processor_id(), CALL_FUNCTION_SINGLE_VECTOR);

	return rdtsc_ordered() - start;
}

static u64 cycles_of_hypercall(void)
{
	u64 start = rdtsc_ordered();

	kvm_hypercall4(KVM_HC_FLUSH_TLB, 0, 0, 0, 0);

	return rdtsc_ordered() - start;
}

/* CPUID has no bit for it. An exit takes thousands of cycles, or it is none. */
static bool measure(void)
{
	u64 ipi = U64_MAX, hypercall = U64_MAX;
	unsigned long flags;
	int i;

	for (i = 0; i < SAMPLES; i++) {
		local_irq_save(flags);
		ipi = min(ipi, cycles_of_ipi());
		hypercall = min(hypercall, cycles_of_hypercall());
		local_irq_restore(flags);
	}
	pr_info("an IPI takes %llu cycles to send, a hypercall %llu\n", ipi,
		hypercall);

	return ipi > hypercall / 2;
}

/* Called with ipi_mutex held. */
static void apply(bool exits)
{
	WRITE_ONCE(ipis_exit, exits);
	if (exits) {
		cancel_delayed_work_sync(&look_work);
	} else {
		/* Until somebody has looked. */
		WRITE_ONCE(waited, true);
		schedule_delayed_work(&look_work, 0);
	}
}

enum ipis_exit { IPIS_EXIT_YES, IPIS_EXIT_NO, IPIS_EXIT_AUTO };

static const char * const ipis_exit_names[] = {
	[IPIS_EXIT_YES] = "yes",
	[IPIS_EXIT_NO] = "no",
	[IPIS_EXIT_AUTO] = "auto",
};

static enum ipis_exit ipis_exit_choice = IPIS_EXIT_AUTO;

/* Called with ipi_mutex held. */
static void choose(void)
{
	apply(ipis_exit_choice == IPIS_EXIT_AUTO ? measure() :
	      ipis_exit_choice == IPIS_EXIT_YES);
}

static int ipis_exit_set(const char *val, const struct kernel_param *kp)
{
	int choice = sysfs_match_string(ipis_exit_names, val);

	if (choice < 0) {
		pr_err("ipis_exit is 'yes', 'no' or 'auto'\n");
		return choice;
	}

	mutex_lock(&ipi_mutex);
	ipis_exit_choice = choice;
	/* While the module is being loaded, kvmoc_ipi_init() does the rest. */
	if (initialized)
		choose();
	mutex_unlock(&ipi_mutex);

	return 0;
}

static int ipis_exit_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", READ_ONCE(ipis_exit) ? "yes" : "no");
}

static const struct kernel_param_ops ipis_exit_ops = {
	.set = ipis_exit_set,
	.get = ipis_exit_get,
};

module_param_cb(ipis_exit, &ipis_exit_ops, NULL, 0644);
MODULE_PARM_DESC(ipis_exit,
		 "whether sending an IPI takes a VM exit on this host: yes, no, or auto to measure it (default). Reads yes or no");

/**
 * kvmoc_ipi_init - find out what an IPI costs
 *
 * Context: process context, may sleep. After kvmoc_condition_check(), as it
 * makes hypercalls, and kvmoc_steal_init().
 */
void kvmoc_ipi_init(void)
{
	mutex_lock(&ipi_mutex);
	initialized = true;
	choose();
	mutex_unlock(&ipi_mutex);
}

/* The parameter can be written until the module is gone, but does nothing now. */
void kvmoc_ipi_deinit(void)
{
	mutex_lock(&ipi_mutex);
	initialized = false;
	mutex_unlock(&ipi_mutex);
	cancel_delayed_work_sync(&look_work);
}

/**
 * kvmoc_ipi_is_cheap - is an IPI to a vCPU that runs better than a hypercall?
 *
 * Context: any. The answer is a guess in any case, and either is right.
 */
bool kvmoc_ipi_is_cheap(void)
{
	return !READ_ONCE(ipis_exit) && !READ_ONCE(waited);
}
