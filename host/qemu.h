/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_QEMU_H
#define OVC_QEMU_H

#include <stdbool.h>
#include <stddef.h>

#define OVC_NAME_SIZE	64

/* PV features that QEMU gives "-cpu host" by default; other models get some of them. */
enum ovc_feature {
	OVC_STEAL_TIME,
	OVC_PV_UNHALT,
	OVC_PV_TLB_FLUSH,
	OVC_PV_SCHED_YIELD,
	OVC_NR_FEATURES,
};

extern const char * const ovc_feature_names[OVC_NR_FEATURES];

/* What a QEMU command line says of CPUs. Names are escaped. */
struct ovc_qemu {
	bool is_qemu;
	bool replaced;		/* its executable is no longer that on the disk */
	bool host_model;
	bool migratable;
	bool dedicated;
	bool cpu_pm;
	bool features[OVC_NR_FEATURES];
	char name[OVC_NAME_SIZE];
	char model[OVC_NAME_SIZE];
};

/* @text: arguments that end with a NUL each, in @len bytes with another NUL behind */
void ovc_qemu_parse(struct ovc_qemu *qemu, const char *text, size_t len);

#endif
