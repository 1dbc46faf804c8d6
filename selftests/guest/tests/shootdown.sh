# SPDX-License-Identifier: GPL-2.0-only
#
# shootdown.sh LOAD CALLS SCHEME...: measure single shootdowns, once for each
# scheme. What a scheme is depends on how the guest was started, too:
#   ipi        a guest with kvm-pv-tlb-flush=off
#   kvm-pv     upstream's flush, which the guest chose at boot
#   hypercall  the module on top of that
. ./lib.sh

load=$1
calls=$2
shift 2

pv_flush() { dmesg | grep -q 'KVM setup pv remote TLB flush'; }

check "steal time can be read" insmod /lab/modules/kvmoc_steal.ko
for scheme in "$@"; do
	case $scheme in
	ipi)	check "plain IPIs are in use" eval '! pv_flush' ;;
	kvm-pv)	check "upstream's PV flush is in use" pv_flush ;;
	hypercall)
		check "the module loads" insmod $MODULE
		done_before=$(counter targets_done) ;;
	esac
	shootdown -n "$calls" -s /dev/kvmoc_steal >/tmp/samples
	check "$scheme: all calls were measured" \
		grep -q '^# end calls=' /tmp/samples
	if [ "$scheme" = hypercall ]; then
		check "the host has done the flushes" \
			[ "$(counter targets_done)" -gt "$done_before" ]
		sed 's/^/# /' $COUNTERS
	fi
	sed -n "s/^[a-z]*,[0-9]/sample $load,$scheme,&/p" /tmp/samples
done
finish
