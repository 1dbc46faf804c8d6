# SPDX-License-Identifier: GPL-2.0-only
#
# trace.sh [stock]: the recipes in scripts/trace on VMs of which the answer is known; on a
# stock host, with KVM's own modules, what is missing has to be named.
#
# CPU 1 has both vCPUs of the VM "together" and one of "apart", whose other one has a CPU to
# itself. "Together" never sleeps, "apart" for one part in twenty. Shares are given ten
# points of error, as QEMU and trace run beside them.
. ./lib.sh
. ./vms.sh
. ./recipe.sh

NR_SPINS=100			# of a test of directed_yield_test
NR_WRITES=30

series=yes
[ "${1:-}" != stock ] || series=no

# With a third CPU, the first one may not run guests, and is for what looks at them.
if [ -d /sys/devices/system/cpu/cpu2 ]; then
	other=2 looker=0
else
	other=0 looker=0,1
fi

# Whatever ends the test, the host does not go on as long as they run.
trap 'killall -9 qemu-system-x86_64-microvm 2>/dev/null' EXIT

# thread VM VCPU
thread() { cat $STATISTICS/"$1"-*/vcpu"$2"/pid; }

# refused PATTERN ARGUMENT...: with that error and a remedy, and nothing is left behind
refused()
{
	pattern=$1
	shift
	! taskset -c $looker $TRACE "$@" >/run/answer 2>&1 && grep -q "error: $pattern" /run/answer &&
		grep -q 'remedy: ' /run/answer && untouched
}

# usage ARGUMENT...: it says how it is to be called
usage()
{
	$TRACE "$@" >/run/answer 2>&1
	[ $? -eq 2 ] && grep -q '^trace stacking' /run/answer
}

# untouched: no tracepoint is on, and no buffer and no file is there that was not before
untouched()
{
	[ "$(cat $TRACEFS/events/enable)" = 0 ] && [ -z "$(ls $TRACEFS/instances)" ] &&
		[ -z "$(ls /tmp)" ]
}

# missing PATTERN: is named exactly where it is missing
missing()
{
	if [ $series = yes ]; then
		! grep -q '^Missing: ' /run/answer
	else
		grep -q "^Missing: .*$1" /run/answer
	fi
}

[ $series = yes ] || kvm-overcommit modules stock >/dev/null

check "no recipe" usage
check "an unknown recipe" usage whatever
check "too many arguments" usage stacking 1 2
for seconds in 0 -1 1.5 soon 10000; do
	check "seconds: $seconds" refused "'$seconds' is no number of seconds" stacking $seconds
done
check "no VM" refused "no VM is running" stacking 1
check "no such thread" refused "there is no thread 999999" wakeups -p 999999 1
check "no trace-cmd" eval 'mv /bin/trace-cmd /run/ && refused "there is no trace-cmd" wakeups -p 1 1'
mv /run/trace-cmd /bin/

vm_start 1 lab 2 192 "" spin.sh 1
together=$!
check "two vCPUs that never sleep" vm_hear ready 1
vm_start 2 lab 2 192 "" busy.sh 1
apart=$!
check "two that do" vm_hear ready 2
taskset -p -c $other "$(thread "$apart" 1)" >/dev/null

check "stacking" trace stacking 3
for vcpu in 0 1; do
	check "vCPU $vcpu of together is always on a queue with the other one" \
		within 95 100 value stack "$together" $vcpu
	check "it has a third of the CPU" within 23 43 value run "$together" $vcpu
	check "and waits for two" within 57 77 value wait "$together" $vcpu
	check "vCPU $vcpu of apart is never" within 0 0 value stack "$apart" $vcpu
done
check "that holds for the VMs" eval 'within 95 100 value stack $together any &&
	within 0 0 value stack $apart any'
check "half of the wait is for the sibling" eval "grep -qE \
	'^ *$together +0 .* 1:(2[3-9]|3[0-9]|4[0-3])\.' /run/answer"
check "a CPU of its own" within 85 100 value run "$apart" 1
check "what the scheduler did" missing "what the scheduler does"
check "the sysctls, where there are some" eval \
	'[ $series = no ] || grep -q "sched_siblings_spread is 0" /run/answer'
