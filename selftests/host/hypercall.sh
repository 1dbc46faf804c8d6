# SPDX-License-Identifier: GPL-2.0-only
#
# The hypercall as KVM's own selftest sees it: offered, switched off, and on a
# host without TDP.
. ./lib.sh
. ./kvm-selftest.sh

knob=/sys/module/kvm/parameters/hc_flush_tlb

case $(lsmod) in
*kvm_intel*)	vendor=intel tdp=ept ;;
*)		vendor=amd tdp=npt ;;
esac

reload()
{
	rmmod kvm_$vendor
	insmod /lab/modules/kvm-$vendor.ko "$@"
}

# Whatever the scenario has set.
reload_kvm()
{
	rmmod kvm_$vendor && rmmod kvm &&
		insmod /lab/modules/kvm.ko && insmod /lab/modules/kvm-$vendor.ko
}

check "KVM loads without parameters" reload_kvm
check "off by default" [ "$(cat $knob)" = N ]
may_skip="needs kvm.hc_flush_tlb=Y"
check "selftest while it is off" run_selftest hc_flush_tlb_test
may_skip=none
echo Y >$knob
check "selftest while it is on" run_selftest hc_flush_tlb_test
check "and under load" run_selftest hc_flush_tlb_load_test
check "the knob is as it was" [ "$(cat $knob)" = Y ]
check "a value that is none is refused" eval '! echo 7up 2>/dev/null >$knob'
check "and changes nothing" [ "$(cat $knob)" = Y ]
check "KVM's other selftests" theirs_pass
check "KVM loads without TDP" reload $tdp=0
may_skip="needs EPT or NPT"
check "selftest without TDP" run_selftest hc_flush_tlb_test
check "KVM loads with TDP again" reload
finish
