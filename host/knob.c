// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "knob.h"
#include "root.h"
#include "text.h"

#define MODULE	"/sys/module/kvm"

#define PARAMETER(_name)							\
	.name = "kvm." #_name, .path = MODULE "/parameters/" #_name,		\
	.kind = OVC_MODULE_PARAMETER

#define SYSCTL(_name)								\
	.name = "kernel." #_name, .path = "/proc/sys/kernel/" #_name,		\
	.kind = OVC_SYSCTL

#define BOOLEAN		.boolean = true, .min = 0, .max = 1

const struct ovc_knob ovc_knobs[] = {
	{ PARAMETER(hc_flush_tlb), BOOLEAN, .initial = "0",
	  .summary = "offer guests TLB shootdown by hypercall" },
	{ PARAMETER(hc_flush_tlb_addrs), .min = 0, .max = 512, .initial = "33",
	  .summary = "addresses that are flushed one by one, at most" },
	{ PARAMETER(throttle_yield_to), BOOLEAN, .initial = "0",
	  .summary = "limit directed yields of spinning vCPUs" },
	{ PARAMETER(throttle_yield_to_us), .min = 1, .max = 1000000,
	  .summary = "one vCPU of each VM looks for a target in so many us" },
	{ PARAMETER(boost_ipi_targets), BOOLEAN, .initial = "0",
	  .summary = "targets of IPIs are yielded to first" },
	{ SYSCTL(sched_siblings_wake_affine), BOOLEAN, .initial = "1",
	  .summary = "whoever wakes a vCPU may pull it next to itself" },
	{ SYSCTL(sched_siblings_spread), BOOLEAN, .initial = "0",
	  .summary = "vCPUs of a VM are put on different runqueues" },
	{ SYSCTL(sched_siblings_swap_ms), .min = 0, .max = 1000, .initial = "0",
	  .summary = "those that share one are exchanged, once in so many ms; 0: not" },
};

const unsigned int ovc_nr_knobs = sizeof(ovc_knobs) / sizeof(ovc_knobs[0]);

const struct ovc_knob *ovc_knob_find(const char *name)
{
	static const char kernel[] = "kernel.";

	for (unsigned int i = 0; i < ovc_nr_knobs; i++) {
		const char *known = ovc_knobs[i].name;

		if (!strcmp(name, known))
			return &ovc_knobs[i];
		/* The kernel's documentation of sysctls names them without. */
		if (!strncmp(known, kernel, strlen(kernel)) &&
		    !strcmp(name, known + strlen(kernel)))
			return &ovc_knobs[i];
	}
	return NULL;
}

bool ovc_knob_parse(const struct ovc_knob *knob, const char *text, uint64_t *ret)
{
	static const char * const words[2][4] = {
		{ "n", "N", "off", "no" },
		{ "y", "Y", "on", "yes" },
	};
	uint64_t value;

	if (knob->boolean) {
		size_t len = strcspn(text, "\n");

		for (int i = 0; i < 8; i++) {
			const char *word = words[i / 4][i % 4];

			if (strlen(word) == len && !strncmp(text, word, len)) {
				*ret = i / 4;
				return true;
			}
		}
	}
	if (!ovc_parse_u64(text, &value) || value < knob->min || value > knob->max)
		return false;
	*ret = value;
	return true;
}

int ovc_knob_read(const struct ovc_knob *knob, uint64_t *ret)
{
	char text[64];
	ssize_t len = ovc_root_read(knob->path, text, sizeof(text));

	if (len < 0)
		return len;
	return ovc_knob_parse(knob, text, ret) ? 0 : -EINVAL;
}

int ovc_knob_open(const struct ovc_knob *knob)
{
	int fd = ovc_root_open(knob->path, O_WRONLY);

	return fd < 0 ? -errno : fd;
}

int ovc_knob_write(int fd, uint64_t value)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%" PRIu64 "\n", value);
	ssize_t n = pwrite(fd, text, len, 0);

	if (n < 0)
		return -errno;
	/* A recorded file keeps what is behind it, and the kernel's have nothing. */
	if (n != len || (ovc_root_recorded() && ftruncate(fd, len)))
		return -EIO;
	return 0;
}

void ovc_knob_range(const struct ovc_knob *knob, char *buf, size_t size)
{
	snprintf(buf, size, "%" PRIu64 " %s %" PRIu64, knob->min,
		 knob->boolean ? "or" : "to", knob->max);
}

const char *ovc_knob_absent(const struct ovc_knob *knob)
{
	int fd;

	if (knob->kind == OVC_SYSCTL)
		return "the kernel lacks the series' CONFIG_SCHED_SIBLINGS";
	fd = ovc_root_open(MODULE, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return "the module kvm is not loaded";
	close(fd);
	return "the kernel lacks this part of the series";
}

int ovc_knob_refused(const struct ovc_knob *knob, int error)
{
	switch (error) {
	case ENOENT:
		ovc_error("there is no %s: %s", knob->name, ovc_knob_absent(knob));
		ovc_remedy("boot a kernel with the kvm-overcommit series, load its kvm; "
			   "'kvm-overcommit status' tells what there is");
		break;
	case EINVAL:
		ovc_error("%s has a value that it cannot have", knob->name);
		ovc_remedy("look at %s", knob->path);
		break;
	default:
		ovc_error("%s: %s", knob->path, strerror(error));
		ovc_remedy(error == EROFS ? OVC_READ_ONLY : "run it as root");
	}
	return ovc_exit_code(error);
}

int ovc_knob_unknown(const char *name)
{
	ovc_error("there is no knob '%s'", name);
	ovc_remedy("'kvm-overcommit get' lists those that there are");
	return OVC_USAGE;
}
