// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters, in /sys/kernel/debug/kvm_overcommit/counters: the sum over all
 * possible CPUs since the module was loaded, one "name value" a line.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "counter.h"

DEFINE_PER_CPU(struct kvmoc_counters, kvmoc_counters);

static struct dentry *debugfs_dir;

/* Read while they are written: a sum may be a few calls old, never torn. */
#define show_counter(m, field)						\
do {									\
	u64 sum = 0;							\
	int cpu;							\
									\
	for_each_possible_cpu(cpu)					\
		sum += READ_ONCE(per_cpu(kvmoc_counters, cpu).field);	\
	seq_printf(m, "%s %llu\n", #field, sum);			\
} while (0)

static int counters_show(struct seq_file *m, void *unused)
{
	show_counter(m, calls);
	show_counter(m, hypercalls);
	show_counter(m, ranges);
	show_counter(m, targets_done);
	show_counter(m, targets_not_done);
	show_counter(m, targets_refused);
	show_counter(m, errors);
	show_counter(m, trims);

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/* Without debugfs there is nothing to see, and everything else works. */
void kvmoc_counter_init(void)
{
	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	debugfs_create_file("counters", 0444, debugfs_dir, NULL,
			    &counters_fops);
}

void kvmoc_counter_deinit(void)
{
	debugfs_remove(debugfs_dir);
}
