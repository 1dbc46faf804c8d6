/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_PACKAGE_H
#define OVC_PACKAGE_H

/*
 * The version of Debian's QEMU, as ovc_qemu_version() has it, if the process runs that of the
 * package which is installed; 0 if it does not, or that cannot be told.
 */
unsigned int ovc_package_qemu(int pid);

#endif