check "nothing is left" untouched

# of_cpu CPU VM,...: the map has that CPU for these VMs alone
of_cpu()
{
	awk -v cpu="$1" -v vms=",$2," '
		$1 == cpu { seen++; if (!index(vms, "," $4 ",")) bad++ }
		END { exit !seen || bad }' /run/answer
}

# mapped CPU: of its time, four fifths are in the map, and nothing is there twice
mapped()
{
	awk -v cpu="$1" '
		$1 ~ /^[0-9]+$/ && $3 > length_of_all { length_of_all = $3 }
		$1 == cpu { ran += $3 - $2; overlap += $2 < last; last = $3 }
		END { exit !(!overlap && ran > 0.8 * length_of_all) }' /run/answer
}

check "map" trace map 1
check "CPU 1 is shared" of_cpu 1 "$together,$apart"
check "most of its time is there, and nothing twice" mapped 1
check "the other one is not" of_cpu $other "$apart"
check "nothing is left" untouched

check "waiting" trace waiting 3
for vcpu in 0 1; do
	check "vCPU $vcpu of together waits twice as long as it runs" \
		ratio 1.3 3 waited_us ran_us "$together" $vcpu
done
check "with a CPU of its own hardly" ratio 0 0.1 waited_us ran_us "$apart" 1
check "a histogram of each" [ "$(grep -c '^@wait_us\[' /run/answer)" -eq 4 ]
check "nothing is left" untouched

check "wake-ups of vCPUs" trace wakeups 3
# The fields are counted from both ends, as a waker's name may have spaces.
check "all stay on the CPU that is allowed" eval "awk -v vm=$apart '
	\$2 == vm && \$3 == 0 { n += \$1; bad += !/ 1 +1  .*(only one allowed|not asleep yet)/ }
	END { exit !(n > 10 && !bad) }' /run/answer"

# A thread that reads, and one on another CPU that lets it, when it sleeps, so many times
mkfifo /run/pipe
taskset -c 1 cat /run/pipe >/dev/null &
reader=$!
exec 7>/run/pipe
check "wake-ups of a thread" \
	trace wakeups -p $reader -- taskset -c $other sh ./writer.sh $NR_WRITES $reader
# CPU 1 is never idle. How the host's CPUs share caches is the emulator's choice.
check "as many as were made, with waker, CPUs, reason, and by whom it was queued" eval "awk '
	\$3 == \"-\" && \$5 == \"sh\" && /the only one allowed/ {
		n += \$1
		right = \$6 == $other && \$7 == 1 && \$8 == 1
		how = \$9 == \"shared\" ? \"waker\" : \$9 == \"apart\" ? \"IPI\" : \"\"
		bad += !right || \$10 != how
	}
	END { exit !(n == $NR_WRITES && !bad) }' /run/answer"
# It ran where there is more to do than where it is woken from.
taskset -p -c 1,$other $reader >/dev/null
check "of one that may go elsewhere" \
	trace wakeups -p $reader -- taskset -c $other sh ./writer.sh $NR_WRITES $reader
check "it is pulled to who wakes it" eval "awk '
	\$6 == $other && \$7 == 1 && \$8 == $other && /pulled to the waker\$/ { n += \$1 }
	END { exit !n }' /run/answer"
exec 7>&-
kill -9 "$together" "$apart"
wait

cat >/run/spins <<'END'
for name in every_exit_looks target_in_kernel_mode; do
	/lab/bin/directed_yield_test -t $name || exit
