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

# run_selftest PROGRAM ARGUMENT...: with its own words indented, as they are no
# results of ours
run_selftest()
{
	program=$1
	shift
	# By its path: it loads itself into the guest.
	"/lab/bin/$program" "$@" >/run/selftest 2>&1
	rc=$?
	sed 's/^/  /' /run/selftest
	[ $rc -eq 0 ] && ! skipped_for_others
}

# theirs: those around what the series changes, CPUID, hypercalls, flushes, and what is saved of
# a vCPU, and how each of them ends; the others would take longer than all the rest
theirs()
{
	for program in cpuid_test hyperv_tlb_flush kvm_pv_test set_sregs_test state_test \
			svm_vmcall_test sync_regs_test; do
		"/lab/bin/$program" >/run/$program.out 2>&1
		echo "$program $?"
	done
}

# all_pass FILE: of what theirs has printed, on whatever host; but 4 is a skip, for AMD's own
# on Intel's
all_pass()
{
	may_end=" 0\$"
	[ ! -d /sys/module/kvm_intel ] || may_end="$may_end|^svm_.* 4\$"
	! grep -vE "$may_end" "$1" && [ -s "$1" ]
}

# run_case PROGRAM NAME: it ran, and passed; a skip is not a pass
run_case()
{
	run_selftest "$1" -t "$2" && grep -q "^ok 1 .*$2\$" /run/selftest
}
