# SPDX-License-Identifier: GPL-2.0-only
#
# shootdown.sh LOAD CALLS SCHEME...: measure single shootdowns, once for each
# scheme. What a scheme is depends on how the guest was started, too:
#   ipi        a guest with kvm-pv-tlb-flush=off
#   kvm-pv     upstream's flush, which the guest chose at boot
#   hyperv     Hyper-V's flush, in a guest that takes KVM for Hyper-V
#   always     the module on top of upstream's, each flush by hypercall
#   adaptive   the module as it is by default
. ./lib.sh

load=$1
calls=$2
shift 2

hyperv_flush() { dmesg | grep -q 'Hyper-V: Using hypercall for remote TLB flush'; }

pv_flush() { dmesg | grep -q 'KVM setup pv remote TLB flush'; }

own=
[ "$1" != hyperv ] || own=own=1
check "steal time can be read" insmod /lab/modules/kvmoc_steal.ko $own
for scheme in "$@"; do
	case $scheme in
	ipi)	check "plain IPIs are in use" eval '! pv_flush' ;;
	kvm-pv)	check "upstream's PV flush is in use" pv_flush ;;
	hyperv)	check "Hyper-V's flush is in use" hyperv_flush ;;
	always|adaptive)
		check "the module loads" insmod $MODULE mode="$scheme" ;;
	esac
	shootdown -n "$calls" -s /dev/kvmoc_steal >/tmp/samples
	check "$scheme: all calls were measured" \
		grep -q '^# end calls=' /tmp/samples
	case $scheme in
	always|adaptive)
		check "the host has done the flushes" \
			[ "$(counter targets_done)" -gt 0 ]
		sed 's/^/# /' $COUNTERS $DEBUGFS/latency
		check "the module unloads" rmmod kvm_overcommit ;;
	esac
	sed -n "s/^[a-z]*,[0-9]/sample $load,$scheme,&/p" /tmp/samples
done
finish
