// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "package.h"
#include "root.h"
#include "sample.h"
#include "text.h"
#include "vm.h"

/* When a process was started. */
static bool read_start(int pid, uint64_t *ret)
{
	char path[64], text[1024];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (ovc_root_read(path, text, sizeof(text)) <= 0)
		return false;
	at = ovc_stat_field(text, 22);
	return at && ovc_next_u64(at, ret);
}

bool ovc_vm_is_same(const struct ovc_vm *vm)
{
	uint64_t start;

	return read_start(vm->pid, &start) && start == vm->start;
}

static void read_command(struct ovc_vm *vm)
{
	/* Arguments may be as long as a stack. What is behind this is not ours. */
	static char text[128 * 1024];
	char path[64], link[512], comm[64];
	ssize_t len;
	char *deleted;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", vm->pid);
	len = ovc_root_read(path, text, sizeof(text));
	ovc_qemu_parse(&vm->qemu, text, len < 0 ? 0 : len);

	snprintf(path, sizeof(path), "/proc/%d/exe", vm->pid);
	len = ovc_root_readlink(path, link, sizeof(link));
	/* Without one, the process has ended. */
	if (len < 0 && len != -ENOENT && len != -ESRCH)
		vm->qemu.program_error = -len;
	if (len > 0) {
		deleted = strrchr(link, ' ');
		vm->qemu.replaced = deleted && !strcmp(deleted, " (deleted)");
		ovc_qemu_judge(&vm->qemu, link, ovc_package_qemu(vm->pid));
	}

	snprintf(path, sizeof(path), "/proc/%d/comm", vm->pid);
	if (!vm->qemu.name[0] && ovc_root_read(path, comm, sizeof(comm)) > 0) {
		comm[strcspn(comm, "\n")] = '\0';
		ovc_escape(vm->qemu.name, sizeof(vm->qemu.name), comm);
	}
}

struct ovc_vm *ovc_host_add(struct ovc_host *host, int pid, int fd)
{
	struct ovc_vm *vm, **vms;
	uint64_t start = 0;

	/* A process that is gone, or hidden, still has a name for its VM. */
	read_start(pid, &start);
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		vm = host->vms[i];
		if (vm->pid == pid && vm->fd == fd && vm->start == start) {
			vm->seen = true;
			return vm;
		}
	}
	if (host->nr_vms == OVC_MAX_VMS)
		return NULL;

	vms = realloc(host->vms, (host->nr_vms + 1) * sizeof(*vms));
	if (!vms)
		return NULL;
	host->vms = vms;
	vm = calloc(1, sizeof(*vm));
	if (!vm)
		return NULL;
	vm->pid = pid;
	vm->fd = fd;
	vm->start = start;
	vm->seen = true;
	vm->overcommit = NAN;
	if (fd < 0)
		snprintf(vm->id, sizeof(vm->id), "%d", pid);
	else
		snprintf(vm->id, sizeof(vm->id), "%d-%d", pid, fd);
	ovc_stats_init(&vm->stats);
	read_command(vm);
	host->vms[host->nr_vms++] = vm;
	return vm;
}

static void forget_vcpu(struct ovc_vm *vm, unsigned int i)
{
	ovc_vcpu_close(&vm->vcpus[i]);
	vm->vcpus[i] = vm->vcpus[--vm->nr_vcpus];
}

void ovc_vm_add_vcpu(struct ovc_vm *vm, int id, int tid)
{
	struct ovc_vcpu *vcpu = NULL, *vcpus;
	char path[64];

	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		if (vm->vcpus[i].id == id && vm->vcpus[i].tid == tid)
			vcpu = &vm->vcpus[i];
	}
	if (!vcpu) {
		if (vm->nr_vcpus == OVC_MAX_VCPUS)
			return;
		vcpus = realloc(vm->vcpus, (vm->nr_vcpus + 1) * sizeof(*vcpus));
		if (!vcpus)
			return;
		vm->vcpus = vcpus;
		vcpu = &vcpus[vm->nr_vcpus++];
		*vcpu = (struct ovc_vcpu){
			.id = id, .tid = tid, .schedstat_fd = -1, .status_fd = -1,
			.stat_fd = -1, .runnable_on = -1, .last_cpu = -1,
		};
		ovc_events_init(&vcpu->events);
		ovc_binary_init(&vcpu->binary);
		vm->binary_tried = false;
	}
	vcpu->seen = true;
	snprintf(path, sizeof(path), "/proc/%d/task/%d", vm->pid, tid);
	ovc_vcpu_open(vcpu, path);
}

