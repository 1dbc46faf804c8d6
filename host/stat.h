/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_STAT_H
#define OVC_STAT_H

#include <stdbool.h>
#include <stdint.h>

/* KVM's statistics that are read: sums over the vCPUs of a VM, in its debugfs directory. */
enum ovc_counter {
	OVC_HC_CALLS,
	OVC_HC_TARGETS,
	OVC_HC_DEFERRED,
	OVC_HC_NOT_DONE,
	OVC_SPIN_EXITS,
	OVC_SPIN_YIELDS,
	OVC_SPIN_AWAITED,
	OVC_SPIN_THROTTLED,
	OVC_SPIN_EARLY,
	OVC_PV_YIELDS_ATTEMPTED,
	OVC_PV_YIELDS,
	OVC_HALT_WAIT_NS,
	OVC_HALT_POLL_SUCCESS_NS,
	OVC_HALT_POLL_FAIL_NS,
	OVC_NR_COUNTERS,
};

/* The name of its file. */
const char *ovc_counter_name(enum ovc_counter counter);

struct ovc_values {
	uint64_t values[OVC_NR_COUNTERS];
	bool known[OVC_NR_COUNTERS];
};

/* Those of a VM. */
struct ovc_stats {
	int dir;
	struct ovc_values now, then;
	/* Why one is not known now: an errno, ENOENT if the kernel has no such counter. */
	int errors[OVC_NR_COUNTERS];
};

void ovc_stats_init(struct ovc_stats *stats);

/* @dir is the VM's directory, of which the statistics get a descriptor of their own. */
void ovc_stats_open(struct ovc_stats *stats, int dir);
void ovc_stats_read(struct ovc_stats *stats);
void ovc_stats_close(struct ovc_stats *stats);

#endif
