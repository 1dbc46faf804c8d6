// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "qemu.h"
#include "text.h"

const char * const ovc_feature_names[OVC_NR_FEATURES] = {
	[OVC_STEAL_TIME] = "kvm-steal-time",
	[OVC_PV_UNHALT] = "kvm-pv-unhalt",
	[OVC_PV_TLB_FLUSH] = "kvm-pv-tlb-flush",
	[OVC_PV_SCHED_YIELD] = "kvm-pv-sched-yield",
};

/*
 * The first QEMU that has each, by what libvirt has recorded of their releases
 * (tests/qemucapabilitiesdata), and by the history of target-i386/cpu.c for 1.7. Steal time
 * is older than all that could be met. Those of distributions may have more.
 */
static const unsigned int since[OVC_NR_FEATURES] = {
	[OVC_PV_UNHALT] = 107,
	[OVC_PV_TLB_FLUSH] = 211,
	[OVC_PV_SCHED_YIELD] = 402,
};

unsigned int ovc_qemu_version(const char *text)
{
	uint64_t major, minor;

	if (*text < '0' || *text > '9')
		return 0;
	text = ovc_next_u64(text, &major);
	if (!text || text[0] != '.' || text[1] < '0' || text[1] > '9' ||
	    !ovc_next_u64(text + 1, &minor) || major > 99 || minor > 99)
		return 0;
	return major * 100 + minor;
}

/* "/opt/qemu-4.1.0/bin/qemu-system-x86_64", and the like */
static unsigned int version_in_path(const char *path)
{
	static const char name[] = "qemu-";
	unsigned int version = 0;

	while (!version && (path = strstr(path, name))) {
		path += strlen(name);
		version = ovc_qemu_version(path);
	}
	return version;
}

bool ovc_qemu_lacks(const struct ovc_qemu *qemu, enum ovc_feature feature)
{
	return qemu->version && qemu->version < since[feature];
}

/*
 * A machine type that has a version is of that QEMU or an older one, so that it proves that
 * one is new, and never that it is old: VMs keep theirs for years. Who has named a feature,
 * and it runs, has a QEMU that knows it.
 */
void ovc_qemu_judge(struct ovc_qemu *qemu, const char *program, unsigned int installed)
{
	qemu->version = version_in_path(program);
	if (!qemu->version)
		qemu->version = installed;
	if (qemu->version && qemu->version < qemu->machine)
		qemu->version = qemu->machine;
	for (int i = 0; i < OVC_NR_FEATURES; i++) {
		if (!qemu->named[i] && ovc_qemu_lacks(qemu, i))
			qemu->features[i] = false;
	}
}

/*
 * The next part of a list with commas, in which two of them stand for one. Cuts what
 * does not fit; false at the end.
 */
static bool next_part(const char **list, char *part, size_t size)
{
	const char *at = *list;
	size_t len = 0;

	if (!at)
		return false;
	for (; *at; at++) {
		if (*at == ',') {
			if (at[1] != ',')
				break;
			at++;
		}
		if (len + 1 < size)
			part[len++] = *at;
	}
	part[len] = '\0';
	*list = *at ? at + 1 : NULL;
	return true;
}

/* The value of a boolean property, or of one that is just named. */
static bool truth(const char *value)
{
	return !value || !strcmp(value, "on") || !strcmp(value, "yes") ||
	       !strcmp(value, "true") || !strcmp(value, "y");
}

static void set_property(struct ovc_qemu *qemu, char *part)
{
	char *value = strchr(part, '=');
	bool on;

	if (value)
		*value++ = '\0';
	on = truth(value);
	/* The old way to say it: +name, -name. */
	if (*part == '+' || *part == '-')
		on = *part++ == '+';
	for (char *c = part; *c; c++) {
		if (*c == '_')
			*c = '-';
	}

	if (!strcmp(part, "kvm-hint-dedicated"))
		qemu->dedicated = on;
	else if (!strcmp(part, "kvm"))
		qemu->no_kvm = !on;
	else if (!strcmp(part, "hypervisor"))
		qemu->no_hypervisor = !on;
	else if (!strcmp(part, "migratable"))
		qemu->migratable = on;
	for (int i = 0; i < OVC_NR_FEATURES; i++) {
		if (strcmp(part, ovc_feature_names[i]))
			continue;
		qemu->features[i] = on;
		qemu->named[i] = true;
	}
}

