# SPDX-License-Identifier: GPL-2.0-only
#
# vCPUs on different runqueues: off by default, as KVM's own selftest sees it, and
# with VMs that come and go while CPUs do so too, or their group is throttled.
. ./lib.sh
. ./kvm-selftest.sh

SYSCTLS=/proc/sys/kernel/sched_siblings_
COUNTERS=/sys/kernel/debug/sched/siblings
CPU1=/sys/devices/system/cpu/cpu1/online
CGROUP=/run/cgroup

values() { cat ${SYSCTLS}wake_affine ${SYSCTLS}spread ${SYSCTLS}swap_ms | tr '\n' ' '; }

# set_values WAKE_AFFINE SPREAD SWAP_MS
set_values()
{
	echo "$1" >${SYSCTLS}wake_affine && echo "$2" >${SYSCTLS}spread &&
		echo "$3" >${SYSCTLS}swap_ms
}

vms_come_and_go()
{
	run_case hc_flush_tlb_load_test vcpus_come &&
		run_case hc_flush_tlb_load_test killed
}

hotplug()
{
	while echo 0 >$CPU1 && echo 1 >$CPU1; do :; done &
	pid=$!
	vms_come_and_go
	rc=$?
	# Still running, that is, CPUs have come and gone all the time.
	kill $pid || rc=1
	wait $pid
	echo 1 >$CPU1
	return $rc
}

# apart: how often anything has been done to keep siblings apart
apart() { awk '$1 != "not_swapped" { n += $2 } END { print n }' $COUNTERS; }

throttle()
{
	mkdir $CGROUP && mount -t cgroup2 none $CGROUP &&
		echo +cpu >$CGROUP/cgroup.subtree_control && mkdir $CGROUP/vm &&
		echo '20000 100000' >$CGROUP/vm/cpu.max && echo $$ >$CGROUP/vm/cgroup.procs
}

was_throttled()
{
	echo $$ >$CGROUP/cgroup.procs &&
		awk '$1 == "nr_throttled" { n = $2 } END { exit !n }' $CGROUP/vm/cpu.stat
}

check "all is off by default" [ "$(values)" = "1 0 0 " ]
check "selftest" run_selftest siblings_test
check "the parameters are as they were" [ "$(values)" = "1 0 0 " ]
check "all of them at once" set_values 0 1 1
before=$(apart)
check "VMs and CPUs come and go" hotplug
check "a group gets 20 % of a CPU" throttle
check "VMs come and go in it" vms_come_and_go
check "it had used up its time" was_throttled
check "vCPUs have been kept apart meanwhile" [ "$(apart)" -gt "$before" ]
sed 's/^/# /' $COUNTERS
finish
