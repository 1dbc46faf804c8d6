/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_VM_H
#define OVC_VM_H

#include <stdbool.h>
#include <stdint.h>

#include "binary.h"
#include "cpus.h"
#include "event.h"
#include "qemu.h"
#include "stat.h"

/* KVM itself has no more vCPUs in a VM; for VMs it is a guard. */
#define OVC_MAX_VCPUS	4096
#define OVC_MAX_VMS	4096

/* The times of a thread, since it was started. */
struct ovc_times {
	uint64_t run_ns;
	uint64_t wait_ns;
	uint64_t preemptions;
	bool known;
	bool preemptions_known;
};

struct ovc_vcpu {
	int id;
	int tid;
	bool seen;
	struct ovc_cpus allowed;
	char allowed_list[64];

	/* Kept open, by sample.c. */
	int schedstat_fd, status_fd, stat_fd;
	struct ovc_times now, then;
	struct ovc_events events;
	struct ovc_binary binary;

	/* Where it is in a sample, -1 if it is not runnable; and what has become of all. */
	int runnable_on;
	int last_cpu;
	unsigned int samples, stacked;
};

struct ovc_vm {
	int pid;
	int fd;				/* in that process; -1 if that is not known */
	uint64_t start;			/* of the process, to tell it from a later one */
	bool seen;
	char id[32];
	struct ovc_qemu qemu;
	unsigned int nr_fds;		/* vCPUs by file descriptors, 0 if not known */
	unsigned int nr_vcpus;
	struct ovc_vcpu *vcpus;		/* the threads that are known */
	struct ovc_stats stats;
	bool binary_tried;		/* with these vCPUs */
	int binary_error;
	bool has_then;
	uint64_t now_ns, then_ns;
	struct ovc_cpus allowed;
	unsigned int nr_cpus;
	double overcommit;		/* NaN if it is not known */
};

struct ovc_host {
	struct ovc_cpus online;
	unsigned int nr_online;
	struct ovc_vm **vms;
	unsigned int nr_vms;
	/* Why not all is known; 0, or an errno. */
	int debugfs_error;
	bool fds_hidden;		/* some processes' file descriptors */
	bool threads_unknown;		/* a VM whose vCPUs have no threads that we know */
};

/* Is its process the one that it had when it was found? */
bool ovc_vm_is_same(const struct ovc_vm *vm);

/* Look for VMs that are new, and forget those that are gone. */
void ovc_host_scan(struct ovc_host *host);

/* Close what is open in files; the next scan opens it again, from the root there is. */
void ovc_host_close(struct ovc_host *host);
void ovc_host_free(struct ovc_host *host);

/* By process and file descriptor, for qsort(). */
int ovc_vm_compare(const struct ovc_vm *a, const struct ovc_vm *b);

/* How many vCPUs: those with threads, or file descriptors. */
unsigned int ovc_vm_size(const struct ovc_vm *vm);

/* The VM of that ID, or else of that process, or else of that name; NULL if there is none. */
struct ovc_vm *ovc_host_find(const struct ovc_host *host, const char *which);

#endif
