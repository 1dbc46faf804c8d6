// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who looks at the vCPUs, and when: as long as anybody wants to know, each CPU
 * that is not idle has a timer.
 *
 * When it fires, the CPU looks at itself (it may be back from a preemption), and
 * at all others, unless another timer has just done so: with many CPUs, one of
 * them does the work of all. The others have timers because this one may be
 * preempted, with its timer, at any moment.
 *
 * Who begins or ends to idle says so, by the tracepoint power:cpu_idle. An idle
 * CPU is not woken to look at anybody; it has at most one timer left that fires.
 * When all are idle, nobody looks, and nobody is there to be told.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <trace/events/power.h>

#include <linux/kvm_overcommit.h>

#include "compat/compat.h"
#include "page.h"
#include "sampler.h"
#include "vcpu.h"

/*
 * By default less than the time slices of a host's scheduler, which are some ms,
 * so that a preemption is seen while it lasts. A guest that samples more often
 * than the minimum would do little else; above the maximum, nearly every
 * preemption is over before it is seen.
 */
#define PERIOD_US_DEFAULT	1000
#define PERIOD_US_MIN		100
#define PERIOD_US_MAX		100000

/**
 * struct sampler - a CPU's timer
 * @timer: pinned to it
 * @on: it may be started, which is so from start to stop while the CPU is online
 * @resting: it has not been started again, as the CPU idles
 *
 * Used by that CPU with interrupts disabled, and @on cleared by others.
 */
struct sampler {
	struct hrtimer timer;
	bool on;
	bool resting;
};

static DEFINE_PER_CPU(struct sampler, samplers);

static unsigned int period_us = PERIOD_US_DEFAULT;

/* Users, and what they start and stop. */
static DEFINE_MUTEX(users_mutex);
static unsigned int users;

/* Does not change while CPUs come and go: written with cpus_read_lock(). */
static bool active;
static enum cpuhp_state hotplug_state;

/* When it is time to look at all CPUs again, in ns of CLOCK_MONOTONIC. */
static atomic64_t next_scan;

static u64 period_ns(void)
{
	return READ_ONCE(period_us) * (u64)NSEC_PER_USEC;
}

static int period_set(const char *val, const struct kernel_param *kp)
{
	int ret = param_set_uint_minmax(val, kp, PERIOD_US_MIN, PERIOD_US_MAX);

	if (ret)
		pr_err("period_us is a number from %u to %u\n", PERIOD_US_MIN,
		       PERIOD_US_MAX);
	else
		kvmoc_page_period(period_ns());

	return ret;
}

static const struct kernel_param_ops period_ops = {
	.set = period_set,
	.get = param_get_uint,
};

module_param_cb(period_us, &period_ops, &period_us, 0644);
MODULE_PARM_DESC(period_us,
		 "how often vCPUs are looked at while somebody wants to know their state, in us (100 to 100000, default 1000)");

static void scan_others(unsigned int self)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (cpu != self)
			kvmoc_vcpu_look(cpu);
	}
}

/*
 * Is it for this CPU to look at all? Half a period is enough of a distance: the
 * timer of a CPU that is alone fires a little early or late, and should not find
 * that it has to come again.
 */
static bool claim_scan(s64 now)
{
	s64 due = atomic64_read(&next_scan);

	return now >= due && atomic64_try_cmpxchg(&next_scan, &due,
						  now + period_ns() / 2);
}

static enum hrtimer_restart sampler_fire(struct hrtimer *timer)
{
	struct sampler *s = container_of(timer, struct sampler, timer);
	unsigned int self = smp_processor_id();
	u64 now = ktime_get_ns();

	kvmoc_vcpu_look(self);
	if (claim_scan(now)) {
		scan_others(self);
		kvmoc_page_scanned(now);
	}

	if (!READ_ONCE(s->on))
		return HRTIMER_NORESTART;

	/* The end of the idle loop is still to come, and starts it again. */
	if (kvmoc_vcpu_is_idle(self)) {
		s->resting = true;
		return HRTIMER_NORESTART;
	}

	hrtimer_forward_now(timer, ns_to_ktime(period_ns()));

	return HRTIMER_RESTART;
}

