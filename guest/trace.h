/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_overcommit

#if !defined(KVMOC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KVMOC_TRACE_H

#include <linux/tracepoint.h>

#include "latency.h"

TRACE_DEFINE_ENUM(KVMOC_SCHEME_IPI);
TRACE_DEFINE_ENUM(KVMOC_SCHEME_HYPERCALL);
TRACE_DEFINE_ENUM(KVMOC_SCHEME_DEFERRED);

/*
 * A flush that came while the mode was always or adaptive, and was not left to
 * IPIs from the start. What it is for is what tlb:tlb_flush tells, right after.
 */
TRACE_EVENT(kvmoc_flush,
	TP_PROTO(unsigned int targets, unsigned int deferred,
		 unsigned int by_ipi, enum kvmoc_scheme scheme),
	TP_ARGS(targets, deferred, by_ipi, scheme),

	TP_STRUCT__entry(
		__field(unsigned int,	targets)
		__field(unsigned int,	deferred)
		__field(unsigned int,	by_ipi)
		__field(unsigned int,	scheme)
	),

	TP_fast_assign(
		__entry->targets	= targets;
		__entry->deferred	= deferred;
		__entry->by_ipi		= by_ipi;
		__entry->scheme		= scheme;
	),

	TP_printk("targets %u deferred %u by_hypercall %u by_ipi %u scheme %s",
		  __entry->targets, __entry->deferred,
		  __entry->targets - __entry->deferred - __entry->by_ipi,
		  __entry->by_ipi,
		  __print_symbolic(__entry->scheme,
				   { KVMOC_SCHEME_IPI,		"ipi" },
				   { KVMOC_SCHEME_HYPERCALL,	"hypercall" },
				   { KVMOC_SCHEME_DEFERRED,	"deferred" }))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
