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

static struct ovc_change changes[MAX_CHANGES];
static unsigned int nr_changes;

/* What the kernel has if nobody sets it, or a value. */
static int parse_value(struct ovc_change *change, const char *text)
{
	const struct ovc_knob *knob = change->knob;
	char range[64];

	change->is_default = !strcmp(text, "default");
	if (change->is_default && !knob->initial) {
		if (persist)
			return OVC_DONE;
		ovc_error("the default of %s is one jiffy, and no file tells how long that is",
			  knob->name);
		ovc_remedy("give it in us, as 4000 with CONFIG_HZ=250; or add --persist, for the next boot");
		return OVC_USAGE;
	}
	if (!ovc_knob_parse(knob, change->is_default ? knob->initial : text, &change->value)) {
		ovc_knob_range(knob, range, sizeof(range));
		ovc_error("'%s' is no value for %s", text, knob->name);
		ovc_remedy("it can be %s%s", range, knob->initial || persist ? ", or default" : "");
		return OVC_USAGE;
	}
	return OVC_DONE;
}

static int add_change(const char *argument)
{
	const char *equals = strchr(argument, '=');
	struct ovc_change *change = &changes[nr_changes];
	char *name;
	int rc;

	if (!equals || nr_changes == MAX_CHANGES) {
		ovc_error("'%s' is not KNOB=VALUE, or one too many", argument);
		ovc_remedy("as in 'kvm-overcommit set kvm.hc_flush_tlb=1'");
		return OVC_USAGE;
	}
	change->fd = -1;
	name = strndup(argument, equals - argument);
	change->knob = name ? ovc_knob_find(name) : NULL;
	if (!change->knob)
		ovc_knob_unknown(name ?: argument);
	free(name);
	if (!change->knob)
		return OVC_USAGE;

	/* Which of the two was meant, nobody knows. */
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (changes[i].knob != change->knob)
			continue;
		ovc_error("%s is named twice", change->knob->name);
		ovc_remedy("name it once");
		return OVC_USAGE;
	}
	rc = parse_value(change, equals + 1);
	if (rc)
		return rc;
	nr_changes++;
	return OVC_DONE;
}

/* What cannot be read could not be put back, and what cannot be opened not written. */
static int open_all(void)
{
	for (unsigned int i = 0; i < nr_changes; i++) {
		struct ovc_change *change = &changes[i];
		int error;

		if (change->is_default && !change->knob->initial)
			continue;
		error = ovc_knob_read(change->knob, &change->before);
		/* Who goes back may have the kernel's own modules already. */
		if (error == -ENOENT && change->is_default && persist)
			continue;
		if (!error) {
			change->fd = ovc_knob_open(change->knob);
			error = change->fd < 0 ? change->fd : 0;
		}
		if (error)
			return ovc_knob_refused(change->knob, -error);
	}
	return OVC_DONE;
}

static int write_value(const struct ovc_change *change, uint64_t value)
{
	return change->fd < 0 ? 0 : ovc_knob_write(change->fd, value);
}

/*
 * Backwards, and the one that has failed first: it may have taken a part. Says what has not
 * been put back, and is true if all has.
 */
static bool put_back(unsigned int nr)
{
	bool done = true;

	while (nr--) {
		const struct ovc_change *change = &changes[nr];
		int error = write_value(change, change->before);

		if (!error)
			continue;
		ovc_error("%s could not be put back to %" PRIu64 ": %s", change->knob->name,
			  change->before, strerror(-error));
		done = false;
	}
	return done;
}

static int write_all(void)
{
	for (unsigned int i = 0; i < nr_changes; i++) {
		const struct ovc_change *change = &changes[i];
		int error = write_value(change, change->value);

		if (!error)
			continue;
		ovc_error("%s=%" PRIu64 ": %s", change->knob->name, change->value,
			  strerror(-error));
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
		if (persist && changes[i].knob->kind == kind)
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
			rc = ovc_persist_prepare(&files[kind], kind, changes, nr_changes);
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
		if (changes[i].fd < 0)
			item = json_pack("{s:s, s:n, s:n}", "name", changes[i].knob->name,
					 "before", "value");
		else
			item = json_pack("{s:s, s:I, s:I}", "name", changes[i].knob->name,
					 "before", (json_int_t)changes[i].before,
					 "value", (json_int_t)changes[i].value);
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
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (changes[i].fd < 0)
			printf("%s has its default from the next boot on\n", changes[i].knob->name);
		else
			printf("%s = %" PRIu64 " (was %" PRIu64 ")\n", changes[i].knob->name,
			       changes[i].value, changes[i].before);
	}
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
	rc = open_all();
	if (!rc)
		rc = change(files);
	if (!rc && ovc_json())
		report_json(files);
	else if (!rc)
		report(files);
	for (unsigned int i = 0; i < nr_changes; i++) {
		if (changes[i].fd >= 0)
			close(changes[i].fd);
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
