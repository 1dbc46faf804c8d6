// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "persist.h"
#include "root.h"

#define HEADER	"# Written by 'kvm-overcommit set --persist'. It keeps no lines of others.\n"

/* Far more than all knobs take. */
#define MAX_TEXT	4096

static const struct format {
	const char *path;
	const char *before_name;
	const char *after_name;
} formats[] = {
	[OVC_MODULE_PARAMETER] = {
		"/etc/modprobe.d/kvm-overcommit-host.conf", "options kvm ", "=",
	},
	/* The "-" is for kernels without it: the others in the file are still set. */
	[OVC_SYSCTL] = {
		"/etc/sysctl.d/90-kvm-overcommit.conf", "-", " = ",
	},
};

/* As in the line: without the module, which stands before it. */
static const char *name_in_line(const struct ovc_knob *knob)
{
	return knob->kind == OVC_MODULE_PARAMETER ? strchr(knob->name, '.') + 1 : knob->name;
}

static void append_line(char *text, const struct ovc_knob *knob, uint64_t value)
{
	const struct format *format = &formats[knob->kind];
	size_t len = strlen(text);

	snprintf(text + len, MAX_TEXT - len, "%s%s%s%" PRIu64 "\n", format->before_name,
		 name_in_line(knob), format->after_name, value);
}

/* The value that a line gives a knob; false if it is about something else. */
static bool parse_line(const char *line, const struct ovc_knob *knob, uint64_t *ret)
{
	const struct format *format = &formats[knob->kind];
	const char * const parts[] = {
		format->before_name, name_in_line(knob), format->after_name,
	};

	for (int i = 0; i < 3; i++) {
		size_t len = strlen(parts[i]);

		if (strncmp(line, parts[i], len))
			return false;
		line += len;
	}
	return ovc_knob_parse(knob, line, ret);
}

struct assignment {
	bool set;
	uint64_t value;
};

/* What the file says so far. False if a line of it is not ours, and would be lost. */
static bool parse(const char *text, enum ovc_knob_kind kind, struct assignment *assignments)
{
	char copy[MAX_TEXT], *save = NULL;

	strcpy(copy, text);
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		bool ours = line[0] == '#' && !strncmp(line, HEADER, strlen(line)) &&
			    strlen(line) == strlen(HEADER) - 1;

		for (unsigned int i = 0; i < ovc_nr_knobs && !ours; i++) {
			if (ovc_knobs[i].kind != kind ||
			    !parse_line(line, &ovc_knobs[i], &assignments[i].value))
				continue;
			assignments[i].set = true;
			ours = true;
		}
		if (!ours)
			return false;
	}
	return true;
}

static int read_before(struct ovc_persist *file)
{
	char text[MAX_TEXT];
	ssize_t len = ovc_root_read(file->path, text, sizeof(text));

	if (len == -ENOENT)
		return 0;
	if (len < 0)
		return len;
	/* What does not fit, or is behind a NUL, would be lost. */
	if (len == sizeof(text) - 1 || strlen(text) != (size_t)len)
		return -EFBIG;
	file->before = strdup(text);
	return file->before ? 0 : -ENOMEM;
}

/*
 * Of two at once only one makes this file, before it reads what the other one may be about to
 * change: it is the lock, too, until it is renamed or unlinked. Whoever may open a file or a
 * directory may have flock() on it, and would keep root from it for ever; to make one here
 * takes the right to write here. A descriptor, or -errno.
 */
static int make_temporary(const char *path)
{
	int fd = ovc_root_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);

	return fd < 0 ? -errno : fd;
}

static int write_text(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t n = write(fd, text, len);

	if (n < 0)
		return -errno;
	if ((size_t)n != len)
		return -ENOSPC;
	/* The name must not come to stand for a file without its text. */
	return fsync(fd) ? -errno : 0;
}

static const char *remedy(int error)
{
	switch (error) {
	case -ENOENT:
		return "make the directory, it belongs to kmod or procps";
	case -EISDIR:
		return "move it away";
	case -EEXIST:
		return "another set is at work: try again, or remove that file if none is";
	case -EROFS:
		return OVC_READ_ONLY;
	default:
		return "run it as root, with space on that file system";
	}
}

