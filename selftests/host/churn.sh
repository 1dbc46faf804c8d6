# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What changes on a host while its VMs run: VMs come and go, CPUs do so, groups of tasks
# have used up their time. Sourced, after lib.sh and kvm-selftest.sh.

CPU1=/sys/devices/system/cpu/cpu1/online
CGROUP=/run/cgroup

vms_come_and_go()
{
	run_case hc_flush_tlb_load_test vcpus_come &&
		run_case hc_flush_tlb_load_test killed
}

# with_hotplug COMMAND ARGUMENT...: while CPU 1 comes and goes
with_hotplug()
{
	while echo 0 >$CPU1 && echo 1 >$CPU1; do :; done &
	pid=$!
	"$@"
	rc=$?
	# Still running, that is, CPUs have come and gone all the time.
	kill $pid || rc=1
	wait $pid
	echo 1 >$CPU1
	return $rc
}

groups_mount()
{
	mkdir $CGROUP && mount -t cgroup2 none $CGROUP &&
		echo +cpu >$CGROUP/cgroup.subtree_control
}

# group_make NAME [PERCENT]: with an equal share of the CPUs, but no more than that of one
group_make()
{
	mkdir "$CGROUP/$1" || return
	[ -z "${2:-}" ] || echo "$(($2 * 1000)) 100000" >"$CGROUP/$1/cpu.max"
}

# in_group NAME COMMAND ARGUMENT...
in_group()
{
	# 0 is who writes, also if that is a subshell.
	echo 0 >"$CGROUP/$1/cgroup.procs" || return
	shift
	"$@"
	rc=$?
	echo 0 >$CGROUP/cgroup.procs
	return $rc
}

# was_throttled NAME
was_throttled()
{
	awk '$1 == "nr_throttled" { n = $2 } END { exit !n }' "$CGROUP/$1/cpu.stat"
}
