// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "top" shows, as CSV. Names of VMs are not in it: they are their users', and a
 * spreadsheet would take some for formulas.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "column.h"
#include "record.h"

static FILE *file;

int ovc_record_open(const char *path)
{
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fputs("seconds,vm,vcpu", file);
	for (unsigned int i = 0; i < ovc_nr_columns; i++)
		fprintf(file, ",%s", ovc_columns[i].name);
	fputc('\n', file);
	return 0;
}

static void write_number(const struct ovc_column *column, double value)
{
	fputc(',', file);
	if (!isnan(value))
		fprintf(file, "%.*f", column->digits, value);
}

static void write_vm(const struct ovc_vm *vm)
{
	double seconds = vm->now_ns / 1e9;

	fprintf(file, "%.2f,%s,", seconds, vm->id);
	for (unsigned int i = 0; i < ovc_nr_columns; i++)
		write_number(&ovc_columns[i], ovc_columns[i].of_vm(&ovc_columns[i], vm));
	fputc('\n', file);

	for (unsigned int j = 0; j < vm->nr_vcpus; j++) {
		fprintf(file, "%.2f,%s,%d", seconds, vm->id, vm->vcpus[j].id);
		for (unsigned int i = 0; i < ovc_nr_columns; i++)
			write_number(&ovc_columns[i], ovc_columns[i].of_vcpu ?
				     ovc_columns[i].of_vcpu(&ovc_columns[i], vm, &vm->vcpus[j]) :
				     NAN);
		fputc('\n', file);
	}
}

void ovc_record_write(const struct ovc_host *host)
{
	if (!file)
		return;
	for (unsigned int i = 0; i < host->nr_vms; i++)
		write_vm(host->vms[i]);
	/* Whoever looks at it while it grows sees whole refreshes. */
	fflush(file);
}

bool ovc_record_close(void)
{
	bool failed;

	if (!file)
		return true;
	failed = ferror(file);
	failed |= fclose(file) != 0;
	file = NULL;
	return !failed;
}