static int failed(const char *path, int error)
{
	ovc_error("%s: %s", path, strerror(-error));
	ovc_remedy("%s", remedy(error));
	/* It is not the knob that is missing. */
	return error == -ENOENT ? OVC_FAILED : ovc_exit_code(-error);
}

/* What the file has, and is to have. */
static int make_texts(struct ovc_persist *file, enum ovc_knob_kind kind,
		      const struct ovc_change *changes, unsigned int nr)
{
	struct assignment assignments[ovc_nr_knobs];
	int error = read_before(file);

	memset(assignments, 0, sizeof(assignments));
	if (error)
		return failed(file->path, error);
	if (file->before && !parse(file->before, kind, assignments)) {
		ovc_error("%s has lines of somebody else", file->path);
		ovc_remedy("move them to another file there");
		return OVC_FAILED;
	}

	for (unsigned int i = 0; i < nr; i++) {
		const struct ovc_change *change = &changes[i];

		if (change->knob->kind == kind)
			assignments[change->knob - ovc_knobs] = (struct assignment){
				!change->is_default, change->value };
	}

	file->after = calloc(1, MAX_TEXT);
	if (!file->after)
		return failed(file->path, -ENOMEM);
	strcpy(file->after, HEADER);
	for (unsigned int i = 0; i < ovc_nr_knobs; i++) {
		if (assignments[i].set)
			append_line(file->after, &ovc_knobs[i], assignments[i].value);
	}
	return OVC_DONE;
}

/* @fd is the temporary file, or -errno: that is no error if nothing is to be written. */
static int prepare(struct ovc_persist *file, enum ovc_knob_kind kind,
		   const struct ovc_change *changes, unsigned int nr, int fd)
{
	int rc = make_texts(file, kind, changes, nr), error;

	if (rc)
		return rc;
	/* Of what nobody has set there, there is nothing to be taken out. */
	if (!file->before && !strcmp(file->after, HEADER))
		return OVC_DONE;
	error = fd < 0 ? fd : write_text(fd, file->after);
	if (error)
		return failed(file->temporary, error);
	file->written = 1;
	return OVC_DONE;
}

int ovc_persist_prepare(struct ovc_persist *file, enum ovc_knob_kind kind,
			const struct ovc_change *changes, unsigned int nr)
{
	int fd, rc;

	memset(file, 0, sizeof(*file));
	file->path = formats[kind].path;
	snprintf(file->temporary, sizeof(file->temporary), "%s.new", file->path);

	fd = make_temporary(file->temporary);
	if (fd == -EEXIST)
		return failed(file->temporary, fd);
	rc = prepare(file, kind, changes, nr, fd);
	if (fd < 0)
		return rc;
	close(fd);
	if (!file->written)
		ovc_root_unlink(file->temporary);
	return rc;
}

int ovc_persist_commit(struct ovc_persist *file)
{
	int error = ovc_root_rename(file->temporary, file->path);

	if (error)
		return failed(file->path, error);
	file->written = 0;
	file->renamed = 1;
	return OVC_DONE;
}

/* What another one has written since is not taken back. */
static int put_back(const struct ovc_persist *file)
{
	int fd = make_temporary(file->temporary), error;
	char text[MAX_TEXT];
	ssize_t len;

	if (fd < 0)
		return fd == -EEXIST ? -EBUSY : fd;
	len = ovc_root_read(file->path, text, sizeof(text));
	if (len < 0)
		error = len;
	else if (strcmp(text, file->after))
		error = -EBUSY;
	else if (file->before)
		error = write_text(fd, file->before) ?:
			ovc_root_rename(file->temporary, file->path);
	else
		error = ovc_root_unlink(file->path);
	close(fd);
	/* Once renamed, that name may be another one's file. */
	if (error || !file->before)
		ovc_root_unlink(file->temporary);
	return error;
}

void ovc_persist_undo(struct ovc_persist *file)
{
	int error = 0;

	if (file->written)
		ovc_root_unlink(file->temporary);
	if (file->renamed)
		error = put_back(file);
	if (error) {
		ovc_error("%s could not be put back: %s", file->path, strerror(-error));
		ovc_remedy("it has what was to be set: set with --persist what it is to have, or remove it");
	}
	file->written = 0;
	file->renamed = 0;
}

void ovc_persist_free(struct ovc_persist *file)
{
	free(file->before);
	free(file->after);
}
