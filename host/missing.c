// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "missing.h"

__attribute__((format(printf, 2, 3)))
static void add(struct ovc_missing *missing, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(missing->lines[missing->nr], sizeof(missing->lines[0]), format, args);
	va_end(args);
	missing->nr++;
}

/*
 * @absent is what it means if no VM has the counter. If one has it, and it could not be
 * read, the kernel does count: then the reason is that of the file. Lockdown closes those
 * that root could write to, as KVM's are, to root, too.
 */
static void check_counter(struct ovc_missing *missing, const struct ovc_host *host,
			  enum ovc_counter counter, const char *what, const char *absent)
{
	int error = ENOENT;

	for (unsigned int i = 0; i < host->nr_vms; i++) {
		if (host->vms[i]->now.known[counter])
			return;
		if (host->vms[i]->now.errors[counter] != ENOENT)
			error = host->vms[i]->now.errors[counter];
	}
	if (error == ENOENT)
		add(missing, "%s: %s", what, absent);
	else
		add(missing, "%s: %s in /sys/kernel/debug/kvm: %s%s", what,
		    ovc_counter_name(counter), strerror(error),
		    error == EPERM ? ", as under lockdown" : "");
}

static void check_debugfs(struct ovc_missing *missing, const struct ovc_host *host)
{
	switch (host->debugfs_error) {
	case 0:
		break;
	case ENOENT:
		add(missing, "KVM's statistics: no /sys/kernel/debug/kvm, no kvm or no debugfs");
		return;
	default:
		add(missing, "KVM's statistics: /sys/kernel/debug/kvm: %s; root may read it",
		    strerror(host->debugfs_error));
		return;
	}
	check_counter(missing, host, OVC_HALT_WAIT_NS, "times that are halted",
		      "this kernel does not count them");
	check_counter(missing, host, OVC_SPIN_EXITS, "PLE exits and yields",
		      "only counted by a kernel with the series");
	check_counter(missing, host, OVC_HC_CALLS, "shootdowns by hypercall",
		      "only counted by a kernel with the series");
}

static void check_threads(struct ovc_missing *missing, const struct ovc_host *host)
{
	bool times = true, switches = true;

	for (unsigned int i = 0; i < host->nr_vms; i++) {
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++) {
			times &= host->vms[i]->vcpus[j].now.known;
			switches &= host->vms[i]->vcpus[j].now.preemptions_known;
		}
	}
	if (!times)
		add(missing, "times of some vCPUs: they have ended, or the kernel lacks CONFIG_SCHED_INFO");
	if (!switches)
		add(missing, "preemptions of some vCPUs: they have ended");
	if (host->threads_unknown)
		add(missing, "threads of some VMs' vCPUs: root may see them, or -name X,debug-threads=on names them");
}

void ovc_missing_collect(struct ovc_missing *missing, const struct ovc_host *host)
{
	missing->nr = 0;
	if (host->fds_hidden)
		add(missing, "VMs of other users: found by the names of their threads only; root finds all");
	if (!host->nr_vms) {
		if (host->debugfs_error == EACCES || host->debugfs_error == EPERM)
			add(missing, "KVM's statistics: root may read them");
		return;
	}
	check_debugfs(missing, host);
	check_threads(missing, host);
	if (!host->nr_online)
		add(missing, "overcommit: /sys/devices/system/cpu/online is not readable");
}
