# SPDX-License-Identifier: GPL-2.0-only
#
# vcpu-preempted.sh MS: the state of vCPUs that a neighbour preempts all the time,
# against the flag that the host writes, for MS at most, and the times against
# /proc/stat.
. ./lib.sh

ms=$1
PERIOD=/sys/module/kvm_overcommit/parameters/period_us
EVENT=/sys/kernel/tracing/events/kvm_overcommit/kvmoc_vcpu_state/enable
TRACE=/sys/kernel/tracing/trace
TICK_MS=10

# Stolen time in ms, of all CPUs: by the kernel's count, by the page
stat_ms() { awk -v tick=$TICK_MS '$1 == "cpu" { print $9 * tick }' /proc/stat; }
page_ms() { vcpu-state -l | awk '{ ns += $4 + $6 } END { printf "%d\n", ns / 1000000 }'; }
page_count() { vcpu-state -l | awk '{ n += $3 } END { print n }'; }

# agree WHAT: all but one in twenty, and not of nothing
agree()
{
	awk -v what="$1" '$1 == what {
		ok = $2 >= 10 && $3 * 19 <= $2
	} END { exit !ok }' /tmp/compared
}

mount -t tracefs tracefs /sys/kernel/tracing
check "the module loads" insmod $MODULE
check "the host's flags can be read" insmod /lab/modules/kvmoc_steal.ko
echo 500 >$PERIOD
echo 1 >$EVENT
vcpu-state -H >/dev/null &
holder=$!

taskset 1 sh -c 'while :; do :; done' &
load=$!
taskset 2 sh -c 'while :; do :; done' &
other=$!
sleep 1

# The page is read between two looks at the kernel's count, at either end.
count=$(page_count)
outer=$(stat_ms)
page=$(page_ms)
inner=$(stat_ms)
taskset 2 vcpu-state -m "$ms" -c 0 >/tmp/compared
inner=$(($(stat_ms) - inner))
page=$(($(page_ms) - page))
outer=$(($(stat_ms) - outer))
count=$(($(page_count) - count))
kill $load $other $holder

sed 's/^/# right and wrong, /' /tmp/compared
check "a vCPU that the host says is preempted reads so" agree preempted
check "one that the host says is in reads running" agree running

# The kernel counts whole ticks, each CPU for itself; the page does not have the
# preemption that goes on.
error=$((2 * TICK_MS * $(cpus)))
echo "# stolen: $page ms by the page, $inner to $outer ms by /proc/stat"
check "there were preemptions ($count)" [ "$count" -ge 20 ]
check "and stolen time" [ "$page" -ge 200 ]
check "not less than the kernel counts" [ "$page" -ge $((inner - error)) ]
check "and not more" [ "$page" -le $((outer + error)) ]

echo 0 >$EVENT
check "the event tells that a vCPU is preempted" \
	grep -q 'vcpu=0 from=running to=preempted duration_ns=[1-9]' $TRACE
check "and that it is back" \
	grep -q 'vcpu=0 from=preempted to=running duration_ns=[1-9]' $TRACE
grep -c 'from=preempted' $TRACE | sed 's/^/# preemptions in the trace: /'
finish
