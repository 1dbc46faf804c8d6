// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>

#include "modules.h"
#include "root.h"

/* What it would say on its own is in what it returns. */
static struct kmod_ctx *open_kmod(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);

	if (ctx)
		kmod_set_log_priority(ctx, 0);
	return ctx;
}

static bool must_be_signed(void)
{
	char text[128];

	if (ovc_root_read("/sys/module/module/parameters/sig_enforce", text,
			  sizeof(text)) > 0 && (*text == 'Y' || *text == '1'))
		return true;
	/* "none [integrity] confidentiality"; under Secure Boot it is not none. */
	return ovc_root_read("/sys/kernel/security/lockdown", text, sizeof(text)) > 0 &&
	       strchr(text, '[') && !strstr(text, "[none]");
}

bool ovc_modules_distrusted(int error)
{
	switch (error) {
	case -EKEYREJECTED:
	case -ENOKEY:
	case -EBADMSG:
		return true;
	case -EPERM:
		/* Lockdown says so, and so does a kernel that takes no modules any more. */
		return must_be_signed();
	default:
		return false;
	}
}

/*
 * The kernel looks at a module's signature, and at what kernel it is for, before it sees
 * that there is one of that name: so to insert it beside that one loads nothing, and tells.
 */
static int probe(struct kmod_ctx *ctx, const char *path)
{
	struct kmod_module *module;
	int error;

	error = kmod_module_new_from_path(ctx, path, &module);
	if (error < 0)
		return error;
	if (kmod_module_get_initstate(module) == KMOD_MODULE_LIVE)
		error = kmod_module_insert_module(module, 0, NULL);
	kmod_module_unref(module);
	return error == -EEXIST ? 0 : error;
}

int ovc_modules_probe(const struct ovc_modules *modules, enum ovc_origin origin,
		      const char **ret)
{
	struct kmod_ctx *ctx = open_kmod();
	int error = ctx ? 0 : -ENOMEM;

	for (int i = 0; i < OVC_NR_MODULES && !error; i++) {
		*ret = modules->paths[origin][i];
		error = probe(ctx, *ret);
	}
	kmod_unref(ctx);
	return error;
}

int ovc_modules_users(const struct ovc_modules *modules)
{
	struct kmod_ctx *ctx = open_kmod();
	struct kmod_module *module;
	int ret = ctx ? 0 : -ENOMEM;

	if (!ret)
		ret = kmod_module_new_from_name(ctx, modules->names[OVC_MODULE_VENDOR], &module);
	if (!ret) {
		ret = kmod_module_get_refcnt(module);
		/* It is not loaded. */
		if (ret == -ENOENT)
			ret = 0;
		kmod_module_unref(module);
	}
	kmod_unref(ctx);
	return ret;
}

/* "a,b": what a module needs, as modprobe would load it. The KVM that it needs is loaded. */
static int load_needed(struct kmod_ctx *ctx, const char *names)
{
	char list[512], *name, *rest = list;
	struct kmod_module *module;
	int error = 0;

	snprintf(list, sizeof(list), "%s", names);
	while (!error && (name = strsep(&rest, ","))) {
		if (!*name || !strcmp(name, "kvm"))
			continue;
		error = kmod_module_new_from_name(ctx, name, &module);
		if (error)
			break;
		error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
		kmod_module_unref(module);
	}
	return error;
}

/*
 * By its path, as the name would lead to whichever of the two comes first by depmod's
 * order; so what it needs has to be looked for here, too.
 */
static int insert(struct kmod_ctx *ctx, const char *path)
{
	struct kmod_list *info = NULL, *at;
	struct kmod_module *module;
	int error;

	error = kmod_module_new_from_path(ctx, path, &module);
	if (error < 0)
		return error;
	error = kmod_module_get_info(module, &info);
	if (error >= 0) {
		error = 0;
		kmod_list_foreach(at, info) {
			if (!error && !strcmp(kmod_module_info_get_key(at), "depends"))
				error = load_needed(ctx, kmod_module_info_get_value(at));
		}
		kmod_module_info_free_list(info);
	}
	if (!error)
		error = kmod_module_insert_module(module, 0, kmod_module_get_options(module));
	kmod_module_unref(module);
	return error;
}

int ovc_modules_load(const struct ovc_modules *modules, enum ovc_origin origin)
{
	struct kmod_ctx *ctx = open_kmod();
	int error = ctx ? 0 : -ENOMEM;

	for (int i = 0; i < OVC_NR_MODULES && !error; i++) {
		error = insert(ctx, modules->paths[origin][i]);
		if (error == -EEXIST)
			error = 0;
	}
	kmod_unref(ctx);
	return error;
}

int ovc_modules_unload(const struct ovc_modules *modules)
{
	struct kmod_ctx *ctx = open_kmod();
	struct kmod_module *module;
	int error = ctx ? 0 : -ENOMEM;

	/* Backwards: the vendor's uses the other one. */
	for (int i = OVC_NR_MODULES - 1; i >= 0 && !error; i--) {
		error = kmod_module_new_from_name(ctx, modules->names[i], &module);
		if (error)
			break;
		error = kmod_module_remove_module(module, 0);
		if (error == -ENOENT)
			error = 0;
		kmod_module_unref(module);
	}
	kmod_unref(ctx);
	return error;
}
