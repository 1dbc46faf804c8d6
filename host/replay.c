// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "replay.h"
#include "root.h"

static const char *series;
static unsigned int next;

int ovc_replay_open(const char *dir)
{
	series = dir;
	next = 0;
	return ovc_replay_next() ? 0 : -ENOENT;
}

bool ovc_replay_next(void)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/%u", series, next) >= (int)sizeof(path))
		return false;
	next++;
	return !ovc_root_set(path);
}
