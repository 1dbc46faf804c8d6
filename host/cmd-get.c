// SPDX-License-Identifier: GPL-2.0-only
/* get: the values of the series' knobs. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "knob.h"
#include "options.h"
#include "verb.h"

static int value_only;

static const struct poptOption options[] = {
	{ "value", 'n', POPT_ARG_NONE, &value_only, 0, "Print values only, one a line", NULL },
	OVC_COMMON_OPTIONS
};

static json_t *describe(const struct ovc_knob *knob, int error, uint64_t value)
{
	return json_pack("{s:s, s:o, s:s?, s:I, s:I, s:s, s:o}",
			 "name", knob->name,
			 "value", error ? json_null() : json_integer(value),
			 "default", knob->initial,
			 "min", (json_int_t)knob->min,
			 "max", (json_int_t)knob->max,
			 "path", knob->path,
			 "error", !error ? json_null() :
				  json_string(error == ENOENT ? ovc_knob_absent(knob) :
					      strerror(error)));
}

static void print(const struct ovc_knob *knob, int error, uint64_t value)
{
	static bool headed;
	char range[64], text[32] = "absent";

	if (!error)
		snprintf(text, sizeof(text), "%" PRIu64, value);
	else if (error != ENOENT)
		strcpy(text, error == EINVAL ? "invalid" : "unreadable");

	if (value_only) {
		puts(text);
		return;
	}
	if (!headed)
		printf("%-34s %10s  %-11s %-13s %s\n", "KNOB", "VALUE", "DEFAULT", "RANGE",
		       "WHAT FOR");
	headed = true;
	ovc_knob_range(knob, range, sizeof(range));
	printf("%-34s %10s  %-11s %-13s %s\n", knob->name, text,
	       knob->initial ?: "one jiffy", range, knob->summary);
}

/* Errors of knobs that the user has named are errors; of others, facts. */
static int show(const struct ovc_knob *knob, json_t *list, bool named)
{
	uint64_t value = 0;
	int error = -ovc_knob_read(knob, &value);

	if (list)
		json_array_append_new(list, describe(knob, error, value));
	else if (!error || !named)
		print(knob, error, value);
	return error && named ? ovc_knob_refused(knob, error) : OVC_DONE;
}

static int show_named(const char **names, json_t *list)
{
	int rc = OVC_DONE;

	/* Nothing is printed before all are known to be names. */
	for (const char **name = names; *name; name++) {
		if (!ovc_knob_find(*name))
			return ovc_knob_unknown(*name);
	}
	for (; *names; names++) {
		int ret = show(ovc_knob_find(*names), list, true);

		rc = rc ?: ret;
	}
	return rc;
}

int ovc_cmd_get(int argc, const char **argv)
{
	poptContext context = ovc_options_parse(argc, argv, options, "[KNOB...]");
	json_t *list = NULL;
	const char **names;
	int rc = OVC_DONE;

	if (!context)
		return OVC_USAGE;
	if (ovc_json())
		list = json_array();

	names = poptGetArgs(context);
	if (names) {
		rc = show_named(names, list);
	} else {
		for (unsigned int i = 0; i < ovc_nr_knobs; i++)
			show(&ovc_knobs[i], list, false);
	}
	if (list && rc != OVC_USAGE)
		ovc_json_print(list, JSON_INDENT(2));
	json_decref(list);
	poptFreeContext(context);
	return rc;
}
