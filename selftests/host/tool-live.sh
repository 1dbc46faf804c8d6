# SPDX-License-Identifier: GPL-2.0-only
#
# What the tool shows of VMs that do what is known: two of one vCPU each on one CPU, and
# never at rest, get half of it each, and wait for the other half; when one is stopped,
# the other one has all of it. Shares are given ten points of error: guests sleep for one
# part in twenty, and QEMU and the tool run beside them.
. ./lib.sh
. ./vms.sh
. ./top.sh

# start NUMBER: a busy guest of one vCPU, on CPU 1, which nobody else has to use
start() { vm_start "$1" lab 1 192 "" busy.sh 1; }

# look SECONDS [OPTION]: at all VMs, for so long
look()
{
	kvm-overcommit top --once --interval "$1" --samples 100 --record /run/top.csv ${2:-} \
		>/run/top 2>&1
	rc=$?
	sed 's/^/  /' /run/top
	return $rc
}

# field PID COLUMN [VCPU]: of that VM, or vCPU, as it has been recorded
field() { recorded "$1-" "$2" "${3:-}"; }

# tells PATTERN: status does, half a second from now
tells()
{
	sleep 0.5
	kvm-overcommit status | grep -q "$1"
}

# All but the one that this host is booted with, and the jiffy
defaults()
{
	kvm-overcommit get | awk '
		NR == 1 || $1 == "kvm.hc_flush_tlb" || $3 == "one" { next }
		$2 != $3 { print; wrong = 1 }
		{ n++ }
		END { exit wrong || n != 6 }'
}
check "defaults are what the kernel has that nobody has told" defaults

start 1
one=$!
start 2
two=$!
check "two guests are busy" vm_each 2 vm_hear ready

check "top looks for 20 seconds" look 20
for vm in $one $two; do
	check "one vCPU" within 1 1 field "$vm" vcpus
	check "two for each CPU that it may use" within 2 2 field "$vm" over
	check "half of the time it runs" within 37 57 field "$vm" run
	check "half of the time it waits" within 38 60 field "$vm" wait
	check "its vCPU does, too" within 38 60 field "$vm" wait 0
	check "it is preempted" within 5 1000 field "$vm" preempt
	check "it halts for its breaks" within 1 15 field "$vm" halt
	check "its vCPU, by its own statistics" within 1 15 field "$vm" halt 0
	check "no sibling on its CPU" within 0 0 field "$vm" stack
done

