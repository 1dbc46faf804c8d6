// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "knob.h"
#include "missing.h"
#include "root.h"

__attribute__((format(printf, 2, 3)))
static void add(struct ovc_missing *missing, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(missing->lines[missing->nr], sizeof(missing->lines[0]), format, args);
	va_end(args);
	missing->nr++;
}

#define NOT_COUNTED	"this kernel does not count them"
#define SERIES_ONLY	"only counted by a kernel with the series"

#define MAX_COUNTERS	4

/* What status and top show, and the counters that it is made of: one line for all of them. */
static const struct group {
	const char *what;
	const char *absent;	/* what it means if no VM has it */
	enum ovc_counter counters[MAX_COUNTERS];
	unsigned int nr;
} groups[] = {
	{ "times that are halted", NOT_COUNTED, { OVC_HALT_WAIT_NS }, 1 },
	{ "times that KVM polls", NOT_COUNTED,
	  { OVC_HALT_POLL_SUCCESS_NS, OVC_HALT_POLL_FAIL_NS }, 2 },
	{ "PV yields", NOT_COUNTED, { OVC_PV_YIELDS_ATTEMPTED, OVC_PV_YIELDS }, 2 },
	{ "PLE exits", SERIES_ONLY ", or by top --trace", { OVC_SPIN_EXITS }, 1 },
	{ "what KVM does at PLE exits", SERIES_ONLY,
	  { OVC_SPIN_YIELDS, OVC_SPIN_THROTTLED, OVC_SPIN_EARLY }, 3 },
	{ "shootdowns by hypercall", SERIES_ONLY,
	  { OVC_HC_CALLS, OVC_HC_TARGETS, OVC_HC_DEFERRED, OVC_HC_NOT_DONE }, 4 },
};

static bool known_of_vcpu(const struct ovc_vm *vm, enum ovc_counter counter)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		if (vm->vcpus[i].binary.now.known[counter])
			return true;
	}
	return false;
}

/*
 * 0 if a VM has it, or a vCPU, from which the VM's is made then. If one has it, and it could
 * not be read, the kernel does count: then the reason is that of the file.
 */
static int counter_error(const struct ovc_host *host, enum ovc_counter counter)
{
	int error = ENOENT;

	for (unsigned int i = 0; i < host->nr_vms; i++) {
		if (host->vms[i]->stats.now.known[counter] || known_of_vcpu(host->vms[i], counter))
			return 0;
		if (host->vms[i]->stats.errors[counter] != ENOENT)
			error = host->vms[i]->stats.errors[counter];
	}
	return error;
}

/*
 * A line for the first that is missing. Lockdown closes files that root could write to, as
 * KVM's are, to root, too.
 */
static void check_group(struct ovc_missing *missing, const struct ovc_host *host,
			const struct group *group)
{
	for (unsigned int i = 0; i < group->nr; i++) {
		int error = counter_error(host, group->counters[i]);

		if (!error)
			continue;
		if (error == ENOENT)
			add(missing, "%s: %s", group->what, group->absent);
		else
			add(missing, "%s: %s in /sys/kernel/debug/kvm: %s%s", group->what,
			    ovc_counter_name(group->counters[i]), strerror(error),
			    error == EPERM ? ", as under lockdown" : "");
		return;
	}
}

/* Of each vCPU: then those of the VMs are made from them. */
static bool all_binary(const struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		const struct ovc_vm *vm = host->vms[i];

		if (vm->nr_vcpus != ovc_vm_size(vm))
			return false;
		for (unsigned int j = 0; j < vm->nr_vcpus; j++) {
			if (vm->vcpus[j].binary.fd < 0)
				return false;
		}
	}
	return true;
}

/* @later is what may mend it. */
static void check_debugfs(struct ovc_missing *missing, const struct ovc_host *host,
			  const char *later)
{
	if (host->debugfs_error && all_binary(host))
		return;
	switch (host->debugfs_error) {
	case 0:
		break;
	case ENOENT:
		add(missing, "KVM's statistics: no /sys/kernel/debug/kvm, no kvm or no debugfs%s",
		    later);
		return;
	case ESTALE:
		/* That has been said, of VMs as well. */
		return;
	default:
		add(missing, "KVM's statistics: /sys/kernel/debug/kvm: %s; root may read it",
		    strerror(host->debugfs_error));
		return;
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i].counters[0] == OVC_SPIN_EXITS && ovc_event_found(OVC_EVENT_PAUSE))
			continue;
		check_group(missing, host, &groups[i]);
	}
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

