// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy: whether flushes go to the host at all. A module parameter that
 * can be written at any time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "mode.h"

/* WITHDRAWN is what becomes of ALWAYS when the host takes the hypercall back. */
enum kvmoc_mode {
	MODE_OFF,
	MODE_ALWAYS,
	MODE_WITHDRAWN,
};

static const char * const mode_names[] = {
	[MODE_OFF] = "off",
	[MODE_ALWAYS] = "always",
	[MODE_WITHDRAWN] = "withdrawn",
};

static enum kvmoc_mode mode = MODE_ALWAYS;

static int mode_set(const char *val, const struct kernel_param *kp)
{
	int choice = __sysfs_match_string(mode_names, MODE_WITHDRAWN, val);

	if (choice < 0) {
		pr_err("mode is 'off' or 'always'\n");
		return choice;
	}
	WRITE_ONCE(mode, choice);

	return 0;
}

static int mode_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", mode_names[READ_ONCE(mode)]);
}

static const struct kernel_param_ops mode_ops = {
	.set = mode_set,
	.get = mode_get,
};

module_param_cb(mode, &mode_ops, NULL, 0644);
MODULE_PARM_DESC(mode,
		 "off: IPIs as without the module; always: every flush by hypercall (default). Reads 'withdrawn' after the host has taken the hypercall back, write 'always' to try again");

/**
 * kvmoc_mode_active - are flushes to go to the host?
 *
 * Context: any. A flush that is under way when the mode changes ends as it has
 * begun, which is right in either mode.
 */
bool kvmoc_mode_active(void)
{
	return READ_ONCE(mode) == MODE_ALWAYS;
}

/**
 * kvmoc_mode_withdraw - stop, as the host has no such hypercall any more
 * @error: what it said, -KVM_ENOSYS or -KVM_EOPNOTSUPP
 *
 * As after a migration to another host. Flushes under way fall back one by one.
 *
 * Context: the flush path, preemption disabled.
 */
void kvmoc_mode_withdraw(long error)
{
	/* Said once, and not when somebody has just chosen another mode. */
	if (cmpxchg(&mode, MODE_ALWAYS, MODE_WITHDRAWN) == MODE_ALWAYS)
		pr_warn("the host has withdrawn the hypercall (%ld): IPIs from now on\n",
			error);
}
