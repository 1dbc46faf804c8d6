/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_MODULES_H
#define OVC_MODULES_H

#include <stdbool.h>

/* Whose KVM: that of the kernel's package, or that of kvm-overcommit-kvm-dkms. */
enum ovc_origin { OVC_STOCK, OVC_PATCHED, OVC_NR_ORIGINS };

/* KVM is two modules, in the order in which they are loaded. */
enum ovc_module { OVC_MODULE_KVM, OVC_MODULE_VENDOR, OVC_NR_MODULES };

enum ovc_loaded { OVC_NOT_LOADED, OVC_LOADED, OVC_UNTOLD };

struct ovc_modules {
	char release[128];
	const char *names[OVC_NR_MODULES];
	/* Of the running kernel; empty if there is none. */
	char paths[OVC_NR_ORIGINS][OVC_NR_MODULES][320];
	bool recorded;			/* false: of a recorded host there is nothing of them */
	bool loaded[OVC_NR_MODULES];	/* some module of that name */
	bool built_in;
	bool series;			/* what is loaded has its parameters */
	enum ovc_loaded origins[OVC_NR_ORIGINS];
	bool other;			/* what is loaded is of none of these files */
	char untold[384];		/* why that could not be told; empty if it could */
};

const char *ovc_origin_name(enum ovc_origin origin);

/* What there is, and what of it is loaded. */
void ovc_modules_look(struct ovc_modules *modules);

/* Is KVM part of the kernel that runs? Then nothing exchanges it, and modprobe.d is not read. */
bool ovc_modules_built_in(void);

bool ovc_modules_there(const struct ovc_modules *modules, enum ovc_origin origin);

/*
 * Would the kernel take those of @origin? Nothing is loaded to find out; what is not loaded
 * of either origin cannot be told. 0, or -errno for the file *@ret.
 */
int ovc_modules_probe(const struct ovc_modules *modules, enum ovc_origin origin,
		      const char **ret);

/* Is it for want of a signature of a key that the kernel knows that it has refused one? */
bool ovc_modules_distrusted(int error);

/*
 * How often the vendor's module is in use, which each VM does, and so does whoever has
 * opened /dev/kvm; -errno if that cannot be told.
 */
int ovc_modules_users(const struct ovc_modules *modules);

/*
 * Load those of @origin, with the options of modprobe.d, unless modules of these names
 * are loaded; or unload. 0 or -errno.
 */
int ovc_modules_load(const struct ovc_modules *modules, enum ovc_origin origin);
int ovc_modules_unload(const struct ovc_modules *modules);

#endif
