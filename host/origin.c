// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which modules of KVM there are, and of which of them the loaded one is. That is told by
 * build IDs: names and paths are gone, or are another build's, after an upgrade.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "build-id.h"
#include "modules.h"
#include "root.h"
#include "text.h"

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

/* It is printed, and a kernel's is the same when it has been escaped. */
static void read_release(char *release, size_t size)
{
	char text[128];

	*release = '\0';
	if (ovc_root_read("/proc/sys/kernel/osrelease", text, sizeof(text)) <= 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	ovc_escape(release, size, text);
}

/* A record from before there was anything of modules in it has no directory for them, either. */
static bool recorded(const char *release)
{
	char path[256];

	snprintf(path, sizeof(path), "/lib/modules/%s", release);
	return !ovc_root_recorded() || exists(path);
}

bool ovc_modules_built_in(void)
{
	static char list[256 * 1024];
	char release[128], path[256];

	read_release(release, sizeof(release));
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", release);
	if (ovc_root_read(path, list, sizeof(list)) > 0 && strstr(list, "/kvm/kvm.ko\n"))
		return true;
	/* A module has a state. Without the list, as in a container, that is what tells. */
	return recorded(release) && exists("/sys/module/kvm") &&
	       !exists("/sys/module/kvm/initstate");
}

/* Both modules have to be of these files; but one that is not loaded is of none. */
static enum ovc_loaded compare(const struct ovc_modules *modules, enum ovc_origin origin,
			       char *why, size_t size)
{
	enum ovc_loaded ret = OVC_LOADED;

	for (int i = 0; i < OVC_NR_MODULES; i++) {
		const char *path = modules->paths[origin][i];
		struct ovc_build_id loaded, file;

		if (!modules->loaded[i])
			continue;
		if (!*path)
			return OVC_NOT_LOADED;
		ovc_build_id_loaded(modules->names[i], &loaded);
		ovc_build_id_file(path, &file);
		if (loaded.len && file.len) {
			if (!ovc_build_id_same(&loaded, &file))
				return OVC_NOT_LOADED;
			continue;
		}
		ret = OVC_UNTOLD;
		if (!loaded.len)
			snprintf(why, size,
				 "/sys/module/%s has no build ID, as without CONFIG_KALLSYMS",
				 modules->names[i]);
		else
			snprintf(why, size, "%s has no build ID that could be read", path);
	}
	return ret;
}

static void identify(struct ovc_modules *modules)
{
	char why[sizeof(modules->untold)];

	modules->built_in = ovc_modules_built_in();
	if (modules->built_in) {
		modules->origins[OVC_STOCK] = OVC_LOADED;
		return;
	}
	if (!modules->recorded) {
		for (int origin = 0; origin < OVC_NR_ORIGINS; origin++)
			modules->origins[origin] = OVC_UNTOLD;
		snprintf(modules->untold, sizeof(modules->untold),
			 "nothing of /lib/modules/%s is here, an older gather did not record it",
			 modules->release);
		return;
	}
	modules->other = true;
	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		modules->origins[origin] = compare(modules, origin, why, sizeof(why));
		if (modules->origins[origin] == OVC_UNTOLD)
			strcpy(modules->untold, why);
		if (modules->origins[origin] != OVC_NOT_LOADED)
			modules->other = false;
	}
	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		if (modules->origins[origin] != OVC_LOADED)
			continue;
		/* Then no other one is, even if its file tells nothing. */
		memset(modules->origins, 0, sizeof(modules->origins));
		modules->origins[origin] = OVC_LOADED;
		*modules->untold = '\0';
	}
}

void ovc_modules_look(struct ovc_modules *modules)
{
	bool intel = is_intel();
	char path[64];

	memset(modules, 0, sizeof(*modules));
	read_release(modules->release, sizeof(modules->release));
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

	modules->recorded = recorded(modules->release);
	for (int i = 0; i < OVC_NR_MODULES; i++) {
		snprintf(path, sizeof(path), "/sys/module/%s", modules->names[i]);
		modules->loaded[i] = exists(path);
	}
	modules->series = exists("/sys/module/kvm/parameters/hc_flush_tlb");
	if (modules->loaded[OVC_MODULE_KVM])
		identify(modules);
}

bool ovc_modules_there(const struct ovc_modules *modules, enum ovc_origin origin)
{
	return *modules->paths[origin][OVC_MODULE_KVM] &&
	       *modules->paths[origin][OVC_MODULE_VENDOR];
}
