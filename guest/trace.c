// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event kvm_overcommit:kvmoc_vcpu_state, and what makes it come: as long as
 * it is enabled, somebody has to watch.
 *
 * It is enabled under a mutex of the tracepoints', which the sampler needs for a
 * tracepoint of its own. So it is left to a work item to start and stop that.
 */
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "sampler.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static void trace_work_fn(struct work_struct *work);
static DECLARE_WORK(trace_work, trace_work_fn);

/* Protects the next two. */
static DEFINE_SPINLOCK(trace_lock);
static bool trace_wanted;
static bool trace_possible;

/* For the work item, of which there is one at a time. */
static bool trace_watches;

static void trace_work_fn(struct work_struct *work)
{
	bool wanted = READ_ONCE(trace_wanted);

	/* When it cannot be, events are missing, and the log says why. */
	if (wanted && !trace_watches)
		trace_watches = !kvmoc_sampler_get();
	if (!wanted && trace_watches) {
		kvmoc_sampler_put();
		trace_watches = false;
	}
}

static void trace_want(bool wanted)
{
	spin_lock(&trace_lock);
	trace_wanted = wanted;
	if (trace_possible)
		schedule_work(&trace_work);
	spin_unlock(&trace_lock);
}

/* Called when the event gets its first user, before it is enabled. */
int kvmoc_trace_begin(void)
{
	trace_want(true);

	return 0;
}

/*
 * Called when it has lost its last one. That may be when the module has run its
 * exit function already: an enabled event does not hold it.
 */
void kvmoc_trace_end(void)
{
	trace_want(false);
}

/**
 * kvmoc_trace_init - let the event make the sampler run
 *
 * It may have been enabled already, as events appear before this runs.
 *
 * Context: process context, may sleep.
 */
void kvmoc_trace_init(void)
{
	spin_lock(&trace_lock);
	trace_possible = true;
	schedule_work(&trace_work);
	spin_unlock(&trace_lock);
}

/* From here on the event does nothing, and holds nothing. May sleep. */
void kvmoc_trace_deinit(void)
{
	spin_lock(&trace_lock);
	trace_possible = false;
	spin_unlock(&trace_lock);

	cancel_work_sync(&trace_work);
	if (trace_watches)
		kvmoc_sampler_put();
	trace_watches = false;
}
