// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules: which KVM is loaded, that of the kernel's package or the patched one, and to
 * exchange them. That takes root, as only root may load modules.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "json.h"
#include "modules.h"
#include "options.h"
#include "privilege.h"
#include "root.h"
#include "verb.h"
#include "vm.h"

#define ENROLL_KEY \
	"enroll DKMS' key: 'mokutil --import /var/lib/dkms/mok.pub', boot, confirm; if 'modinfo -F signer kvm' names none, 'dpkg-reconfigure kvm-overcommit-kvm-dkms' signs them"

#define UNTOLD	"which of these is loaded: "

static const struct poptOption options[] = {
	OVC_COMMON_OPTIONS
};

static json_t *path_json(const char *path)
{
	return *path ? json_string(path) : json_null();
}

static json_t *loaded_json(enum ovc_loaded loaded)
{
	return loaded == OVC_UNTOLD ? json_null() : json_boolean(loaded == OVC_LOADED);
}

static json_t *missing_json(const struct ovc_modules *modules)
{
	json_t *list = json_array();

	if (*modules->untold)
		json_array_append_new(list, json_sprintf(UNTOLD "%s", modules->untold));
	return list;
}

static void print_json(const struct ovc_modules *modules)
{
	json_t *json = json_object(), *list = json_array(), *item;

	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		item = json_pack("{s:s, s:o, s:o, s:o}", "origin", ovc_origin_name(origin),
				 "loaded", loaded_json(modules->origins[origin]),
				 "kvm", path_json(modules->paths[origin][OVC_MODULE_KVM]),
				 "vendor", path_json(modules->paths[origin][OVC_MODULE_VENDOR]));
		json_array_append_new(list, item);
	}
	json_object_set_new(json, "kernel", json_string(modules->release));
	json_object_set_new(json, "modules", list);
	json_object_set_new(json, "other",
			    *modules->untold ? json_null() : json_boolean(modules->other));
	json_object_set_new(json, "built_in", json_boolean(modules->built_in));
	json_object_set_new(json, "series", json_boolean(modules->series));
	json_object_set_new(json, "missing", missing_json(modules));
	ovc_json_print(json, JSON_INDENT(2));
	json_decref(json);
}

static const char *where(const struct ovc_modules *modules, enum ovc_origin origin)
{
	if (origin == OVC_STOCK && modules->built_in)
		return "part of the kernel";
	if (ovc_modules_there(modules, origin))
		return modules->paths[origin][OVC_MODULE_KVM];
	return modules->recorded ? "absent" : "not recorded";
}

static void print(const struct ovc_modules *modules)
{
	static const char * const words[] = {
		[OVC_NOT_LOADED] = "", [OVC_LOADED] = "loaded", [OVC_UNTOLD] = "?",
	};

	printf("kernel %s\n", modules->release);
	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++)
		printf("  %-8s %-7s %s\n", ovc_origin_name(origin),
		       words[modules->origins[origin]], where(modules, origin));
	if (modules->other)
		printf("  %-8s %-7s of none of these files, %s the series\n", "other", "loaded",
		       modules->series ? "with" : "without");
	if (*modules->untold)
		printf("missing: " UNTOLD "%s\n", modules->untold);
}

static int refuse_absent(const struct ovc_modules *modules, enum ovc_origin origin)
{
	ovc_error("there are no %s modules of KVM for %s", ovc_origin_name(origin),
		  modules->release);
	if (origin == OVC_PATCHED)
		ovc_remedy("install kvm-overcommit-kvm-dkms; 'dkms status' has them as built, and not installed, if the kernel would refuse them, and its log tells why they could not be built");
	else
		ovc_remedy("if KVM is part of the kernel, it cannot be exchanged; or install the kernel's package again");
	return OVC_ABSENT;
}

/*
 * By their IDs, as status has them, and no more of them than fit. Modules are not exchanged
 * any more, so that it does not take root.
 */
static void list_vms(char *text, size_t size)
{
	static struct ovc_host host;
	size_t len = 0;

	*text = '\0';
	if (ovc_privilege_drop(OVC_SEE_VMS))
		return;
	ovc_host_scan(&host);
	for (unsigned int i = 0; i < host.nr_vms && len < size; i++)
		len += snprintf(text + len, size - len, "%s%s", i ? ", " : ": ",
				host.vms[i]->id);
	ovc_host_free(&host);
}

