# SPDX-License-Identifier: GPL-2.0-only
#
# Sourced by tests that run KVM's own selftests.

# The only reasons for which a case may be skipped on this host: none but that it is small.
may_skip="all pCPUs share a cache"
# Intel's KVM has no such parameter, and the lab's Intel has PLE.
[ "$(cat /sys/module/kvm_amd/parameters/pause_filter_count 2>/dev/null)" != 0 ] ||
	may_skip="$may_skip|neither Pause-Loop Exiting nor a pause filter"

# skipped_for_others: cases of the program that ran last, for any other reason
skipped_for_others()
{
	grep '^ok .* # SKIP' /run/selftest | grep -vE " # SKIP ($may_skip)\$"
}

# cases PROGRAM: of what it has printed into /run/selftest, a line for each case
cases()
{
	sed -n "s/^ok [0-9]* \([^ ]*\).*/$1 \1/p" /run/selftest
}

# as_listed PROGRAM...: on standard input are just those of their lines that kvm-cases has. All
# hosts are held against one list, so that a KVM of whatever kernel comes to the same as others.
as_listed()
{
	for program; do
		grep "^$program " ./kvm-cases
	done >/run/listed
	diff /run/listed -
}

# run_selftest PROGRAM ARGUMENT...: with its own words indented, as they are no
# results of ours; all cases, if there are no arguments
run_selftest()
{
	program=$1
	shift
	# By its path: it loads itself into the guest.
	"/lab/bin/$program" "$@" >/run/selftest 2>&1
	rc=$?
	sed 's/^/  /' /run/selftest
	[ $rc -eq 0 ] && ! skipped_for_others || return
	[ $# -gt 0 ] || cases "$program" | as_listed "$program"
}

# Those around what the series changes, CPUID, hypercalls, flushes, and what is saved of a vCPU;
# the others would take longer than all the rest
THEIRS="cpuid_test hyperv_tlb_flush kvm_pv_test set_sregs_test state_test svm_vmcall_test
	sync_regs_test"

# theirs: each case of them that passes, and how each of them ends
theirs()
{
	for program in $THEIRS; do
		"/lab/bin/$program" >/run/selftest 2>&1
		rc=$?
		# AMD's own are skipped on Intel's.
		case $rc,$program in
		4,svm_*) [ ! -d /sys/module/kvm_intel ] || rc=0 ;;
		esac
		cases "$program"
		echo "$program ends with $rc"
	done
}

# theirs_pass: as they do on any host
theirs_pass()
{
	# shellcheck disable=SC2086 # they are words
	theirs | as_listed $THEIRS
}

# run_case PROGRAM NAME: it ran, and passed; a skip is not a pass
run_case()
{
	run_selftest "$1" -t "$2" && grep -q "^ok 1 .*$2\$" /run/selftest
}
