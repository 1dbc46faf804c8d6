// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "error.h"
#include "privilege.h"
#include "root.h"
#include "text.h"

static bool dropped;

/* The namespace of users that all others are in has "allow", and cannot have anything else. */
static bool groups_are_kept(void)
{
	char text[16];

	return ovc_root_read("/proc/self/setgroups", text, sizeof(text)) > 0 &&
	       !strcmp(text, "deny\n");
}

/*
 * Whoever has called sudo, or nobody. What a variable says may make it no more than that: where
 * root stays root if there is no such user, it is not asked.
 */
static void choose(uid_t *uid, gid_t *gid, bool kept)
{
	const char *sudo_uid = getenv("SUDO_UID"), *sudo_gid = getenv("SUDO_GID");
	const struct passwd *nobody;
	int u, g;

	if (!kept && sudo_uid && sudo_gid && ovc_parse_id(sudo_uid, &u) &&
	    ovc_parse_id(sudo_gid, &g) && u && g) {
		*uid = u;
		*gid = g;
		return;
	}
	nobody = getpwnam("nobody");
	*uid = nobody ? nobody->pw_uid : 65534;
	*gid = nobody ? nobody->pw_gid : 65534;
}

/*
 * The link to a process' program takes CAP_SYS_PTRACE, as do those of its file descriptors, by
 * which VMs are found without debugfs, and to take such a descriptor, as that of a vCPU's
 * statistics. They are in a directory that is its user's only, to look into which takes
 * CAP_DAC_READ_SEARCH. To count events in the threads of others takes CAP_PERFMON (Linux 5.8), or
 * CAP_SYS_ADMIN where Debian's kernel has perf_event_paranoid at 3, its default.
 */
static unsigned int choose_capabilities(unsigned int see, cap_value_t *list)
{
	bool descriptors = ovc_debugfs(OVC_DEBUGFS_KVM) < 0 || (see & OVC_SEE_STATISTICS);
	unsigned int nr = 0;

	if (descriptors || (see & OVC_SEE_PROGRAMS))
		list[nr++] = CAP_SYS_PTRACE;
	if (descriptors)
		list[nr++] = CAP_DAC_READ_SEARCH;
	if (see & OVC_SEE_EVENTS)
		list[nr++] = CAP_PERFMON;
	if (see & OVC_SEE_RESTRICTED)
		list[nr++] = CAP_SYS_ADMIN;
	return nr;
}

/* Of @list, those that there are: in a container root may lack some. */
static int keep_capabilities(const cap_value_t *list, unsigned int nr)
{
	cap_t before = cap_get_proc(), after = cap_init();
	int error = before && after ? 0 : errno;
	cap_flag_value_t there;

	for (unsigned int i = 0; i < nr && !error; i++) {
		if (cap_get_flag(before, list[i], CAP_PERMITTED, &there) ||
		    cap_set_flag(after, CAP_PERMITTED, 1, &list[i], there) ||
		    cap_set_flag(after, CAP_EFFECTIVE, 1, &list[i], there))
			error = errno;
	}
	if (!error && cap_set_proc(after))
		error = errno;
	cap_free(before);
	cap_free(after);
	errno = error;
	return error ? -1 : 0;
}

/* False if that cannot be told: what takes it is tried then, and fails. */
static bool lacks(cap_value_t capability)
{
	cap_t now = cap_get_proc();
	cap_flag_value_t there;
	bool clear = now && !cap_get_flag(now, capability, CAP_PERMITTED, &there) &&
		     there == CAP_CLEAR;

	cap_free(now);
	return clear;
}

/*
 * Root stays root only where it cannot be anybody else: without both capabilities, as in some
 * containers, or if its namespace, in which groups are @kept, has no such user or group, as
 * after unshare -r. What else fails of this is an error: it may be root of the host, which is
 * not to go on as such.
 */
static int become(uid_t uid, gid_t gid, bool kept)
{
	if (lacks(CAP_SETUID) && lacks(CAP_SETGID))
		return 0;
	/*
	 * The user after the groups, which could not be changed then; with the capabilities
	 * of root, of which all but those on the list go next.
	 */
	if (!kept && setgroups(0, NULL))
		return -1;
	if (setresgid(gid, gid, gid) && !(kept && errno == EINVAL))
		return -1;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return -1;
	return setresuid(uid, uid, uid) && !(kept && errno == EINVAL) ? -1 : 0;
}

/* Those of root that there are still; the last step is what nothing is added to later. */
static int keep(unsigned int see)
{
	cap_value_t list[4];

	if (keep_capabilities(list, choose_capabilities(see, list)))
		return -1;
	return see & OVC_SEE_STATISTICS ? 0 : prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int result(int error)
{
	if (!error)
		return OVC_DONE;
	ovc_error("root's privileges could not be dropped: %s", strerror(errno));
	ovc_remedy("run it as an ordinary user");
	return OVC_FAILED;
}

/*
 * What is read from then on is written by guests and users, and the live view runs for
 * long. In debugfs only the root directory is closed to others, and the directories
 * that are needed are open; the files of threads in /proc are anybody's.
 */
int ovc_privilege_drop(unsigned int see)
{
	uid_t uid;
	gid_t gid;
	bool kept;

	if (geteuid() || ovc_root_recorded())
		return OVC_DONE;
	kept = groups_are_kept();
	choose(&uid, &gid, kept);
	dropped = true;
	if (become(uid, gid, kept))
		return result(-1);
	/* A program that is run as root would have all capabilities again. */
	if (!geteuid() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return result(-1);
	return result(keep(see));
}

int ovc_privilege_keep(unsigned int see)
{
	return dropped ? result(keep(see)) : OVC_DONE;
}
