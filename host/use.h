/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_USE_H
#define OVC_USE_H

#include <stddef.h>

#include "vm.h"

/* What a VM's guest has used so far, in words, as far as the host's statistics tell. */
void ovc_use_text(const struct ovc_vm *vm, char *buf, size_t size);

#endif
