/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_JSON_H
#define OVC_JSON_H

#include <jansson.h>

/* With its newline, to stdout. */
void ovc_json_print(const json_t *json, size_t flags);

/* A number with two digits behind the point; null if it is not known (NaN). */
json_t *ovc_json_number(double number);

#endif
