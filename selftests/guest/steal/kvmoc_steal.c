// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets a program in a KVM guest read the steal clocks that the host keeps for
 * the guest's CPUs, so that it can tell the calls during which the CPU was
 * preempted without a system call around each. /proc/stat counts in ticks,
 * which is too coarse for single calls.
 *
 * mmap() of /dev/kvmoc_steal at the page offset N gives the page with the
 * struct kvm_steal_time of CPU N, read-only. read() gives a line "CPU OFFSET"
 * for each online CPU, OFFSET being the place of the struct in its page.
 *
 * A guest that takes its host for Hyper-V knows nothing of KVM's steal clocks,
 * but has them: with own=1 the module asks the host for them. CPUs that come
 * later have none then.
 *
 * It exists only for measuring: the page holds other per-CPU data of the
 * kernel as well, so do not load it where that matters.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/kvm_para.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/msr.h>

/* The name before v6.16. */
#ifndef rdmsrq
#define rdmsrq_safe_on_cpu rdmsrl_safe_on_cpu
#endif

static bool own;
module_param(own, bool, 0444);
MODULE_PARM_DESC(own, "ask the host for steal clocks, in a guest whose kernel doesn't (default N)");

/* As large as the struct, and so aligned to it, as the host wants it. */
static DEFINE_PER_CPU(struct kvm_steal_time *, own_steal_time);

static int steal_time_address(unsigned long cpu, phys_addr_t *addr)
{
	u64 msr;
	int err;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	if (!cpu_online(cpu))
		return -ENXIO;
	/* Without the feature, there is no such MSR. */
	err = rdmsrq_safe_on_cpu(cpu, MSR_KVM_STEAL_TIME, &msr);
	if (err)
		return err;
	if (!(msr & KVM_MSR_ENABLED))
		return -ENODEV;
	*addr = msr & KVM_STEAL_VALID_BITS;
	return 0;
}

/* Aligned to its size, the struct lies in one page. */
static int kvmoc_steal_mmap(struct file *file, struct vm_area_struct *vma)
{
	phys_addr_t addr;
	int err;

	if (vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	err = steal_time_address(vma->vm_pgoff, &addr);
	if (err)
		return err;
	return remap_pfn_range(vma, vma->vm_start, PHYS_PFN(addr), PAGE_SIZE, vma->vm_page_prot);
}

static int kvmoc_steal_show(struct seq_file *m, void *unused)
{
	phys_addr_t addr;
	unsigned int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		if (!steal_time_address(cpu, &addr))
			seq_printf(m, "%u %lu\n", cpu, offset_in_page(addr));
	cpus_read_unlock();
	return 0;
}

static int kvmoc_steal_open(struct inode *inode, struct file *file)
{
	/* What is mapped of it cannot be made writable later, either. */
	if (file->f_mode & FMODE_WRITE)
		return -EPERM;

	/* The misc core leaves its device here, where seq_file wants nothing. */
	file->private_data = NULL;
	return single_open(file, kvmoc_steal_show, NULL);
}

static const struct file_operations kvmoc_steal_fops = {
	.owner = THIS_MODULE,
	.open = kvmoc_steal_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
	.mmap = kvmoc_steal_mmap,
};

static struct miscdevice kvmoc_steal_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kvmoc_steal",
	.fops = &kvmoc_steal_fops,
	.mode = 0400,
};

static void write_msr(void *unused)
{
	struct kvm_steal_time *st = this_cpu_read(own_steal_time);

	wrmsr_safe(MSR_KVM_STEAL_TIME, lower_32_bits(virt_to_phys(st)) | KVM_MSR_ENABLED,
		   upper_32_bits(virt_to_phys(st)));
}

static void clear_msr(void *unused)
{
	wrmsr_safe(MSR_KVM_STEAL_TIME, 0, 0);
}

static void free_own(void)
{
	unsigned int cpu;

	if (!own)
		return;
	on_each_cpu(clear_msr, NULL, 1);
	for_each_possible_cpu(cpu)
		kfree(per_cpu(own_steal_time, cpu));
}

/* Whether the host has agreed is for check_cpus() to see. */
static int ask_for_own(void)
{
	struct kvm_steal_time *st;
	unsigned int cpu;

	if (kvm_para_available()) {
		pr_err("own=1 would take the steal clocks away from this kernel, which knows KVM: load without it\n");
		return -EBUSY;
	}
	for_each_possible_cpu(cpu) {
		st = kzalloc(sizeof(*st), GFP_KERNEL);
		if (!st) {
			free_own();
			return -ENOMEM;
		}
		per_cpu(own_steal_time, cpu) = st;
	}
	on_each_cpu(write_msr, NULL, 1);
	return 0;
}

static int check_cpus(void)
{
	phys_addr_t addr;
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		err = steal_time_address(cpu, &addr);
		if (err) {
			pr_err("the steal time MSR of CPU %u is not enabled (%d): start the guest with a CPU model that has kvm-steal-time, on a host with CONFIG_SCHED_INFO, and boot a kernel with CONFIG_KVM_GUEST, without nopv\n",
			       cpu, err);
			break;
		}
	}
	cpus_read_unlock();
	return err;
}

static int __init kvmoc_steal_init(void)
{
	int err;

	if (!own && !kvm_para_available()) {
		pr_err("CPUID has no KVM signature: load this in a guest of KVM\n");
		return -ENODEV;
	}
	if (own) {
		err = ask_for_own();
		if (err)
			return err;
	}
	err = check_cpus();
	if (!err)
		err = misc_register(&kvmoc_steal_device);
	if (err)
		free_own();
	return err;
}
module_init(kvmoc_steal_init);

static void __exit kvmoc_steal_exit(void)
{
	misc_deregister(&kvmoc_steal_device);
	free_own();
}
module_exit(kvmoc_steal_exit);

MODULE_DESCRIPTION("Read-only view of the KVM steal clocks, for measuring only");
MODULE_LICENSE("GPL");
