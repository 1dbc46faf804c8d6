# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What is compared, and under which load. Sourced, after lib.sh.
#
# Of schemes, these depend on how the guest was started, too:
#   local-ipi, local-pv, local-hyperv
#              no other CPU has to be flushed: what the others pay, too, in guests of
#              their kinds. Some free page tables in another way
#   ipi        a guest with kvm-pv-tlb-flush=off
#   kvm-pv     upstream's flush, which the guest chose at boot
#   hyperv     Hyper-V's flush, in a guest that takes KVM for Hyper-V
#   always     the module on top of upstream's, each flush by hypercall
#   adaptive   the module as it is by default

hyperv_flush() { dmesg | grep -q 'Hyper-V: Using hypercall for remote TLB flush'; }

pv_flush() { dmesg | grep -q 'KVM setup pv remote TLB flush'; }

# scheme_begin SCHEME: it is the one in use
scheme_begin()
{
	case $1 in
	ipi|local-ipi)
		check "plain IPIs are in use" eval '! pv_flush' ;;
	kvm-pv|local-pv)
		check "upstream's PV flush is in use" pv_flush ;;
	hyperv|local-hyperv)
		check "Hyper-V's flush is in use" hyperv_flush ;;
	always|adaptive)
		check "the module loads" insmod $MODULE mode="$1" ;;
	esac
}

scheme_end()
{
	case $1 in
	always|adaptive)
		check "the host has done the flushes" \
			[ "$(counter targets_done)" -gt 0 ]
		sed 's/^/# /' $COUNTERS $DEBUGFS/latency $DEBUGFS/choice
		check "the module unloads" rmmod kvm_overcommit ;;
	esac
}

# ask WORD...: of the host, which answers by the same words when it is so
#   load NUMBER   so many busy guests beside this one
#   hold          it is this guest's turn, if others are to be started first
ask()
{
	echo "$*"
	read -r answer </dev/ttyS1
	[ "$answer" = "$*" ]
}
