/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_PERSIST_H
#define OVC_PERSIST_H

#include <stdbool.h>
#include <stdint.h>

#include "knob.h"

/* What a knob is to become, and was. */
struct ovc_change {
	const struct ovc_knob *knob;
	uint64_t value, before;
	bool is_default;	/* its file is not to say anything of it */
	/* -1 if only its file changes, as it is not there now, or its default is not known. */
	int fd;
};

/* A file of our own, in modprobe.d or sysctl.d, that is to have other lines. */
struct ovc_persist {
	const char *path;
	char temporary[128];
	char *before;		/* its text, or NULL if there was none */
	char *after;
	int written;		/* the temporary file is there, and ours */
	int renamed;
};

/*
 * Three steps, so that files and knobs change together: prepare does all that may
 * fail for want of rights or space, commit renames, undo puts back whatever has been
 * done. From prepare until one of the others, nobody else can prepare that file. All errors
 * are told, and an enum ovc_exit is returned.
 */
int ovc_persist_prepare(struct ovc_persist *file, enum ovc_knob_kind kind,
			const struct ovc_change *changes, unsigned int nr);
int ovc_persist_commit(struct ovc_persist *file);
void ovc_persist_undo(struct ovc_persist *file);
void ovc_persist_free(struct ovc_persist *file);

#endif
