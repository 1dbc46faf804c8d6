# SPDX-License-Identifier: GPL-2.0-only
#
# vCPUs on different runqueues: off by default, as KVM's own selftest sees it, and
# with VMs that come and go while CPUs do so too, or their group is throttled, or each has
# one of its own.
. ./lib.sh
. ./kvm-selftest.sh
. ./churn.sh

SYSCTLS=/proc/sys/kernel/sched_siblings_
COUNTERS=/sys/kernel/debug/sched/siblings

values() { cat ${SYSCTLS}wake_affine ${SYSCTLS}spread ${SYSCTLS}swap_ms | tr '\n' ' '; }

# set_values WAKE_AFFINE SPREAD SWAP_MS
set_values()
{
	echo "$1" >${SYSCTLS}wake_affine && echo "$2" >${SYSCTLS}spread &&
		echo "$3" >${SYSCTLS}swap_ms
}

# apart: how often anything has been done to keep siblings apart
apart() { awk '$1 != "not_swapped" { n += $2 } END { print n }' $COUNTERS; }

# run_in_group NAME: VMs that come and go there, and not elsewhere
run_in_group()
{
	in_group "$1" /lab/bin/hc_flush_tlb_load_test -t killed >/run/"$1" 2>&1
	rc=$?
	sed "s/^/  $1: /" /run/"$1"
	return $rc
}

group_for_each_vm()
{
	run_in_group one &
	run_in_group two && wait $!
}

check "there are cgroups" groups_mount
check "all is off by default" [ "$(values)" = "1 0 0 " ]
check "selftest" run_selftest siblings_test
[ ! -e /sys/devices/system/node/node1 ] ||
	check "also on two nodes" run_case siblings_test not_to_another_cache
check "the parameters are as they were" [ "$(values)" = "1 0 0 " ]
check "all of them at once" set_values 0 1 1
before=$(apart)
check "VMs and CPUs come and go" with_hotplug vms_come_and_go
check "a group gets 20 % of a CPU" group_make limited 20
check "VMs come and go in it" in_group limited vms_come_and_go
check "it had used up its time" was_throttled limited
check "two groups" eval "group_make one && group_make two"
check "VMs come and go in both" group_for_each_vm
check "vCPUs have been kept apart meanwhile" [ "$(apart)" -gt "$before" ]
sed 's/^/# /' $COUNTERS
finish
