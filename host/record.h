/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_RECORD_H
#define OVC_RECORD_H

#include "vm.h"

/* A CSV file with a row for each VM and each vCPU, at each refresh. */
int ovc_record_open(const char *path);
void ovc_record_write(const struct ovc_host *host);
/* False if not all could be written. */
bool ovc_record_close(void);

#endif