static int by_id(const void *a, const void *b)
{
	const struct ovc_vcpu *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static void free_vm(struct ovc_vm *vm)
{
	while (vm->nr_vcpus)
		forget_vcpu(vm, vm->nr_vcpus - 1);
	ovc_stats_close(&vm->stats);
	free(vm->vcpus);
	free(vm);
}

/*
 * How many vCPUs want each of the CPUs that this VM may use: those of all VMs, each
 * by the share of its CPUs that are among them.
 */
static void count_overcommit(const struct ovc_host *host, struct ovc_vm *vm)
{
	double demand = 0;

	vm->overcommit = NAN;
	if (!vm->nr_cpus)
		return;
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++) {
			const struct ovc_vcpu *vcpu = &host->vms[i]->vcpus[j];
			unsigned int all = ovc_cpus_count(&vcpu->allowed);

			if (all)
				demand += ovc_cpus_count_both(&vcpu->allowed, &vm->allowed) /
					  (double)all;
		}
	}
	vm->overcommit = demand / vm->nr_cpus;
}

static void read_online(struct ovc_host *host)
{
	char list[4096];

	if (ovc_root_read("/sys/devices/system/cpu/online", list, sizeof(list)) <= 0 ||
	    !ovc_cpus_parse(&host->online, list))
		memset(&host->online, 0, sizeof(host->online));
	host->nr_online = ovc_cpus_count(&host->online);
}

static void forget_unseen(struct ovc_host *host)
{
	for (unsigned int i = host->nr_vms; i--;) {
		struct ovc_vm *vm = host->vms[i];

		for (unsigned int j = vm->nr_vcpus; j--;) {
			if (!vm->vcpus[j].seen)
				forget_vcpu(vm, j);
		}
		if (vm->seen)
			continue;
		free_vm(vm);
		host->vms[i] = host->vms[--host->nr_vms];
	}
}

int ovc_vm_compare(const struct ovc_vm *a, const struct ovc_vm *b)
{
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	return a->fd < b->fd ? -1 : a->fd > b->fd;
}

static int by_pid(const void *a, const void *b)
{
	return ovc_vm_compare(*(struct ovc_vm * const *)a, *(struct ovc_vm * const *)b);
}

/* What is open of VMs that have ended would keep them in debugfs. */
static void close_ended(const struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		bool same = ovc_vm_is_same(host->vms[i]);

		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++) {
			struct ovc_vcpu *vcpu = &host->vms[i]->vcpus[j];

			if (!same || !vcpu->now.preemptions_known)
				ovc_binary_close(&vcpu->binary);
		}
	}
}

void ovc_host_scan(struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		host->vms[i]->seen = false;
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++)
			host->vms[i]->vcpus[j].seen = false;
	}
	close_ended(host);
	ovc_find(host);
	forget_unseen(host);
	if (host->nr_vms)
		qsort(host->vms, host->nr_vms, sizeof(*host->vms), by_pid);

	read_online(host);
	host->threads_unknown = false;
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		struct ovc_vm *vm = host->vms[i];

		memset(&vm->allowed, 0, sizeof(vm->allowed));
		host->threads_unknown |= !vm->nr_vcpus;
		if (!vm->nr_vcpus)
			continue;
		qsort(vm->vcpus, vm->nr_vcpus, sizeof(*vm->vcpus), by_id);
		ovc_binary_find(vm);
		for (unsigned int j = 0; j < vm->nr_vcpus; j++) {
			ovc_vcpu_read_allowed(&vm->vcpus[j], &host->online);
			ovc_cpus_or(&vm->allowed, &vm->vcpus[j].allowed);
		}
	}
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		host->vms[i]->nr_cpus = ovc_cpus_count(&host->vms[i]->allowed);
		count_overcommit(host, host->vms[i]);
	}
}

void ovc_host_close(struct ovc_host *host)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		ovc_stats_close(&host->vms[i]->stats);
		for (unsigned int j = 0; j < host->vms[i]->nr_vcpus; j++)
			ovc_vcpu_close(&host->vms[i]->vcpus[j]);
	}
}

void ovc_host_free(struct ovc_host *host)
{
	while (host->nr_vms)
		free_vm(host->vms[--host->nr_vms]);
	free(host->vms);
	host->vms = NULL;
}

unsigned int ovc_vm_size(const struct ovc_vm *vm)
{
	return vm->nr_vcpus > vm->nr_fds ? vm->nr_vcpus : vm->nr_fds;
}

static bool has_id(const struct ovc_vm *vm, const char *which)
{
	return !strcmp(which, vm->id);
}

static bool has_pid(const struct ovc_vm *vm, const char *which)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", vm->pid);
	return !strcmp(which, pid);
}

static bool has_name(const struct ovc_vm *vm, const char *which)
{
	return !strcmp(which, vm->qemu.name);
}

/* Names last of all: whoever chooses one may choose what is another VM's ID. */
struct ovc_vm *ovc_host_find(const struct ovc_host *host, const char *which)
{
	static bool (* const has[])(const struct ovc_vm *vm, const char *which) = {
		has_id, has_pid, has_name,
	};

	for (size_t i = 0; i < sizeof(has) / sizeof(has[0]); i++) {
		for (unsigned int j = 0; j < host->nr_vms; j++) {
			if (has[i](host->vms[j], which))
				return host->vms[j];
		}
	}
	return NULL;
}
