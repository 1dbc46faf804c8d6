// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into the tool, in place of a kernel that loads modules: it looks at them in the
 * same order as that one does, and "loads" them in /sys, of which it needs one of its own.
 *
 *   REFUSED=FILE:ERRNO	it refuses that file on sight
 *   BROKEN=FILE	that one it would take, but its init fails
 *
 * FILE is the end of a path. What has been loaded and unloaded is in /sys/calls, in order.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void put(const char *path, const char *mode, const char *text)
{
	FILE *file = fopen(path, mode);

	if (!file || fprintf(file, "%s\n", text) < 0 || fclose(file))
		abort();
}

static void make_dir(const char *path)
{
	if (mkdir(path, 0755))
		abort();
}

/* The kernel shows a module's note. Whoever has made the file has put that beside it. */
static void put_note(const char *dir, const char *path)
{
	char from[PATH_MAX + 8], to[PATH_MAX + 64], text[64];
	FILE *in, *out;
	size_t len;

	snprintf(from, sizeof(from), "%s.note", path);
	in = fopen(from, "r");
	if (!in)
		return;
	snprintf(to, sizeof(to), "%s/notes", dir);
	make_dir(to);
	strcat(to, "/.note.gnu.build-id");
	out = fopen(to, "w");
	len = fread(text, 1, sizeof(text), in);
	if (!len || !out || fwrite(text, 1, len, out) != len || fclose(out))
		abort();
	fclose(in);
}

static void call(const char *what, const char *name)
{
	char text[PATH_MAX + 16];

	snprintf(text, sizeof(text), "%s %s", what, name);
	put("/sys/calls", "a", text);
}

/* Does @path end with what the variable names, up to a colon? */
static bool is_named(const char *path, const char *variable)
{
	const char *end = getenv(variable);
	size_t len = end ? strcspn(end, ":") : 0;

	return len && strlen(path) >= len && !strncmp(path + strlen(path) - len, end, len);
}

static int load(const char *path)
{
	char name[NAME_MAX], dir[PATH_MAX], file[PATH_MAX + 32];

	snprintf(name, sizeof(name), "%s", strrchr(path, '/') + 1);
	name[strcspn(name, ".")] = '\0';
	for (char *at = name; *at; at++)
		*at = *at == '-' ? '_' : *at;
	snprintf(dir, sizeof(dir), "/sys/module/%s", name);

	if (is_named(path, "REFUSED"))
		return atoi(strchr(getenv("REFUSED"), ':') + 1);
	if (!access(dir, F_OK))
		return EEXIST;
	if (is_named(path, "BROKEN"))
		return EIO;

	make_dir(dir);
	snprintf(file, sizeof(file), "%s/initstate", dir);
	put(file, "w", "live");
	snprintf(file, sizeof(file), "%s/refcnt", dir);
	put(file, "w", "0");
	put_note(dir, path);
	if (strstr(path, "/updates/dkms/kvm.")) {
		snprintf(file, sizeof(file), "%s/parameters", dir);
		make_dir(file);
		strcat(file, "/hc_flush_tlb");
		put(file, "w", "N");
	}
	call("load", strstr(path, "/updates/") ? strstr(path, "/updates/") :
						 strstr(path, "/kernel/"));
	return 0;
}

/* The tool makes no others by number but finit_module(). */
long syscall(long number, ...)
{
	char link[64], path[PATH_MAX] = "";
	va_list args;

	va_start(args, number);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", va_arg(args, int));
	va_end(args);
	if (number != SYS_finit_module || readlink(link, path, sizeof(path) - 1) < 0)
		abort();
	errno = load(path);
	return errno ? -1 : 0;
}

int delete_module(const char *name, unsigned int flags)
{
	char dir[PATH_MAX], gone[] = "/sys/gone-XXXXXX";

	(void)flags;
	snprintf(dir, sizeof(dir), "/sys/module/%s", name);
	if (access(dir, F_OK)) {
		errno = ENOENT;
		return -1;
	}
	if (!mkdtemp(gone) || rename(dir, gone))
		abort();
	call("unload", name);
	return 0;
}
