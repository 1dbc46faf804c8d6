# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Results in KTAP, for the tests that run on the machine itself. Sourced.

ktap_count=0
ktap_failed=0

# ktap_run DESCRIPTION COMMAND...: one test; what COMMAND prints is shown as
# comments when it fails. An exit code of 4 is a skip.
ktap_run()
{
	local description=$1 output rc=0
	shift
	ktap_count=$((ktap_count + 1))
	output=$("$@" 2>&1 </dev/null) || rc=$?
	case $rc in
	0)	echo "ok $ktap_count - $description" ;;
	4)	echo "ok $ktap_count - $description # SKIP $(tail -n 1 <<<"$output")" ;;
	*)	echo "not ok $ktap_count - $description"
		# shellcheck disable=SC2001 # every line
		sed 's/^/# /' <<<"$output"
		ktap_failed=$((ktap_failed + 1)) ;;
	esac
}

# The end of every test; one that has tested nothing has failed.
ktap_end()
{
	echo "1..$ktap_count"
	[ "$ktap_count" -gt 0 ] && [ "$ktap_failed" -eq 0 ]
}
