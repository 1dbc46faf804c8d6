// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is read of each vCPU's thread, again and again. The files stay open: that is
 * cheaper, needs no privileges later, and makes sure that it is the same thread. One
 * that has ended is ESRCH then, even if another has got its number.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "root.h"
#include "sample.h"
#include "text.h"

static void open_one(int *fd, const char *path, const char *name)
{
	char file[96];

	if (*fd >= 0)
		return;
	snprintf(file, sizeof(file), "%s/%s", path, name);
	*fd = ovc_root_open(file, O_RDONLY);
}

void ovc_vcpu_open(struct ovc_vcpu *vcpu, const char *path)
{
	open_one(&vcpu->schedstat_fd, path, "schedstat");
	open_one(&vcpu->status_fd, path, "status");
	open_one(&vcpu->stat_fd, path, "stat");
	ovc_events_open(&vcpu->events, vcpu->tid);
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void ovc_vcpu_close(struct ovc_vcpu *vcpu)
{
	close_one(&vcpu->schedstat_fd);
	close_one(&vcpu->status_fd);
	close_one(&vcpu->stat_fd);
	ovc_events_close(&vcpu->events);
	ovc_binary_close(&vcpu->binary);
}

void ovc_vcpu_read_allowed(struct ovc_vcpu *vcpu, const struct ovc_cpus *online)
{
	char text[16384], *list;

	memset(&vcpu->allowed, 0, sizeof(vcpu->allowed));
	vcpu->allowed_list[0] = '\0';
	if (vcpu->status_fd < 0 ||
	    ovc_fd_read_record(vcpu->status_fd, text, sizeof(text)) <= 0)
		return;
	list = (char *)ovc_field(text, "Cpus_allowed_list");
	if (!list)
		return;
	list[strcspn(list, "\n")] = '\0';
	if (!ovc_cpus_parse(&vcpu->allowed, list)) {
		memset(&vcpu->allowed, 0, sizeof(vcpu->allowed));
		return;
	}
	ovc_escape(vcpu->allowed_list, sizeof(vcpu->allowed_list), list);
	ovc_cpus_and(&vcpu->allowed, online);
}

static void read_times(struct ovc_vcpu *vcpu)
{
	uint64_t slices;
	char text[16384];
	const char *at;

	vcpu->now = (struct ovc_times){ 0 };
	if (vcpu->schedstat_fd >= 0 &&
	    ovc_fd_read_record(vcpu->schedstat_fd, text, sizeof(text)) > 0) {
		at = ovc_next_u64(text, &vcpu->now.run_ns);
		at = at ? ovc_next_u64(at, &vcpu->now.wait_ns) : NULL;
		at = at ? ovc_next_u64(at, &slices) : NULL;
		/* Without CONFIG_SCHED_INFO it has three zeros, of a thread that has run. */
		vcpu->now.known = at && slices;
	}
	if (vcpu->status_fd >= 0 && ovc_fd_read_record(vcpu->status_fd, text, sizeof(text)) > 0) {
		at = ovc_field(text, "nonvoluntary_ctxt_switches");
		vcpu->now.preemptions_known =
			at && ovc_next_u64(at, &vcpu->now.preemptions);
	}
}

/* The CPU a thread runs on, or waits for: -1 if it does neither. */
static int read_runnable_on(struct ovc_vcpu *vcpu)
{
	char text[1024];
	const char *at;
	uint64_t cpu;
	bool runnable;

	if (vcpu->stat_fd < 0 || ovc_fd_read_record(vcpu->stat_fd, text, sizeof(text)) <= 0)
		return -1;
	at = ovc_stat_field(text, 3);
	if (!at)
		return -1;
	runnable = *at == 'R';
	at = ovc_stat_field(text, 39);
	if (!at || !ovc_next_u64(at, &cpu) || cpu >= OVC_MAX_CPUS)
		return -1;
	vcpu->last_cpu = cpu;
	vcpu->samples++;
	return runnable ? (int)cpu : -1;
}

/*
 * Two vCPUs of a VM that are runnable on one CPU: at most one of them runs. They are
 * looked at one after the other, so one may be missed or seen twice as it moves; that
 * is rare against the time for which siblings stay where they are.
 */
static void sample_vm(struct ovc_vm *vm)
{
	static unsigned short runnable[OVC_MAX_CPUS];

	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		struct ovc_vcpu *vcpu = &vm->vcpus[i];

		vcpu->runnable_on = read_runnable_on(vcpu);
		if (vcpu->runnable_on >= 0)
			runnable[vcpu->runnable_on]++;
	}
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		struct ovc_vcpu *vcpu = &vm->vcpus[i];

		if (vcpu->runnable_on >= 0 && runnable[vcpu->runnable_on] > 1)
			vcpu->stacked++;
	}
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		if (vm->vcpus[i].runnable_on >= 0)
			runnable[vm->vcpus[i].runnable_on] = 0;
	}
}

void ovc_host_sample(struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++)
		sample_vm(host->vms[i]);
}

void ovc_host_resample(struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++) {
			host->vms[i]->vcpus[j].samples = 0;
			host->vms[i]->vcpus[j].stacked = 0;
		}
	}
}

/* A recorded host has its own time. */
static uint64_t now_ns(void)
{
	uint64_t seconds, hundredths;
	char text[64];
	const char *at;

	if (ovc_root_recorded()) {
		if (ovc_root_read("/proc/uptime", text, sizeof(text)) <= 0)
			return 0;
		at = ovc_next_u64(text, &seconds);
		if (!at || *at != '.' || !ovc_next_u64(at + 1, &hundredths) ||
		    seconds > UINT32_MAX || hundredths > 99)
			return 0;
		return seconds * 1000000000 + hundredths * 10000000;
	}
	return ovc_clock_ns();
}

void ovc_host_refresh(struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		struct ovc_vm *vm = host->vms[i];

		vm->has_then = vm->now_ns != 0;
		vm->then_ns = vm->now_ns;

		/* As near to the reading as can be: with many VMs that takes a while. */
		vm->now_ns = now_ns();
		ovc_stats_read(&vm->stats);
		for (unsigned int j = 0; j < vm->nr_vcpus; j++) {
			vm->vcpus[j].then = vm->vcpus[j].now;
			read_times(&vm->vcpus[j]);
			ovc_events_read(&vm->vcpus[j].events);
			ovc_binary_read(&vm->vcpus[j].binary);
		}
	}
}
