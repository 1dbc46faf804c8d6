// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <string.h>

#include "column.h"

/* Of the time between two readings, in ns; NaN if there was only one. */
static double interval(const struct ovc_vm *vm)
{
	if (!vm->has_then || vm->now_ns <= vm->then_ns)
		return NAN;
	return vm->now_ns - vm->then_ns;
}

/* What counts up only has gone down: it is not the same any more. */
static double difference(uint64_t now, uint64_t then)
{
	return now >= then ? (double)(now - then) : NAN;
}

/* Readings are not all of one moment, so that shares may be a bit too large. */
static double percent(double part, double whole)
{
	double share = part / whole * 100;

	if (isnan(share))
		return NAN;
	return share > 100 ? 100 : share;
}

/* A sum, of what is in the mask @which, between two readings; NaN if one is not known. */
static double grown(unsigned int which, const uint64_t *now, const bool *now_known,
		    const uint64_t *then, const bool *then_known)
{
	double sum = which ? 0 : NAN;

	for (unsigned int i = 0; which >> i; i++) {
		if (!(which & 1U << i))
			continue;
		if (!now_known[i] || !then_known[i])
			return NAN;
		sum += difference(now[i], then[i]);
	}
	return sum;
}

static double counted(unsigned int counters, const struct ovc_values *now,
		      const struct ovc_values *then)
{
	return grown(counters, now->values, now->known, then->values, then->known);
}

static double traced(unsigned int events, const struct ovc_counts *now,
		     const struct ovc_counts *then)
{
	return grown(events, now->values, now->known, then->values, then->known);
}

static double vm_size(const struct ovc_column *column, const struct ovc_vm *vm)
{
	(void)column;
	return ovc_vm_size(vm);
}

static double vm_overcommit(const struct ovc_column *column, const struct ovc_vm *vm)
{
	(void)column;
	return vm->overcommit;
}

/* Over the vCPUs of which it is known. */
static double vm_sum(const struct ovc_column *column, const struct ovc_vm *vm, bool mean)
{
	unsigned int nr = 0;
	double sum = 0;

	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		double value = column->of_vcpu(column, vm, &vm->vcpus[i]);

		if (isnan(value))
			continue;
		sum += value;
		nr++;
	}
	if (!nr)
		return NAN;
	return mean ? sum / nr : sum;
}

static double vm_mean(const struct ovc_column *column, const struct ovc_vm *vm)
{
	return vm_sum(column, vm, true);
}

static double vm_total(const struct ovc_column *column, const struct ovc_vm *vm)
{
	return vm_sum(column, vm, false);
}

/*
 * What KVM counts of the VM, or else of its vCPUs, if it is known of each: their statistics
 * come from somewhere else, and some are traced.
 */
static double vm_total_of_all(const struct ovc_column *column, const struct ovc_vm *vm)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		if (isnan(column->of_vcpu(column, vm, &vm->vcpus[i])))
			return NAN;
	}
	return vm->nr_vcpus == ovc_vm_size(vm) ? vm_total(column, vm) : NAN;
}

static double vm_rate(const struct ovc_column *column, const struct ovc_vm *vm)
{
	double nr = counted(column->counters, &vm->stats.now, &vm->stats.then);
	double rate = nr / interval(vm) * 1e9;

	return isnan(rate) ? vm_total_of_all(column, vm) : rate;
}

static double vm_share(const struct ovc_column *column, const struct ovc_vm *vm)
{
	double ns = counted(column->counters, &vm->stats.now, &vm->stats.then);
	unsigned int size = ovc_vm_size(vm);
	/* Of how many vCPUs the time is may not be known. */
	double share = size ? percent(ns, interval(vm) * size) : NAN;

	return isnan(share) ? vm_mean(column, vm) : share;
}

static double vcpu_running(const struct ovc_column *column, const struct ovc_vm *vm,
			   const struct ovc_vcpu *vcpu)
{
	(void)column;
	if (!vcpu->now.known || !vcpu->then.known)
		return NAN;
	return percent(difference(vcpu->now.run_ns, vcpu->then.run_ns), interval(vm));
}

static double vcpu_waiting(const struct ovc_column *column, const struct ovc_vm *vm,
			   const struct ovc_vcpu *vcpu)
{
	(void)column;
	if (!vcpu->now.known || !vcpu->then.known)
		return NAN;
	return percent(difference(vcpu->now.wait_ns, vcpu->then.wait_ns), interval(vm));
}

/* What is left. A wait is added when it ends, so that it may be more than all. */
static double vcpu_sleeping(const struct ovc_column *column, const struct ovc_vm *vm,
			    const struct ovc_vcpu *vcpu)
{
	double rest = 100 - vcpu_running(column, vm, vcpu) - vcpu_waiting(column, vm, vcpu);

	return rest < 0 ? 0 : rest;
}

