// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "root.h"
#include "stat.h"
#include "text.h"

static const char * const names[OVC_NR_COUNTERS] = {
	[OVC_HC_CALLS] = "hc_flush_tlb_calls",
	[OVC_HC_TARGETS] = "hc_flush_tlb_targets",
	[OVC_HC_DEFERRED] = "hc_flush_tlb_deferred",
	[OVC_HC_NOT_DONE] = "hc_flush_tlb_not_done",
	[OVC_SPIN_EXITS] = "spin_exits",
	[OVC_SPIN_YIELDS] = "spin_yields_successful",
	[OVC_SPIN_AWAITED] = "spin_yields_awaited",
	[OVC_SPIN_THROTTLED] = "spin_yields_throttled",
	[OVC_SPIN_EARLY] = "spin_exits_early",
	[OVC_PV_YIELDS_ATTEMPTED] = "directed_yield_attempted",
	[OVC_PV_YIELDS] = "directed_yield_successful",
	[OVC_HALT_WAIT_NS] = "halt_wait_ns",
	[OVC_HALT_POLL_SUCCESS_NS] = "halt_poll_success_ns",
	[OVC_HALT_POLL_FAIL_NS] = "halt_poll_fail_ns",
};

const char *ovc_counter_name(enum ovc_counter counter)
{
	return names[counter];
}

void ovc_stats_init(struct ovc_stats *stats)
{
	*stats = (struct ovc_stats){ .dir = -1 };
}

void ovc_stats_close(struct ovc_stats *stats)
{
	if (stats->dir >= 0)
		close(stats->dir);
	stats->dir = -1;
}

/* Each time anew: a process may have a VM where it has had another one. */
void ovc_stats_open(struct ovc_stats *stats, int dir)
{
	ovc_stats_close(stats);
	stats->dir = fcntl(dir, F_DUPFD_CLOEXEC, 0);
	memset(stats->errors, 0, sizeof(stats->errors));
}

/* What is not there is not looked for again: a kernel gets no counters later. */
static int read_counter(struct ovc_stats *stats, enum ovc_counter counter)
{
	char text[32];
	ssize_t len;

	if (stats->dir < 0 || stats->errors[counter] == ENOENT)
		return -ENOENT;
	len = ovc_read_record_at(stats->dir, names[counter], text, sizeof(text));
	if (len < 0)
		return len;
	return ovc_parse_u64(text, &stats->now.values[counter]) ? 0 : -EINVAL;
}

/*
 * The files are opened for each reading, as KVM's can be read from their beginning only
 * once. After the end of a VM there are none in its directory. So what is read is that
 * VM's, even if another one has got its name.
 */
void ovc_stats_read(struct ovc_stats *stats)
{
	stats->then = stats->now;
	for (int i = 0; i < OVC_NR_COUNTERS; i++) {
		stats->errors[i] = -read_counter(stats, i);
		stats->now.known[i] = !stats->errors[i];
	}
}
