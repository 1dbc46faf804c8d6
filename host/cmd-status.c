// SPDX-License-Identifier: GPL-2.0-only
/* status: what the host has, what its VMs use, and what is wrong. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "mechanism.h"
#include "missing.h"
#include "options.h"
#include "privilege.h"
#include "root.h"
#include "sample.h"
#include "text.h"
#include "use.h"
#include "verb.h"
#include "warning.h"

static int check;

static const struct poptOption options[] = {
	{ "check", 'c', POPT_ARG_NONE, &check, 0, "Exit with 5 if there is a warning", NULL },
	OVC_COMMON_OPTIONS
};

struct status {
	char kernel[128];
	struct ovc_mechanism mechanisms[OVC_MAX_MECHANISMS];
	unsigned int nr_mechanisms;
	char siblings[512];	/* the scheduler's counters; empty if there are none */
	struct ovc_host host;
	struct ovc_warnings warnings;
	struct ovc_missing missing;
};

/* The scheduler's counters; 0, or an errno and an empty text. */
static int read_siblings(char *text, size_t size)
{
	int sched = ovc_debugfs(OVC_DEBUGFS_SCHED);
	ssize_t len = sched < 0 ? sched : ovc_read_at(sched, "siblings", text, size);

	if (len > 0)
		return 0;
	*text = '\0';
	return len ? -len : EINVAL;
}

static void collect(struct status *status)
{
	char text[128];
	int error;

	strcpy(status->kernel, "unknown");
	if (ovc_root_read("/proc/sys/kernel/osrelease", text, sizeof(text)) > 0) {
		text[strcspn(text, "\n")] = '\0';
		ovc_escape(status->kernel, sizeof(status->kernel), text);
	}
	status->nr_mechanisms = ovc_mechanisms(status->mechanisms);
	error = read_siblings(status->siblings, sizeof(status->siblings));
	ovc_host_scan(&status->host);
	ovc_host_refresh(&status->host);
	ovc_warnings_collect(&status->warnings, &status->host);
	ovc_missing_collect(&status->missing, &status->host);
	ovc_missing_siblings(&status->missing, error);
	ovc_missing_programs(&status->missing, &status->host);
}

/* The next of the scheduler's counters, "name number"; false at the end. */
static bool next_sibling(const char **at, char *name, size_t size, uint64_t *ret)
{
	size_t len = strcspn(*at, " \n");
	char raw[64];

	if (!len || len >= sizeof(raw))
		return false;
	memcpy(raw, *at, len);
	raw[len] = '\0';
	ovc_escape(name, size, raw);
	*at = ovc_next_u64(*at + len, ret);
	if (!*at || **at != '\n')
		return false;
	++*at;
	return true;
}

static void print_vm(const struct ovc_vm *vm)
{
	char over[16] = "-", cpus[16] = "-", uses[512];

	if (!isnan(vm->overcommit))
		snprintf(over, sizeof(over), "%.2f", vm->overcommit);
	if (vm->nr_cpus)
		snprintf(cpus, sizeof(cpus), "%u", vm->nr_cpus);
	ovc_use_text(vm, uses, sizeof(uses));
	printf("  %-14s %-20.20s %5u %5s %6s  %s\n", vm->id, vm->qemu.name, ovc_vm_size(vm), cpus,
	       over, uses);
}

static void print(const struct status *status)
{
	const char *at = status->siblings;
	char name[64];
	uint64_t value;

	printf("kernel %s, %u CPUs\n\n", status->kernel, status->host.nr_online);
	for (unsigned int i = 0; i < status->nr_mechanisms; i++) {
		const struct ovc_mechanism *mechanism = &status->mechanisms[i];

		printf("  %-29s %-11s %s\n", mechanism->what,
		       ovc_state_name(mechanism->state), mechanism->detail);
	}
	if (*at)
		printf("\nvCPUs kept apart by the scheduler:");
	while (next_sibling(&at, name, sizeof(name), &value))
		printf(" %s %" PRIu64, name, value);
	if (*status->siblings)
		putchar('\n');

	if (status->host.nr_vms)
		printf("\n  %-14s %-20s %5s %5s %6s  %s\n", "VM", "NAME", "VCPUS", "CPUS",
		       "OVER", "ITS GUEST USES");
	else
		puts("\nno VMs");
	for (unsigned int i = 0; i < status->host.nr_vms; i++)
		print_vm(status->host.vms[i]);

	for (unsigned int i = 0; i < status->warnings.nr; i++) {
		const struct ovc_warning *warning = &status->warnings.list[i];

		printf("%swarning: %s%s%s\n         remedy: %s\n", i ? "" : "\n",
		       warning->vm ? warning->vm->id : "", warning->vm ? ": " : "",
		       warning->text, warning->remedy);
	}
	for (unsigned int i = 0; i < status->missing.nr; i++)
		printf("%smissing: %s\n", i ? "" : "\n", status->missing.lines[i]);
}

