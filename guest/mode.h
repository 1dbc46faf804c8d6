/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVMOC_MODE_H
#define KVMOC_MODE_H

/**
 * enum kvmoc_mode - how flushes of other CPUs are done
 * @KVMOC_MODE_OFF: by IPI, as without the module
 * @KVMOC_MODE_ALWAYS: by hypercall
 * @KVMOC_MODE_ADAPTIVE: a CPU that is not in the guest is left a note; the rest
 *	gets a hypercall; or IPIs, while none has to wait and these are faster
 * @KVMOC_MODE_WITHDRAWN: what becomes of the two when the host takes the
 *	hypercall back: as off
 */
enum kvmoc_mode {
	KVMOC_MODE_OFF,
	KVMOC_MODE_ALWAYS,
	KVMOC_MODE_ADAPTIVE,
	KVMOC_MODE_WITHDRAWN,
};

int kvmoc_mode_init(void);
void kvmoc_mode_deinit(void);
enum kvmoc_mode kvmoc_mode(void);
void kvmoc_mode_withdraw(enum kvmoc_mode from, long error);

#endif
