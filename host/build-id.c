// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "build-id.h"
#include "root.h"

static void set(struct ovc_build_id *ret, const void *bytes, size_t len)
{
	if (len > sizeof(ret->bytes))
		return;
	ret->len = len;
	memcpy(ret->bytes, bytes, len);
}

/* A file that has nothing but the note: header, "GNU", and the ID */
static void read_note(const char *path, struct ovc_build_id *ret)
{
	char text[128], *name = text + sizeof(Elf64_Nhdr);
	ssize_t len = ovc_root_read(path, text, sizeof(text));
	Elf64_Nhdr header;

	if (len < (ssize_t)(sizeof(header) + sizeof(ELF_NOTE_GNU)))
		return;
	memcpy(&header, text, sizeof(header));
	len -= sizeof(header) + sizeof(ELF_NOTE_GNU);
	if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == sizeof(ELF_NOTE_GNU) &&
	    !memcmp(name, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) && header.n_descsz <= len)
		set(ret, name + sizeof(ELF_NOTE_GNU), header.n_descsz);
}

void ovc_build_id_loaded(const char *name, struct ovc_build_id *ret)
{
	char path[96];

	memset(ret, 0, sizeof(*ret));
	snprintf(path, sizeof(path), "/sys/module/%s/notes/.note.gnu.build-id", name);
	read_note(path, ret);
}

/*
 * Modules may be compressed, and have a signature behind the ELF; libdw sees to that. It is
 * given this host's modules only: of a host that was recorded, which anybody may have sent,
 * there is the note in place of each.
 */
void ovc_build_id_file(const char *path, struct ovc_build_id *ret)
{
	const void *bytes;
	ssize_t len;
	Elf *elf;
	int fd;

	memset(ret, 0, sizeof(*ret));
	if (ovc_root_recorded()) {
		read_note(path, ret);
		return;
	}
	fd = ovc_root_open(path, O_RDONLY);
	if (fd < 0)
		return;
	elf_version(EV_CURRENT);
	elf = dwelf_elf_begin(fd);
	len = elf ? dwelf_elf_gnu_build_id(elf, &bytes) : 0;
	if (len > 0)
		set(ret, bytes, len);
	elf_end(elf);
	close(fd);
}

bool ovc_build_id_same(const struct ovc_build_id *a, const struct ovc_build_id *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}
