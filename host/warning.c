// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knob.h"
#include "mechanism.h"
#include "warning.h"

__attribute__((format(printf, 5, 6)))
static void warn(struct ovc_warnings *warnings, const char *code, const struct ovc_vm *vm,
		 const char *remedy, const char *format, ...)
{
	struct ovc_warning *list;
	va_list args;

	list = realloc(warnings->list, (warnings->nr + 1) * sizeof(*list));
	if (!list)
		return;
	warnings->list = list;
	list += warnings->nr++;
	list->code = code;
	list->vm = vm;
	list->remedy = remedy;
	va_start(args, format);
	vsnprintf(list->text, sizeof(list->text), format, args);
	va_end(args);
}

/* Not a number is not more than 1: what is not known is not warned of. */
static bool overcommitted(const struct ovc_vm *vm)
{
	return vm->overcommit > 1;
}

/*
 * A guest that takes its CPUs for its own uses no PV spinlocks, TLB flushes or yields:
 * Linux looks at this hint for each of them. With cpu-pm a guest halts without an exit,
 * so that KVM takes PV spinlocks away from it, and Linux uses no flushes and yields where
 * it has MWAIT.
 */
static void check_dedicated(struct ovc_warnings *warnings, const struct ovc_vm *vm)
{
	if (vm->qemu.dedicated)
		warn(warnings, "dedicated", vm, "start it without kvm-hint-dedicated",
		     "kvm-hint-dedicated with %.2f vCPUs a CPU: its guest uses no PV locks, flushes, yields",
		     vm->overcommit);
	if (vm->qemu.cpu_pm)
		warn(warnings, "cpu-pm", vm, "start it with -overcommit cpu-pm=off",
		     "cpu-pm=on with %.2f vCPUs a CPU: idle vCPUs keep their CPUs, no PV locks, flushes, yields",
		     vm->overcommit);
}

/*
 * With kvm=off QEMU leaves out the CPUID leaves with KVM's signature and features, whatever
 * features are named. With hypervisor=off they are there, and Linux does not look: it
 * takes a CPU without that bit for a real one. What Hyper-V's leaves offer is not KVM's.
 */
static void check_hidden(struct ovc_warnings *warnings, const struct ovc_vm *vm)
{
	if (vm->qemu.no_kvm)
		warn(warnings, "hidden", vm,
		     "start it without kvm=off: in libvirt, without <hidden state='on'/>",
		     "kvm=off with %.2f vCPUs a CPU: its guest has none of KVM's PV locks, flushes, yields, steal time",
		     vm->overcommit);
	if (vm->qemu.no_hypervisor)
		warn(warnings, "hidden", vm, "start it without hypervisor=off, or -hypervisor",
		     "hypervisor=off with %.2f vCPUs a CPU: its guest looks for none of KVM's PV locks, flushes, yields, steal time",
		     vm->overcommit);
}

/* All features' names fit. */
#define LIST_SIZE	160

static void append(char *list, const char *name)
{
	size_t len = strlen(list);

	snprintf(list + len, LIST_SIZE - len, "%s%s", len ? ", " : "", name);
}

static void check_features(struct ovc_warnings *warnings, const struct ovc_vm *vm)
{
	char missing[LIST_SIZE] = "", unknown[LIST_SIZE] = "";

	/* The model is known from the command line only, and has to be QEMU's. */
	if (!vm->qemu.is_qemu || !overcommitted(vm) || ovc_vm_size(vm) < 2)
		return;
	for (int i = 0; i < OVC_NR_FEATURES; i++) {
		if (vm->qemu.features[i])
			continue;
		append(ovc_qemu_lacks(&vm->qemu, i) ? unknown : missing, ovc_feature_names[i]);
	}
	if (*unknown)
		warn(warnings, "old-qemu", vm, "start it with a newer QEMU, and with -cpu host",
		     "its QEMU, %u.%u, is too old for %s", vm->qemu.version / 100,
		     vm->qemu.version % 100, unknown);
	if (*missing)
		warn(warnings, "features", vm,
		     "start it with -cpu host, or add them to its -cpu, as in NAME=on",
		     "-cpu %s does not give its guest %s", vm->qemu.model, missing);
}

static void check_hypercall(struct ovc_warnings *warnings, const struct ovc_vm *vm)
{
	uint64_t value;

	if (ovc_knob_read(ovc_knob_find("kvm.hc_flush_tlb"), &value) || !value)
		return;
	if (vm->qemu.is_qemu && ovc_vm_size(vm) > 1 &&
	    !(vm->qemu.host_model && !vm->qemu.migratable))
		warn(warnings, "not-passed", vm, "start it with -cpu host,migratable=off",
		     "kvm.hc_flush_tlb=1, but QEMU passes on features it has a name for only");
}

static void check_vm(struct ovc_warnings *warnings, const struct ovc_vm *vm)
{
	/* Whoever need not share CPUs needs none of what these lose. */
	if (overcommitted(vm)) {
		check_dedicated(warnings, vm);
		check_hidden(warnings, vm);
	}
	check_features(warnings, vm);
	check_hypercall(warnings, vm);
	if (vm->qemu.replaced)
		warn(warnings, "replaced-qemu", vm,
		     "start it again, or migrate it, for the new one",
		     "its QEMU has been replaced on disk since it was started");
}

static void check_ple(struct ovc_warnings *warnings, const struct ovc_host *host)
{
	char detail[160];

	if (ovc_ple(detail, sizeof(detail)) != OVC_OFF)
		return;
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		if (!overcommitted(host->vms[i]) || ovc_vm_size(host->vms[i]) < 2)
			continue;
		warn(warnings, "ple-off", NULL,
		     "load the module without that parameter, if the CPU has the feature",
		     "PLE is off (%s): vCPUs spin for those that do not run", detail);
		return;
	}
}

void ovc_warnings_collect(struct ovc_warnings *warnings, const struct ovc_host *host)
{
	memset(warnings, 0, sizeof(*warnings));
	check_ple(warnings, host);
	for (unsigned int i = 0; i < host->nr_vms; i++)
		check_vm(warnings, host->vms[i]);
}

void ovc_warnings_free(struct ovc_warnings *warnings)
{
	free(warnings->list);
}
