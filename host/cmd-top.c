// SPDX-License-Identifier: GPL-2.0-only
/* top: how the vCPUs of each VM fare, from one refresh to the next. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "binary.h"
#include "clock.h"
#include "error.h"
#include "event.h"
#include "options.h"
#include "privilege.h"
#include "record.h"
#include "replay.h"
#include "root.h"
#include "sample.h"
#include "screen.h"
#include "verb.h"

/* VMs are looked for so often, and not more often than costs one part in so many. */
#define SCAN_SECONDS	10
#define SCAN_SHARE	1000

/* The default of fs.nr_open */
#define MANY_FILES	1048576

static int once, batch, reverse, trace, count, samples = 2;
static double seconds = 2;
static char *sort = "wait", *which, *record, *replay;

static const struct poptOption options[] = {
	{ "once", '1', POPT_ARG_NONE, &once, 0, "Print one interval, and end", NULL },
	{ "batch", 'b', POPT_ARG_NONE, &batch, 0, "Print text, without the live view", NULL },
	{ "count", 'n', POPT_ARG_INT, &count, 0, "End after N intervals", "N" },
	{ "interval", 'i', POPT_ARG_DOUBLE, &seconds, 0,
	  "From one refresh to the next, 0 to 3600; by default 2", "SECONDS" },
	{ "samples", '\0', POPT_ARG_INT, &samples, 0,
	  "Look where vCPUs are N times an interval, 1 to 1000; by default 2", "N" },
	{ "sort", 's', POPT_ARG_STRING, &sort, 0, "Largest first in this column; by default wait",
	  "COLUMN" },
	{ "reverse", 'r', POPT_ARG_NONE, &reverse, 0, "Smallest first", NULL },
	{ "vm", 'v', POPT_ARG_STRING, &which, 0, "Show the vCPUs of this one: ID, PID or name",
	  "VM" },
	{ "trace", 't', POPT_ARG_NONE, &trace, 0,
	  "Count what KVM has tracepoints for only; each of these costs something then", NULL },
	{ "record", '\0', POPT_ARG_STRING, &record, 0, "Write all to FILE, as CSV", "FILE" },
	{ "replay", '\0', POPT_ARG_STRING, &replay, 0,
	  "Use a series in DIR, recorded by " OVC_GATHER, "DIR" },
	OVC_COMMON_OPTIONS
};

static struct ovc_host host;
static struct ovc_view view;
static bool live;
static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static bool pause_for(double time)
{
	struct timespec left = { (time_t)time, (long)((time - (time_t)time) * 1e9) };

	if (live)
		return ovc_screen_wait(&view, &host, time) && !stopped;
	while (!stopped && nanosleep(&left, &left) && errno == EINTR)
		;
	return !stopped;
}

/* A vCPU that could be read, and cannot be any more: its VM has probably ended. */
static bool lost_any(void)
{
	for (unsigned int i = 0; i < host.nr_vms; i++) {
		for (unsigned int j = 0; j < host.vms[i]->nr_vcpus; j++) {
			if (host.vms[i]->vcpus[j].then.known && !host.vms[i]->vcpus[j].now.known)
				return true;
		}
	}
	return false;
}

static void scan(double *next)
{
	double start = ovc_clock(), cost;

	ovc_host_scan(&host);
	cost = (ovc_clock() - start) * SCAN_SHARE;
	*next = start + (cost > SCAN_SECONDS ? cost : SCAN_SECONDS);
}

/* The next state of the host, or of the one that has been recorded. False at the end. */
static bool step(double *next_scan)
{
	ovc_host_resample(&host);
	if (replay) {
		ovc_host_close(&host);
		if (stopped || !ovc_replay_next())
			return false;
		ovc_host_scan(&host);
		ovc_host_sample(&host);
	} else {
		for (int i = 0; i < samples; i++) {
			if (!pause_for(seconds / samples))
				return false;
			ovc_host_sample(&host);
		}
		if (ovc_clock() >= *next_scan || lost_any())
			scan(next_scan);
	}
	ovc_host_refresh(&host);
	return true;
}

static void show(void)
{
	if (live)
		ovc_screen_draw(&view, &host);
	else if (ovc_json())
		ovc_view_print_json(&view, &host);
	else
		ovc_view_print(&view, &host);
}

/* What takes more than this is for the beginning only, and so for the VMs of that time. */
static unsigned int see_later(void)
{
	return trace ? OVC_SEE_EVENTS : OVC_SEE_VMS;
}

