/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_PRIVILEGE_H
#define OVC_PRIVILEGE_H

/* What is still to be seen of the processes of others. */
enum ovc_see {
	OVC_SEE_VMS,		/* that they have some */
	OVC_SEE_EVENTS,		/* and count what these do */
	OVC_SEE_PROGRAMS,	/* and which programs they run */
};

/*
 * Go on as an ordinary user, once what only root may open is open, with the capabilities
 * that it takes to see that. Returns an enum ovc_exit; errors are told.
 */
int ovc_privilege_drop(enum ovc_see see);

#endif
