# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of both packages share. Sourced.

# in_overlay WHICH SCRIPT DEB ARGUMENT...: a script of this directory on a machine that has
# that stock kernel, whose release it is given after DEB
in_overlay()
{
	local kernel
	[ "$(id -u)" -eq 0 ] || { echo "needs root"; return 4; }
	unshare --mount true 2>/dev/null ||
		{ echo "this machine does not let root mount"; return 4; }
	kernel=$("$TOP/scripts/stock-kernel" "$1") || return
	env -u sign_file "$TOP/selftests/install/in-overlay" "$kernel" \
		"$TOP/selftests/install/$2" "$3" "$(cat "$kernel/release")" "${@:4}"
}

# lives DEB PACKAGE MODULE [later]: with apt's tools, on a machine that has the stock
# kernel, or gets it later
lives() { in_overlay 6.12 life "$@"; }