static int run(void)
{
	double next_scan;
	int rc;

	ovc_binary_want();
	scan(&next_scan);
	rc = ovc_privilege_keep(see_later());
	if (rc)
		return rc;
	ovc_host_refresh(&host);
	if (which && !ovc_host_find(&host, which)) {
		ovc_error("there is no VM '%s'", which);
		ovc_remedy("'kvm-overcommit status' lists those that there are");
		return OVC_ABSENT;
	}
	if (live && !ovc_screen_open()) {
		ovc_error("this terminal is not known");
		ovc_remedy("set TERM, or use --batch");
		return OVC_FAILED;
	}
	if (live)
		show();
	for (int i = 0; (!count || i < count) && step(&next_scan); i++) {
		show();
		ovc_record_write(&host);
		/* Nobody reads it any more. */
		if (ferror(stdout))
			break;
	}
	ovc_screen_close();
	return OVC_DONE;
}

static int wrong(const char *option, const char *remedy)
{
	ovc_error("%s", option);
	ovc_remedy("%s", remedy);
	return OVC_USAGE;
}

static int check_options(void)
{
	static char columns[256];

	view.sort = ovc_column_find(sort);
	if (!view.sort) {
		for (unsigned int i = 0; i < ovc_nr_columns; i++)
			snprintf(columns + strlen(columns), sizeof(columns) - strlen(columns),
				 " %s", ovc_columns[i].name);
		ovc_error("there is no column '%s'", sort);
		ovc_remedy("they are:%s", columns);
		return OVC_USAGE;
	}
	/* So written that it refuses what is not a number, too. */
	if (!(seconds >= 0 && seconds <= 3600))
		return wrong("--interval is out of range", "it can be 0 to 3600 seconds");
	if (samples < 1 || samples > 1000)
		return wrong("--samples is out of range", "it can be 1 to 1000");
	if (count < 0)
		return wrong("--count is out of range", "it can be 1 or more");
	if (which && strlen(which) >= sizeof(view.detail))
		return wrong("--vm is longer than any name", "see 'kvm-overcommit status'");

	if (trace && (replay || ovc_root_recorded()))
		return wrong("--trace: a host that has been recorded does nothing any more",
			     "leave it out");

	if (which)
		strcpy(view.detail, which);
	view.reverse = reverse;
	view.seconds = seconds;
	if (once)
		count = 1;
	live = !once && !batch && !ovc_json() && !replay && isatty(0) && isatty(1);
	return OVC_DONE;
}

/* Four files a vCPU, twelve with events, and one for its VM, stay open. */
static void allow_many_files(void)
{
	struct rlimit limit = { MANY_FILES, MANY_FILES };

	/* Root may have more than its limit; what that is for all is in fs.nr_open. */
	if (!setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_files(void)
{
	int error;

	/* With the rights of whoever has named it, and as long as there are any. */
	error = record ? ovc_record_open(record) : 0;
	if (error) {
		ovc_error("%s: %s", record, strerror(-error));
		ovc_remedy("name a file that can be written");
		return OVC_FAILED;
	}
	error = replay ? ovc_replay_open(replay) : 0;
	if (error) {
		ovc_error("%s has no directory 0", replay);
		ovc_remedy("record a series by " OVC_GATHER ", with --series");
		return OVC_USAGE;
	}
	error = trace ? ovc_events_find() : 0;
	if (error) {
		ovc_error("KVM's tracepoints in /sys/kernel/tracing: %s", strerror(-error));
		ovc_remedy(error == -ENOENT ?
			   "load kvm, and mount tracefs there; or leave --trace out" :
			   "root may read them; or leave --trace out");
		return ovc_exit_code(-error);
	}
	return ovc_privilege_drop(see_later() | OVC_SEE_STATISTICS |
				  (trace && ovc_events_restricted() ? OVC_SEE_RESTRICTED : 0));
}

int ovc_cmd_top(int argc, const char **argv)
{
	poptContext context = ovc_options_parse(argc, argv, options, NULL);
	struct sigaction action = { .sa_handler = stop };
	int rc;

	if (!context)
		return OVC_USAGE;
	poptFreeContext(context);
	rc = check_options();
	if (!rc) {
		allow_many_files();
		rc = open_files();
	}
	if (!rc) {
		/* Without SA_RESTART: they have to end a wait. */
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		rc = run();
	}
	ovc_host_free(&host);
	if (!ovc_record_close() && !rc) {
		ovc_error("%s is not complete", record);
		ovc_remedy("make room for it");
		rc = OVC_FAILED;
	}
	return rc;
}
