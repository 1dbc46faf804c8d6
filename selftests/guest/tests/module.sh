# SPDX-License-Identifier: GPL-2.0-only
#
# module.sh [TIMES]: the module loads, takes the flushes over, gives them back
# and unloads, over and over.
. ./lib.sh

times=${1:-10}

workload() { shootdown -n 30 -d 20000 -o mprotect,munmap -p 1 >/dev/null; }

# ipis_of_workload: sets ipis
ipis_of_workload()
{
	ipis=$(flush_ipis)
	workload
	ipis=$(($(flush_ipis) - ipis))
}

# Upstream's PV flush sends none to a CPU that it sees preempted, which may last
# for a whole workload, but not for many.
flushes_are_ipis()
{
	sum=0
	tries=0
	while [ $sum -eq 0 ] && [ $tries -lt 50 ]; do
		ipis_of_workload
		sum=$((sum + ipis))
		tries=$((tries + 1))
	done
	[ $sum -gt 0 ]
}

check "without the module, flushes are IPIs" flushes_are_ipis

all_done=0
all_not_done=0
i=0
while [ $i -lt "$times" ]; do
	i=$((i + 1))
	check "$i: loads" insmod $MODULE mode=always
	check "$i: mode is always" [ "$(cat $MODE)" = always ]

	ipis_of_workload
	done=$(counter targets_done)
	# A CPU gets an IPI only when the host could not vouch for it, or when
	# the flush has to run on it.
	allowed=$(($(counter targets_not_done) +
		   $(counter trims) * ($(cpus) - 1)))
	check "$i: flushes are hypercalls ($done done)" eval \
		'[ "$(counter hypercalls)" -ge 50 ] && [ "$done" -gt 0 ]'
	check "$i: some of them for single addresses" \
		[ "$(counter ranges)" -gt 0 ]
	check "$i: none failed" [ "$(counter errors)" -eq 0 ]
	check "$i: no IPI without need ($ipis of $allowed)" \
		[ "$ipis" -le "$allowed" ]
	all_done=$((all_done + done))
	all_not_done=$((all_not_done + allowed))

	echo off >$MODE
	done=$(counter targets_done)
	check "$i: off: flushes are IPIs again" flushes_are_ipis
	check "$i: off: and no hypercalls" \
		[ "$(counter targets_done)" -eq "$done" ]

	echo always >$MODE
	workload
	check "$i: always: hypercalls again" \
		[ "$(counter targets_done)" -gt "$done" ]

	check "$i: unloads" rmmod kvm_overcommit
	check "$i: unloaded: flushes are IPIs again" flushes_are_ipis
done

# How many depends on how long exits take, which an emulator on a busy machine may
# stretch as it likes. Hardly any would be a host that does nothing.
check "many were done ($all_done, and $all_not_done not)" \
	[ "$all_not_done" -le $((all_done * 3)) ]

insmod $MODULE mode=always
check "a mode that does not exist is refused" \
	eval '! echo sometimes 2>/dev/null >$MODE'
check "and changes nothing" [ "$(cat $MODE)" = always ]
finish