done
END
# The statistics of a VM end with it: it is stopped when one of its exits has been counted
# there, if it has not come to its end before that was seen.
cat >/run/seen <<'END'
test=$1 statistic=$2 statistics=$3
seen() { grep -qs '[1-9]' "$statistics"/*/"$statistic"; }
for _ in 1 2 3 4 5 6 7 8 9 10; do
	/lab/bin/directed_yield_test -t "$test" >/dev/null &
	until seen || ! kill -0 $!; do
		:
	done
	killall -STOP directed_yield_test
	! seen || exit 0
	killall -CONT directed_yield_test
	wait
done
exit 1
END
# gone PROGRAM: the last process of that name has ended, which may take some time
gone()
{
	usleep 500000
	! pidof "$1" >/dev/null
}
# still_there TEST COLUMN: of a VM that is, the series' own columns, of which that one is not 0
still_there()
{
	check "a VM that is still there" trace spin -- \
		taskset -c 1,$other sh /run/seen "$1" "$(statistic "$2")" $STATISTICS
	vm=$(awk '$2 == "all" { print $1 }' /run/answer)
	check "it was $2" [ "$(value "$2" "$vm" all)" -gt 0 ]
	for column in awaited throttled early; do
		check "$column is what its statistics say" [ "$(value $column "$vm" all)" \
			-eq "$(cat "$STATISTICS/$vm"-*/"$(statistic $column)")" ]
	done
}

statistic()
{
	case $1 in
	early)	echo spin_exits_early ;;
	*)	echo "spin_yields_$1" ;;
	esac
}

go_on()
{
	killall -CONT directed_yield_test
	retry gone directed_yield_test
}

# spins: those of KVM's selftest, which needs the series
spins()
{
	check "spinning vCPUs" trace spin -- taskset -c 1,$other sh /run/spins
	# In the first test the other vCPU has not been run yet. In the second it has been preempted.
	check "each time that one did, and found nobody" eval "awk '
		\$4 == $NR_SPINS && \$5 == 0 && \$9 == $NR_SPINS { n++ }
		END { exit n != 1 }' /run/answer"
	check "all that the other did" [ "$(($(sum spins 1) % NR_SPINS))" -eq 0 ]
	check "which found somebody" [ "$(sum yielded 1)" -gt 0 ]
	check "whom it tried" each_try_is_told
	# It says so by a hypercall; trace-pauses.sh has the hardware's exits.
	check "without an exit for PAUSE" [ "$(sum pause 1)" -eq 0 ]
	still_there throttled throttled
	check "and had no reason to be, before that" [ "$(value early "$vm" all)" -gt 0 ]
	go_on
	still_there target_in_user_mode awaited
	go_on
	check "what was throttled" missing "awaited throttled early"
}

if [ $series = yes ]; then
	spins
else
	check "no spinning vCPUs" trace spin -- true
	check "what was throttled" missing "awaited throttled early"
fi

cat >/run/flushes <<'END'
mkfifo /run/guest/$1.in /run/guest/$1.out
cat /run/guest/$1.out >/run/guest/$1.result &
taskset -c $2 lab-guest $1 lab 2 192 "$3" flushes.sh "" 3>/run/guest/$1.out
wait
grep -E '^(flushes|interrupts)' /run/guest/$1.result
END

# said NAME: what the guest has counted
said() { sed -n "s/^$1 //p" /run/words; }

check "a guest that sends IPIs" \
	trace shootdowns -- sh /run/flushes ipi 1,$other kvm-pv-tlb-flush=off
# One that is sent while another one is pending makes no interrupt of its own.
sent=$(($(sum ipi_exits 1) + $(sum pv_ipis 1)))
check "the host has seen each that the guest has got" \
	[ "$sent" -ge "$(said interrupts)" ]
check "one for each flush at least" [ "$sent" -ge "$(said flushes)" ]
check "and no other scheme" [ "$(sum pv 1)$(sum hyperv 1)" -eq 0 ]
check "what the hypercall did" missing "hypercalls targets deferred not_done"

check "a guest whose vCPUs share a CPU" trace shootdowns -- sh /run/flushes pv 1
check "vCPUs are flushed when they run again" [ "$(sum pv 1)" -gt 0 ]

if [ $series = yes ]; then
	check "hypercalls" trace shootdowns -- taskset -c 1,$other /lab/bin/hc_flush_tlb_load_test -t remap
	counts=$(sed -n 's/^# \([0-9]*\) of \([0-9]*\) flushes done, \([0-9]*\) .*/\1 \2 \3/p' \
		/run/words)
	check "as many as were made, done, and deferred" [ "$counts" = \
		"$(($(sum targets 1) - $(sum not_done 1))) $(sum targets 1) $(sum deferred 1)" ]
fi
check "nothing is left" untouched
finish
