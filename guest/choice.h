/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_CHOICE_H
#define KVMOC_CHOICE_H

#include <linux/types.h>

struct seq_file;

/**
 * struct kvmoc_choice - how CPUs are flushed of which none has to wait
 * @about: what is known of such flushes; NULL if there is nothing to choose
 * @ipi: by IPI, and not by hypercall
 */
struct kvmoc_choice {
	struct bandit *about;
	bool ipi;
};

void kvmoc_choice_make(struct kvmoc_choice *choice, unsigned int targets,
		       u64 addresses);
void kvmoc_choice_learn(const struct kvmoc_choice *choice, u64 cycles);
int kvmoc_choice_show(struct seq_file *m, void *unused);

#endif