static int check_use(const struct ovc_modules *modules)
{
	int users = ovc_modules_users(modules);
	char vms[256];

	if (!users)
		return OVC_DONE;
	if (users < 0) {
		ovc_error("whether VMs are running could not be told: %s", strerror(-users));
		ovc_remedy("mount /sys");
		return OVC_FAILED;
	}
	list_vms(vms, sizeof(vms));
	ovc_error("KVM is in use%s", vms);
	ovc_remedy("stop the VMs, or migrate them to another host, and whatever else has /dev/kvm open");
	return OVC_FAILED;
}

static const char *reason(int error)
{
	if (ovc_modules_distrusted(error))
		return "this kernel takes modules only with the signature of a key that it knows";
	return strerror(-error);
}

static const char *remedy(int error)
{
	if (ovc_modules_distrusted(error))
		return ENROLL_KEY;
	return "the kernel's log tells why";
}

static int check(const struct ovc_modules *modules, enum ovc_origin origin)
{
	const char *path;
	int error;

	if (ovc_root_recorded()) {
		ovc_error("modules are those of this host, and --root names another one");
		ovc_remedy("leave --root out, or the name of the modules");
		return OVC_USAGE;
	}
	if (!ovc_modules_there(modules, origin))
		return refuse_absent(modules, origin);
	if (geteuid()) {
		ovc_error("only root may load modules");
		ovc_remedy("run it as root, by sudo for one");
		return OVC_DENIED;
	}
	error = ovc_modules_probe(modules, origin, &path);
	if (error) {
		ovc_error("the kernel refuses %s: %s", path, reason(error));
		ovc_remedy("%s; nothing has been changed", remedy(error));
		return OVC_FAILED;
	}
	return check_use(modules);
}

/* What was loaded is loaded again. 0, or -errno; -ENOENT if there are no files of it. */
static int go_back(const struct ovc_modules *modules)
{
	ovc_modules_unload(modules);
	if (!modules->loaded[OVC_MODULE_KVM])
		return 0;
	for (int origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		if (modules->origins[origin] == OVC_LOADED)
			return ovc_modules_load(modules, origin);
	}
	return -ENOENT;
}

static int exchange(const struct ovc_modules *modules, enum ovc_origin origin)
{
	const char *what = "unloaded";
	int error, back;

	error = ovc_modules_unload(modules);
	if (!error) {
		what = "loaded";
		error = ovc_modules_load(modules, origin);
	}
	if (!error)
		return OVC_DONE;

	ovc_error("KVM could not be %s: %s", what, reason(error));
	back = go_back(modules);
	if (back)
		ovc_remedy("%s; what was loaded before could not be loaded again (%s), there may be no KVM now: 'modprobe %s'",
			   remedy(error), strerror(-back),
			   modules->names[OVC_MODULE_VENDOR]);
	else
		ovc_remedy("%s; it is as it was before", remedy(error));
	return OVC_FAILED;
}

static int use(struct ovc_modules *modules, const char *name)
{
	int origin, rc;

	for (origin = 0; origin < OVC_NR_ORIGINS; origin++) {
		if (!strcmp(name, ovc_origin_name(origin)))
			break;
	}
	if (origin == OVC_NR_ORIGINS) {
		ovc_error("there are no modules '%s'", name);
		ovc_remedy("they are 'stock' and 'patched'");
		return OVC_USAGE;
	}
	rc = check(modules, origin);
	/* What cannot be told is exchanged, too; and so is a KVM without its vendor's module. */
	if (!rc && (modules->origins[origin] != OVC_LOADED ||
		    !modules->loaded[OVC_MODULE_VENDOR]))
		rc = exchange(modules, origin);
	if (!rc)
		ovc_modules_look(modules);
	return rc;
}

int ovc_cmd_modules(int argc, const char **argv)
{
	poptContext context = ovc_options_parse(argc, argv, options, "[stock|patched]");
	static struct ovc_modules modules;
	const char **names;
	int rc = OVC_DONE;

	if (!context)
		return OVC_USAGE;
	ovc_modules_look(&modules);
	names = poptGetArgs(context);
	if (names && names[1]) {
		ovc_error("%s: one kind of modules is enough", names[1]);
		ovc_remedy("name 'stock' or 'patched'");
		rc = OVC_USAGE;
	} else if (names) {
		rc = use(&modules, names[0]);
	}
	poptFreeContext(context);
	if (!rc && ovc_json())
		print_json(&modules);
	else if (!rc)
		print(&modules);
	return rc;
}
