// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "use.h"

static const struct {
	enum ovc_counter counter;
	const char *what;
	enum ovc_counter of_which;
	const char *verb;
} uses[] = {
	{ OVC_HC_CALLS, "flushes by hypercall", OVC_HC_CALLS, NULL },
	{ OVC_HC_TARGETS, "targets", OVC_HC_DEFERRED, "deferred" },
	{ OVC_PV_YIELDS_ATTEMPTED, "PV yields", OVC_PV_YIELDS, "done" },
	{ OVC_SPIN_EXITS, "PLE exits", OVC_SPIN_YIELDS, "yields" },
};

void ovc_use_text(const struct ovc_vm *vm, char *buf, size_t size)
{
	const struct ovc_values *stats = &vm->stats.now;
	size_t len = 0;
	bool known = false;

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		enum ovc_counter counter = uses[i].counter, of_which = uses[i].of_which;

		known |= stats->known[counter];
		if (!stats->known[counter] || !stats->values[counter])
			continue;
		len += snprintf(buf + len, size - len, "%s%" PRIu64 " %s", len ? ", " : "",
				stats->values[counter], uses[i].what);
		if (uses[i].verb && stats->known[of_which])
			len += snprintf(buf + len, size - len, " (%" PRIu64 " %s)",
					stats->values[of_which], uses[i].verb);
	}
	if (!len)
		strcpy(buf, known ? "nothing that is counted" : "-");
}
