// SPDX-License-Identifier: GPL-2.0-only
/* Looks at the page of /dev/kvm_overcommit, and tries what it must not allow. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "steal.h"
#include "vcpu-page.h"

#define NSEC_PER_MSEC	1000000ULL
#define NOBODY		65534
#define EXIT_ALLOWED	1
/* Stays of a vCPU, inside and outside each, that are enough to compare. */
#define ENOUGH_STAYS	200
/* Looks at an entry, 1 ms apart, until its two states have to have been one. */
#define LOOKS		1000

static struct vcpu_page page;

static void *map(int flags, int prot, size_t bytes, off_t offset, int sharing)
{
	int fd = open(VCPU_DEVICE, flags);
	void *at;

	if (fd < 0)
		die_errno("cannot open %s", VCPU_DEVICE);
	at = mmap(NULL, bytes, prot, sharing, fd, offset);
	close(fd);
	return at;
}

static bool open_as_nobody(void)
{
	if (setuid(NOBODY))
		die_errno("cannot become nobody");
	return open(VCPU_DEVICE, O_RDONLY) >= 0;
}

static bool open_to_write(void)
{
	return open(VCPU_DEVICE, O_RDWR) >= 0;
}

static bool map_to_write(void)
{
	return map(O_RDONLY, PROT_READ | PROT_WRITE, page.bytes, 0, MAP_SHARED) != MAP_FAILED;
}

static bool map_private_to_write(void)
{
	return map(O_RDONLY, PROT_READ | PROT_WRITE, page.bytes, 0, MAP_PRIVATE) != MAP_FAILED;
}

static bool map_too_much(void)
{
	return map(O_RDONLY, PROT_READ, page.bytes + PAGE_BYTES, 0, MAP_SHARED) != MAP_FAILED;
}

static bool map_behind(void)
{
	return map(O_RDONLY, PROT_READ, PAGE_BYTES, page.bytes, MAP_SHARED) != MAP_FAILED;
}

static bool make_writable(void)
{
	return !mprotect((void *)page.base, page.bytes, PROT_READ | PROT_WRITE);
}

static bool make_private_writable(void)
{
	void *at = map(O_RDONLY, PROT_READ, page.bytes, 0, MAP_PRIVATE);

	if (at == MAP_FAILED)
		die_errno("cannot map %s", VCPU_DEVICE);
	return !mprotect(at, page.bytes, PROT_READ | PROT_WRITE);
}

static bool grow(void)
{
	return mremap((void *)page.base, page.bytes, 2 * page.bytes, MREMAP_MAYMOVE) != MAP_FAILED;
}

/* What must fail, and with what. */
static const struct attempt {
	const char *name;
	bool (*succeeds)(void);
	int error;
} attempts[] = {
	{ "open-as-nobody", open_as_nobody, EACCES },
	{ "open-to-write", open_to_write, EACCES },
	{ "map-to-write", map_to_write, EACCES },
	{ "map-private-to-write", map_private_to_write, EACCES },
	{ "map-too-much", map_too_much, EINVAL },
	{ "map-behind", map_behind, EINVAL },
	{ "make-writable", make_writable, EACCES },
	{ "make-private-writable", make_private_writable, EACCES },
	{ "grow", grow, EFAULT },
};

static int try(const char *name)
{
	const struct attempt *a;

	for (a = attempts; a < attempts + sizeof(attempts) / sizeof(attempts[0]); a++) {
		if (strcmp(a->name, name))
			continue;
		if (a->succeeds()) {
			printf("%s: was allowed\n", name);
			return EXIT_ALLOWED;
		}
		if (errno != a->error) {
			printf("%s: refused with '%s', and not '%s'\n", name, strerror(errno),
			       strerror(a->error));
			return EXIT_ALLOWED;
		}
		return 0;
	}
	usage_error("-r: there is no attempt '%s'", name);
}

