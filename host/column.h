/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_COLUMN_H
#define OVC_COLUMN_H

#include "vm.h"

/*
 * What "top" shows of a VM, and of a vCPU where that is known. This table is what the
 * live view, the text, JSON and CSV are made from.
 */
struct ovc_column {
	const char *name;		/* in JSON and CSV, and to sort by */
	const char *head;
	int width;
	int digits;
	/* NaN if it is not known. */
	double (*of_vm)(const struct ovc_column *column, const struct ovc_vm *vm);
	double (*of_vcpu)(const struct ovc_column *column, const struct ovc_vm *vm,
			  const struct ovc_vcpu *vcpu);
	/* What is summed up, as masks of enum ovc_counter and, if those are not known, ovc_event */
	unsigned int counters;
	unsigned int events;
};

extern const struct ovc_column ovc_columns[];
extern const unsigned int ovc_nr_columns;

/* By its name; NULL if there is none. */
const struct ovc_column *ovc_column_find(const char *name);

/* Largest first, what is not known last. */
void ovc_host_sort(struct ovc_host *host, const struct ovc_column *column, bool reverse);

/*
 * Rows as text, from the column @first on: the heads, a VM, a vCPU. They are cut to
 * @size.
 */
void ovc_row_heads(char *buf, size_t size, unsigned int first);
void ovc_row_vm(const struct ovc_vm *vm, char *buf, size_t size, unsigned int first);
void ovc_row_vcpu_heads(char *buf, size_t size, unsigned int first);
void ovc_row_vcpu(const struct ovc_vm *vm, const struct ovc_vcpu *vcpu, char *buf,
		  size_t size, unsigned int first);

#endif
