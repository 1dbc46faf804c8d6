# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# VMs that a host's test starts itself, to tell them what to do, and what is switched on
# for them meanwhile. Sourced, after lib.sh.
#
# Of schemes, "ple-off" needs a host with kvm_intel.ple_gap=0, and all others one without:
#   upstream, ple-off  nothing is on
#   throttle           directed yields are limited
#   boost              the targets of IPIs come first
#   wake               vCPUs are not pulled to who wakes them
#   spread             siblings are put on different runqueues
#   swap               siblings are swapped off shared ones
#   apart              both of these
#   all                all of that
# Those from "wake" on need a host with the scheduler's part of the series.

KVM=/sys/module/kvm/parameters
SYSCTL=/proc/sys/kernel/sched_siblings_
SIBLINGS=/sys/kernel/debug/sched/siblings
STATISTICS=/sys/kernel/debug/kvm
PLE_GAP=/sys/module/kvm_intel/parameters/ple_gap
# Of virtual time, for an answer: hours of real time if nothing runs at all.
PATIENCE=300

# What functions here say to their callers.
word="" answer="" text=""

mkdir -p /run/guest

# vm_start NUMBER KERNEL CPUS MEM CPU-FLAGS RUN [CPU]: guests have numbers from 1 to 7, and
# may use all CPUs of the host, or that one; $! is QEMU
vm_start()
{
	guest=/run/guest/$1
	mkfifo "$guest.in" "$guest.out"
	# Both ends stay open, so that nothing is lost between two lines.
	eval "exec $((2 + $1))<>$guest.out"
	${7:+taskset -c "$7"} lab-guest "$1" "$2" "$3" "$4" "$5" "$6" "" &
}

# vm_halts CPUS: as cheap as a VM can be: its firmware is nothing but hlt, and interrupts are
# off when that begins, so that it halts for good, and its other vCPUs wait for it; $! is QEMU
vm_halts()
{
	[ -e /run/firmware ] || head -c 65536 /dev/zero | tr '\0' '\364' >/run/firmware
	qemu-system-x86_64-microvm -L /lab/firmware -M microvm,accel=kvm -cpu host \
		-smp "$1" -m 16 -nodefaults -display none -bios /run/firmware &
}

# vm_each NUMBER COMMAND ARGUMENT...: for each guest from 1 to that
vm_each()
{
	last=$1
	shift
	for n in $(seq "$last"); do
		"$@" "$n" || return
	done
}

# vm_tell TEXT NUMBER
vm_tell() { echo "$1" 1<>/run/guest/"$2".in; }

# vm_hear WORD NUMBER: in answer, the rest of the line that begins so
vm_hear()
{
	while eval "read -r -t $PATIENCE word answer <&$((2 + $2))"; do
		case $word in
		"$1")	return ;;
		not|stopped|failure:)
			echo "# guest $2: $word $answer"
			return 1 ;;
		esac
	done
	echo "# guest $2 has not said '$1' in $PATIENCE s"
	tail -n 5 /run/guest/"$2".console /run/guest/"$2".qemu
	return 1
}

# vms_work NUMBER PROGRAM NS COMMAND ARGUMENT...: so many guests run it for so long; the
# command begins meanwhile
vms_work()
{
	workers=$1
	vm_each "$workers" vm_tell "run $2 $3" || return
	shift 3
	"$@" && vm_each "$workers" vm_hear "done" && vm_each "$workers" vm_tell stop &&
		vm_each "$workers" vm_hear stopped
}

# scheme_set SCHEME: nothing of the others stays
scheme_set()
{
	throttle=N boost=N wake=1 spread=0 swap=0
	case $1 in
	upstream) ;;
	ple-off) ;;
	throttle) throttle=Y ;;
	boost)	boost=Y ;;
	wake)	wake=0 ;;
	spread)	spread=1 ;;
	swap)	swap=10 ;;
	apart)	spread=1 swap=10 ;;
	all)	throttle=Y boost=Y wake=0 spread=1 swap=10 ;;
	*)	return 1 ;;
	esac
	# There is no such parameter where the host is AMD's, or emulated as one.
	if [ -e $PLE_GAP ]; then
		case $1,$(cat $PLE_GAP) in
		ple-off,0) ;;
		ple-off,*|*,0)
			echo "# ple_gap is $(cat $PLE_GAP), which is not for $1"
			return 1 ;;
		esac
	fi
	echo $throttle >$KVM/throttle_yield_to && echo $boost >$KVM/boost_ipi_targets || return
	if [ ! -e ${SYSCTL}spread ]; then
		[ "$wake$spread$swap" = 100 ]
		return
	fi
	echo $wake >${SYSCTL}wake_affine && echo $spread >${SYSCTL}spread &&
		echo $swap >${SYSCTL}swap_ms
}

# statistics: of the whole host: for how many ticks all CPUs together had nothing to do, why
# vCPUs left the guest and lost their CPU, how they spun, and how siblings were placed
statistics()
{
	awk '$1 == "cpu" { print "idle_ticks", $5 }' /proc/stat
	(cd $STATISTICS && grep -H . exits halt_exits preemption_reported spin_* directed_yield_*) |
		tr : ' '
	[ ! -e $SIBLINGS ] || cat $SIBLINGS
}

# counted COMMAND ARGUMENT...: in text, by how much that has changed the statistics
counted()
{
	statistics >/run/before
	"$@"
	rc=$?
	statistics >/run/after
	text=$(awk '
		FNR == NR { n[$1] = $2; next }
		$2 != n[$1] { printf " %s=%s", $1, $2 - n[$1] }' /run/before /run/after)
	return $rc
}
