// SPDX-License-Identifier: GPL-2.0-only
/* VMs and vCPUs as rows of text, and in which order. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "column.h"

struct row {
	char *buf;
	size_t size, len;
};

/* What does not fit is left out, and it is no error. */
__attribute__((format(printf, 2, 3)))
static void append(struct row *row, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(row->buf + row->len, row->size - row->len, format, args);
	va_end(args);
	if (n > 0)
		row->len += n;
	if (row->len >= row->size)
		row->len = row->size - 1;
}

/* A width has a blank in it, which is there also before what is wider. */
static void append_text(struct row *row, const struct ovc_column *column, const char *text)
{
	append(row, " %*s", column->width - 1, text);
}

static void append_number(struct row *row, const struct ovc_column *column, double value)
{
	if (isnan(value))
		append_text(row, column, "-");
	else
		append(row, " %*.*f", column->width - 1, column->digits, value);
}

void ovc_row_heads(char *buf, size_t size, unsigned int first)
{
	struct row row = { buf, size, 0 };

	append(&row, "%-14s %-20s", "VM", "NAME");
	for (unsigned int i = first; i < ovc_nr_columns; i++)
		append_text(&row, &ovc_columns[i], ovc_columns[i].head);
}

void ovc_row_vm(const struct ovc_vm *vm, char *buf, size_t size, unsigned int first)
{
	struct row row = { buf, size, 0 };

	append(&row, "%-14s %-20.20s", vm->id, vm->qemu.name);
	for (unsigned int i = first; i < ovc_nr_columns; i++)
		append_number(&row, &ovc_columns[i], ovc_columns[i].of_vm(&ovc_columns[i], vm));
}

void ovc_row_vcpu_heads(char *buf, size_t size, unsigned int first)
{
	struct row row = { buf, size, 0 };

	append(&row, "  %5s %8s %5s", "VCPU", "TID", "CPU");
	for (unsigned int i = first; i < ovc_nr_columns; i++) {
		if (ovc_columns[i].of_vcpu)
			append_text(&row, &ovc_columns[i], ovc_columns[i].head);
	}
	append(&row, "  MAY USE");
}

void ovc_row_vcpu(const struct ovc_vm *vm, const struct ovc_vcpu *vcpu, char *buf,
		  size_t size, unsigned int first)
{
	struct row row = { buf, size, 0 };

	append(&row, "  %5d %8d ", vcpu->id, vcpu->tid);
	if (vcpu->last_cpu < 0)
		append(&row, "%5s", "-");
	else
		append(&row, "%5d", vcpu->last_cpu);
	for (unsigned int i = first; i < ovc_nr_columns; i++) {
		if (ovc_columns[i].of_vcpu)
			append_number(&row, &ovc_columns[i],
				      ovc_columns[i].of_vcpu(&ovc_columns[i], vm, vcpu));
	}
	append(&row, "  %s", vcpu->allowed_list[0] ? vcpu->allowed_list : "-");
}

struct key {
	double value;
	struct ovc_vm *vm;
};

static int by_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (isnan(x->value) != isnan(y->value))
		return isnan(x->value) ? 1 : -1;
	if (x->value != y->value && !isnan(x->value))
		return x->value > y->value ? -1 : 1;
	return ovc_vm_compare(x->vm, y->vm);
}

void ovc_host_sort(struct ovc_host *host, const struct ovc_column *column, bool reverse)
{
	struct key *keys = calloc(host->nr_vms + 1, sizeof(*keys));

	if (!keys)
		return;
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		keys[i].vm = host->vms[i];
		keys[i].value = column->of_vm(column, host->vms[i]);
		if (reverse)
			keys[i].value = -keys[i].value;
	}
	qsort(keys, host->nr_vms, sizeof(*keys), by_key);
	for (unsigned int i = 0; i < host->nr_vms; i++)
		host->vms[i] = keys[i].vm;
	free(keys);
}
