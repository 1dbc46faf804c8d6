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
	int program_error;	/* why that, and its version, cannot be told: an errno */
	bool host_model;
	bool migratable;
	bool dedicated;
	bool no_kvm;		/* kvm=off: no CPUID leaves of KVM's */
	bool no_hypervisor;	/* hypervisor=off: CPUID does not say that there is one */
	bool cpu_pm;
	bool features[OVC_NR_FEATURES];
	bool named[OVC_NR_FEATURES];	/* on the command line, not by the model */
	unsigned int machine;		/* the version of its machine type, 0 if it has none */
	unsigned int version;		/* that of QEMU, 0 if it is not known */
	char name[OVC_NAME_SIZE];
	char model[OVC_NAME_SIZE];
};

/* @text: arguments that end with a NUL each, in @len bytes with another NUL behind */
void ovc_qemu_parse(struct ovc_qemu *qemu, const char *text, size_t len);

/* "5.2", whatever follows, as 502; 0 if it is no version. */
unsigned int ovc_qemu_version(const char *text);

/*
 * @program is where its link says that it is, @installed the version of the package that it
 * is of, 0 if it is of none. What it is too old for it does not give its guest by default.
 */
void ovc_qemu_judge(struct ovc_qemu *qemu, const char *program, unsigned int installed);

/* Does it lack that, for all that is known of its version? */
bool ovc_qemu_lacks(const struct ovc_qemu *qemu, enum ovc_feature feature);

#endif
