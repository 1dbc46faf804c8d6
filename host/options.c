// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "options.h"
#include "root.h"

static int json;
static char *root_dir;

struct poptOption ovc_common_options[] = {
	{ "json", 'j', POPT_ARG_NONE, &json, 0, "Print JSON", NULL },
	{ "root", '\0', POPT_ARG_STRING, &root_dir, 0,
	  "Use the files below DIR, recorded by " OVC_GATHER ", and not the host's", "DIR" },
	POPT_TABLEEND
};

bool ovc_json(void)
{
	return json;
}

poptContext ovc_options_parse(int argc, const char **argv,
			      const struct poptOption *options, const char *args)
{
	static char name[64];
	char help[128];
	poptContext context;
	int rc;

	/* What usage begins with. */
	snprintf(name, sizeof(name), "kvm-overcommit %s", argv[0]);
	argv[0] = name;
	context = poptGetContext(name, argc, argv, options, 0);
	snprintf(help, sizeof(help), "[OPTION...]%s%s", args ? " " : "", args ?: "");
	poptSetOtherOptionHelp(context, help);

	rc = poptGetNextOpt(context);
	if (rc < -1) {
		ovc_error("%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
			  poptStrerror(rc));
	} else if (!args && poptPeekArg(context)) {
		ovc_error("%s: there is nothing to be named here", poptPeekArg(context));
	} else {
		rc = ovc_root_set(root_dir ?: "/");
		if (!rc)
			return context;
		ovc_error("%s: %s", root_dir, strerror(-rc));
		ovc_remedy("name a directory that has been made by " OVC_GATHER);
		poptFreeContext(context);
		return NULL;
	}
	ovc_remedy("see '%s --help'", name);
	poptFreeContext(context);
	return NULL;
}
