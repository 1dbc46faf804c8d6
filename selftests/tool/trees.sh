# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Hosts as the tool sees them: trees with the files that it reads, made up so that
# what is to be printed can be worked out by hand. Sourced by the test.

# Where the tree is; whoever sources this says.
root=

# put FILE TEXT: a file of the tree $root, with a newline at its end
put()
{
	mkdir -p "$root/${1%/*}"
	printf '%s\n' "$2" >"$root/$1"
}

# host KERNEL CPUS SECONDS: what every host has
host()
{
	put proc/sys/kernel/osrelease "$1"
	put sys/devices/system/cpu/online "$2"
	put proc/uptime "$3.00 1.00"
	mkdir -p "$root/sys/module/kvm/parameters"
}

# intel PLE_GAP, amd COUNT: the vendor's module
intel()
{
	put sys/module/kvm_intel/parameters/ple_gap "$1"
	put sys/module/kvm_intel/parameters/ple_window 4096
	put sys/module/kvm_intel/parameters/ept Y
}

amd()
{
	put sys/module/kvm_amd/parameters/pause_filter_count "$1"
	put sys/module/kvm_amd/parameters/npt 1
}

# build_id FILE ID: as the kernel shows that of a module, with a build ID of that byte, in hex
build_id()
{
	mkdir -p "$root/${1%/*}"
	printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0%b' \
		"$(printf "\\x$2%.0s" {1..20})" >"$root/$1"
}

# loaded ID: KVM is two modules, of that build
loaded()
{
	local module
	for module in kvm kvm_amd; do
		put "sys/module/$module/initstate" live
		build_id "sys/module/$module/notes/.note.gnu.build-id" "$1"
	done
}

# knobs: those of the series, as they are when nobody has set any
knobs()
{
	put sys/module/kvm/parameters/hc_flush_tlb N
	put sys/module/kvm/parameters/hc_flush_tlb_addrs 33
	put sys/module/kvm/parameters/throttle_yield_to N
	put sys/module/kvm/parameters/throttle_yield_to_us 4000
	put sys/module/kvm/parameters/boost_ipi_targets N
	put proc/sys/kernel/sched_siblings_wake_affine 1
	put proc/sys/kernel/sched_siblings_spread 0
	put proc/sys/kernel/sched_siblings_swap_ms 0
	mkdir -p "$root/etc/modprobe.d" "$root/etc/sysctl.d"
}

# process PID COMM ARGUMENT...: one with that command line
process()
{
	local pid=$1 comm=$2
	shift 2
	put "proc/$pid/comm" "$comm"
	put "proc/$pid/stat" "$pid ($comm) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 777 0"
	printf '%s\0' "$@" >"$root/proc/$pid/cmdline"
}

# thread PID ID TID RUN_MS WAIT_MS PREEMPTIONS STATE CPU ALLOWED: of a vCPU
thread()
{
	local task=proc/$1/task/$3
	put "$task/comm" "CPU $2/KVM"
	put "$task/schedstat" "${4}000000 ${5}000000 100"
	put "$task/status" "Name:	CPU $2/KVM
Cpus_allowed_list:	$9
voluntary_ctxt_switches:	5
nonvoluntary_ctxt_switches:	$6"
	put "$task/stat" "$3 (CPU $2/KVM) $7 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 777 0 0 0 \
0 0 0 0 0 0 0 0 0 0 0 0 -1 $8 0 0 0 0 0"
}

# vcpu PID FD ID TID ...: as thread, and in debugfs
vcpu()
{
	put "sys/kernel/debug/kvm/$1-$2/vcpu$3/pid" "$4"
	thread "$1" "${@:3}"
}

# stats PID FD NAME=VALUE...: of a VM
stats()
{
	local dir=sys/kernel/debug/kvm/$1-$2 pair
	shift 2
	for pair; do
		put "$dir/${pair%%=*}" "${pair#*=}"
	done
}

# patched SECONDS RUN...: a host with the series and two VMs, after so long; all that
# counts has grown by the factor N
patched()
{
	local n=$2
	host 6.12.117-kvmoc 0-3 "$1"
	intel 128
	knobs
	put sys/kernel/debug/sched/siblings "not_pulled 1
placed_apart 2
woken_apart 3
kept_apart 4
moved_apart 5
swapped 6
not_swapped 7"

	process 1000 qemu-system-x86 /usr/bin/qemu-system-x86_64 -name guest=web,debug-threads=on \
		-cpu host,migratable=off -smp 2
	vcpu 1000 12 0 1001 $((1000 + n * 1200)) $((n * 600)) $((n * 50)) R 0 0-1
	vcpu 1000 12 1 1002 $((2000 + n * 400)) $((n * 100)) $((n * 10)) S 1 0-1
	stats 1000 12 hc_flush_tlb_calls=$((n * 200)) hc_flush_tlb_targets=$((n * 200)) \
		hc_flush_tlb_deferred=$((n * 60)) hc_flush_tlb_not_done=$((n * 2)) \
		spin_exits=$((n * 1000)) spin_yields_successful=$((n * 300)) \
		spin_yields_awaited=$((n * 10)) spin_yields_throttled=$((n * 80)) \
		spin_exits_early=$((n * 20)) directed_yield_attempted=$((n * 8)) \
		directed_yield_successful=$((n * 4)) halt_wait_ns=$((n * 1400000000)) \
		halt_poll_success_ns=$((n * 20000000)) halt_poll_fail_ns=$((n * 20000000))

	process 2000 qemu-system-x86 /usr/bin/qemu-system-x86_64 -name db \
		-cpu Skylake-Server,kvm-hint-dedicated=on,+kvm-pv-unhalt -overcommit cpu-pm=on
	vcpu 2000 9 0 2001 $((n * 2000)) 0 0 R 1 0-3
	vcpu 2000 9 1 2002 $((n * 1000)) $((n * 1000)) $((n * 100)) R 2 0-3
	vcpu 2000 9 2 2003 $((n * 1000)) $((n * 1000)) $((n * 100)) R 2 0-3
	vcpu 2000 9 3 2004 0 0 0 S 3 0-3
	stats 2000 9 hc_flush_tlb_calls=0 hc_flush_tlb_targets=0 hc_flush_tlb_deferred=0 \
		hc_flush_tlb_not_done=0 spin_exits=0 spin_yields_successful=0 \
		spin_yields_awaited=0 spin_yields_throttled=0 spin_exits_early=0 \
		directed_yield_attempted=0 directed_yield_successful=0 \
		halt_wait_ns=0 halt_poll_success_ns=0 halt_poll_fail_ns=0
}

# unpatched SECONDS N: a stock kernel, and one VM that is overcommitted
unpatched()
{
	local n=$2
	host 6.1.0-37-amd64 0-1 "$1"
	amd 0
	process 3000 qemu-system-x86 qemu-system-x86_64 -enable-kvm -cpu EPYC -smp 3
	vcpu 3000 11 0 3001 $((n * 1000)) $((n * 500)) $((n * 5)) R 0 0-1
	vcpu 3000 11 1 3002 $((n * 1000)) $((n * 500)) $((n * 5)) R 1 0-1
	vcpu 3000 11 2 3003 $((n * 1000)) $((n * 500)) $((n * 5)) S 1 0-1
	stats 3000 11 directed_yield_attempted=0 directed_yield_successful=0 \
		halt_wait_ns=$((n * 1500000000)) halt_poll_success_ns=0 halt_poll_fail_ns=0
}
