// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of the flushes since the module was loaded, for people, under
 * /sys/kernel/debug/kvm_overcommit:
 *
 * counters	the sums over all CPUs, one "name value" a line
 * per_cpu	a table with a line for each CPU that has flushed others
 * latency	how long they took, see latency.c
 * choice	what is faster while nobody has to wait, see choice.c
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/stddef.h>

#include "choice.h"
#include "counter.h"
#include "debugfs.h"
#include "latency.h"

DEFINE_PER_CPU(struct kvmoc_counters, kvmoc_counters);

#define COUNTER(name) { #name, offsetof(struct kvmoc_counters, name) }

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	COUNTER(calls),
	COUNTER(hypercalls),
	COUNTER(bitmaps),
	COUNTER(ranges),
	COUNTER(targets_deferred),
	COUNTER(targets_done),
	COUNTER(targets_not_done),
	COUNTER(targets_refused),
	COUNTER(targets_by_ipi),
	COUNTER(errors),
	COUNTER(trims),
};

static u64 value_of(unsigned int i, int cpu)
{
	const void *base = per_cpu_ptr(&kvmoc_counters, cpu);

	return READ_ONCE(*(const u64 *)(base + counters[i].offset));
}

/* Read while they are written: a sum may be a few calls old, never torn. */
static int counters_show(struct seq_file *m, void *unused)
{
	unsigned int i;
	u64 sum;
	int cpu;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		sum = 0;
		for_each_possible_cpu(cpu)
			sum += value_of(i, cpu);
		seq_printf(m, "%s %llu\n", counters[i].name, sum);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int per_cpu_show(struct seq_file *m, void *unused)
{
	unsigned int i;
	int cpu;

	seq_puts(m, "cpu");
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		seq_printf(m, " %s", counters[i].name);
	seq_putc(m, '\n');

	for_each_possible_cpu(cpu) {
		if (!READ_ONCE(per_cpu(kvmoc_counters, cpu).calls))
			continue;
		seq_printf(m, "%d", cpu);
		for (i = 0; i < ARRAY_SIZE(counters); i++)
			seq_printf(m, " %llu", value_of(i, cpu));
		seq_putc(m, '\n');
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(per_cpu);

DEFINE_SHOW_ATTRIBUTE(kvmoc_latency);
DEFINE_SHOW_ATTRIBUTE(kvmoc_choice);

/* Without debugfs there is nothing to see, and everything else works. */
void kvmoc_counter_init(void)
{
	debugfs_create_file("counters", 0444, kvmoc_debugfs, NULL,
			    &counters_fops);
	debugfs_create_file("per_cpu", 0444, kvmoc_debugfs, NULL,
			    &per_cpu_fops);
	debugfs_create_file("latency", 0444, kvmoc_debugfs, NULL,
			    &kvmoc_latency_fops);
	debugfs_create_file("choice", 0444, kvmoc_debugfs, NULL, &kvmoc_choice_fops);
}
