# SPDX-License-Identifier: GPL-2.0-only
#
# disturbed.sh ROUNDS DISTURBANCE[:TIMES]...: pages remapped under readers on the
# other vCPUs, ROUNDS and more, while something goes on that has to do with TLBs, one
# thing after the other. Each has to show that it did go on, TIMES (default 1) or more.
. ./lib.sh

rounds=$1
shift

WORK=/tmp/disturbance
STOP=/tmp/disturbance/stop
mkdir -p $WORK

# vmstat NAME...: the sum
vmstat()
{
	for name in "$@"; do
		sed -n "s/^$name //p" /proc/vmstat
	done | awk '{ n += $1 } END { print n + 0 }'
}

# again COMMAND...: for as long as the stress takes, counted
again()
{
	while [ ! -e $STOP ]; do
		"$@" || return
		echo >>$WORK/count
	done
}

count() { wc -l <$WORK/count; }

# stressor ARGUMENT...: stress-ng until the end
stressor() { exec stress-ng --quiet --temp-path /tmp "$@"; }

# sysfs NAME VALUE, which not every kernel has
sysfs() { echo "$2" >"/sys/kernel/mm/$1"; }

# What each of them does, and a figure that grows by it.

disturb_reload()
{
	insmod_again() { rmmod kvm_overcommit && insmod $MODULE; }
	again insmod_again
}
figure_reload() { count; }

disturb_modes()
{
	modes()
	{
		for mode in off always adaptive; do
			echo $mode >$MODE
		done
	}
	again modes
}
figure_modes() { count; }

disturb_hotplug()
{
	last=/sys/devices/system/cpu/cpu$(($(cpus) - 1))/online
	plug() { echo 0 >$last && echo 1 >$last; }
	again plug
}
figure_hotplug() { count; }

# Suspend to idle: everybody is frozen, and the CPUs sleep. The host pokes the serial line.
disturb_suspend()
{
	echo enabled >/sys/class/tty/ttyS1/power/wakeup || return
	nap()
	{
		echo nap >/dev/ttyS1
		# A poke that comes too early makes it fail, which dd does not try
		# again, as echo would.
		echo freeze | dd of=/sys/power/state 2>/dev/null
		echo awake >/dev/ttyS1
	}
	again nap
}
figure_suspend() { cat /sys/power/suspend_stats/success; }

# Pages are made inaccessible, to see who accesses them from which node; the kernel
# command line has made up the nodes.
disturb_numa()
{
	echo 1 >/proc/sys/kernel/numa_balancing
	stressor --vm 2 --vm-bytes 16M --vm-keep
}
figure_numa() { vmstat numa_pte_updates; }

# Another user of ftrace on the same function, one that only looks.
disturb_ftrace()
{
	cd /sys/kernel/debug/tracing || return
	echo kvm_flush_tlb_multi >set_ftrace_filter
	trace()
	{
		echo function >current_tracer
		sleep 0.2
		grep -q kvm_flush_tlb_multi trace
		seen=$?
		echo nop >current_tracer
		return $seen
	}
	again trace
}
figure_ftrace() { count; }

disturb_forks() { stressor --fork 1 --mmapfork 1; }
figure_forks() { sed -n 's/^processes //p' /proc/stat; }

disturb_hugetlb()
{
	sysfs hugepages/hugepages-2048kB/nr_hugepages 16
	stressor --mmaphuge 1 --mmaphuge-mmaps 4
}
figure_hugetlb() { vmstat htlb_buddy_alloc_success pgfault; }

disturb_thp()
{
	sysfs transparent_hugepage/enabled always
	sysfs transparent_hugepage/khugepaged/scan_sleep_millisecs 10
	stressor --vm 1 --vm-bytes 32M --vm-madvise hugepage
}
figure_thp() { vmstat thp_fault_alloc thp_collapse_alloc thp_split_pmd; }

disturb_ksm()
{
	sysfs ksm/run 1
	sysfs ksm/pages_to_scan 1000
	sysfs ksm/sleep_millisecs 10
	stressor --vm 1 --vm-bytes 16M --vm-madvise mergeable --vm-method zero-one
}
figure_ksm() { cat /sys/kernel/mm/ksm/full_scans; }

disturb_userfaultfd() { stressor --userfaultfd 1 --userfaultfd-bytes 4M; }
figure_userfaultfd() { vmstat pgfault; }

# Reclaim unmaps pages in batches, with a flush for all of them (its mm is NULL).
disturb_reclaim()
{
	for module in zsmalloc lz4_compress lz4hc_compress zram; do
		insmod /lab/modules/$module.ko || return
	done
	echo 256M >/sys/block/zram0/disksize &&
		mkswap /dev/zram0 >/dev/null && swapon /dev/zram0 || return
	stressor --pageswap 1
}
figure_reclaim() { vmstat pswpout; }

# disturb WHAT TIMES
disturb()
{
	what=$1
	rm -f $STOP
	: >$WORK/count
	before=$(figure_$what)
	( disturb_$what ) >$WORK/log 2>&1 &
	disturber=$!
	went_on() { [ $(($(figure_$what) - before)) -ge "$1" ]; }
	done=0
	tries=0
	stale=no
	until [ $done -ge "$rounds" ] && went_on "$2"; do
		stale-read -n 100 >/tmp/log 2>&1
		case $? in
		0)	done=$((done + 100)) ;;
		3)	;; # the other CPU is away
		*)	stale=yes
			break ;;
		esac
		tries=$((tries + 1))
		[ $tries -lt 20000 ] && [ -e /proc/$disturber ] || break
	done
	check "$what: no stale read in $done rounds" [ $stale = no ]
	check "$what: it went on meanwhile, $(($(figure_$what) - before)) times" \
		went_on "$2"
	check "$what: to the end" [ -e /proc/$disturber ]
	: >$STOP
	[ -z "$(pidof stress-ng)" ] || killall -INT stress-ng 2>/dev/null
	wait $disturber
	sed 's/^/# /' $WORK/log
	[ $stale = no ] || sed 's/^/# /' /tmp/log
}

check "the module loads" insmod $MODULE
for what in "$@"; do
	times=1
	[ "$what" = "${what#*:}" ] || times=${what#*:}
	what=${what%:*}
	disturb "$what" "$times"
	check "$what: the module is still there" [ -e $MODE ]
	check "$what: no error" [ "$(counter errors)" -eq 0 ]
done
sed 's/^/# /' $COUNTERS
finish
