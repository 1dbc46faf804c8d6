# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of both packages share. Sourced.

# lives DEB PACKAGE MODULE [later]: with apt's tools, on a machine that has the stock
# kernel, or gets it later
lives()
{
	local kernel
	[ "$(id -u)" -eq 0 ] || { echo "needs root"; return 4; }
	unshare --mount true 2>/dev/null ||
		{ echo "this machine does not let root mount"; return 4; }
	kernel=$("$TOP/scripts/stock-kernel") || return
	env -u sign_file "$TOP/selftests/install/in-overlay" "$kernel" \
		"$TOP/selftests/install/life" "$1" "$(cat "$kernel/release")" "${@:2}"
}
