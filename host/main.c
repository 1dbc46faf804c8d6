// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-overcommit: what a KVM host with more vCPUs than CPUs does about it, and how
 * its VMs fare.
 */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "root.h"
#include "verb.h"

static const struct verb {
	const char *name;
	const char *summary;
	int (*run)(int argc, const char **argv);
} verbs[] = {
	{ "status", "what this host has, what its VMs use, and what is wrong", ovc_cmd_status },
	{ "get", "the values of knobs", ovc_cmd_get },
	{ "set", "change knobs, all of them or none, for now or for good", ovc_cmd_set },
	{ "top", "how the vCPUs of each VM fare, live", ovc_cmd_top },
	{ "modules", "which KVM is loaded, and to exchange it", ovc_cmd_modules },
};

#define NR_VERBS	(sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *to)
{
	fputs("Usage: kvm-overcommit VERB [OPTION...]\n\n", to);
	for (size_t i = 0; i < NR_VERBS; i++)
		fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\n'kvm-overcommit VERB --help' has the options, kvm-overcommit(8) the rest.\n", to);
}

static int run(int argc, const char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return OVC_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		usage(stdout);
		return OVC_DONE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("kvm-overcommit " OVC_VERSION);
		return OVC_DONE;
	}
	for (size_t i = 0; i < NR_VERBS; i++) {
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	}
	ovc_error("there is no verb '%s'", argv[1]);
	ovc_remedy("see 'kvm-overcommit --help'");
	return OVC_USAGE;
}

int main(int argc, const char **argv)
{
	int rc = run(argc, argv);

	ovc_root_close();
	/* A full disk must not pass for a short answer, nor for one with a warning in it. */
	if (fflush(stdout) || ferror(stdout)) {
		ovc_error("the output could not be written");
		ovc_remedy("make room for it; it is only the output that is lost");
		return OVC_FAILED;
	}
	return rc;
}
