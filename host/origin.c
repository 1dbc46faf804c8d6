// SPDX-License-Identifier: GPL-2.0-only
/* Which modules of KVM there are, and whose it is that is loaded. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "modules.h"
#include "root.h"

static const char * const origins[OVC_NR_ORIGINS] = {
	[OVC_STOCK] = "stock",
	[OVC_PATCHED] = "patched",
};

/* Where a kernel's package has its modules, and where Debian's DKMS has its own. */
static const char * const directories[OVC_NR_ORIGINS] = {
	[OVC_STOCK] = "kernel/arch/x86/kvm",
	[OVC_PATCHED] = "updates/dkms",
};

const char *ovc_origin_name(enum ovc_origin origin)
{
	return origins[origin];
}

static bool exists(const char *path)
{
	int fd = ovc_root_open(path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* As the kernel's build, or DKMS, has compressed it. */
static void find_file(const char *release, enum ovc_origin origin, const char *file,
		      char *path, size_t size)
{
	static const char * const suffixes[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(path, size, "/lib/modules/%s/%s/%s.ko%s", release,
			 directories[origin], file, suffixes[i]);
		if (exists(path))
			return;
	}
	*path = '\0';
}

static bool is_intel(void)
{
	static char text[64 * 1024];
	const char *flags;

	if (exists("/sys/module/kvm_intel") || exists("/sys/module/kvm_amd"))
		return exists("/sys/module/kvm_intel");
	if (ovc_root_read("/proc/cpuinfo", text, sizeof(text)) <= 0)
		return true;
	flags = strstr(text, "\nflags");
	return !flags || !strstr(flags, " svm ");
}

void ovc_modules_look(struct ovc_modules *modules)
{
	bool intel = is_intel();

	memset(modules, 0, sizeof(*modules));
	if (ovc_root_read("/proc/sys/kernel/osrelease", modules->release,
			  sizeof(modules->release)) > 0)
		modules->release[strcspn(modules->release, "\n")] = '\0';
	modules->names[OVC_MODULE_KVM] = "kvm";
	modules->names[OVC_MODULE_VENDOR] = intel ? "kvm_intel" : "kvm_amd";

	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		find_file(modules->release, origin, "kvm",
			  modules->paths[origin][OVC_MODULE_KVM],
			  sizeof(modules->paths[origin][0]));
		find_file(modules->release, origin, intel ? "kvm-intel" : "kvm-amd",
			  modules->paths[origin][OVC_MODULE_VENDOR],
			  sizeof(modules->paths[origin][0]));
	}

	/* A kernel that was built with the series has it in its own modules. */
	modules->loaded = exists("/sys/module/kvm");
	if (exists("/sys/module/kvm/parameters/hc_flush_tlb") &&
	    ovc_modules_there(modules, OVC_PATCHED))
		modules->origin = OVC_PATCHED;
}

bool ovc_modules_there(const struct ovc_modules *modules, enum ovc_origin origin)
{
	return *modules->paths[origin][OVC_MODULE_KVM] &&
	       *modules->paths[origin][OVC_MODULE_VENDOR];
}
