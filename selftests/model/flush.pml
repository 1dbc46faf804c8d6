/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM_HC_FLUSH_TLB as spin sees it: of whom may a caller say "done", and when.
 * The code is arch/x86/kvm/pv_tlb.c of the series and what it calls; names are
 * the names there.
 *
 * Callers have a page each, whose translation they change once, then they call.
 * A set of pages is a mask.  Only old translations count: a page that isn't in
 * a set is mapped anew, or has yet to be walked for.  By default two vCPUs call
 * each other.  With SENDERS, two callers that do nothing else want the same
 * vCPU; that leaves room for it to move between pCPUs.
 *
 * x86 is TSO: loads may overtake older stores, nothing else is reordered.  So a
 * vCPU has a store buffer, for the two of its variables that others look at.
 * What has a lock prefix waits until that is empty.  Accesses of the guest need
 * no place in it: they are older than the stores that tell of them.
 *
 * A vCPU that makes no step for a while is preempted, without a transition.
 * One that never makes another is at end_gone.
 *
 * Every macro but SENDERS, REACH and ONLY_STALE is a mistake, which has to be
 * found.  See selftests/model/test.
 */
#define PAGES		3
#define PAGE(v)		(1 << (v))
#define me		_pid	/* vCPUs are the first processes */
#ifdef SENDERS
#define N		3
#define VCPUS		1
#define TARGET		2
#else
#define N		2
#define VCPUS		2
#define TARGET		(1 - me)
#endif

mtype = { MODE, DEFERRABLE };
mtype = { OUTSIDE_GUEST_MODE, IN_GUEST_MODE, EXITING_GUEST_MODE };
mtype = { IN_KVM, IN_GUEST, LEAVING_GUEST, CALLING };

byte pte_old = PAGES;		/* the guest's page tables */
byte tlb_old[N];		/* vpid01, on the pCPU where a vCPU is */
byte other_tlb_old[N];		/* the same, on the one where it was before */

mtype mode[N] = OUTSIDE_GUEST_MODE;
bool tlb_flush_deferrable[N] = true;
byte request[N];		/* KVM_REQ_PV_TLB_FLUSH, and who made it */
bool request_all[N];		/* KVM_REQ_TLB_FLUSH */
byte queue_ranges[N];		/* pv_tlb.ranges, with room for one */
bool queue_all[N];		/* pv_tlb.all */
bool irqs_off[N];
chan store_buffer[N] = [2] of { mtype, byte };

/* For the assertions: which pages a vCPU is said to be done with. */
byte done[N];
mtype where[N] = IN_KVM;

/* The contract: no access through what was translated before the call. */
#define no_stale_access(pages)	assert(!((pages) & done[me]))

#ifdef REACH
#define reached(n)		assert(REACH != n)
#else
#define reached(n)		skip
#endif

/* What page tables may still say.  A caller's own page is its own affair. */
#define walk()			(pte_old & ~PAGE(me))

#define store(var, value)	store_buffer[me]!var(value)
#define smp_mb()		empty(store_buffer[me])

#define kvm_clear_request()	atomic { smp_mb() -> request[me] = 0 }

#define kvm_tlb_flush_deferrable_begin()	store(DEFERRABLE, true)
#ifdef NO_BARRIER_IN_END
#define kvm_tlb_flush_deferrable_end()		store(DEFERRABLE, false)
#else
#define kvm_tlb_flush_deferrable_end()		\
	atomic { smp_mb() -> tlb_flush_deferrable[me] = false }
#endif

/* Maybe on another pCPU, which vmx_vcpu_load_vmcs() takes note of. */
inline kvm_sched_in()
{
	if
	:: true
#ifdef SENDERS
	:: atomic {
		smp_mb() ->
		tmp = tlb_old[me];
		tlb_old[me] = other_tlb_old[me];
		other_tlb_old[me] = tmp;
		tmp = 0;
#ifndef NO_FLUSH_ON_NEW_PCPU
		request_all[me] = true
#endif
	   }
#endif
	fi
}

inline kvm_pv_flush_tlb_service()
{
	atomic {		/* queue->lock */
		ranges = (queue_all[me] || l2 -> PAGES : queue_ranges[me]);
		queue_all[me] = false;
		queue_ranges[me] = 0
	}
	kvm_sched_in();
	atomic {		/* .flush_tlb_l1(), .flush_tlb_l1_gva() */
#ifdef FLUSH_CURRENT_VPID_ONLY
		ranges = (l2 -> 0 : ranges);
#endif
		tlb_old[me] = tlb_old[me] & ~ranges;
		ranges = 0
	}
}