static void collect(struct ovc_missing *missing, const struct ovc_host *host, const char *later)
{
	missing->nr = 0;
	if (host->debugfs_error == ESTALE)
		add(missing, "VMs, and KVM's statistics: KVM has been loaded anew, or is gone, since top began: start top again");
	if (host->fds_hidden)
		add(missing, "VMs of other users: found by the names of their threads only; root finds all");
	if (!host->nr_vms) {
		if (host->debugfs_error == EACCES || host->debugfs_error == EPERM)
			add(missing, "KVM's statistics: root may read them");
		return;
	}
	check_debugfs(missing, host, later);
	check_threads(missing, host);
	if (!host->nr_online)
		add(missing, "overcommit: /sys/devices/system/cpu/online is not readable");
}

void ovc_missing_collect(struct ovc_missing *missing, const struct ovc_host *host)
{
	collect(missing, host, "");
}

static const char *binary_reason(int error)
{
	switch (error) {
	case ENOENT:
		return "their VMM has them not open, as QEMU has since 8.1";
	case EOPNOTSUPP:
		return "before Linux 6.5, to look at them is not safe";
	case EACCES:
		return "root may see those of VMs that there are when top begins";
	case EPERM:
		return "root may not see them, where tracing processes is restricted";
	default:
		return strerror(error);
	}
}

static void check_binary(struct ovc_missing *missing, const struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		int error = host->vms[i]->binary_error;

		/* What has ended has none. */
		if (!error || error == ESRCH)
			continue;
		add(missing, "KVM's statistics of some vCPUs: %s", binary_reason(error));
		return;
	}
}

static const char *event_remedy(int error)
{
	switch (error) {
	case EACCES:
		return "; those of VMs that begin later take kernel.perf_event_paranoid=2 or less";
	case EMFILE:
		return "; raise the limit, ulimit -n";
	case ESTALE:
		return ": KVM's modules have been exchanged, start top again";
	default:
		return "";
	}
}

static void check_events(struct ovc_missing *missing, const struct ovc_host *host)
{
	const char *what = "shootdowns by IPI, PV flush and Hyper-V's calls";

	if (!ovc_events_traced()) {
		add(missing, "%s: counted by top --trace only", what);
		return;
	}
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++) {
			int error = host->vms[i]->vcpus[j].events.error;

			/* A thread that has ended, or does so, has nothing to count. */
			if (!error || error == ESRCH || error == ENODEV)
				continue;
			add(missing, "events of some vCPUs: %s%s", strerror(error),
			    event_remedy(error));
			return;
		}
	}
}

void ovc_missing_top(struct ovc_missing *missing, const struct ovc_host *host)
{
	/* Only root could open what has come since, and top is not root any more. */
	collect(missing, host, ovc_root_recorded() ? "" :
		", when top began: start top again if kvm has been loaded since");
	if (ovc_root_recorded()) {
		add(missing, "KVM's statistics of vCPUs, and what is traced: a record of a host has none");
		return;
	}
	check_binary(missing, host);
	check_events(missing, host);
}

/* What is in the record of a host is empty if it could not be read then. */
static const char *reason(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return "; root may read it";
	case EINVAL:
		return ", as in a record of what could not be read";
	default:
		return "";
	}
}

void ovc_missing_siblings(struct ovc_missing *missing, int error)
{
	const struct ovc_knob *knob = ovc_knob_find("kernel.sched_siblings_spread");
	uint64_t value;

	/* A kernel that has none has no such knob, which status says itself. */
	if (!error || ovc_knob_read(knob, &value) == -ENOENT)
		return;
	add(missing, "the scheduler's counters: /sys/kernel/debug/sched/siblings: %s%s",
	    strerror(error), reason(error));
}

void ovc_missing_programs(struct ovc_missing *missing, const struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		int error = host->vms[i]->qemu.program_error;

		if (!error)
			continue;
		add(missing, "which QEMU some VMs run, of which old-qemu and replaced-qemu are not told: /proc/PID/exe: %s%s",
		    strerror(error), reason(error));
		return;
	}
}