static const char *state_name(unsigned int state)
{
	static const char * const names[] = {
		[KVMOC_VCPU_ABSENT] = "absent",
		[KVMOC_VCPU_RUNNING] = "running",
		[KVMOC_VCPU_PREEMPTED] = "preempted",
		[KVMOC_VCPU_HALTED] = "halted",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

/*
 * The copies and the state are written one after the other, by one whom the host
 * may preempt in between, and the CPU may do something else between two looks.
 */
static struct kvmoc_vcpu_data agreed(unsigned int cpu)
{
	const struct timespec pause = { 0, NSEC_PER_MSEC };
	struct kvmoc_vcpu_data data;
	unsigned int look;

	for (look = 0; look < LOOKS; look++) {
		data = vcpu_page_read(&page, cpu);
		if (data.state == vcpu_page_state(&page, cpu))
			return data;
		nanosleep(&pause, NULL);
	}
	die("CPU %u has two states", cpu);
}

static void list(void)
{
	struct kvmoc_vcpu_data data;
	unsigned int cpu;

	for (cpu = 0; cpu < page.nr_entries; cpu++) {
		data = agreed(cpu);
		if (data.since > now_ns(CLOCK_MONOTONIC))
			die("CPU %u: a state that is to come", cpu);
		printf("%u %s %llu %llu %llu %llu %llu\n", cpu, state_name(data.state),
		       data.preemptions, data.preempted_ns, data.late_wakeups, data.late_ns,
		       data.steal_ns);
	}
}

/* How much of its looks, in percent, find the CPU in a state. */
static void watch(unsigned int cpu, unsigned long ms)
{
	const struct timespec pause = { 0, NSEC_PER_MSEC / 10 };
	uint64_t until = now_ns(CLOCK_MONOTONIC) + ms * NSEC_PER_MSEC;
	unsigned long seen[KVMOC_VCPU_HALTED + 1] = { 0 }, looks = 0;
	unsigned int state;

	while (now_ns(CLOCK_MONOTONIC) < until) {
		state = vcpu_page_state(&page, cpu);
		if (state > KVMOC_VCPU_HALTED)
			die("CPU %u has state %u", cpu, state);
		seen[state]++;
		looks++;
		nanosleep(&pause, NULL);
	}
	for (state = 0; state <= KVMOC_VCPU_HALTED; state++)
		printf("%s %lu\n", state_name(state), seen[state] * 100 / looks);
}

/* All vCPUs have been looked at after this time. */
static bool scanned_since(uint64_t ns)
{
	return __atomic_load_n(&vcpu_page_header(&page)->scanned_ns, __ATOMIC_ACQUIRE) > ns;
}

/*
 * Compares the page with what the host writes for a CPU that is busy: a flag
 * that stands since before a scan, in one stay of the vCPU inside or outside, has
 * to have come out. Each stay is judged once.
 */
static void compare(unsigned int cpu, unsigned long ms)
{
	const volatile struct kvm_steal_time *host =
		map_steal_time('c', "/dev/kvmoc_steal", cpu);
	uint64_t until = now_ns(CLOCK_MONOTONIC) + ms * NSEC_PER_MSEC, since = 0;
	unsigned long right[2] = { 0 }, wrong[2] = { 0 };
	unsigned int version = 0, preempted = 0, state;
	bool judged = false;

	while (now_ns(CLOCK_MONOTONIC) < until &&
	       (right[0] + wrong[0] < ENOUGH_STAYS || right[1] + wrong[1] < ENOUGH_STAYS)) {
		if ((host->preempted & KVM_VCPU_PREEMPTED) != preempted ||
		    host->version != version) {
			version = host->version;
			preempted = host->preempted & KVM_VCPU_PREEMPTED;
			since = now_ns(CLOCK_MONOTONIC);
			judged = false;
			continue;
		}
		if (judged || !scanned_since(since))
			continue;
		state = vcpu_page_state(&page, cpu);
		if ((host->preempted & KVM_VCPU_PREEMPTED) != preempted ||
		    host->version != version)
			continue;
		judged = true;
		if (state == (preempted ? KVMOC_VCPU_PREEMPTED : KVMOC_VCPU_RUNNING))
			right[preempted]++;
		else
			wrong[preempted]++;
	}
	printf("running %lu %lu\npreempted %lu %lu\n", right[0], wrong[0], right[1], wrong[1]);
}

static void print_usage(void)
{
	printf("usage: vcpu-state [-m MS] -l | -H | -r ATTEMPT | -w CPU | -c CPU\n"
	       "  -l  one line for each CPU: number, state, preemptions, their ns, late wakeups,\n"
	       "      their ns, steal clock in ns\n"
	       "  -H  say 'mapped' and hold the page for ever\n"
	       "  -r  try what must be refused, exit %d if it is not\n"
	       "  -w  what percentage of the time a CPU spends in each state\n"
	       "  -c  compare with the host's flag (kvmoc_steal.ko): right and wrong ones\n"
	       "  -m  for how long at most (default 1000)\n",
	       EXIT_ALLOWED);
}

static unsigned int parse_cpu(char opt, const char *text)
{
	return parse_number(opt, text, 0, page.nr_entries - 1);
}

int main(int argc, char **argv)
{
	unsigned long ms = 1000;
	int opt;

	page = map_vcpu_page(VCPU_DEVICE);
	while ((opt = getopt(argc, argv, "c:Hhlm:r:w:")) != -1) {
		switch (opt) {
		case 'c':
			compare(parse_cpu('c', optarg), ms);
			return 0;
		case 'H':
			printf("mapped\n");
			fflush(stdout);
			for (;;)
				pause();
		case 'h':
			print_usage();
			return 0;
		case 'l':
			list();
			return 0;
		case 'm':
			ms = parse_number('m', optarg, 1, 1000000);
			break;
		case 'r':
			return try(optarg);
		case 'w':
			watch(parse_cpu('w', optarg), ms);
			return 0;
		default:
			usage_error("the arguments cannot be used");
		}
	}
	usage_error("there is nothing to do");
}
