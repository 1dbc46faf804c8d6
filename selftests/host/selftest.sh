# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh PROGRAM CASE...: these cases of one of KVM's selftests, for hosts
# that are too slow for all of them.
. ./lib.sh
. ./kvm-selftest.sh

program=$1
shift
for case in "$@"; do
	check "$case" run_case "$program" "$case"
done
finish
