/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_OPTIONS_H
#define OVC_OPTIONS_H

#include <popt.h>
#include <stdbool.h>

/* What records a host: where it is in the package, and where without it. */
#define OVC_GATHER	"gather (" OVC_SHARE "/gather, or host/gather of the source)"

/* For the table of each verb: what all of them have. */
#define OVC_COMMON_OPTIONS						\
	{ NULL, 0, POPT_ARG_INCLUDE_TABLE, ovc_common_options, 0,	\
	  "Common options:", NULL },					\
	POPT_AUTOHELP POPT_TABLEEND

extern struct poptOption ovc_common_options[];
bool ovc_json(void);

/*
 * Parse the command line of a verb by its table. @args names what may follow the
 * options, NULL if nothing may. Sets the root, too. Returns the
 * context, which has the arguments and is the caller's to free, or NULL when an
 * error has been told.
 */
poptContext ovc_options_parse(int argc, const char **argv,
			      const struct poptOption *options, const char *args);

#endif
