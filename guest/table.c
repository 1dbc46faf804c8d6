// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vCPUs for people, in /sys/kernel/debug/kvm_overcommit/vcpus. They are
 * watched while the file is open.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "debugfs.h"
#include "page.h"
#include "sampler.h"
#include "table.h"

static const char * const state_names[] = {
	[KVMOC_VCPU_ABSENT] = "absent",
	[KVMOC_VCPU_RUNNING] = "running",
	[KVMOC_VCPU_PREEMPTED] = "preempted",
	[KVMOC_VCPU_HALTED] = "halted",
};

static struct dentry *file;

static u64 us(u64 ns)
{
	return div_u64(ns, NSEC_PER_USEC);
}

static int table_show(struct seq_file *m, void *unused)
{
	struct kvmoc_vcpu_data data;
	unsigned int cpu;

	kvmoc_sampler_scan();

	seq_puts(m, "cpu state          for_us preemptions preempted_us late_wakeups      late_us     steal_us\n");
	for_each_possible_cpu(cpu) {
		kvmoc_page_read(cpu, &data);
		seq_printf(m, "%3u %-9s %11llu %11llu %12llu %12llu %12llu %12llu\n",
			   cpu, state_names[data.state],
			   us(ktime_get_ns() - data.since), data.preemptions,
			   us(data.preempted_ns), data.late_wakeups,
			   us(data.late_ns), us(data.steal_ns));
	}

	return 0;
}

static int table_open(struct inode *inode, struct file *file)
{
	int ret;

	ret = kvmoc_sampler_get();
	if (ret)
		return ret;

	ret = single_open(file, table_show, NULL);
	if (ret)
		kvmoc_sampler_put();

	return ret;
}

static int table_release(struct inode *inode, struct file *file)
{
	kvmoc_sampler_put();

	return single_release(inode, file);
}

static const struct file_operations table_fops = {
	.owner = THIS_MODULE,
	.open = table_open,
	.release = table_release,
	.read = seq_read,
	.llseek = seq_lseek,
};

/* Without debugfs there is nothing to see, and everything else works. */
void kvmoc_table_init(void)
{
	file = debugfs_create_file("vcpus", 0400, kvmoc_debugfs, NULL,
				   &table_fops);
}

void kvmoc_table_deinit(void)
{
	debugfs_remove(file);
}
