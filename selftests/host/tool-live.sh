# SPDX-License-Identifier: GPL-2.0-only
#
# What the tool shows of VMs that do what is known: two of one vCPU each on one CPU, and
# never at rest, get half of it each, and wait for the other half; when one is stopped,
# the other one has all of it. Shares are given ten points of error: guests sleep for one
# part in twenty, and QEMU and the tool run beside them.
. ./lib.sh
. ./vms.sh

# start NUMBER: a busy guest of one vCPU, on CPU 1, which nobody else has to use
start() { vm_start "$1" lab 1 192 "" busy.sh 1; }

# look SECONDS: at all VMs, for so long
look()
{
	kvm-overcommit top --once --interval "$1" --record /run/top.csv >/run/top 2>&1
	rc=$?
	sed 's/^/  /' /run/top
	return $rc
}

# field PID COLUMN [VCPU]: of that VM, or vCPU, as it has been recorded
field()
{
	awk -F, -v vm="$1-" -v column="$2" -v vcpu="${3:-}" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
		index($2, vm) == 1 && $3 == vcpu { value = $at }
		END { print value }' /run/top.csv
}

# within MIN MAX PID COLUMN [VCPU]
within()
{
	min=$1 max=$2
	shift 2
	value=$(field "$@")
	[ -n "$value" ] && awk "BEGIN { exit !($value >= $min && $value <= $max) }" ||
		{ echo "  $*: $value, not $min to $max"; return 1; }
}

# tells PATTERN: status does, half a second from now
tells()
{
	sleep 0.5
	kvm-overcommit status | grep -q "$1"
}

start 1
one=$!
start 2
two=$!
check "two guests are busy" vm_each 2 vm_hear ready

check "top looks for 20 seconds" look 20
for vm in $one $two; do
	check "one vCPU" within 1 1 "$vm" vcpus
	check "two for each CPU that it may use" within 2 2 "$vm" over
	check "half of the time it runs" within 37 57 "$vm" run
	check "half of the time it waits" within 38 60 "$vm" wait
	check "its vCPU does, too" within 38 60 "$vm" wait 0
	check "it is preempted" within 5 1000 "$vm" preempt
	check "no sibling on its CPU" within 0 0 "$vm" stack
done

kill -STOP "$two"
check "top, with one stopped" look 10
check "the other one has the CPU" within 85 100 "$one" run
check "and hardly waits" within 0 12 "$one" wait
check "the stopped one does not run" within 0 1 "$two" run
check "nor wait" within 0 1 "$two" wait

/lab/bin/hc_flush_tlb_stress_test -m fuzz -n 1000000000 >/dev/null 2>&1 &
caller=$!
# What has been there all the time that top looks is what top can tell of.
check "status tells of one that calls the host" \
	retry tells "^  $caller-.* flushes by hypercall"
check "top, too" look 10
check "its calls are counted" within 1 10000000 "$caller" flush
check "and nobody else's" within 0 0 "$one" flush
kill -9 $caller

check "a knob is set" kvm-overcommit set kvm.throttle_yield_to=1 --persist
check "in KVM" [ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]
check "and for the next load" \
	grep -q '^options kvm .*throttle_yield_to=1' /etc/modprobe.d/kvm-overcommit-host.conf
check "all or nothing" eval \
	'! kvm-overcommit set kvm.throttle_yield_to=0 kernel.sched_siblings_spread=1 2>/dev/null &&
	[ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]'

kill -9 "$one" "$two"
check "when all have ended, there are none" retry tells "no VMs"
check "with KVM's parameters from modprobe.d" eval \
	'kvm-overcommit modules stock >/dev/null && kvm-overcommit modules patched >/dev/null &&
	[ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]'
finish
