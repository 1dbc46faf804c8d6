// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "error.h"
#include "text.h"

static void say(const char *kind, const char *format, va_list args)
{
	char message[1024], escaped[2048];

	vsnprintf(message, sizeof(message), format, args);
	ovc_escape(escaped, sizeof(escaped), message);
	fprintf(stderr, "kvm-overcommit: %s: %s\n", kind, escaped);
}

void ovc_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("error", format, args);
	va_end(args);
}

void ovc_remedy(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("remedy", format, args);
	va_end(args);
}

enum ovc_exit ovc_exit_code(int error)
{
	switch (error) {
	case ENOENT:
		return OVC_ABSENT;
	case EACCES:
	case EPERM:
		return OVC_DENIED;
	default:
		return OVC_FAILED;
	}
}
