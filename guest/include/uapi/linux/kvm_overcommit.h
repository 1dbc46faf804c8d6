/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The page that /dev/kvm_overcommit maps: which vCPUs of this guest can run.
 * Documentation/preemption-state.rst is its reference.
 *
 * The header is at offset 0, and the entry of CPU n at
 * header_bytes + n * entry_bytes. All numbers are in the CPU's byte order. What
 * is reserved is zero, and may have a meaning one day.
 */
#ifndef _UAPI_LINUX_KVM_OVERCOMMIT_H
#define _UAPI_LINUX_KVM_OVERCOMMIT_H

#include <linux/types.h>

#define KVMOC_PAGE_MAGIC	0x636f766b	/* "kvoc" */

/*
 * Goes up when a reader of the version before would misread the page. What can
 * be added in reserved fields, or behind an entry, does not change it: go by
 * header_bytes and entry_bytes, and not by sizeof().
 */
#define KVMOC_PAGE_VERSION	1

/* What a vCPU does. Whatever is not RUNNING runs no thread at the moment. */
#define KVMOC_VCPU_ABSENT	0	/* the CPU is offline */
#define KVMOC_VCPU_RUNNING	1
#define KVMOC_VCPU_PREEMPTED	2	/* it has work, the host runs others */
#define KVMOC_VCPU_HALTED	3	/* it has no work */

/**
 * struct kvmoc_page_header - the begin of the page
 * @magic: KVMOC_PAGE_MAGIC
 * @version: KVMOC_PAGE_VERSION; refuse one that you do not know
 * @header_bytes: the offset of the first entry
 * @entry_bytes: from one entry to the next
 * @nr_entries: number of entries; CPUs are numbered as by getcpu(2)
 * @reserved: zero
 * @period_ns: the sampling period in ns, may change at any time
 * @scanned_ns: what is in the entries is not older than this, in ns of
 *	CLOCK_MONOTONIC: all vCPUs have been looked at since
 * @reserved2: zero
 */
struct kvmoc_page_header {
	__u32 magic;
	__u32 version;
	__u32 header_bytes;
	__u32 entry_bytes;
	__u32 nr_entries;
	__u32 reserved;
	__u64 period_ns;
	__u64 scanned_ns;
	__u64 reserved2[3];
};

/**
 * struct kvmoc_vcpu_data - what is known of a vCPU
 * @state: KVMOC_VCPU_*
 * @reserved: zero
 * @since: when that was first seen, in ns of CLOCK_MONOTONIC
 * @preemptions: how often it was seen to be back from a preemption
 * @preempted_ns: for how long it was preempted in all, those times
 * @late_wakeups: how often it had to wait for a CPU of the host when it was
 *	woken from its idle loop
 * @late_ns: for how long in all
 * @steal_ns: the host's steal clock of the vCPU, which goes on when nobody looks
 * @reserved2: zero
 *
 * The counts and times are of the time in which somebody watched, since the
 * module was loaded; @steal_ns is since the vCPU was started.
 */
struct kvmoc_vcpu_data {
	__u32 state;
	__u32 reserved;
	__u64 since;
	__u64 preemptions;
	__u64 preempted_ns;
	__u64 late_wakeups;
	__u64 late_ns;
	__u64 steal_ns;
	__u64 reserved2;
};

/**
 * struct kvmoc_vcpu_entry - the entry of a vCPU in the page
 * @seq: counts the changes, two for each
 * @state: the same as in the copies, for who needs nothing else: one load
 * @reserved: zero
 * @copy: copy[seq & 1] can be read, if @seq is the same afterwards
 *
 * There are two copies, so that no reader waits for a writer: that one may have
 * been preempted by the host in the middle.
 */
struct kvmoc_vcpu_entry {
	__u32 seq;
	__u32 state;
	__u64 reserved[7];
	struct kvmoc_vcpu_data copy[2];
};

#endif
