# SPDX-License-Identifier: GPL-2.0-only
#
# shootdown.sh LOADS CALLS SCHEME...: measure single shootdowns, with each scheme
# at each load. LOADS are numbers of busy guests beside this one, as large as it is,
# with dashes between: 0-1-3 is an overcommit of 1:1, 2:1 and 4:1. What a scheme is
# depends on how the guest was started, too:
#   ipi        a guest with kvm-pv-tlb-flush=off
#   kvm-pv     upstream's flush, which the guest chose at boot
#   hyperv     Hyper-V's flush, in a guest that takes KVM for Hyper-V
#   always     the module on top of upstream's, each flush by hypercall
#   adaptive   the module as it is by default
. ./lib.sh

loads=$(echo "$1" | tr - ' ')
calls=$2
shift 2

hyperv_flush() { dmesg | grep -q 'Hyper-V: Using hypercall for remote TLB flush'; }

pv_flush() { dmesg | grep -q 'KVM setup pv remote TLB flush'; }

# load NUMBER: of busy guests; the host says when it is so
load()
{
	echo "load $1"
	read -r answer </dev/ttyS1
	[ "$answer" = "load $1" ]
}

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
	for n in $loads; do
		check "$n busy guests" load "$n"
		shootdown -n "$calls" -s /dev/kvmoc_steal >/tmp/samples.$n
		check "$scheme: all calls were measured" \
			grep -q '^# end calls=' /tmp/samples.$n
	done
	# Nobody else has to be run while what has been found is printed.
	check "no busy guest any more" load 0
	case $scheme in
	always|adaptive)
		check "the host has done the flushes" \
			[ "$(counter targets_done)" -gt 0 ]
		sed 's/^/# /' $COUNTERS $DEBUGFS/latency $DEBUGFS/choice
		check "the module unloads" rmmod kvm_overcommit ;;
	esac
	for n in $loads; do
		sed -n "s/^[a-z]*,[0-9]/sample $((n + 1)):1,$scheme,&/p" \
			/tmp/samples.$n
	done
done
finish
