// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>

#include "json.h"

void ovc_json_print(const json_t *json, size_t flags)
{
	json_dumpf(json, stdout, flags | JSON_REAL_PRECISION(12));
	putchar('\n');
}

json_t *ovc_json_number(double number)
{
	if (isnan(number))
		return json_null();
	return json_real(round(number * 100) / 100);
}
