/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_EVENT_H
#define OVC_EVENT_H

#include <stdbool.h>
#include <stdint.h>

/* KVM's tracepoints that "top --trace" counts, each in the threads of vCPUs. */
enum ovc_event {
	OVC_EVENT_PAUSE,	/* an exit of a vCPU that spins */
	OVC_EVENT_IPI,		/* an IPI of Linux for a call of a function, by the APIC */
	OVC_EVENT_AVIC_IPI,	/* the same by AVIC, to a vCPU that does not run */
	OVC_EVENT_PV_IPI,	/* the same by hypercall, for all of its targets */
	OVC_EVENT_PV_FLUSH,	/* Linux' own PV flush, in the vCPU that is flushed */
	OVC_EVENT_HV_FLUSH,	/* Hyper-V's hypercalls, in the vCPU that calls */
	OVC_EVENT_HV_FLUSH_EX,
	OVC_EVENT_HC_FLUSH,	/* and that of the series */
	OVC_NR_EVENTS,
};

struct ovc_counts {
	uint64_t values[OVC_NR_EVENTS];
	bool known[OVC_NR_EVENTS];
};

/* The counters of a thread. */
struct ovc_events {
	int fds[OVC_NR_EVENTS];
	bool tried;
	int error;		/* why some are not there: 0, or an errno */
	struct ovc_counts now, then;
};

/*
 * Find the tracepoints, which takes root, and is done before its privileges are dropped.
 * Returns 0, or -errno if there are none that may be read. Without this call, nothing is
 * counted, and no tracepoint is on. Their numbers hold as long as KVM's modules stay loaded.
 */
int ovc_events_find(void);

/* Has that been done? And does the kernel have that one? */
bool ovc_events_traced(void);
bool ovc_event_found(enum ovc_event event);

/* Does the kernel let nobody count them but root, as Debian's do by default? */
bool ovc_events_restricted(void);

void ovc_events_init(struct ovc_events *events);

/*
 * Have the kernel count in a thread, from now on. Once: what failed is not tried again. ESTALE
 * is that the modules have been exchanged.
 */
void ovc_events_open(struct ovc_events *events, int tid);
void ovc_events_read(struct ovc_events *events);
void ovc_events_close(struct ovc_events *events);

#endif
