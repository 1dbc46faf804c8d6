/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_PRIVILEGE_H
#define OVC_PRIVILEGE_H

/*
 * Go on as an ordinary user, once what only root may open is open. Returns an
 * enum ovc_exit; errors are told.
 */
int ovc_privilege_drop(void);

#endif
