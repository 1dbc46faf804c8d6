/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_PRIVILEGE_H
#define OVC_PRIVILEGE_H

/* What is still to be seen of the processes of others, but that they have VMs: bits. */
enum ovc_see {
	OVC_SEE_VMS = 0,
	OVC_SEE_PROGRAMS = 1,	/* which programs they run */
	OVC_SEE_EVENTS = 2,	/* what their vCPUs do, by tracing */
	OVC_SEE_STATISTICS = 4,	/* KVM's statistics of their vCPUs */
	OVC_SEE_RESTRICTED = 8,	/* events, though Debian's kernel restricts them to root */
};

/*
 * Go on as an ordinary user, once what only root may open is open, with the capabilities
 * that it takes to see that; as root if that can be nobody else, but with no more of them.
 * Returns an enum ovc_exit; errors are told.
 */
int ovc_privilege_drop(unsigned int see);

/* After that: give up what is not needed for @see, for good if that has no STATISTICS. */
int ovc_privilege_keep(unsigned int see);

#endif
