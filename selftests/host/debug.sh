# SPDX-License-Identifier: GPL-2.0-only
#
# debug.sh CALLS: all that KVM's selftests do, and so many random calls, on a host
# that checks itself. Then flushes are lost on purpose, which it has to notice.
. ./lib.sh
. ./kvm-selftest.sh
. ./churn.sh

fail=/sys/kernel/debug/fail_kvm_pv_tlb

lose_flushes()
{
	echo 0 >$fail/verbose && echo -1 >$fail/times && echo 100 >$fail/probability
}

check "the hypercall" run_selftest hc_flush_tlb_test
check "under load" run_selftest hc_flush_tlb_load_test
check "a hostile guest" run_selftest hc_flush_tlb_stress_test -m fuzz -n "$1"
check "directed yields" run_selftest directed_yield_test
check "there are cgroups" groups_mount
check "vCPUs on different runqueues" run_selftest siblings_test
check "a group gets 20 % of a CPU" group_make limited 20
for program in directed_yield_test siblings_test; do
	check "VMs of $program are killed in it" in_group limited run_case $program killed
done
check "it had used up its time" was_throttled limited
check "CPUs that come and go meanwhile" with_hotplug run_case directed_yield_test killed
check "promised flushes are done" run_case pv_tlb_prove_test hypercall
check "also if steal time promises them" run_case pv_tlb_prove_test steal_time_in_l2
check "losing flushes on purpose" lose_flushes
check "lost flushes are noticed" run_case pv_tlb_prove_test lost_flush
finish
