// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "json.h"
#include "missing.h"
#include "view.h"

void ovc_view_print(const struct ovc_view *view, struct ovc_host *host)
{
	const struct ovc_vm *detail = NULL;
	struct ovc_missing missing;
	char row[512];

	ovc_host_sort(host, view->sort, view->reverse);
	ovc_row_heads(row, sizeof(row), 0);
	puts(row);
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		ovc_row_vm(host->vms[i], row, sizeof(row), 0);
		puts(row);
	}

	if (view->detail[0])
		detail = ovc_host_find(host, view->detail);
	if (detail) {
		ovc_row_vcpu_heads(row, sizeof(row), 0);
		printf("\n%s: %s\n%s\n", detail->id, detail->qemu.name, row);
		for (unsigned int i = 0; i < detail->nr_vcpus; i++) {
			ovc_row_vcpu(detail, &detail->vcpus[i], row, sizeof(row), 0);
			puts(row);
		}
	}

	ovc_missing_top(&missing, host);
	for (unsigned int i = 0; i < missing.nr; i++)
		printf("missing: %s\n", missing.lines[i]);
	putchar('\n');
	fflush(stdout);
}

static json_t *vcpu_json(const struct ovc_vm *vm, const struct ovc_vcpu *vcpu)
{
	json_t *json = json_pack("{s:i, s:i, s:o, s:o}", "vcpu", vcpu->id, "tid", vcpu->tid,
				 "cpu", vcpu->last_cpu < 0 ? json_null() :
				 json_integer(vcpu->last_cpu), "may_use",
				 vcpu->allowed_list[0] ? json_string(vcpu->allowed_list) :
				 json_null());

	for (unsigned int i = 0; i < ovc_nr_columns; i++) {
		const struct ovc_column *column = &ovc_columns[i];

		if (column->of_vcpu)
			json_object_set_new(json, column->name,
					    ovc_json_number(column->of_vcpu(column, vm, vcpu)));
	}
	return json;
}

static json_t *vm_json(const struct ovc_vm *vm)
{
	json_t *json = json_pack("{s:s, s:s, s:i, s:o}", "id", vm->id, "name", vm->qemu.name,
				 "pid", vm->pid, "seconds", ovc_json_number(vm->now_ns / 1e9));
	json_t *threads = json_array();

	for (unsigned int i = 0; i < ovc_nr_columns; i++) {
		const struct ovc_column *column = &ovc_columns[i];

		json_object_set_new(json, column->name,
				    ovc_json_number(column->of_vm(column, vm)));
	}
	for (unsigned int i = 0; i < vm->nr_vcpus; i++)
		json_array_append_new(threads, vcpu_json(vm, &vm->vcpus[i]));
	json_object_set_new(json, "threads", threads);
	return json;
}

void ovc_view_print_json(const struct ovc_view *view, struct ovc_host *host)
{
	json_t *json = json_object(), *vms = json_array(), *lines = json_array();
	struct ovc_missing missing;

	ovc_host_sort(host, view->sort, view->reverse);
	for (unsigned int i = 0; i < host->nr_vms; i++)
		json_array_append_new(vms, vm_json(host->vms[i]));
	json_object_set_new(json, "vms", vms);
	ovc_missing_top(&missing, host);
	for (unsigned int i = 0; i < missing.nr; i++)
		json_array_append_new(lines, json_string(missing.lines[i]));
	json_object_set_new(json, "missing", lines);
	/* One refresh is one line. */
	ovc_json_print(json, JSON_COMPACT);
	json_decref(json);
	fflush(stdout);
}