static double vcpu_preempted(const struct ovc_column *column, const struct ovc_vm *vm,
			     const struct ovc_vcpu *vcpu)
{
	(void)column;
	if (!vcpu->now.preemptions_known || !vcpu->then.preemptions_known)
		return NAN;
	return difference(vcpu->now.preemptions, vcpu->then.preemptions) / interval(vm) * 1e9;
}

static double vcpu_stacked(const struct ovc_column *column, const struct ovc_vm *vm,
			   const struct ovc_vcpu *vcpu)
{
	(void)column;
	(void)vm;
	return vcpu->samples ? percent(vcpu->stacked, vcpu->samples) : NAN;
}

static double vcpu_rate(const struct ovc_column *column, const struct ovc_vm *vm,
			const struct ovc_vcpu *vcpu)
{
	double nr = counted(column->counters, &vcpu->binary.now, &vcpu->binary.then);

	if (isnan(nr))
		nr = traced(column->events, &vcpu->events.now, &vcpu->events.then);
	return nr / interval(vm) * 1e9;
}

static double vcpu_share(const struct ovc_column *column, const struct ovc_vm *vm,
			 const struct ovc_vcpu *vcpu)
{
	double ns = counted(column->counters, &vcpu->binary.now, &vcpu->binary.then);

	return percent(ns, interval(vm));
}

#define ONE(number)	(1U << (number))

const struct ovc_column ovc_columns[] = {
	{ "vcpus", "VCPUS", 6, 0, vm_size, NULL, 0, 0 },
	{ "over", "OVER", 8, 2, vm_overcommit, NULL, 0, 0 },
	{ "run", "RUN%", 6, 1, vm_mean, vcpu_running, 0, 0 },
	{ "wait", "WAIT%", 6, 1, vm_mean, vcpu_waiting, 0, 0 },
	{ "sleep", "SLEEP%", 7, 1, vm_mean, vcpu_sleeping, 0, 0 },
	{ "preempt", "PREEMPT/s", 10, 1, vm_total, vcpu_preempted, 0, 0 },
	{ "stack", "STACK%", 7, 1, vm_mean, vcpu_stacked, 0, 0 },
	/* A halt is added when it ends, with all of its time. */
	{ "halt", "HALT%", 6, 1, vm_share, vcpu_share, ONE(OVC_HALT_WAIT_NS), 0 },
	{ "poll", "POLL%", 6, 1, vm_share, vcpu_share,
	  ONE(OVC_HALT_POLL_SUCCESS_NS) | ONE(OVC_HALT_POLL_FAIL_NS), 0 },
	{ "ple", "PLE/s", 9, 1, vm_rate, vcpu_rate, ONE(OVC_SPIN_EXITS), ONE(OVC_EVENT_PAUSE) },
	{ "yield", "YIELD/s", 9, 1, vm_rate, vcpu_rate, ONE(OVC_SPIN_YIELDS), 0 },
	/* Those who went on because nobody waited were not allowed to look, either. */
	{ "throttle", "THROTTLE/s", 11, 1, vm_rate, vcpu_rate,
	  ONE(OVC_SPIN_THROTTLED) | ONE(OVC_SPIN_EARLY), 0 },
	{ "pvyield", "PVYIELD/s", 10, 1, vm_rate, vcpu_rate, ONE(OVC_PV_YIELDS), 0 },
	{ "flush", "FLUSH/s", 9, 1, vm_rate, vcpu_rate, ONE(OVC_HC_CALLS),
	  ONE(OVC_EVENT_HC_FLUSH) },
	{ "target", "TARGET/s", 9, 1, vm_rate, vcpu_rate, ONE(OVC_HC_TARGETS), 0 },
	{ "defer", "DEFER/s", 9, 1, vm_rate, vcpu_rate, ONE(OVC_HC_DEFERRED), 0 },
	{ "notdone", "NOTDONE/s", 10, 1, vm_rate, vcpu_rate, ONE(OVC_HC_NOT_DONE), 0 },
	{ "ipi", "IPI/s", 9, 1, vm_total, vcpu_rate, 0,
	  ONE(OVC_EVENT_IPI) | ONE(OVC_EVENT_PV_IPI) | ONE(OVC_EVENT_AVIC_IPI) },
	{ "pvflush", "PVFLUSH/s", 10, 1, vm_total, vcpu_rate, 0, ONE(OVC_EVENT_PV_FLUSH) },
	{ "hvflush", "HVFLUSH/s", 10, 1, vm_total, vcpu_rate, 0,
	  ONE(OVC_EVENT_HV_FLUSH) | ONE(OVC_EVENT_HV_FLUSH_EX) },
};

const unsigned int ovc_nr_columns = sizeof(ovc_columns) / sizeof(ovc_columns[0]);

const struct ovc_column *ovc_column_find(const char *name)
{
	for (unsigned int i = 0; i < ovc_nr_columns; i++) {
		if (!strcmp(name, ovc_columns[i].name))
			return &ovc_columns[i];
	}
	return NULL;
}
