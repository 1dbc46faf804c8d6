// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "knob.h"
#include "mechanism.h"
#include "root.h"
#include "text.h"

static const struct part {
	const char *name;
	const char *what;
	const char *knob;
	uint64_t off;		/* the knob's value for "not at all" */
	const char *also;	/* a knob that says how */
} parts[] = {
	{ "flush", "TLB shootdown by hypercall", "kvm.hc_flush_tlb", 0,
	  "kvm.hc_flush_tlb_addrs" },
	{ "throttle", "limit on directed yields", "kvm.throttle_yield_to", 0,
	  "kvm.throttle_yield_to_us" },
	{ "boost", "yields to targets of IPIs", "kvm.boost_ipi_targets", 0, NULL },
	{ "wake", "vCPUs stay where they ran", "kernel.sched_siblings_wake_affine", 1, NULL },
	{ "spread", "vCPUs on different runqueues", "kernel.sched_siblings_spread", 0, NULL },
	{ "swap", "vCPUs swapped off a runqueue", "kernel.sched_siblings_swap_ms", 0, NULL },
};

#define NR_PARTS	(sizeof(parts) / sizeof(parts[0]))

static const struct {
	const char *path;
	const char *name;
	const char *more_path;
	const char *more_name;
} ple[] = {
	{ "/sys/module/kvm_intel/parameters/ple_gap", "kvm_intel.ple_gap",
	  "/sys/module/kvm_intel/parameters/ple_window", "ple_window" },
	{ "/sys/module/kvm_amd/parameters/pause_filter_count", "kvm_amd.pause_filter_count",
	  "/sys/module/kvm_amd/parameters/pause_filter_thresh", "pause_filter_thresh" },
};

const char *ovc_state_name(enum ovc_state state)
{
	static const char * const names[] = {
		[OVC_OFF] = "off",
		[OVC_ON] = "on",
		[OVC_NO_MECHANISM] = "absent",
		[OVC_UNREADABLE] = "unreadable",
	};

	return names[state];
}

static ssize_t read_number(const char *path, uint64_t *ret)
{
	char text[64];
	ssize_t len = ovc_root_read(path, text, sizeof(text));

	if (len < 0)
		return len;
	return ovc_parse_u64(text, ret) ? 0 : -EINVAL;
}

enum ovc_state ovc_ple(char *detail, unsigned int size)
{
	uint64_t value, more;
	ssize_t error;
	int len;

	for (int i = 0; i < 2; i++) {
		error = read_number(ple[i].path, &value);
		if (error == -ENOENT)
			continue;
		if (error) {
			snprintf(detail, size, "%s: %s", ple[i].name, strerror(-error));
			return OVC_UNREADABLE;
		}
		len = snprintf(detail, size, "%s=%" PRIu64, ple[i].name, value);
		if (!read_number(ple[i].more_path, &more) && (unsigned int)len < size)
			snprintf(detail + len, size - len, ", %s=%" PRIu64,
				 ple[i].more_name, more);
		return value ? OVC_ON : OVC_OFF;
	}
	snprintf(detail, size, "neither kvm_intel nor kvm_amd is loaded");
	return OVC_NO_MECHANISM;
}

static void look_at(const struct part *part, struct ovc_mechanism *mechanism)
{
	const struct ovc_knob *knob = ovc_knob_find(part->knob);
	char *detail = mechanism->detail;
	size_t size = sizeof(mechanism->detail), len;
	uint64_t value, also;
	int error = ovc_knob_read(knob, &value);

	mechanism->name = part->name;
	mechanism->what = part->what;
	if (error) {
		mechanism->state = error == -ENOENT ? OVC_NO_MECHANISM : OVC_UNREADABLE;
		snprintf(detail, size, "%s",
			 error == -ENOENT ? ovc_knob_absent(knob) : strerror(-error));
		return;
	}
	mechanism->state = value == part->off ? OVC_OFF : OVC_ON;
	len = snprintf(detail, size, "%s=%" PRIu64, knob->name, value);
	if (part->also && !ovc_knob_read(ovc_knob_find(part->also), &also))
		snprintf(detail + len, size - len, ", %s=%" PRIu64, part->also, also);
}

/* The hypercall is only offered with EPT or NPT, whatever its knob says. */
static void check_paging(struct ovc_mechanism *flush)
{
	static const char * const paths[] = {
		"/sys/module/kvm_intel/parameters/ept", "/sys/module/kvm_amd/parameters/npt",
	};
	char text[8];

	for (int i = 0; i < 2 && flush->state == OVC_ON; i++) {
		if (ovc_root_read(paths[i], text, sizeof(text)) <= 0 ||
		    (text[0] != 'N' && text[0] != '0'))
			continue;
		flush->state = OVC_OFF;
		strcpy(flush->detail, "kvm.hc_flush_tlb=1, but it needs EPT or NPT");
	}
}

unsigned int ovc_mechanisms(struct ovc_mechanism *list)
{
	unsigned int nr = 0;

	memset(list, 0, OVC_MAX_MECHANISMS * sizeof(*list));
	for (; nr < NR_PARTS; nr++)
		look_at(&parts[nr], &list[nr]);
	check_paging(&list[0]);

	list[nr].name = "ple";
	list[nr].what = "pause-loop exiting";
	list[nr].state = ovc_ple(list[nr].detail, sizeof(list[nr].detail));
	return nr + 1;
}
