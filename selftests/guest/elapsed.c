// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command and prints how long that has taken, in ns of the guest's clock,
 * which goes on while the host runs somebody else.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

int main(int argc, char **argv)
{
	uint64_t start, end;
	int status;
	pid_t pid;

	if (argc < 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: elapsed COMMAND [ARGUMENT...]\n");
		return EXIT_USAGE;
	}

	start = now_ns(CLOCK_MONOTONIC);
	pid = fork();
	if (pid < 0)
		die_errno("cannot fork");
	if (!pid) {
		/* The figure alone goes to standard output. */
		if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
			die_errno("cannot redirect the output of %s", argv[1]);
		execvp(argv[1], argv + 1);
		die_errno("cannot run %s", argv[1]);
	}
	if (waitpid(pid, &status, 0) != pid)
		die_errno("cannot wait for %s", argv[1]);
	end = now_ns(CLOCK_MONOTONIC);

	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("%s has failed (status %#x)", argv[1], status);
	printf("%llu\n", (unsigned long long)(end - start));
	return 0;
}