static void sampler_arm(struct sampler *s)
{
	s->resting = false;
	hrtimer_start(&s->timer, ns_to_ktime(period_ns()),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

/* Interrupts are disabled, but for idle loops that have not been thought of. */
static void sampler_cpu_idle(void *unused, unsigned int idle_state,
			     unsigned int cpu_id)
{
	unsigned int self = smp_processor_id();
	struct sampler *s = this_cpu_ptr(&samplers);
	unsigned long flags;

	local_irq_save(flags);
	if (READ_ONCE(s->on)) {
		kvmoc_vcpu_idle(self, idle_state != PWR_EVENT_EXIT);
		if (idle_state == PWR_EVENT_EXIT && s->resting)
			sampler_arm(s);
	}
	local_irq_restore(flags);
}

/*
 * A CPU that idles is taken for running here. The interrupt in which this runs
 * has ended its sleep, so that it goes through its idle loop once more.
 */
static void sampler_start_cpu(void *unused)
{
	struct sampler *s = this_cpu_ptr(&samplers);

	WRITE_ONCE(s->on, true);
	sampler_arm(s);
}

/* A CPU without steal time comes online all the same, and reads absent. */
static int sampler_online(unsigned int cpu)
{
	unsigned long flags;

	if (kvmoc_vcpu_attach(cpu) || !active)
		return 0;

	kvmoc_vcpu_look(cpu);
	local_irq_save(flags);
	sampler_start_cpu(NULL);
	local_irq_restore(flags);

	return 0;
}

static int sampler_offline(unsigned int cpu)
{
	struct sampler *s = per_cpu_ptr(&samplers, cpu);

	/* Or its idle loop would start the timer, which would go elsewhere. */
	WRITE_ONCE(s->on, false);
	hrtimer_cancel(&s->timer);
	kvmoc_vcpu_detach(cpu);
	if (active)
		kvmoc_vcpu_look(cpu);

	return 0;
}

static int sampler_start(void)
{
	unsigned int cpu;
	int ret;

	/* Not with cpus_read_lock(), which it needs itself. */
	ret = register_trace_cpu_idle(sampler_cpu_idle, NULL);
	if (ret)
		return ret;

	cpus_read_lock();
	for_each_possible_cpu(cpu)
		kvmoc_vcpu_forget(cpu);
	WRITE_ONCE(active, true);
	on_each_cpu(sampler_start_cpu, NULL, true);
	cpus_read_unlock();

	return 0;
}

static void sampler_stop(void)
{
	unsigned int cpu;

	cpus_read_lock();
	WRITE_ONCE(active, false);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(samplers, cpu).on, false);
	cpus_read_unlock();

	/* When no idle loop can start a timer any more, stop them. */
	unregister_trace_cpu_idle(sampler_cpu_idle, NULL);
	tracepoint_synchronize_unregister();
	for_each_possible_cpu(cpu)
		hrtimer_cancel(&per_cpu(samplers, cpu).timer);
}

/**
 * kvmoc_sampler_get - begin to watch the vCPUs
 *
 * Context: process context, may sleep; neither cpus_read_lock() nor a mutex of
 * the tracepoints' held.
 * Return: 0 or an error of the tracepoints'.
 */
int kvmoc_sampler_get(void)
{
	int ret = 0;

	mutex_lock(&users_mutex);
	if (!users)
		ret = sampler_start();
	if (!ret)
		users++;
	mutex_unlock(&users_mutex);

	return ret;
}

/* The reverse, in the same context. */
void kvmoc_sampler_put(void)
{
	mutex_lock(&users_mutex);
	if (!--users)
		sampler_stop();
	mutex_unlock(&users_mutex);
}

/**
 * kvmoc_sampler_active - does anybody watch?
 *
 * Context: any.
 */
bool kvmoc_sampler_active(void)
{
	return READ_ONCE(active);
}

/**
 * kvmoc_sampler_scan - look at all vCPUs now
 *
 * Context: process context, between kvmoc_sampler_get() and kvmoc_sampler_put().
 */
void kvmoc_sampler_scan(void)
{
	u64 now = ktime_get_ns();
	unsigned int cpu;

	for_each_online_cpu(cpu)
		kvmoc_vcpu_look(cpu);
	kvmoc_page_scanned(now);
}

/**
 * kvmoc_vcpu_get - begin to watch the vCPUs, for kvmoc_vcpu_state()
 *
 * While anybody watches, each CPU that is not idle takes a timer interrupt each
 * period (parameter period_us).
 *
 * Context: process context, may sleep, cpus_read_lock() not held.
 * Return: 0, -ENODEV if the host keeps no steal time, or another error.
 */
int kvmoc_vcpu_get(void)
{
	if (hotplug_state <= 0)
		return -ENODEV;

	return kvmoc_sampler_get();
}
EXPORT_SYMBOL_GPL(kvmoc_vcpu_get);

/**
 * kvmoc_vcpu_put - cease to watch the vCPUs
 *
 * Context: process context, may sleep, cpus_read_lock() not held.
 */
void kvmoc_vcpu_put(void)
{
	kvmoc_sampler_put();
}
EXPORT_SYMBOL_GPL(kvmoc_vcpu_put);

/**
 * kvmoc_sampler_init - follow the CPUs that come and go
 *
 * Context: process context, may sleep.
 * Return: 0, -ENODEV if the host keeps no steal time, or another error.
 */
int kvmoc_sampler_init(void)
{
	unsigned int cpu;
	int ret;

	if (!kvmoc_vcpu_available())
		return -ENODEV;

	for_each_possible_cpu(cpu)
		hrtimer_setup(&per_cpu(samplers, cpu).timer, sampler_fire,
			      CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	kvmoc_page_period(period_ns());

	/* After the kernel's own, which enables the steal time of a CPU. */
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kvm_overcommit:online",
				sampler_online, sampler_offline);
	if (ret < 0)
		return ret;
	hotplug_state = ret;

	return 0;
}

/* Nobody watches any more. */
void kvmoc_sampler_deinit(void)
{
	cpuhp_remove_state(hotplug_state);
	hotplug_state = 0;
}
