/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_REPLAY_H
#define OVC_REPLAY_H

#include <stdbool.h>

/*
 * A series of recorded hosts: directories 0, 1, 2, ... in one. ovc_replay_next() makes
 * the next one the root; false after the last.
 */
int ovc_replay_open(const char *dir);
bool ovc_replay_next(void);

#endif
