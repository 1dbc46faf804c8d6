/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_BUILD_ID_H
#define OVC_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>

/* What the linker has made of all that is in a module: another one for another build. */
struct ovc_build_id {
	size_t len;		/* 0 if it is not known */
	unsigned char bytes[32];
};

/* Of the module that is loaded by that name, and of one in a file. */
void ovc_build_id_loaded(const char *name, struct ovc_build_id *ret);
void ovc_build_id_file(const char *path, struct ovc_build_id *ret);

bool ovc_build_id_same(const struct ovc_build_id *a, const struct ovc_build_id *b);

#endif