static json_t *vm_json(const struct ovc_vm *vm)
{
	json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:o, s:o}", "id", vm->id,
				 "name", vm->qemu.name, "pid", vm->pid,
				 "vcpus", ovc_vm_size(vm),
				 "cpus", vm->nr_cpus ? json_integer(vm->nr_cpus) : json_null(),
				 "over", ovc_json_number(vm->overcommit));
	json_t *counters = json_object();

	for (int i = 0; i < OVC_NR_COUNTERS; i++)
		json_object_set_new(counters, ovc_counter_name(i), vm->stats.now.known[i] ?
				    json_integer(vm->stats.now.values[i]) : json_null());
	json_object_set_new(json, "counters", counters);
	return json;
}

static json_t *siblings_json(const char *at)
{
	json_t *json = *at ? json_object() : json_null();
	char name[64];
	uint64_t value;

	while (next_sibling(&at, name, sizeof(name), &value))
		json_object_set_new(json, name, json_integer(value));
	return json;
}

static void print_json(const struct status *status)
{
	json_t *json = json_object(), *list = json_array(), *item;

	json_object_set_new(json, "kernel", json_string(status->kernel));
	json_object_set_new(json, "cpus", json_integer(status->host.nr_online));
	for (unsigned int i = 0; i < status->nr_mechanisms; i++) {
		const struct ovc_mechanism *mechanism = &status->mechanisms[i];

		item = json_pack("{s:s, s:s, s:s, s:s}", "name", mechanism->name,
				 "what", mechanism->what,
				 "state", ovc_state_name(mechanism->state),
				 "detail", mechanism->detail);
		json_array_append_new(list, item);
	}
	json_object_set_new(json, "mechanisms", list);
	json_object_set_new(json, "siblings", siblings_json(status->siblings));

	list = json_array();
	for (unsigned int i = 0; i < status->host.nr_vms; i++)
		json_array_append_new(list, vm_json(status->host.vms[i]));
	json_object_set_new(json, "vms", list);

	list = json_array();
	for (unsigned int i = 0; i < status->warnings.nr; i++) {
		const struct ovc_warning *warning = &status->warnings.list[i];

		item = json_pack("{s:s, s:s?, s:s, s:s}", "code", warning->code,
				 "vm", warning->vm ? warning->vm->id : NULL,
				 "text", warning->text, "remedy", warning->remedy);
		json_array_append_new(list, item);
	}
	json_object_set_new(json, "warnings", list);

	list = json_array();
	for (unsigned int i = 0; i < status->missing.nr; i++)
		json_array_append_new(list, json_string(status->missing.lines[i]));
	json_object_set_new(json, "missing", list);
	ovc_json_print(json, JSON_INDENT(2));
	json_decref(json);
}

int ovc_cmd_status(int argc, const char **argv)
{
	poptContext context = ovc_options_parse(argc, argv, options, NULL);
	static struct status status;
	int rc;

	if (!context)
		return OVC_USAGE;
	poptFreeContext(context);
	rc = ovc_privilege_drop(OVC_SEE_PROGRAMS);
	if (rc)
		return rc;
	collect(&status);
	if (ovc_json())
		print_json(&status);
	else
		print(&status);
	rc = check && status.warnings.nr ? OVC_WARNED : OVC_DONE;
	ovc_warnings_free(&status.warnings);
	ovc_host_free(&status.host);
	return rc;
}
