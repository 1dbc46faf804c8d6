// SPDX-License-Identifier: GPL-2.0-only
/*
 * set: change knobs. All that can be checked is checked before anything changes;
 * what fails after that is taken back.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "json.h"
#include "knob.h"
#include "modules.h"
#include "options.h"
#include "persist.h"
#include "root.h"
#include "verb.h"

#define MAX_CHANGES	64

#define SET_AGAIN	"set what could not be put back once more"

static int persist;

static const struct poptOption options[] = {
	{ "persist", 'p', POPT_ARG_NONE, &persist, 0,
	  "Also write files, so that it is so after the next boot", NULL },
	OVC_COMMON_OPTIONS
};

static const struct ovc_knob *knobs[MAX_CHANGES];
static uint64_t values[MAX_CHANGES], before[MAX_CHANGES];
static int fds[MAX_CHANGES];
static unsigned int nr_changes;

static int add_change(const char *argument)
{
	const char *equals = strchr(argument, '=');
	char range[64], *name;

	if (!equals || nr_changes == MAX_CHANGES) {
		ovc_error("'%s' is not KNOB=VALUE, or one too many", argument);
		ovc_remedy("as in 'kvm-overcommit set kvm.hc_flush_tlb=1'");
		return OVC_USAGE;
	}
	name = strndup(argument, equals - argument);
	knobs[nr_changes] = name ? ovc_knob_find(name) : NULL;
	if (!knobs[nr_changes])
		ovc_knob_unknown(name ?: argument);
	free(name);
	if (!knobs[nr_changes])
		return OVC_USAGE;

	/* Which of the two was meant, nobody knows. */
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (knobs[i] != knobs[nr_changes])
			continue;
		ovc_error("%s is named twice", knobs[i]->name);
		ovc_remedy("name it once");
		return OVC_USAGE;
	}
	if (!ovc_knob_parse(knobs[nr_changes], equals + 1, &values[nr_changes])) {
		ovc_knob_range(knobs[nr_changes], range, sizeof(range));
		ovc_error("'%s' is no value for %s", equals + 1, knobs[nr_changes]->name);
		ovc_remedy("it can be %s", range);
		return OVC_USAGE;
	}
	nr_changes++;
	return OVC_DONE;
}

/* What cannot be read could not be put back, and what cannot be opened not written. */
static int open_all(void)
{
	for (unsigned int i = 0; i < nr_changes; i++) {
		int error = ovc_knob_read(knobs[i], &before[i]);

		if (!error) {
			fds[i] = ovc_knob_open(knobs[i]);
			error = fds[i] < 0 ? fds[i] : 0;
		}
		if (error)
			return ovc_knob_refused(knobs[i], -error);
	}
	return OVC_DONE;
}

/*
 * Backwards, and the one that has failed first: it may have taken a part. Says what has not
 * been put back, and is true if all has.
 */
static bool put_back(unsigned int nr)
{
	bool done = true;

	while (nr--) {
		int error = ovc_knob_write(fds[nr], before[nr]);

		if (!error)
			continue;
		ovc_error("%s could not be put back to %" PRIu64 ": %s", knobs[nr]->name,
			  before[nr], strerror(-error));
		done = false;
	}
	return done;
}

static int write_all(void)
{
	for (unsigned int i = 0; i < nr_changes; i++) {
		int error = ovc_knob_write(fds[i], values[i]);

		if (!error)
			continue;
		ovc_error("%s=%" PRIu64 ": %s", knobs[i]->name, values[i], strerror(-error));
		if (put_back(i + 1))
			ovc_remedy("the kernel's log may tell; nothing has been changed");
		else
			ovc_remedy("the kernel's log may tell; " SET_AGAIN);
		return OVC_FAILED;
	}
	return OVC_DONE;
}

static bool wanted(enum ovc_knob_kind kind)
{
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (persist && knobs[i]->kind == kind)
			return true;
	}
	return false;
}

/* Files are ready before knobs change, and get their names after. */
static int change(struct ovc_persist *files)
{
	unsigned int kind;
	int rc = OVC_DONE;

	for (kind = 0; kind < 2 && !rc; kind++) {
		if (wanted(kind))
			rc = ovc_persist_prepare(&files[kind], kind, knobs, values, nr_changes);
	}
	if (!rc)
		rc = write_all();
	if (!rc) {
		for (kind = 0; kind < 2 && !rc; kind++) {
			if (files[kind].written)
				rc = ovc_persist_commit(&files[kind]);
		}
		if (rc && !put_back(nr_changes))
			ovc_remedy(SET_AGAIN);
	}
	if (rc) {
		for (kind = 0; kind < 2; kind++)
			ovc_persist_undo(&files[kind]);
	}
	return rc;
}

static void report_json(const struct ovc_persist *files)
{
	json_t *json = json_object(), *changed = json_array(), *written = json_array(), *item;

	for (unsigned int i = 0; i < nr_changes; i++) {
		item = json_pack("{s:s, s:I, s:I}", "name", knobs[i]->name,
				 "before", (json_int_t)before[i],
				 "value", (json_int_t)values[i]);
		json_array_append_new(changed, item);
	}
	for (int kind = 0; kind < 2; kind++) {
		if (files[kind].renamed)
			json_array_append_new(written, json_string(files[kind].path));
	}
	json_object_set_new(json, "changed", changed);
	json_object_set_new(json, "written", written);
	ovc_json_print(json, JSON_INDENT(2));
	json_decref(json);
}

static void report(const struct ovc_persist *files)
{
	for (unsigned int i = 0; i < nr_changes; i++)
		printf("%s = %" PRIu64 " (was %" PRIu64 ")\n", knobs[i]->name, values[i],
		       before[i]);
	for (int kind = 0; kind < 2; kind++) {
		if (files[kind].renamed)
			printf("written: %s\n", files[kind].path);
	}
}

static int set(const char **arguments)
{
	struct ovc_persist files[2] = { 0 };
	int rc = OVC_DONE;

	for (; *arguments && !rc; arguments++)
		rc = add_change(*arguments);
	if (rc)
		return rc;
	if (wanted(OVC_MODULE_PARAMETER) && ovc_modules_built_in()) {
		ovc_error("kvm is part of this kernel, and modprobe.d does not reach it");
		ovc_remedy("leave --persist out, and put KNOB=VALUE on the kernel's command line");
		return OVC_FAILED;
	}
	memset(fds, -1, sizeof(fds));
	rc = open_all();
	if (!rc)
		rc = change(files);
	if (!rc && ovc_json())
		report_json(files);
	else if (!rc)
		report(files);
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	for (int kind = 0; kind < 2; kind++)
		ovc_persist_free(&files[kind]);
	return rc;
}

int ovc_cmd_set(int argc, const char **argv)
{
	poptContext context = ovc_options_parse(argc, argv, options, "KNOB=VALUE...");
	const char **arguments;
	int rc = OVC_USAGE;

	if (!context)
		return OVC_USAGE;
	arguments = poptGetArgs(context);
	if (arguments) {
		rc = set(arguments);
	} else {
		ovc_error("there is nothing to set");
		ovc_remedy("as in 'kvm-overcommit set kvm.hc_flush_tlb=1'");
	}
	poptFreeContext(context);
	return rc;
}
