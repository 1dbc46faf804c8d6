/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_ERROR_H
#define OVC_ERROR_H

/* Exit codes; the manual page and Documentation/host-tool.rst have them, too. */
enum ovc_exit {
	OVC_DONE,
	OVC_FAILED,	/* it did not work, or has been refused */
	OVC_USAGE,	/* the command line, or a value on it, is wrong */
	OVC_ABSENT,	/* no such knob on this kernel, no such VM or modules */
	OVC_DENIED,	/* that takes more privileges */
	OVC_WARNED,	/* status --check: there is a warning */
};

/* What is wrong, and what to do about it. What is not printable is escaped. */
void ovc_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void ovc_remedy(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The remedy for EROFS: root may write to it no more than others. */
#define OVC_READ_ONLY	"it is mounted read-only: do it on the host itself, or mount it writable"

/* The exit code for an errno. */
enum ovc_exit ovc_exit_code(int error);

#endif
