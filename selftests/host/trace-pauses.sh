# SPDX-License-Identifier: GPL-2.0-only
#
# What scripts/trace tells of a vCPU that spins so that the hardware finds it: that it has left
# the guest for that, each time that KVM looked for somebody to yield to.
. ./lib.sh
. ./recipe.sh

looker=0,1

check "spinning vCPUs" trace spin -- taskset -c 1 /lab/bin/directed_yield_test -t pause_loop
check "the hardware has found them" [ "$(sum pause 1)" -gt 0 ]
check "each exit is a spin" [ "$(sum pause 1)" -eq "$(sum spins 1)" ]
check "there was somebody to yield to" [ "$(sum yielded 1)" -gt 0 ]
check "whom it tried" each_try_is_told
check "each spin tried somebody, or found nobody" \
	[ "$(($(sum tried 1) + $(sum nobody 1)))" -ge "$(sum spins 1)" ]
finish
