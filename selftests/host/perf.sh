# SPDX-License-Identifier: GPL-2.0-only
#
# perf.sh PROGRAM ARGUMENT...: what the series costs, by one of KVM's selftests.
. ./lib.sh
. ./kvm-selftest.sh

# A descriptor for each vCPU.
# shellcheck disable=SC3045 # busybox has it
ulimit -n 4096

check "$1" run_selftest "$@"
finish
