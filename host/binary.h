/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_BINARY_H
#define OVC_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "stat.h"

struct ovc_vm;

/* KVM's statistics of one vCPU. */
struct ovc_binary {
	int fd;
	/* Where they are in the file; 0 if the kernel does not count that. */
	uint32_t offsets[OVC_NR_COUNTERS];
	uint32_t first, end;	/* the part that has all of them */
	struct ovc_values now, then;
};

/* Have them found from now on. A recorded host has none. */
void ovc_binary_want(void);

void ovc_binary_init(struct ovc_binary *binary);

/*
 * Get hold of those of the vCPUs of @vm that are known, as far as its process has them open,
 * and this one may have them, too. If not, vm->binary_error says why: an errno, EOPNOTSUPP
 * if this kernel is too old, ENOENT if they are not open.
 */
void ovc_binary_find(struct ovc_vm *vm);
void ovc_binary_read(struct ovc_binary *binary);
void ovc_binary_close(struct ovc_binary *binary);

#endif