inline pv_flush_tlb_enqueue()
{
	atomic {		/* queue->lock */
		if
		:: !queue_ranges[TARGET] -> queue_ranges[TARGET] = PAGE(me)
#ifdef FULL_QUEUE_DROPS
		:: else
#else
		:: queue_all[TARGET] = true	/* no room, or no address */
#endif
		fi
	}
}

inline kvm_make_request()
{
	atomic { smp_mb() -> request[TARGET] = request[TARGET] | PAGE(me) }
}

/*
 * kvm_request_needs_ipi(), with the cmpxchg() of kvm_vcpu_exiting_guest_mode(),
 * and kvm_kick_many_cpus().  A pCPU acks when it can take interrupts, whether
 * the vCPU is still there or not.
 */
inline kvm_kick()
{
	atomic {
		smp_mb();
#ifdef NO_WAIT_FOR_EXITING
		kicked = mode[TARGET] == IN_GUEST_MODE;
#else
		kicked = mode[TARGET] != OUTSIDE_GUEST_MODE;
#endif
		mode[TARGET] = (mode[TARGET] == IN_GUEST_MODE ->
				EXITING_GUEST_MODE : mode[TARGET])
	}
	if
	:: kicked -> !irqs_off[TARGET] && empty(store_buffer[TARGET])
	:: else
	fi
}

/*
 * A target that isn't done gets an IPI from the guest.  That must not be one
 * that is in the guest, or was just kicked out: the host's IPI is to be enough.
 * (A request of another caller may be in the way.  It is about to kick, too.)
 */
#ifdef ONLY_STALE
#define no_needless_ipi()	skip
#else
#define no_needless_ipi()	\
	assert(!(pending & PAGE(me)) || (where[TARGET] != IN_GUEST && \
		!(kicked && where[TARGET] == LEAVING_GUEST)))
#endif

