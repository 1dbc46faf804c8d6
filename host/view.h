/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_VIEW_H
#define OVC_VIEW_H

#include "column.h"
#include "vm.h"

/* What is shown of a host, in the live view and as text. */
struct ovc_view {
	const struct ovc_column *sort;
	bool reverse;
	char detail[OVC_NAME_SIZE];	/* the VM whose vCPUs are shown, if not empty */
	double seconds;			/* from one refresh to the next */
};

/* To stdout. */
void ovc_view_print(const struct ovc_view *view, struct ovc_host *host);
void ovc_view_print_json(const struct ovc_view *view, struct ovc_host *host);

#endif
