# SPDX-License-Identifier: GPL-2.0-only
#
# trace-pauses.sh [kernel=NAME]: what scripts/trace tells of vCPUs that spin so that the
# hardware finds them: that they have left the guest for that, each time that KVM looked for
# somebody to yield to. With a guest's kernel on a stock host, with KVM's own modules: its
# guests, which know nothing of KVM, spin for each other's locks.
. ./lib.sh
. ./vms.sh
. ./recipe.sh
. ./top.sh

looker=0,1
NS=1000000000			# they go on until they are told to stop

start() { vm_start "$1" "$kernel" 2 384 plain bench.sh; }

# spinning: what is traced, in the series' own test, or in two guests
spinning()
{
	if [ -z "$kernel" ]; then
		trace spin -- taskset -c 1 /lab/bin/directed_yield_test -t pause_loop
	else
		vms_work 2 hackbench $NS trace spin 1
	fi
}

# at_least NUMBER OTHER: or so many percent of that, as what counts one may begin and end to
# do so before what counts the other
at_least() { [ $(($1 * 100)) -ge $(($2 * percent)) ]; }

kernel=${1:+${1#kernel=}}
percent=100
if [ -n "$kernel" ]; then
	percent=80
	kvm-overcommit modules stock >/dev/null
	check "KVM is the kernel's own" [ ! -e $KVM/throttle_yield_to ]
	vm_each 2 start
	check "two guests have booted" vm_each 2 vm_hear ready
fi
check "spinning vCPUs" spinning
check "the hardware has found them" [ "$(sum pause 1)" -gt 0 ]
check "each exit is a spin" at_least "$(sum spins 1)" "$(sum pause 1)"
check "and each spin an exit" at_least "$(sum pause 1)" "$(sum spins 1)"
check "there was somebody to yield to" [ "$(sum yielded 1)" -gt 0 ]
check "whom it tried" each_try_is_told
check "each spin tried somebody, or found nobody" \
	at_least "$(($(sum tried 1) + $(sum nobody 1)))" "$(sum spins 1)"
if [ -n "$kernel" ]; then
	look="kvm-overcommit top --once --trace --interval 0.5 --record /run/top.csv"
	check "top traces them, too" vms_work 2 hackbench $NS trace spin -- $look
	rate=$(recorded "" ple | sed 's/\..*//')
	echo "# top: $rate a second, for half of one; trace: $(sum pause 1) in all"
	check "some" [ "$rate" -gt 0 ]
	check "and no more than there were" [ $((rate / 2)) -le "$(sum pause 1)" ]
	check "what the series has statistics of is missing" \
		grep -q "^Missing: .*awaited throttled early" /run/answer
	vm_each 2 vm_tell end
	check "both have ended well" vm_each 2 vm_hear success
	wait
fi
finish
