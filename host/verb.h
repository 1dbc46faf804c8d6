/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_VERB_H
#define OVC_VERB_H

/* Each is in cmd-NAME.c; @argv begins with the verb. They return an enum ovc_exit. */
int ovc_cmd_status(int argc, const char **argv);
int ovc_cmd_get(int argc, const char **argv);
int ovc_cmd_set(int argc, const char **argv);
int ovc_cmd_top(int argc, const char **argv);
int ovc_cmd_modules(int argc, const char **argv);

#endif
