// SPDX-License-Identifier: GPL-2.0-only
/*
 * For a test: another owner of the function behind pv_ops.mmu.flush_tlb_multi,
 * as a livepatch of it would be. It may change the instruction pointer, and
 * never does.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <asm/paravirt.h>

static void notrace owner_keep(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *ops,
			       struct ftrace_regs *fregs)
{
}

static struct ftrace_ops owner_ops = {
	.func = owner_keep,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

static int __init owner_init(void)
{
	unsigned long ip = (unsigned long)pv_ops.mmu.flush_tlb_multi;
	int ret;

	ret = ftrace_set_filter_ip(&owner_ops, ip, 0, 0);
	if (ret)
		return ret;

	ret = register_ftrace_function(&owner_ops);
	if (ret)
		ftrace_free_filter(&owner_ops);

	return ret;
}

static void __exit owner_exit(void)
{
	unregister_ftrace_function(&owner_ops);
	ftrace_free_filter(&owner_ops);
}

module_init(owner_init);
module_exit(owner_exit);

MODULE_DESCRIPTION("Another owner of the TLB flush, for a test");
MODULE_LICENSE("GPL");
