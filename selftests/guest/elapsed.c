// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command and prints how long that has taken, in ns of the guest's clock,
 * which goes on while the host runs somebody else; with -c, what it and its children have
 * had of the CPUs, in ns, exact to 1000.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

static uint64_t timeval_ns(struct timeval time)
{
	return time.tv_sec * 1000000000ull + time.tv_usec * 1000ull;
}

/* Of the children that have ended: the command, and those that it has waited for. */
static uint64_t cpu_ns(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_CHILDREN, &usage))
		die_errno("cannot tell the CPU time");
	return timeval_ns(usage.ru_utime) + timeval_ns(usage.ru_stime);
}

int main(int argc, char **argv)
{
	uint64_t start, end;
	bool cpu;
	int status;
	pid_t pid;

	cpu = argc > 1 && !strcmp(argv[1], "-c");
	argc -= cpu;
	argv += cpu;
	if (argc < 2 || argv[1][0] == '-') {
		fprintf(stderr, "usage: elapsed [-c] COMMAND [ARGUMENT...]\n");
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
	printf("%llu\n", (unsigned long long)(cpu ? cpu_ns() : end - start));
	return 0;
}
