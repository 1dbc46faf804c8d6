// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into Bochs, for what its configuration has no words for:
 *
 * - srand() is called with the time of day, for the generator behind RDRAND and
 *   RDSEED. Whatever Bochs asks for, it gets the seed in LAB_SEED.
 *
 * - gettimeofday() is called for a timer of devices that keep pace with real time, if there
 *   are any. There is none here, but when it expires depends on the time of day, and what
 *   the emulated CPUs do on when it does. So no time passes.
 *
 * - Files are written line by line, not in blocks of 4096 bytes, and the emulator
 *   exits when the emulated host says "lab: end".
 *
 * - Booting takes long. When the host says "lab: all started", and LAB_SEEDS names seeds,
 *   Bochs is forked for each of them, LAB_JOBS (default 1) at a time. A
 *   child goes on from that very state with a seed, and files, of its own: they are
 *   in a directory seed-N beside the old ones, and begin with what was in those. The
 *   parent only waits. What a child does depends on the boot and its seed alone.
 *   The CD's descriptor stays shared: nobody reads it any more.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESULT_NAME	"/result"
#define MAX_FILES	16

static struct {
	FILE *stream;
	char *path;
} files[MAX_FILES];
static unsigned int nr_files;
static FILE *result;
/* That of this child. */
static const char *seed_now;

static void seed_generator(const char *seed)
{
	void (*real)(unsigned int) = (void (*)(unsigned int))dlsym(RTLD_NEXT,
								   "srand");

	if (!real)
		errx(1, "no srand() to call");
	real(seed ? strtoul(seed, NULL, 0) : 1);
}

void srand(unsigned int seed)
{
	(void)seed;
	seed_generator(getenv("LAB_SEED"));
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	(void)zone;
	time->tv_sec = 0;
	time->tv_usec = 0;
	return 0;
}

/* A path's counterpart in the directory of the seed; to be freed. */
static char *path_of_seed(const char *path, const char *seed)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int parent = name - path;
	char *to;

	if (asprintf(&to, "%.*sseed-%s", parent, path, seed) < 0)
		err(1, "seed %s", seed);
	mkdir(to, 0777);
	free(to);
	if (asprintf(&to, "%.*sseed-%s/%s", parent, path, seed, name) < 0)
		err(1, "seed %s", seed);
	return to;
}

static FILE *open_file(const char *symbol, const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *) =
		(FILE *(*)(const char *, const char *))dlsym(RTLD_NEXT, symbol);
	bool writes = strchr(mode, 'w');
	char *moved = NULL;
	FILE *stream;

	if (!real)
		errx(1, "no %s() to call", symbol);
	/* Ports open their files when something comes by them for the first time. */
	if (writes && seed_now)
		path = moved = path_of_seed(path, seed_now);
	stream = real(path, mode);
	if (stream && writes) {
		if (nr_files == MAX_FILES)
			errx(1, "%s: too many files", path);
		setvbuf(stream, NULL, _IOLBF, BUFSIZ);
		files[nr_files].stream = stream;
		files[nr_files].path = strdup(path);
		if (!files[nr_files++].path)
			err(1, "%s", path);
		if (strlen(path) > strlen(RESULT_NAME) &&
		    !strcmp(path + strlen(path) - strlen(RESULT_NAME), RESULT_NAME))
			result = stream;
	}
	free(moved);
	return stream;
}

FILE *fopen(const char *path, const char *mode)
{
	return open_file("fopen", path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	return open_file("fopen64", path, mode);
}

/* Give the stream, under its old descriptor, a copy of its file. */
static void move_file(FILE *stream, const char *path, const char *seed)
{
	char *to = path_of_seed(path, seed);
	int from_fd = open(path, O_RDONLY);
	int to_fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	struct stat stat;

	if (from_fd < 0 || to_fd < 0 || fstat(from_fd, &stat) ||
	    sendfile(to_fd, from_fd, NULL, stat.st_size) != stat.st_size ||
	    dup2(to_fd, fileno(stream)) < 0)
		err(1, "%s", to);
	close(from_fd);
	close(to_fd);
	free(to);
}

/* Returns in the children, each with its seed. */
static void fork_for_seeds(char *seeds)
{
	const char *jobs = getenv("LAB_JOBS");
	int room = jobs ? atoi(jobs) : 1;
	bool failed = false;
	unsigned int i;
	int status;
	char *seed;

	fflush(NULL);
	for (seed = strtok(seeds, " "); seed; seed = strtok(NULL, " ")) {
		if (room-- <= 0 && wait(&status) > 0)
			failed |= status;
		switch (fork()) {
		case -1:
			err(1, "cannot fork for seed %s", seed);
		case 0:
			for (i = 0; i < nr_files; i++)
				move_file(files[i].stream, files[i].path, seed);
			seed_generator(seed);
			seed_now = seed;
			return;
		}
	}
	while (wait(&status) > 0)
		failed |= status;
	_exit(failed);
}

static void hear(const char *line)
{
	char *seeds = getenv("LAB_SEEDS");

	if (!strcmp(line, "lab: end")) {
		fflush(NULL);
		_exit(0);
	}
	if (seeds && !strcmp(line, "lab: all started"))
		fork_for_seeds(seeds);
}

/* What comes by a serial port, byte by byte. */
int fputc(int c, FILE *stream)
{
	static char line[64];
	static size_t length;
	int written = putc(c, stream);

	if (stream != result)
		return written;
	if (c != '\n') {
		if (length < sizeof(line) - 1)
			line[length++] = c;
		return written;
	}
	line[length] = 0;
	length = 0;
	hear(line);
	return written;
}
