// SPDX-License-Identifier: GPL-2.0-only
/*
 * The preemption state of the vCPUs as a whole: begin and end of all its parts.
 * Flushes do not depend on it, and the module does without it where it must.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>
#include <linux/types.h>

#include "device.h"
#include "page.h"
#include "sampler.h"
#include "state.h"
#include "table.h"

static bool present;

static int state_init(void)
{
	int ret;

	ret = kvmoc_page_init();
	if (ret)
		return ret;

	ret = kvmoc_sampler_init();
	if (ret)
		goto err_sampler;

	ret = kvmoc_device_init();
	if (ret)
		goto err_device;

	kvmoc_table_init();
	kvmoc_trace_init();

	return 0;

err_device:
	kvmoc_sampler_deinit();
err_sampler:
	kvmoc_page_deinit();
	return ret;
}

/**
 * kvmoc_state_init - offer the preemption state of the vCPUs
 *
 * If that cannot be, the log says why.
 *
 * Context: process context, may sleep.
 */
void kvmoc_state_init(void)
{
	int ret = state_init();

	present = !ret;
	if (ret == -ENODEV)
		pr_warn("no preemption state: the host keeps no steal time, which needs CONFIG_SCHED_INFO there, and kvm-steal-time=on\n");
	else if (ret)
		pr_warn("no preemption state (%d)\n", ret);
}

/* Nobody has the device or the file in debugfs open: they hold the module. */
void kvmoc_state_deinit(void)
{
	if (!present)
		return;

	kvmoc_trace_deinit();
	kvmoc_table_deinit();
	kvmoc_device_deinit();
	kvmoc_sampler_deinit();
	kvmoc_page_deinit();
}
