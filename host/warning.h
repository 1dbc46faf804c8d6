/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_WARNING_H
#define OVC_WARNING_H

#include "vm.h"

struct ovc_warning {
	const char *code;	/* for programs; it does not change */
	const struct ovc_vm *vm;	/* NULL: the host */
	char text[256];
	const char *remedy;
};

struct ovc_warnings {
	struct ovc_warning *list;
	unsigned int nr;
};

/* What keeps the host or its VMs from what could be had. */
void ovc_warnings_collect(struct ovc_warnings *warnings, const struct ovc_host *host);
void ovc_warnings_free(struct ovc_warnings *warnings);

#endif
