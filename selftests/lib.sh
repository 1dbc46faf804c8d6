# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the tests in the emulated host and in its guests share (busybox sh):
# results in KTAP, and the module with its counters. Sourced.

KSFT_SKIP=4
MODULE=/lab/modules/kvm_overcommit.ko
MODE=/sys/module/kvm_overcommit/parameters/mode
UNCONTENDED=/sys/module/kvm_overcommit/parameters/uncontended
DEBUGFS=/sys/kernel/debug/kvm_overcommit
COUNTERS=$DEBUGFS/counters

tests=0
failures=0

# check DESCRIPTION COMMAND...: one test, passed if COMMAND is true
check()
{
	description=$1
	shift
	tests=$((tests + 1))
	if "$@"; then
		echo "ok $tests - $description"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $description ($*)"
	fi
}

# Every test ends with this: a run without a single test is a failure.
finish()
{
	echo "1..$tests"
	[ "$tests" -gt 0 ] && [ "$failures" -eq 0 ]
	exit
}

skip()
{
	echo "skip: $*"
	exit $KSFT_SKIP
}

# retry COMMAND...: until it is true, ten times at most
retry()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		! "$@" || return 0
	done
	return 1
}

# within MIN MAX COMMAND...: it prints a number that is
within()
{
	min=$1 max=$2
	shift 2
	number=$("$@")
	[ -n "$number" ] && awk "BEGIN { exit !($number >= $min && $number <= $max) }" ||
		{ echo "  $*: $number, not $min to $max"; return 1; }
}

# counters_agree EXPRESSION: of awk, over n["name"]. Flushes that go on while the
# counters are read may be in one and not in another.
counters_agree()
{
	retry awk "{ n[\$1] = \$2 } END { exit !($1) }" $COUNTERS
}

counter() { sed -n "s/^$1 //p" $COUNTERS; }

cpus() { grep -c '^processor' /proc/cpuinfo; }

# Flush IPIs that CPUs have taken so far, in all.
flush_ipis()
{
	awk '$1 == "TLB:" {
		for (i = 2; $i ~ /^[0-9]+$/; i++)
			n += $i
		print n
	}' /proc/interrupts
}
