# SPDX-License-Identifier: GPL-2.0-only
#
# silent.sh SECONDS: not a test of anything but the lab, which looks at guests that say nothing.
. ./lib.sh

sleep "$1"
check "it has slept" true
finish
