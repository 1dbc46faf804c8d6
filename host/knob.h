/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_KNOB_H
#define OVC_KNOB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum ovc_knob_kind { OVC_MODULE_PARAMETER, OVC_SYSCTL };

/* A parameter of the series, as the kernel documents it. */
struct ovc_knob {
	const char *name;
	const char *path;
	const char *summary;
	/* What the kernel has if nobody sets it; NULL if that is one jiffy. */
	const char *initial;
	enum ovc_knob_kind kind;
	bool boolean;
	uint64_t min, max;
};

extern const struct ovc_knob ovc_knobs[];
extern const unsigned int ovc_nr_knobs;

/* By its name, whose "kernel." may be left out; NULL if there is none. */
const struct ovc_knob *ovc_knob_find(const char *name);

/* The value that a user means; false if the knob cannot have it. */
bool ovc_knob_parse(const struct ovc_knob *knob, const char *text, uint64_t *ret);

/* The value that it has. Returns 0 or -errno; -EINVAL if it is none that it can have. */
int ovc_knob_read(const struct ovc_knob *knob, uint64_t *ret);

/* Opened for writing, or -errno. */
int ovc_knob_open(const struct ovc_knob *knob);
int ovc_knob_write(int fd, uint64_t value);

/* Says why it could not be read or opened, and returns the exit code for that. */
int ovc_knob_refused(const struct ovc_knob *knob, int error);

/* Says that there is no such knob, and which there are. */
int ovc_knob_unknown(const char *name);

/* "0 to 512", or "0 or 1" */
void ovc_knob_range(const struct ovc_knob *knob, char *buf, size_t size);

/* What its absence comes from. */
const char *ovc_knob_absent(const struct ovc_knob *knob);

#endif
