// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy: whether flushes go to the host at all. A module parameter that
 * can be written at any time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "mode.h"
#include "takeover.h"

static const char * const mode_names[] = {
	[KVMOC_MODE_OFF] = "off",
	[KVMOC_MODE_ALWAYS] = "always",
	[KVMOC_MODE_ADAPTIVE] = "adaptive",
	[KVMOC_MODE_WITHDRAWN] = "withdrawn",
};

static enum kvmoc_mode mode = KVMOC_MODE_ADAPTIVE;

/*
 * Serializes those who choose a mode. One can be written before the module has
 * been set up (on the command line of insmod), and until it is gone.
 */
static DEFINE_MUTEX(mode_mutex);
static bool ready;

static int mode_set(const char *val, const struct kernel_param *kp)
{
	int choice = __sysfs_match_string(mode_names, KVMOC_MODE_WITHDRAWN, val);
	int ret = 0;

	if (choice < 0) {
		pr_err("mode is 'off', 'always' or 'adaptive'\n");
		return choice;
	}

	mutex_lock(&mode_mutex);
	if (ready && choice != KVMOC_MODE_OFF)
		ret = kvmoc_takeover_begin();
	if (!ret)
		WRITE_ONCE(mode, choice);
	mutex_unlock(&mode_mutex);

	return ret;
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
		 "off: IPIs as without the module; always: every flush by hypercall; adaptive: whatever is cheapest for each target (default). Reads 'withdrawn' after the host has taken the hypercall back, write 'always' or 'adaptive' to try again");

/**
 * kvmoc_mode_init - begin to do as the mode says
 *
 * With mode off, which has to be asked for, nothing is required of the guest or
 * its host, and nothing is taken over, until another mode is written.
 *
 * Context: process context, may sleep.
 * Return: 0 or an error of kvmoc_takeover_begin().
 */
int kvmoc_mode_init(void)
{
	int ret = 0;

	mutex_lock(&mode_mutex);
	if (mode != KVMOC_MODE_OFF)
		ret = kvmoc_takeover_begin();
	ready = !ret;
	mutex_unlock(&mode_mutex);

	return ret;
}

/* Who writes a mode after that changes nothing. Context: as above. */
void kvmoc_mode_deinit(void)
{
	mutex_lock(&mode_mutex);
	ready = false;
	kvmoc_takeover_end();
	mutex_unlock(&mode_mutex);
}

/**
 * kvmoc_mode - how flushes are to be done
 *
 * Context: any. A flush that is under way when the mode changes ends as it has
 * begun, which is right in every mode.
 */
enum kvmoc_mode kvmoc_mode(void)
{
	return READ_ONCE(mode);
}

/**
 * kvmoc_mode_withdraw - stop, as the host has no such hypercall any more
 * @from: the mode in which it was called
 * @error: what it said, -KVM_ENOSYS or -KVM_EOPNOTSUPP
 *
 * As after a migration to another host. Flushes under way fall back one by one.
 *
 * Context: the flush path, preemption disabled.
 */
void kvmoc_mode_withdraw(enum kvmoc_mode from, long error)
{
	/* Said once, and not when somebody has just chosen another mode. */
	if (cmpxchg(&mode, from, KVMOC_MODE_WITHDRAWN) == from)
		pr_warn("the host has withdrawn the hypercall (%ld): IPIs from now on\n",
			error);
}