inline pv_flush_tlb_done()
{
#ifdef REQUEST_READ_BEFORE_FLAG
	pending = request[TARGET];
	atomic {
		deferred = tlb_flush_deferrable[TARGET];
#else
	deferred = tlb_flush_deferrable[TARGET];
	atomic {
		pending = request[TARGET];
#endif
		if
#ifndef DONE_FOR_MID_INSTRUCTION
		:: !deferred && pending -> no_needless_ipi(); reached(1)
#endif
		:: else ->
			done[TARGET] = done[TARGET] | PAGE(me);
			if
			:: !deferred -> reached(2)
			:: deferred && !kicked -> reached(3)
			:: deferred && kicked -> reached(4)
			:: deferred && where[TARGET] == CALLING -> reached(5)
			fi
		fi;
		deferred = false;
		pending = 0;
		kicked = false
	}
}

inline pv_flush_tlb()
{
#ifndef ENQUEUE_AFTER_REQUEST
	pv_flush_tlb_enqueue();
#endif
	atomic { kvm_tlb_flush_deferrable_begin() -> where[me] = CALLING }
#ifdef KICK_BEFORE_REQUEST
	kvm_kick();
#endif
	kvm_make_request();
#ifdef ENQUEUE_AFTER_REQUEST
	pv_flush_tlb_enqueue();
#endif
#if !defined(NO_KICK) && !defined(KICK_BEFORE_REQUEST)
	kvm_kick();
#endif
#ifdef WAIT_FOR_FLUSH
	!request[TARGET];
#endif
	smp_mb();
	pv_flush_tlb_done();
	where[me] = IN_KVM;
	kvm_tlb_flush_deferrable_end()
}

#ifdef SENDERS
active [2] proctype sender()
{
	bool kicked, deferred;
	byte pending;

	pte_old = pte_old & ~PAGE(me);
	pv_flush_tlb()
}
#endif

active [VCPUS] proctype vcpu()
{
	byte address, ranges, tmp, pending;
	bool l2, kicked, deferred;

vcpu_run:	/* and once more after each exit that is handled to its end */
	kvm_tlb_flush_deferrable_begin();
	if
	:: kvm_sched_in()
	:: goto end_gone	/* vcpu_block(), or userspace after a signal */
	fi;

	/* vcpu_enter_guest() */
	kvm_tlb_flush_deferrable_end();
#ifndef NO_REQUEST_CHECK_ON_ENTRY
	atomic {		/* kvm_vcpu_flush_tlb_all() */
		tlb_old[me] = (request_all[me] -> 0 : tlb_old[me]);
		request_all[me] = false
	}
	if			/* kvm_check_request() */
	:: request[me] ->
#ifdef CLEAR_AFTER_SERVICE
		kvm_pv_flush_tlb_service();
		kvm_clear_request()
#else
		kvm_clear_request();
		kvm_pv_flush_tlb_service()
#endif
	:: else
	fi;
#endif
	if			/* kvm_check_and_inject_events() */
	:: kvm_sched_in()
	:: !l2 ->		/* svm_update_soft_interrupt_rip() */
		address = walk();
		atomic { no_stale_access(address); address = 0 }
	:: l2 -> l2 = false	/* nested_vmx_vmexit() */
	:: goto end_gone
	fi;

	atomic { store(MODE, IN_GUEST_MODE) -> irqs_off[me] = true }
#ifndef NO_BARRIER_AFTER_MODE
	smp_mb();
#endif
#if !defined(NO_REQUEST_CHECK_ON_ENTRY) && !defined(NO_SECOND_LOOK)
	if			/* kvm_vcpu_exit_request() */
	:: mode[me] == EXITING_GUEST_MODE -> goto cancel_injection
	:: else
	fi;
	if
	:: request[me] || request_all[me] -> goto cancel_injection
	:: else
	fi;
#endif
	where[me] = IN_GUEST;

	do			/* vmx_vcpu_run() */
	:: atomic {		/* L1 uses whatever it can */
		!l2 ->
		tlb_old[me] = tlb_old[me] | walk();
		no_stale_access(tlb_old[me])
	   }
	:: atomic {		/* a host interrupt, or the kick */
		store(MODE, OUTSIDE_GUEST_MODE) -> where[me] = LEAVING_GUEST;
		goto handle_external_interrupt_irqoff
	   }
	:: atomic {		/* KVM has the address of an access to do */
		!l2 ->
		store(MODE, OUTSIDE_GUEST_MODE); where[me] = IN_KVM;
		address = tlb_old[me] | walk();
		goto x86_emulate_instruction
	   }
	:: atomic {		/* anything else */
		store(MODE, OUTSIDE_GUEST_MODE) -> where[me] = IN_KVM;
		goto handle_exit
	   }
	od;

cancel_injection:
	store(MODE, OUTSIDE_GUEST_MODE);
	irqs_off[me] = false;
	goto vcpu_run;

handle_external_interrupt_irqoff:
#ifdef BEGIN_AFTER_ACK
	irqs_off[me] = false;
#endif
	atomic { kvm_tlb_flush_deferrable_begin() -> where[me] = IN_KVM }
	irqs_off[me] = false;
	goto vcpu_run;

x86_emulate_instruction:
	irqs_off[me] = false;
#ifdef DEFERRABLE_DURING_EMULATION
	kvm_tlb_flush_deferrable_begin();
#endif
	if
	:: true
	:: true ->		/* MMIO: r == 0, vcpu_run() returns */
#ifdef DEFERRABLE_IN_USERSPACE
		kvm_tlb_flush_deferrable_begin();
#endif
		if
		:: true		/* complete_userspace_io() */
		:: goto end_gone
		fi
	fi;
	atomic { no_stale_access(address); address = 0 }
	goto vcpu_run;

handle_exit:
	irqs_off[me] = false;
	if
	:: true			/* kvm_emulate_halt(), handle_ept_violation() */
	:: l2 = !l2		/* nested_vmx_run(), nested_vmx_vmexit() */
	:: true ->		/* handle_pause() */
		kvm_tlb_flush_deferrable_begin();
		kvm_tlb_flush_deferrable_end()
	:: !l2 && (pte_old & PAGE(me)) ->	/* kvm_emulate_hypercall() */
		pte_old = pte_old & ~PAGE(me);
		pv_flush_tlb()
	fi;
	goto vcpu_run;

end_gone:
	false
}

/* What leaves a store buffer does so in order, at any time. */
active [N] proctype pcpu()
{
end:	do
	:: store_buffer[_pid - N]?MODE(mode[_pid - N])
	:: store_buffer[_pid - N]?DEFERRABLE(tlb_flush_deferrable[_pid - N])
	od
}
