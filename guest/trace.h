/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_overcommit

#if !defined(KVMOC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define KVMOC_TRACE_H

#include <linux/tracepoint.h>

#include <uapi/linux/kvm_overcommit.h>

#include "latency.h"
#include "sampler.h"

#define show_vcpu_state(state)				\
	__print_symbolic(state,			\
		{ KVMOC_VCPU_ABSENT,	"absent" },	\
		{ KVMOC_VCPU_RUNNING,	"running" },	\
		{ KVMOC_VCPU_PREEMPTED,	"preempted" },	\
		{ KVMOC_VCPU_HALTED,	"halted" })

/*
 * A vCPU has gone from one state to another. Its time in the old one is exact if
 * that was "preempted" and is over. Who was preempted and is back, or is preempted
 * again, without that anybody has seen it meanwhile, comes from "preempted" all
 * the same.
 *
 * The vCPUs are watched as long as the event is enabled.
 */
TRACE_EVENT_FN(kvmoc_vcpu_state,
	TP_PROTO(unsigned int vcpu, u32 from, u32 to, u64 duration_ns),

	TP_ARGS(vcpu, from, to, duration_ns),

	TP_STRUCT__entry(
		__field(unsigned int, vcpu)
		__field(u32, from)
		__field(u32, to)
		__field(u64, duration_ns)
	),

	TP_fast_assign(
		__entry->vcpu = vcpu;
		__entry->from = from;
		__entry->to = to;
		__entry->duration_ns = duration_ns;
	),

	TP_printk("vcpu=%u from=%s to=%s duration_ns=%llu", __entry->vcpu,
		  show_vcpu_state(__entry->from), show_vcpu_state(__entry->to),
		  __entry->duration_ns),

	kvmoc_trace_begin, kvmoc_trace_end
);

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

	TP_printk("targets=%u deferred=%u by_hypercall=%u by_ipi=%u scheme=%s",
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
