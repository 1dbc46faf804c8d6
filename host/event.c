// SPDX-License-Identifier: GPL-2.0-only
/*
 * What KVM has a tracepoint for, and no statistic. perf only counts them, in the kernel:
 * nothing is recorded, nobody is woken up, and what does not pass a filter costs no more
 * than that. It is a stable system call, which eBPF would need as well, and a program, its
 * compiler and the kernel's types besides.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "event.h"
#include "root.h"
#include "text.h"

#define EVENTS		"/sys/kernel/tracing/events/kvm"

/*
 * The exits are those of VMX' and SVM's PAUSE, 10 is KVM_HC_SEND_IPI, and 1 a target that does
 * not run, which is all that KVM need not send an IPI for itself. Of @icr, an interrupt command,
 * only those are counted that ask for a call of a function.
 */
static const struct {
	const char *name;
	const char *filter;
	const char *icr;
} events[OVC_NR_EVENTS] = {
	[OVC_EVENT_PAUSE] = { "kvm_exit",
		"(isa == 1 && exit_reason == 40) || (isa == 2 && exit_reason == 0x77)", NULL },
	[OVC_EVENT_IPI] = { "kvm_apic_ipi", NULL, "icr_low" },
	[OVC_EVENT_AVIC_IPI] = { "kvm_avic_incomplete_ipi", "id == 1", "icrl" },
	[OVC_EVENT_PV_IPI] = { "kvm_hypercall", "nr == 10", "a3" },
	[OVC_EVENT_PV_FLUSH] = { "kvm_pv_tlb_flush", "need_flush_tlb != 0", NULL },
	[OVC_EVENT_HV_FLUSH] = { "kvm_hv_flush_tlb", NULL, NULL },
	[OVC_EVENT_HV_FLUSH_EX] = { "kvm_hv_flush_tlb_ex", NULL, NULL },
	[OVC_EVENT_HC_FLUSH] = { "kvm_hc_flush_tlb", NULL, NULL },
};

static bool traced;
/* The kernel's numbers for them; none is 0. */
static uint64_t ids[OVC_NR_EVENTS];
/* Numbers are given again, and the directory of a module that is loaded anew is another one. */
static ino_t module;

static int find(enum ovc_event event)
{
	char path[96], text[32];
	ssize_t len;

	snprintf(path, sizeof(path), EVENTS "/%s/id", events[event].name);
	len = ovc_root_read(path, text, sizeof(text));
	if (len < 0)
		return len;
	return ovc_parse_u64(text, &ids[event]) && ids[event] ? 0 : -EINVAL;
}

static ino_t find_module(void)
{
	struct stat st;

	return stat("/sys/module/kvm", &st) ? 0 : st.st_ino;
}

int ovc_events_find(void)
{
	int error = -ENOENT;

	module = find_module();
	for (int i = 0; i < OVC_NR_EVENTS; i++) {
		int ret = find(i);

		/* That a kernel lacks one is no error, and that all are hidden is. */
		if (!ret)
			traced = true;
		else if (ret != -ENOENT)
			error = ret;
	}
	return traced ? 0 : error;
}

bool ovc_events_traced(void)
{
	return traced;
}

bool ovc_event_found(enum ovc_event event)
{
	return ids[event];
}

bool ovc_events_restricted(void)
{
	uint64_t level;
	char text[32];

	/* -1 is a level, too, and no number here. */
	return ovc_root_read("/proc/sys/kernel/perf_event_paranoid", text, sizeof(text)) > 0 &&
	       ovc_parse_u64(text, &level) && level > 2;
}

void ovc_events_init(struct ovc_events *state)
{
	*state = (struct ovc_events){ 0 };
	for (int i = 0; i < OVC_NR_EVENTS; i++)
		state->fds[i] = -1;
}

/* All of a thread are one group, which is read at once. */
static int group_of(const struct ovc_events *state)
{
	for (int i = 0; i < OVC_NR_EVENTS; i++) {
		if (state->fds[i] >= 0)
			return state->fds[i];
	}
	return -1;
}

/*
 * Linux' vectors for calls of functions, of which flushes are a part, are 0xfb and 0xfc.
 * Filters have no "& 0xff ==", but they have single bits.
 */
static int set_filter(int fd, enum ovc_event event)
{
	const char *filter = events[event].filter, *icr = events[event].icr;
	char text[512];
	int len;

	if (!icr)
		return filter ? ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter) : 0;
	len = snprintf(text, sizeof(text), "%s%s", filter ?: "", filter ? " && " : "");
	for (int bit = 3; bit < 8; bit++)
		len += snprintf(text + len, sizeof(text) - len, "%s & %d && ", icr, 1 << bit);
	snprintf(text + len, sizeof(text) - len,
		 "((!(%1$s & 4) && %1$s & 2 && %1$s & 1) || (%1$s & 4 && !(%1$s & 2) && !(%1$s & 1)))",
		 icr);
	return ioctl(fd, PERF_EVENT_IOC_SET_FILTER, text);
}

static int open_one(const struct ovc_events *state, enum ovc_event event, int tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = ids[event],
		.read_format = PERF_FORMAT_GROUP,
	};
	int fd = syscall(SYS_perf_event_open, &attr, tid, -1, group_of(state),
			 PERF_FLAG_FD_CLOEXEC);
	int error;

	/* What it counts before it has its filter is in the first reading, and subtracted. */
	if (fd < 0 || !set_filter(fd, event))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

void ovc_events_open(struct ovc_events *state, int tid)
{
	if (!traced || state->tried)
		return;
	state->tried = true;
	if (find_module() != module) {
		state->error = ESTALE;
		return;
	}
	for (int i = 0; i < OVC_NR_EVENTS; i++) {
		if (!ids[i])
			continue;
		state->fds[i] = open_one(state, i, tid);
		if (state->fds[i] < 0)
			state->error = errno;
	}
}

void ovc_events_read(struct ovc_events *state)
{
	struct {
		uint64_t nr;
		uint64_t values[OVC_NR_EVENTS];
	} group = { 0 };
	int leader = group_of(state);
	unsigned int nr = 0;

	state->then = state->now;
	memset(&state->now, 0, sizeof(state->now));
	if (leader < 0 || read(leader, &group, sizeof(group)) <= 0)
		return;
	/* In the order in which they have come to the group. */
	for (int i = 0; i < OVC_NR_EVENTS; i++) {
		if (state->fds[i] < 0 || nr >= group.nr)
			continue;
		state->now.values[i] = group.values[nr++];
		state->now.known[i] = true;
	}
}

void ovc_events_close(struct ovc_events *state)
{
	/* The leader last: the others would be groups of their own without it. */
	for (int i = OVC_NR_EVENTS; i--;) {
		if (state->fds[i] >= 0)
			close(state->fds[i]);
	}
	ovc_events_init(state);
}