static void parse_cpu(struct ovc_qemu *qemu, const char *list)
{
	char part[128];

	if (!next_part(&list, part, sizeof(part)))
		return;
	ovc_escape(qemu->model, sizeof(qemu->model), part);
	qemu->host_model = !strcmp(part, "host") || !strcmp(part, "max");
	for (int i = 0; i < OVC_NR_FEATURES; i++)
		qemu->features[i] = qemu->host_model || i == OVC_STEAL_TIME;
	memset(qemu->named, 0, sizeof(qemu->named));
	qemu->migratable = true;
	qemu->dedicated = false;
	qemu->no_kvm = false;
	qemu->no_hypervisor = false;
	while (next_part(&list, part, sizeof(part)))
		set_property(qemu, part);
}

/* "pc-q35-5.2", or as the option "type" of a list; others have none. */
static void parse_machine(struct ovc_qemu *qemu, const char *list)
{
	static const char type[] = "type=";
	const char *version;
	char part[128];

	for (bool first = true; next_part(&list, part, sizeof(part)); first = false) {
		if (strncmp(part, type, strlen(type)) && (!first || strchr(part, '=')))
			continue;
		version = strrchr(part, '-');
		qemu->machine = version ? ovc_qemu_version(version + 1) : 0;
	}
}

static void parse_overcommit(struct ovc_qemu *qemu, const char *list)
{
	char part[128];

	while (next_part(&list, part, sizeof(part))) {
		if (!strncmp(part, "cpu-pm", 6) && (!part[6] || part[6] == '='))
			qemu->cpu_pm = truth(part[6] ? part + 7 : NULL);
	}
}

/* Either "-name web1,..." or "-name guest=web1,..." */
static void parse_name(struct ovc_qemu *qemu, const char *list)
{
	static const char guest[] = "guest=";
	char part[256];
	bool first = true;

	for (; next_part(&list, part, sizeof(part)); first = false) {
		if (!strncmp(part, guest, strlen(guest)))
			ovc_escape(qemu->name, sizeof(qemu->name), part + strlen(guest));
		else if (first && !strchr(part, '='))
			ovc_escape(qemu->name, sizeof(qemu->name), part);
	}
}

static bool is_qemu(const char *program)
{
	const char *slash = strrchr(program, '/');

	program = slash ? slash + 1 : program;
	return !strncmp(program, "qemu", 4) || !strcmp(program, "kvm");
}

void ovc_qemu_parse(struct ovc_qemu *qemu, const char *text, size_t len)
{
	const char *end = text + len, *option;

	memset(qemu, 0, sizeof(*qemu));
	qemu->is_qemu = len && is_qemu(text);
	if (!qemu->is_qemu)
		return;

	/* What QEMU takes if nothing is said. */
	parse_cpu(qemu, "qemu64");
	text += strlen(text) + 1;
	while (text < end) {
		option = text;
		text += strlen(text) + 1;
		if (text >= end)
			break;
		if (*option == '-')
			option += option[1] == '-' ? 2 : 1;
		else
			continue;
		if (!strcmp(option, "cpu"))
			parse_cpu(qemu, text);
		else if (!strcmp(option, "machine") || !strcmp(option, "M"))
			parse_machine(qemu, text);
		else if (!strcmp(option, "overcommit"))
			parse_overcommit(qemu, text);
		else if (!strcmp(option, "name"))
			parse_name(qemu, text);
	}
}
