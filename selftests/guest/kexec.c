// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots another kernel from this one, at once: nobody is told, nothing is unloaded.
 * Debian's kexec-tools would do, but they want to handle the reboots of the machine
 * that they are installed on.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		die_errno("cannot open %s", path);
	return fd;
}

int main(int argc, char **argv)
{
	int kernel, initrd;

	if (argc != 4) {
		fprintf(stderr, "usage: kexec KERNEL INITRD COMMAND-LINE\n");
		return EXIT_USAGE;
	}

	kernel = open_file(argv[1]);
	initrd = open_file(argv[2]);
	if (syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1, argv[3], 0L))
		die_errno("the kernel does not take %s", argv[1]);
	if (reboot(LINUX_REBOOT_CMD_KEXEC))
		die_errno("%s does not start", argv[1]);
	return 0;
}
