# SPDX-License-Identifier: GPL-2.0-only
#
# The state of vCPUs that nobody preempts: where it can be read and by whom, what
# an idle, a busy and an absent CPU read, that nobody is left watching.
. ./lib.sh

DEVICE=/dev/kvm_overcommit
TABLE=/sys/kernel/debug/kvm_overcommit/vcpus
PERIOD=/sys/module/kvm_overcommit/parameters/period_us
STATES=/sys/module/kvmoc_user/parameters/states
ONLINE=/sys/devices/system/cpu/cpu1/online
EVENT=/sys/kernel/tracing/events/kvm_overcommit/kvmoc_vcpu_state/enable
TRACE=/sys/kernel/tracing/trace

# state CPU: as the device says right now
state() { vcpu-state -l | sed -n "s/^$1 \([a-z]*\) .*/\1/p"; }

# mostly STATE: is CPU 1 found so at 70 % of the looks that CPU 0 takes?
mostly()
{
	share=$(taskset 1 vcpu-state -w 1 | sed -n "s/^$1 //p")
	echo "# CPU 1 was $1 for $share %"
	[ "$share" -ge 70 ]
}

occupy()
{
	taskset 2 sh -c 'while :; do :; done' &
	load=$!
}

release()
{
	kill $load
	wait $load
}

busy_cpu_runs()
{
	occupy
	mostly running
	rc=$?
	release
	return $rc
}

# The load module refuses while anybody watches.
nobody_watches() { insmod /lab/modules/kvmoc_user.ko && rmmod kvmoc_user; }

# The event's user is put by a work item.
soon()
{
	i=0
	until "$@" 2>/dev/null; do
		i=$((i + 1))
		[ $i -lt 100 ] || return 1
		sleep 0.1
	done
}

# A CPU that has just been busy, or come online, has something to do first.
idle_cpu_halts() { retry mostly halted; }

refused() { ! "$@" 2>/dev/null; }

traced() { grep -q "kvmoc_vcpu_state: vcpu=1 $1 duration_ns=[1-9]" $TRACE; }

hold()
{
	vcpu-state -H >/tmp/hold &
	holder=$!
	soon grep -q mapped /tmp/hold
}

let_go()
{
	kill $holder
	wait $holder
}

mount -t tracefs tracefs /sys/kernel/tracing

check "the module loads" insmod $MODULE
check "a user in the kernel loads" insmod /lab/modules/kvmoc_user.ko
check "and is told a state for each CPU" \
	[ "$(grep -c '^[0-9]* [123] ' $STATES)" -eq "$(cpus)" ]
check "the module stays while it has that user" refused rmmod kvm_overcommit
check "which can go" rmmod kvmoc_user

check "the device is root's alone" [ "$(stat -c %a:%u:%g $DEVICE)" = 400:0:0 ]
check "so is the table" [ "$(stat -c %a:%u $TABLE)" = 400:0 ]
check "the page is of a version that is known" eval 'vcpu-state -l >/tmp/list'
sed 's/^/# /' /tmp/list
check "it has an entry for each CPU" \
	[ "$(grep -c '^[0-9]* [a-z]* [0-9]' /tmp/list)" -ge "$(cpus)" ]
for attempt in open-as-nobody open-to-write map-to-write map-private-to-write \
	       map-too-much map-behind make-writable make-private-writable grow; do
	check "refused: $attempt" vcpu-state -r $attempt
done
check "read() gives the same header" \
	[ "$(head -c 4 $DEVICE)" = kvoc ]

check "an idle CPU is halted" idle_cpu_halts
check "a busy CPU runs" busy_cpu_runs
cat $TABLE >/tmp/table
sed 's/^/# /' /tmp/table
check "the table has a line for each CPU" \
	[ "$(grep -cE '^ *[0-9]+ (running|halted|preempted) ' /tmp/table)" -eq "$(cpus)" ]

check "the device can be held open" hold
check "the module stays while it is mapped" refused rmmod kvm_overcommit
check "CPU 1 goes" eval 'echo 0 >$ONLINE'
check "and is absent" [ "$(state 1)" = absent ]
check "CPU 1 comes" eval 'echo 1 >$ONLINE'
check "and is not absent" [ "$(state 1)" != absent ]
check "busy, it runs" busy_cpu_runs
check "idle, it is halted" idle_cpu_halts
let_go

check "nobody watches when the device is closed" nobody_watches
echo 1 >$EVENT
check "an enabled event makes somebody watch" soon refused nobody_watches
busy_cpu_runs
check "the event tells that a CPU halts" traced 'from=running to=halted'
check "and that it runs" traced 'from=halted to=running'
echo 0 >$EVENT
check "nobody watches when it is disabled" soon nobody_watches

check "the period is 1000 us" [ "$(cat $PERIOD)" = 1000 ]
for value in 99 100001 -1 often; do
	check "refused: a period of $value" refused eval "echo $value >$PERIOD"
done
check "a period of 100 us" eval "echo 100 >$PERIOD"
check "busy, a CPU runs with that" busy_cpu_runs

echo 1 >$EVENT
soon refused nobody_watches
check "unloads while the event is enabled" rmmod kvm_overcommit
echo 0 >$ONLINE
check "loads while a CPU is offline" insmod $MODULE
check "which is absent" [ "$(state 1)" = absent ]
echo 1 >$ONLINE
check "and comes" [ "$(state 1)" != absent ]
check "busy, it runs" busy_cpu_runs
check "unloads" rmmod kvm_overcommit
check "and takes the device along" [ ! -e $DEVICE ]
finish
