# SPDX-License-Identifier: GPL-2.0-only
#
# What scripts/trace tells of a vCPU that spins so that the hardware finds it: that it has left
# the guest for that, each time that KVM looked for somebody to yield to.
. ./lib.sh
. ./recipe.sh

looker=0,1
spinning="/lab/bin/directed_yield_test -t pause_loop"

# shellcheck disable=SC2086 # a command is words
check "spinning vCPUs" trace spin -- taskset -c 1 $spinning
check "the hardware has found them" [ "$(sum pause 1)" -gt 0 ]
check "each exit is a spin" [ "$(sum pause 1)" -eq "$(sum spins 1)" ]
check "there was somebody to yield to" [ "$(sum yielded 1)" -gt 0 ]
check "each yield is told" [ "$(sum tried 1)" -eq \
	"$(($(sum yielded 1) + $(sum not_helped 1) + $(sum alone 1)))" ]
check "whoever found nobody tried none" [ "$(sum nobody 1)" -le "$(sum spins 1)" ]
finish
