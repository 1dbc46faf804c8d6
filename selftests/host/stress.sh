# SPDX-License-Identifier: GPL-2.0-only
#
# stress.sh ARGUMENT...: KVM's stress test of the hypercall.
. ./lib.sh
. ./kvm-selftest.sh

check "stress test" run_selftest hc_flush_tlb_stress_test "$@"
finish
