// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a vCPU does, from what every host of KVM tells: its steal time.
 *
 * The host sets a flag in a vCPU's struct kvm_steal_time when it preempts it. On
 * its way back in, it clears the flag, and then adds the time that the vCPU has
 * waited to a clock and moves a version on. So another CPU can see that a vCPU is
 * preempted, and everybody, that it was and for how long.
 *
 * A halted vCPU is not preempted: older hosts set the flag all the same, later
 * ones do not. Either way the guest knows better, as that CPU is in its idle
 * loop. When such a vCPU is woken, and has to wait for a CPU of the host then,
 * there is no flag: it reads halted until it runs, and the wait comes out when
 * the clock is read at the end of the idle loop.
 *
 * The flag is missing, too, when the host preempts a vCPU in the middle of an
 * instruction that it emulates. That shows afterwards only, in the clock.
 */
#include <linux/cpumask.h>
#include <linux/export.h>
#include <linux/irqflags.h>
#include <linux/kvm_para.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <asm/barrier.h>

#include <linux/kvm_overcommit.h>

#include "page.h"
#include "sampler.h"
#include "steal.h"
#include "trace.h"
#include "vcpu.h"

/**
 * struct vcpu - what is kept of a vCPU beside its entry in the page
 * @looking: held by whoever compares and writes, only ever tried
 * @host: what the host writes, NULL while the CPU is offline
 * @idle: the CPU is in its idle loop, written by itself
 * @version: of @host, when it was looked at last
 * @steal_ns: the steal clock then
 */
struct vcpu {
	raw_spinlock_t looking;
	const struct kvm_steal_time *host;
	bool idle;
	u32 version;
	u64 steal_ns;
};

static DEFINE_PER_CPU_ALIGNED(struct vcpu, vcpus) = {
	.looking = __RAW_SPIN_LOCK_UNLOCKED(vcpus.looking),
};

/* What the host says at one time. */
struct view {
	bool preempted;
	u32 version;
	u64 steal_ns;
};

/* A transition, for the trace. */
struct transition {
	u32 from;
	u32 to;
	u64 duration_ns;
};

/*
 * False while the host is writing. That may last, as the host's thread can be
 * preempted there: better to come again than to wait for it.
 */
static bool read_host(const struct kvm_steal_time *host, struct view *ret)
{
	u32 version = READ_ONCE(host->version);

	/* What follows is of that version or of a later one. */
	virt_rmb();
	ret->preempted = READ_ONCE(host->preempted) & KVM_VCPU_PREEMPTED;
	ret->steal_ns = READ_ONCE(host->steal);
	ret->version = version;
	/* And not of a later one, if there is none by now. */
	virt_rmb();

	return !(version & 1) && READ_ONCE(host->version) == version;
}

/* Time that was stolen before the vCPU was watched, or by another host. */
static u64 take_steal(struct vcpu *v, const struct view *view)
{
	s64 stolen = view->steal_ns - v->steal_ns;

	v->steal_ns = view->steal_ns;
	v->version = view->version;

	return max(stolen, 0LL);
}

/*
 * The state that @view amounts to. The host clears the flag a little before it
 * moves the version on. Without a look at the version, a preemption would end
 * here without its time, and the time would come as another preemption.
 */
static u32 state_of(const struct vcpu *v, const struct view *view, u32 last)
{
	if (READ_ONCE(v->idle))
		return KVMOC_VCPU_HALTED;
	if (view->preempted)
		return KVMOC_VCPU_PREEMPTED;
	if (last == KVMOC_VCPU_PREEMPTED && view->version == v->version)
		return KVMOC_VCPU_PREEMPTED;
	return KVMOC_VCPU_RUNNING;
}

/*
 * The steal clock has gone on: the vCPU has waited and is back. One count, even
 * if that was more than once since the last look. Who was halted last has waited
 * after it was woken; there is a look at both ends of the idle loop.
 */
static void account(struct kvmoc_vcpu_data *data, u64 stolen)
{
	if (data->state == KVMOC_VCPU_HALTED) {
		data->late_wakeups++;
		data->late_ns += stolen;
	} else {
		data->preemptions++;
		data->preempted_ns += stolen;
	}
}

/* Brings the entry up to date; true if that is a transition. */
static bool update(unsigned int cpu, struct vcpu *v, struct transition *ret)
{
	/* With the clock from which to count. */
	const struct kvm_steal_time *host = smp_load_acquire(&v->host);
	u32 state = KVMOC_VCPU_ABSENT;
	u64 now = ktime_get_ns();
	struct kvmoc_vcpu_data data;
	struct view view;
	u64 stolen = 0;

	kvmoc_page_read(cpu, &data);

	if (host) {
		if (!read_host(host, &view))
			return false;
		state = state_of(v, &view, data.state);
		stolen = take_steal(v, &view);
		data.steal_ns = view.steal_ns;
	}
	if (state == data.state && !stolen)
		return false;

	ret->from = data.state;
	ret->to = state;
	ret->duration_ns = now - data.since;
	if (stolen) {
		account(&data, stolen);
		if (data.state != KVMOC_VCPU_HALTED) {
			/* Seen or not, it was preempted, just that long. */
			ret->from = KVMOC_VCPU_PREEMPTED;
			ret->duration_ns = stolen;
		}
	}
	/* Halted all along, it has only waited a little when it was woken. */
	if (state != data.state || ret->from == KVMOC_VCPU_PREEMPTED)
		data.since = now;
	data.state = state;
	kvmoc_page_write(cpu, &data);

	return ret->from != ret->to || state == KVMOC_VCPU_PREEMPTED;
}

