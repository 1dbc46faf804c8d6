/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types that fields of KVM's and the scheduler's events have, for bpftrace on a kernel that
 * has no BTF to look them up in.
 */
typedef _Bool bool;
typedef int pid_t;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
