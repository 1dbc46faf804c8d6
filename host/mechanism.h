/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_MECHANISM_H
#define OVC_MECHANISM_H

enum ovc_state { OVC_OFF, OVC_ON, OVC_NO_MECHANISM, OVC_UNREADABLE };

/* What a host may do for VMs that are overcommitted, and whether it does. */
struct ovc_mechanism {
	const char *name;
	const char *what;
	enum ovc_state state;
	char detail[160];	/* values, or why it is not there */
};

#define OVC_MAX_MECHANISMS	16

/* Look at all; returns how many there are. */
unsigned int ovc_mechanisms(struct ovc_mechanism *list);

/* "on", "off", "absent", "unreadable" */
const char *ovc_state_name(enum ovc_state state);

/* The state of pause-loop exiting, of whichever vendor's module is loaded. */
enum ovc_state ovc_ple(char *detail, unsigned int size);

#endif
