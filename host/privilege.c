// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "error.h"
#include "privilege.h"
#include "root.h"
#include "text.h"

/* Whoever has called sudo, or nobody. What a variable says may make it no more than that. */
static void choose(uid_t *uid, gid_t *gid)
{
	const char *sudo_uid = getenv("SUDO_UID"), *sudo_gid = getenv("SUDO_GID");
	const struct passwd *nobody;
	int u, g;

	if (sudo_uid && sudo_gid && ovc_parse_id(sudo_uid, &u) && ovc_parse_id(sudo_gid, &g) &&
	    u && g) {
		*uid = u;
		*gid = g;
		return;
	}
	nobody = getpwnam("nobody");
	*uid = nobody ? nobody->pw_uid : 65534;
	*gid = nobody ? nobody->pw_gid : 65534;
}

/*
 * What is read from then on is written by guests and users, and the live view runs for
 * long. In debugfs only the root directory is closed to others, and the directories
 * that are needed are open; the files of threads in /proc are anybody's. Only without
 * debugfs it takes root to find the VMs, by the file descriptors of processes: then it
 * stays what it is.
 */
int ovc_privilege_drop(void)
{
	uid_t uid;
	gid_t gid;

	if (geteuid() || ovc_root_recorded() || ovc_debugfs(OVC_DEBUGFS_KVM) < 0)
		return OVC_DONE;
	choose(&uid, &gid);
	/* The user last: after that, the others could not be changed. */
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		ovc_error("root's privileges could not be dropped: %s", strerror(errno));
		ovc_remedy("run it as an ordinary user");
		return OVC_FAILED;
	}
	return OVC_DONE;
}
