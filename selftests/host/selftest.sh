# SPDX-License-Identifier: GPL-2.0-only
#
# selftest.sh PROGRAM CASE... [-- PROGRAM CASE...]: these cases of KVM's
# selftests, for hosts that are too slow for all of them.
. ./lib.sh
. ./kvm-selftest.sh

program=
for word in "$@"; do
	case $word in
	--)	program= ;;
	*)	if [ -n "$program" ]; then
			check "$word" run_case "$program" "$word"
		else
			program=$word
		fi ;;
	esac
done
finish
