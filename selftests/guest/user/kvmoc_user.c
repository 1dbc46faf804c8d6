// SPDX-License-Identifier: GPL-2.0-only
/*
 * For a test: a user of the module in the kernel. While it is loaded, it watches
 * the vCPUs; a read of its parameter "states" prints them, a line for each CPU:
 * number, state, preemptions, their ns.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

#include <linux/kvm_overcommit.h>

static int states_get(char *buffer, const struct kernel_param *kp)
{
	struct kvmoc_vcpu_data data;
	unsigned int cpu;
	int len = 0;
	int ret;

	for_each_possible_cpu(cpu) {
		ret = kvmoc_vcpu_state(cpu, &data);
		if (ret)
			return ret;
		len += sysfs_emit_at(buffer, len, "%u %u %llu %llu\n", cpu,
				     data.state, data.preemptions,
				     data.preempted_ns);
	}

	return len;
}

static const struct kernel_param_ops states_ops = {
	.get = states_get,
};

module_param_cb(states, &states_ops, NULL, 0400);

static int __init user_init(void)
{
	struct kvmoc_vcpu_data data;
	int ret;

	if (kvmoc_vcpu_state(0, &data) != -ENODATA) {
		pr_err("a state, and nobody watches\n");
		return -EINVAL;
	}

	ret = kvmoc_vcpu_get();
	if (ret)
		return ret;

	if (kvmoc_vcpu_state(nr_cpu_ids, &data) != -EINVAL) {
		pr_err("a state of a CPU that cannot be\n");
		kvmoc_vcpu_put();
		return -EINVAL;
	}

	return 0;
}

static void __exit user_exit(void)
{
	kvmoc_vcpu_put();
}

module_init(user_init);
module_exit(user_exit);

MODULE_DESCRIPTION("A user of the preemption state, for a test");
MODULE_LICENSE("GPL");
