# SPDX-License-Identifier: GPL-2.0-only
#
# perf.sh VCPUS...: what the hypercall costs, in guests of so many vCPUs.
. ./lib.sh
. ./kvm-selftest.sh

# A descriptor for each vCPU.
# shellcheck disable=SC3045 # busybox has it
ulimit -n 4096

for vcpus in "$@"; do
	check "$vcpus vCPUs" run_selftest hc_flush_tlb_perf_test -n 50 -v "$vcpus"
done
finish