# counts PID COLUMN=STATISTIC[,STATISTIC]...: what KVM has counted of it, a line for each column
counts()
{
	dir=$(echo $STATISTICS/"$1"-*)
	shift
	for pair; do
		echo "${pair%=*} $(cd "$dir" && echo "${pair#*=}" | tr , '\n' | xargs cat | awk '
			{ n += $1 }
			END { printf "%.0f", n }')"
	done
}

# of_counted PID COLUMN [UNIT]: how much of what KVM has counted before and after top looked for
# ten seconds, or a little more, is in its rate, in per cent
of_counted()
{
	awk -v column="$2" -v rate="$(field "$1" "$2")" -v unit="${3:-1}" '
		$1 == column { n = $2 - n }
		END { print (n > 0 ? rate * unit * 10 / n * 100 : 0) }' /run/before /run/after
}

# look_at_poller: it has the CPU for itself, and its breaks are short enough to poll for the end
look_at_poller()
{
	polls=poll=halt_poll_success_ns,halt_poll_fail_ns
	counts "$one" $polls >/run/before && look 10 && counts "$one" $polls >/run/after
}

kill -STOP "$two"
poll_ns=$(cat $KVM/halt_poll_ns)
echo 100000000 >$KVM/halt_poll_ns
check "top, with one stopped" look_at_poller
echo "$poll_ns" >$KVM/halt_poll_ns
check "the other one has the CPU" within 85 100 field "$one" run
check "polls instead of halting" within 1 15 field "$one" poll
# One per cent, in ns
check "and that is what KVM has counted meanwhile" within 60 101 of_counted "$one" poll 10000000
check "of its vCPU, too" within 1 15 field "$one" poll 0
check "and hardly waits" within 0 12 field "$one" wait
check "the stopped one does not run" within 0 1 field "$two" run
check "nor wait" within 0 1 field "$two" wait

calls()
{
	counts "$caller" flush=hc_flush_tlb_calls target=hc_flush_tlb_targets \
		defer=hc_flush_tlb_deferred notdone=hc_flush_tlb_not_done \
		pvyield=directed_yield_successful
}

# The caller is a test of KVM: if it ends, what it had to say is shown, and another one calls.
look_at_caller()
{
	/lab/bin/hc_flush_tlb_stress_test -m fuzz -n 1000000000 >/run/caller 2>&1 &
	caller=$!
	# What has been there all the time that top looks is what top can tell of.
	retry tells "^  $caller-.* flushes by hypercall" && calls >/run/before &&
		look 10 && calls >/run/after && kill -0 "$caller" && return
	tail -n 5 /run/caller
	kill -9 "$caller" 2>/dev/null
	return 1
}
check "status and top tell of one that calls the host" retry look_at_caller
check "its calls are counted" within 1 10000000 field "$caller" flush
for column in flush target defer notdone pvyield; do
	check "$column is what KVM has counted meanwhile" within 60 101 of_counted "$caller" $column
done
check "and nobody else's" within 0 0 field "$one" flush
kill -9 $caller

kill -CONT "$two"
look 10 &
looker=$!
sleep 3
kill -9 "$two"
check "top looks while a VM ends" wait $looker
check "and tells of the other one" within 1 100 field "$one" run
kill -9 "$one"
check "when all have ended, there are none" retry tells "no VMs"

vm_start 3 lab 2 192 "" spin.sh 1
both=$!
check "two vCPUs on one CPU, which never sleep" vm_hear ready 3
# A CPU of TCG's may take no interrupts for seconds, and a wait is added when it ends. Of a
# vCPU that never sleeps, that would pass for sleep: then the look tells nothing, and there
# is another one.
all_awake() { within 0 10 field "$both" sleep; }
look_at_them() { look 20 && all_awake; }
check "top looks at them, and they do not sleep" retry look_at_them
check "they are stacked" within 80 100 field "$both" stack
check "each of them" eval 'within 80 100 field $both stack 0 && within 80 100 field $both stack 1'
check "together they have the CPU" eval 'within 37 57 field $both run 0 && within 37 57 field $both run 1'

# shown [ARGUMENT...]: by status, but for names, and what goes on meanwhile
shown()
{
	kvm-overcommit status "$@" | awk -v vm="$both-" '
		NR <= 9
		index($1, vm) == 1 { print $1, $3, $4, $5 }'
}
check "the host is recorded" gather /run/tree
check "status knows it by that" [ "$(shown --root /run/tree)" = "$(shown)" ]
check "with the VM" eval 'shown | grep -q "^$both-.* 2 1 2.00"'
check "nobody's name is in it" \
	[ -z "$(grep -rl qemu-system-x86_64-microvm /run/tree 2>/dev/null)" ]
record_them()
{
	rm -rf /run/series
	gather --series 2 --interval 5 /run/series &&
		kvm-overcommit top --replay /run/series --once --record /run/top.csv && all_awake
}
check "it is recorded as time goes by, and top knows what happened" retry record_them
check "each vCPU ran for half of it" within 37 57 field "$both" run 0
kill -9 "$both"

# By what a real QEMU has on its command line
vm_start 6 lab 2 192 kvm-hint-dedicated=on spin.sh 1
dedicated=$!
check "one that is told its CPUs are its own" vm_hear ready 6
check "and shares one with itself is warned of" \
	tells "^warning: $dedicated-.*kvm-hint-dedicated with 2.00 vCPUs a CPU"
warned() { kvm-overcommit status --check >/dev/null; [ $? -eq 5 ]; }
check "by the exit code, too" warned
kill -9 "$dedicated"

# What only tracepoints tell, of VMs that do one thing each: shootdowns by IPI, and by PV
# flush, as the vCPUs share a CPU; and by the hypercall.
# What called before switches the parameter on and off itself, and was killed.
echo Y >$KVM/hc_flush_tlb
vm_start 4 lab 2 192 kvm-pv-tlb-flush=off flushing.sh
ipi=$!
vm_start 5 lab 2 192 "" flushing.sh 1
pv=$!
check "two guests flush" eval 'vm_hear ready 4 && vm_hear ready 5'
/lab/bin/hc_flush_tlb_stress_test -m fuzz -n 1000000000 >/dev/null 2>&1 &
caller=$!
check "status tells of one that calls" retry tells "^  $caller-.* flushes by hypercall"

check "top does not trace" look 1
check "and says so" grep -q "^missing: shootdowns by IPI.*counted by top --trace only" /run/top
check "if it is not asked to" [ -z "$(field "$ipi" ipi)$(field "$pv" pvflush)$(field "$caller" flush 0)" ]
check "without tracefs it cannot trace, and says so" eval \
	'! look 1 --trace >/dev/null && grep -q "remedy: .*mount tracefs" /run/top'
mount -t tracefs tracefs /sys/kernel/tracing

# record VALUE: by the kernel's own trace, or not
record()
{
	echo 'nr == 10' >$KVM_EVENTS/kvm_hypercall/filter
	for event in kvm_apic_ipi kvm_hypercall kvm_pv_tlb_flush; do
		echo "$1" >$KVM_EVENTS/$event/enable
	done
}

# of_record PID COLUMN PATTERN: how much of what is in that record is in the rate, in per cent
of_record()
{
	threads=$(find "/proc/$1/task" -mindepth 1 -maxdepth 1 | sed 's/.*\///' | tr '\n' '|')
	n=$(grep -cE -- "-(${threads%|}) +\[.* ($3)" /run/trace)
	echo "# $2: $n recorded, $(field "$1" "$2") a second" >&2
	awk "BEGIN { print ($n ? $(field "$1" "$2") * 10 / $n * 100 : 0) }"
}

KVM_EVENTS=/sys/kernel/tracing/events/kvm
# Debian's default
echo 3 >/proc/sys/kernel/perf_event_paranoid
record 1
check "top traces" look 10 --trace
record 0
cp /sys/kernel/tracing/trace /run/trace
check "nothing of that is missing" eval \
	'grep -q HVFLUSH /run/top && ! grep "^missing: \(shootdowns\|events\)" /run/top'
check "IPIs of one" within 1 10000000 field "$ipi" ipi
check "the vCPU that sends them" within 1 10000000 field "$ipi" ipi 0
# Vectors of calls of functions, whether sent by hardware or asked for. It takes top as long again
# to begin and to end, on a busy machine, and there are few.
check "no others than the kernel has seen meanwhile" within 25 101 of_record "$ipi" ipi \
	'kvm_apic_ipi: .* vec 25[12] |kvm_hypercall: nr 0xa .* a3 0x[0-9a-f]*f[bc]( |$)'
check "no PV flush of it" within 0 0 field "$ipi" pvflush
check "PV flushes of the other one" within 1 10000000 field "$pv" pvflush
check "no others, either" within 25 101 of_record "$pv" pvflush 'kvm_pv_tlb_flush: .* true'
check "hypercalls of the third: its vCPUs' are those that KVM counts" \
	within 90 110 share "$caller-" flush
for vm in $ipi $pv $caller; do
	check "no call of Hyper-V's" within 0 0 field "$vm" hvflush
	# The emulated CPU has no PAUSE filter.
	check "no exit of a spinning vCPU" within 0 0 field "$vm" ple 0
done
kill -9 $caller $ipi $pv

# top_begins ARGUMENT...: in the build that finds leaks and other faults when it ends
top_begins()
{
	/lab/sanitized/kvm-overcommit top --batch --interval 1 --record /run/top.csv "$@" \
		>/run/top 2>&1 &
	top=$!
	sleep 10
	kept=$(sed -n 's/^CapPrm:[^0-9]*//p' /proc/$top/status)
	before=$(opened)
}

# ended: well
ended()
{
	wait $top && return
	cat /run/top
	return 1
}

# keeps CAPABILITIES ARGUMENT...: of root's, top has no others after a while
keeps()
{
	capabilities=$1
	shift
	top_begins "$@"
	ended && [ "$kept" = "$capabilities" ]
}

opened() { find /proc/$top/fd -mindepth 1 | wc -l; }

# comes_and_goes: one VM after another, each of which begins before the last one ends
comes_and_goes()
{
	last=
	while :; do
		vm_halts 2
		sleep 4
		[ -z "$last" ] || kill -9 "$last"
		last=$!
	done
}

# top_sees_all_go: a VM that has been there before top, whose vCPUs have statistics, and others;
# what top has opened, when there is one VM, then at most, and after the end of all
top_sees_all_go()
{
	vm_halts 2
	first=$!
	sleep 3
	top_begins --count 50 --trace
	peak=0
	kill -9 $first
	comes_and_goes >/dev/null 2>&1 &
	comers=$!
	hyperv_calls &
	callers=$!
	for _ in $(seq 20); do
		sleep 1
		after=$(opened)
		[ "$after" -le "$peak" ] || peak=$after
	done
	kill -9 $comers $callers
	killall -q -9 hyperv_tlb_flush qemu-system-x86_64-microvm
	# It looks for VMs every ten seconds.
	for _ in $(seq 15); do
		sleep 1
		after=$(opened)
		[ "$after" -ne "$alone" ] || break
	done
	echo "# open: $before, at most $peak, then $after"
	ended
}

hyperv_calls()
{
	while :; do /lab/bin/hyperv_tlb_flush; done >/dev/null 2>&1
}

check "top keeps no capability" keeps 0000000000000000 --count 12
alone=$before
{ sleep 3 && hyperv_calls; } &
callers=$!
check "and those who restrict events keep it from VMs that begin later" eval \
	'keeps 0000004000000000 --count 30 --trace && grep -q "^missing: .*perf_event_paranoid" /run/top'
kill -9 $callers
killall -q -9 hyperv_tlb_flush
echo 2 >/proc/sys/kernel/perf_event_paranoid
check "top traces VMs that come and go" top_sees_all_go
check "with CAP_PERFMON alone" [ "$kept" = 0000004000000000 ]
check "and Hyper-V's calls" within 1 10000000 most hvflush
check "none of which are hypercalls of the series" within 0 0 most flush
check "it has had statistics of vCPUs" eval 'column halt | grep -q "^0 [0-9]"'
check "and files of theirs open" [ "$before" -gt "$alone" ]
check "more, with more VMs" [ "$peak" -gt "$before" ]
check "all of which it has closed" [ "$after" -eq "$alone" ]

# They come with kmod and procps.
mkdir -p /etc/modprobe.d /etc/sysctl.d
SPREAD=/proc/sys/kernel/sched_siblings_spread
check "knobs are set" kvm-overcommit set kvm.throttle_yield_to=1 \
	kernel.sched_siblings_spread=1 --persist
check "in KVM" [ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]
check "in the scheduler" [ "$(cat $SPREAD)" = 1 ]
check "status says so" retry tells "^  vCPUs on different runqueues  on "
check "for the next load of KVM" \
	grep -q '^options kvm .*throttle_yield_to=1' /etc/modprobe.d/kvm-overcommit-host.conf
echo 0 >$SPREAD
# Busybox's does not know the dash, which lets kernels pass that have no such knob.
check "for the next boot" eval 'sed "s/^-//" /etc/sysctl.d/*kvm-overcommit*.conf >/run/sysctl &&
	sysctl -p /run/sysctl >/dev/null && [ "$(cat $SPREAD)" = 1 ]'
check "all or nothing" eval \
	'! kvm-overcommit set kvm.throttle_yield_to=0 kernel.sched_siblings_swap_ms=1001 2>/dev/null &&
	[ "$(cat /sys/module/kvm/parameters/throttle_yield_to)" = Y ]'
finish
