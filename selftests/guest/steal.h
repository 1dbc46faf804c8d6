/* SPDX-License-Identifier: GPL-2.0-only */
/* The steal time of a CPU, as the host writes it, by kvmoc_steal.ko. */
#ifndef GUEST_STEAL_H
#define GUEST_STEAL_H

#include <stdint.h>
#include <asm/kvm_para.h>

/* Option -opt has given the path of the device. */
const volatile struct kvm_steal_time *map_steal_time(char opt, const char *path, unsigned int cpu);
/* The clock in ns, by the protocol that the host writes it with. */
uint64_t read_steal_ns(const volatile struct kvm_steal_time *steal_time);

#endif