/* The state alone, for those who read nothing else. Whoever looks writes it last. */
static void mark_preempted(unsigned int cpu, struct vcpu *v)
{
	const struct kvm_steal_time *host = READ_ONCE(v->host);

	if (host && !READ_ONCE(v->idle) &&
	    READ_ONCE(host->preempted) & KVM_VCPU_PREEMPTED)
		kvmoc_page_mark(cpu, KVMOC_VCPU_PREEMPTED);
}

/**
 * kvmoc_vcpu_look - look at a vCPU, and publish what has changed
 * @cpu: the vCPU, any possible one
 *
 * If another CPU is looking at it, that is as good: not to wait matters more, as
 * the other one may have been preempted by the host. What it missed is found at
 * the next look. But if the one that is looking is the vCPU itself, preempted in
 * the middle, that would not be before it is back: so much is said right now.
 *
 * Context: any but NMI.
 */
void kvmoc_vcpu_look(unsigned int cpu)
{
	struct vcpu *v = per_cpu_ptr(&vcpus, cpu);
	struct transition t;
	unsigned long flags;
	bool changed;

	/* Or an interrupt's look would find the one that it has interrupted. */
	if (!raw_spin_trylock_irqsave(&v->looking, flags)) {
		mark_preempted(cpu, v);
		return;
	}
	changed = update(cpu, v, &t);
	raw_spin_unlock_irqrestore(&v->looking, flags);

	if (changed)
		trace_kvmoc_vcpu_state(cpu, t.from, t.to, t.duration_ns);
}

/**
 * kvmoc_vcpu_forget - start anew with a vCPU that nobody has watched
 * @cpu: the vCPU, any possible one
 *
 * What was stolen meanwhile is nobody's preemption. Counts and times stay.
 *
 * Context: any, nobody looks at it.
 */
void kvmoc_vcpu_forget(unsigned int cpu)
{
	struct vcpu *v = per_cpu_ptr(&vcpus, cpu);
	const struct kvm_steal_time *host = v->host;
	struct kvmoc_vcpu_data data;
	struct view view;

	kvmoc_page_read(cpu, &data);
	data.state = host ? KVMOC_VCPU_RUNNING : KVMOC_VCPU_ABSENT;
	data.since = ktime_get_ns();
	v->idle = false;
	if (host) {
		/* Torn values are better than old ones, and seldom. */
		read_host(host, &view);
		take_steal(v, &view);
		data.steal_ns = view.steal_ns;
	}
	kvmoc_page_write(cpu, &data);
}

/**
 * kvmoc_vcpu_idle - the CPU begins or ends to idle
 * @cpu: this CPU
 * @idle: what it does
 *
 * Context: on that CPU, interrupts disabled.
 */
void kvmoc_vcpu_idle(unsigned int cpu, bool idle)
{
	WRITE_ONCE(per_cpu(vcpus, cpu).idle, idle);
	kvmoc_vcpu_look(cpu);
}

/**
 * kvmoc_vcpu_is_idle - is the CPU in its idle loop?
 * @cpu: this CPU
 *
 * Context: on that CPU, interrupts disabled, while the vCPUs are watched.
 */
bool kvmoc_vcpu_is_idle(unsigned int cpu)
{
	return per_cpu(vcpus, cpu).idle;
}

/**
 * kvmoc_vcpu_available - does the host keep steal times?
 *
 * The kernel has them kept for all CPUs or for none: any one can tell.
 *
 * Context: any.
 */
bool kvmoc_vcpu_available(void)
{
	return kvmoc_steal_time(raw_smp_processor_id());
}

/**
 * kvmoc_vcpu_attach - find the steal time of a CPU that comes online
 * @cpu: this CPU
 *
 * Context: on that CPU, nobody looks at it, as it was offline.
 * Return: 0 or -ENODEV if the host does not keep a steal time for it.
 */
int kvmoc_vcpu_attach(unsigned int cpu)
{
	const struct kvm_steal_time *host = kvmoc_steal_time(cpu);
	struct vcpu *v = per_cpu_ptr(&vcpus, cpu);
	struct view view;

	if (!host)
		return -ENODEV;

	read_host(host, &view);
	take_steal(v, &view);
	v->idle = false;
	/* Pairs with the load in update(): first the clock to count from. */
	smp_store_release(&v->host, host);

	return 0;
}

/**
 * kvmoc_vcpu_detach - a CPU goes offline
 * @cpu: the CPU
 *
 * Who is looking at it may do so until the end: the memory stays.
 *
 * Context: any.
 */
void kvmoc_vcpu_detach(unsigned int cpu)
{
	WRITE_ONCE(per_cpu(vcpus, cpu).host, NULL);
}

/**
 * kvmoc_vcpu_state - what does a vCPU do?
 * @cpu: its number
 * @ret: what is known of it
 *
 * Looks at the vCPU right now, and does not wait for anybody. Between kvmoc_vcpu_get()
 * and kvmoc_vcpu_put() only: when nobody watches, it is not known who is idle.
 *
 * Context: any but NMI.
 * Return: 0, -EINVAL if there is no such CPU, or -ENODATA if nobody watches.
 */
int kvmoc_vcpu_state(unsigned int cpu, struct kvmoc_vcpu_data *ret)
{
	if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return -EINVAL;
	if (!kvmoc_sampler_active())
		return -ENODATA;

	kvmoc_vcpu_look(cpu);
	kvmoc_page_read(cpu, ret);

	return 0;
}
EXPORT_SYMBOL_GPL(kvmoc_vcpu_state);
