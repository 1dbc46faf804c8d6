/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OVC_SAMPLE_H
#define OVC_SAMPLE_H

#include "vm.h"

/* Open what is not open yet, below /proc/PID/task/TID, and keep it open. */
void ovc_vcpu_open(struct ovc_vcpu *vcpu, const char *path);
void ovc_vcpu_close(struct ovc_vcpu *vcpu);

/* The CPUs it may use, of those that are online. */
void ovc_vcpu_read_allowed(struct ovc_vcpu *vcpu, const struct ovc_cpus *online);

/* See which vCPUs of a VM are runnable on the same CPU. */
void ovc_host_sample(struct ovc_host *host);

/* Read times and statistics. Those before become "then". */
void ovc_host_refresh(struct ovc_host *host);

/* Forget what samples have seen: another interval begins. */
void ovc_host_resample(struct ovc_host *host);

#endif
