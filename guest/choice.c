// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which is faster while no vCPU has to wait, an IPI or a hypercall?
 *
 * That depends on the host: whether sending an IPI takes an exit at all (AVIC, IPI
 * virtualization), and a quick one; on how many targets there are, as IPIs may
 * take an exit for each; and on how many addresses are flushed. No bit of CPUID
 * tells, and a guest may be migrated, so each CPU measures what it does: a bandit
 * with two arms. Both are tried some times, then the faster one is taken, and the
 * other now and then, to notice when that is so no longer.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "choice.h"

/* Each is tried so often before one is preferred. */
#define TRIALS		16

/* The other one has one call of so many, a power of two. */
#define SHARE_BITS	6

/* A mean is that of about so many calls, the last ones counting most. */
#define WINDOW		32

/* 1, 2 to 3, 4 to 7 targets and so on, the last for all that are more. */
#define NR_SIZES	8

/* What is flushed: everything, one address, or several. */
static const char * const kind_names[] = { "all", "address", "addresses" };

#define NR_KINDS	ARRAY_SIZE(kind_names)

enum arm { ARM_IPI, ARM_HYPERCALL, NR_ARMS };

struct bandit {
	/* In cycles of the TSC */
	u64 mean[NR_ARMS];
	unsigned int nr[NR_ARMS];
};

struct bandits {
	struct bandit of[NR_SIZES][NR_KINDS];
};

static DEFINE_PER_CPU(struct bandits, bandits);

enum uncontended {
	UNCONTENDED_AUTO,
	UNCONTENDED_HYPERCALL,
	UNCONTENDED_IPI,
};

static const char * const uncontended_names[] = {
	[UNCONTENDED_AUTO] = "auto",
	[UNCONTENDED_HYPERCALL] = "hypercall",
	[UNCONTENDED_IPI] = "ipi",
};

static enum uncontended uncontended;

static int uncontended_set(const char *val, const struct kernel_param *kp)
{
	int choice = sysfs_match_string(uncontended_names, val);

	if (choice < 0) {
		pr_err("uncontended is 'auto', 'hypercall' or 'ipi'\n");
		return choice;
	}
	WRITE_ONCE(uncontended, choice);

	return 0;
}

static int uncontended_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n",
			  uncontended_names[READ_ONCE(uncontended)]);
}

static const struct kernel_param_ops uncontended_ops = {
	.set = uncontended_set,
	.get = uncontended_get,
};

module_param_cb(uncontended, &uncontended_ops, NULL, 0644);
MODULE_PARM_DESC(uncontended,
		 "in mode adaptive, while no vCPU has to wait: hypercall, ipi, or auto for what has been faster (default)");

/*
 * By a thirty-second at least: if there is nothing in it, a hypercall it is, as a
 * target of that may as well be preempted.
 */
static bool is_ipi_better(const struct bandit *b)
{
	u64 ipi = b->mean[ARM_IPI];
	bool better = ipi + ipi / 32 <= b->mean[ARM_HYPERCALL];

	if (b->nr[ARM_IPI] < TRIALS || b->nr[ARM_HYPERCALL] < TRIALS)
		return b->nr[ARM_IPI] < b->nr[ARM_HYPERCALL];

	/* Not every so many calls: a program's may have a period, too. */
	return hash_64(rdtsc(), SHARE_BITS) ? better : !better;
}

/**
 * kvmoc_choice_make - choose between IPIs and a hypercall, if nobody has to wait
 * @choice: filled in
 * @targets: number of CPUs to flush, more than 0
 * @addresses: number of addresses to flush, 0 if it is all of them
 *
 * Context: the flush path, preemption disabled and never in an interrupt: until
 * kvmoc_choice_learn(), nobody else comes to this CPU's bandits.
 */
void kvmoc_choice_make(struct kvmoc_choice *choice, unsigned int targets,
		       u64 addresses)
{
	unsigned int kind = min_t(u64, addresses, NR_KINDS - 1);
	unsigned int size = min(fls(targets), NR_SIZES) - 1;

	switch (READ_ONCE(uncontended)) {
	case UNCONTENDED_HYPERCALL:
		break;
	case UNCONTENDED_IPI:
		choice->ipi = true;
		break;
	default:
		choice->about = &this_cpu_ptr(&bandits)->of[size][kind];
		choice->ipi = is_ipi_better(choice->about);
	}
}

/**
 * kvmoc_choice_learn - tell how long the flush has taken
 * @choice: what has been chosen, if anything
 * @cycles: of the TSC
 *
 * Context: as above.
 */
void kvmoc_choice_learn(const struct kvmoc_choice *choice, u64 cycles)
{
	enum arm arm = choice->ipi ? ARM_IPI : ARM_HYPERCALL;
	struct bandit *b = choice->about;

	if (!b)
		return;

	/* Once in a while the sender loses its CPU: that says nothing. */
	if (b->nr[arm])
		cycles = min(cycles, 4 * b->mean[arm]);

	if (b->nr[arm] < WINDOW)
		b->nr[arm]++;
	b->mean[arm] += div_s64((s64)(cycles - b->mean[arm]), b->nr[arm]);
}

static void show_bandit(struct seq_file *m, int cpu, unsigned int size,
			unsigned int kind)
{
	const struct bandit *b = &per_cpu(bandits, cpu).of[size][kind];

	if (!READ_ONCE(b->nr[ARM_IPI]) && !READ_ONCE(b->nr[ARM_HYPERCALL]))
		return;

	seq_printf(m, "%d %u %s %llu %llu\n", cpu, 1U << size,
		   kind_names[kind],
		   READ_ONCE(b->mean[ARM_IPI]),
		   READ_ONCE(b->mean[ARM_HYPERCALL]));
}

/**
 * kvmoc_choice_show - print what has been learned
 * @m: where to
 * @unused: as DEFINE_SHOW_ATTRIBUTE() wants it
 *
 * A line for each CPU, least number of targets and kind of flush that has been
 * seen: what it takes by IPI and by hypercall, in cycles of the TSC, 0 if that has
 * not been tried.
 *
 * Context: process context. Read while it is written.
 */
int kvmoc_choice_show(struct seq_file *m, void *unused)
{
	unsigned int size, kind;
	int cpu;

	seq_puts(m, "cpu targets_from flush ipi_cycles hypercall_cycles\n");
	for_each_possible_cpu(cpu) {
		for (size = 0; size < NR_SIZES; size++) {
			for (kind = 0; kind < NR_KINDS; kind++)
				show_bandit(m, cpu, size, kind);
		}
	}

	return 0;
}
