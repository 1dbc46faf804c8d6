// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command again and again. After so many ns of the guest's clock it prints "done",
 * how often, and how many ns that took to the end of the last time, and goes on until there
 * is a line on its standard input: whoever measures beside it is not alone any earlier.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

#define MAX_NS	3600000000000UL

static void run(char **command)
{
	int status, null;
	pid_t pid = fork();

	if (pid < 0)
		die_errno("cannot fork");
	if (!pid) {
		/* The line on standard input is not the command's, nor the figures'. */
		null = open("/dev/null", O_RDWR);
		if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
		    dup2(null, STDOUT_FILENO) < 0)
			die_errno("cannot redirect what %s reads and writes", command[0]);
		execvp(command[0], command);
		die_errno("cannot run %s", command[0]);
	}
	if (waitpid(pid, &status, 0) != pid)
		die_errno("cannot wait for %s", command[0]);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die("%s has failed (status %#x)", command[0], status);
}

/* Whether there was a line on standard input; it is taken. */
static bool told_to_end(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char c;

	if (poll(&in, 1, 0) < 0)
		die_errno("cannot poll standard input");
	if (!in.revents)
		return false;
	do {
		if (read(STDIN_FILENO, &c, 1) != 1)
			return true;
	} while (c != '\n');
	return true;
}

int main(int argc, char **argv)
{
	uint64_t start, limit, ns = 0;
	unsigned long count = 0;
	bool told = false;

	if (argc < 3 || argv[1][0] == '-') {
		fprintf(stderr, "usage: repeat NS COMMAND [ARGUMENT...]\n");
		return EXIT_USAGE;
	}
	limit = parse_number('n', argv[1], 1, MAX_NS);

	start = now_ns(CLOCK_MONOTONIC);
	do {
		run(argv + 2);
		if (told)
			continue;
		count++;
		ns = now_ns(CLOCK_MONOTONIC) - start;
		if (ns >= limit) {
			printf("done %lu %llu\n", count, (unsigned long long)ns);
			fflush(stdout);
			told = true;
		}
	} while (!told || !told_to_end());
	return 0;
}
