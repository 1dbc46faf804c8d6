# SPDX-License-Identifier: GPL-2.0-only
#
# Whom a spinning vCPU gives its time to: off by default, as KVM's own selftest
# sees it, and what the parameters take.
. ./lib.sh
. ./kvm-selftest.sh
. ./churn.sh

KVM=/sys/module/kvm/parameters

# refused PARAMETER VALUE: and the old one stays
refused()
{
	old=$(cat $KVM/"$1")
	! echo "$2" 2>/dev/null >$KVM/"$1" && [ "$(cat $KVM/"$1")" = "$old" ]
}

check "directed yields are not limited by default" [ "$(cat $KVM/throttle_yield_to)" = N ]
check "IPI targets are not boosted by default" [ "$(cat $KVM/boost_ipi_targets)" = N ]
check "the interval is a jiffy by default" [ "$(cat $KVM/throttle_yield_to_us)" = 1000 ]
for value in 0 -1 1000001 4294967297 soon ''; do
	check "an interval of '$value' is refused" refused throttle_yield_to_us "$value"
done
check "neither on nor off is refused" refused throttle_yield_to 2
check "nor is that a way to boost" refused boost_ipi_targets maybe
check "selftest" run_selftest directed_yield_test
# Each vCPU is a descriptor.
# shellcheck disable=SC3045 # busybox has it
ulimit -n 4096
check "an exit costs less with the limit" run_selftest directed_yield_perf_test -n 50
check "the knobs are as they were" \
	[ "$(cat $KVM/throttle_yield_to $KVM/boost_ipi_targets | tr '\n' ' ')" = "N N " ]
check "VMs and CPUs come and go" with_hotplug run_case directed_yield_test killed
check "there are groups" groups_mount
check "one gets 20 % of a CPU" group_make limited 20
for case in threads_move killed target_in_user_mode; do
	check "$case in it" in_group limited run_case directed_yield_test $case
done
check "it had used up its time" was_throttled limited
case $(lsmod) in
*kvm_intel*)	check "the hardware's exits, too" run_case directed_yield_test pause_loop ;;
esac
finish
