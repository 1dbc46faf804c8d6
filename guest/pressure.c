// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether vCPUs of this guest had to wait for a pCPU lately. As long as none has,
 * an IPI is as good as a hypercall, and the faster of the two may be taken; if one
 * has, any target may be preempted by the time that the IPI gets there.
 */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/kvm_para.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "pressure.h"
#include "steal.h"

/* How often the guest looks. */
#define LOOK_MS		100

/* Some daemon of the host's takes less than that of a CPU. */
#define MAX_PERCENT	1

static bool pressure = true;

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
	too_much = div_u64(now - last_look, 100) * MAX_PERCENT;
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
	WRITE_ONCE(pressure, any);

	schedule_delayed_work(&look_work, msecs_to_jiffies(LOOK_MS));
}

/**
 * kvmoc_pressure_init - begin to look
 *
 * Context: process context. After kvmoc_steal_init().
 */
void kvmoc_pressure_init(void)
{
	schedule_delayed_work(&look_work, 0);
}

/* Context: process context, sleeps. */
void kvmoc_pressure_deinit(void)
{
	cancel_delayed_work_sync(&look_work);
}

/**
 * kvmoc_pressure - has a vCPU of this guest had to wait for a pCPU lately?
 *
 * "Lately" is since the last look but one, 100 ms apart while the guest is busy;
 * "had to wait" is for more than 1 % of it. Without steal time nobody has. Yes,
 * until there has been a look.
 *
 * Context: any. The answer is a guess in any case, and either is right.
 */
bool kvmoc_pressure(void)
{
	return READ_ONCE(pressure);
}
