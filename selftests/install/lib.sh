# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of packages, and of what they install, share. Sourced.

# may_mount: this is root, in a namespace of whose own mounts can be made; or a skip
may_mount()
{
	[ "$(id -u)" -eq 0 ] || { echo "needs root"; return 4; }
	unshare --mount true 2>/dev/null ||
		{ echo "this machine does not let root mount"; return 4; }
}

# page_is_clean PAGE: of the manual
page_is_clean()
{
	local output
	output=$({ mandoc -T lint -W warning "$1"; groff -mdoc -ww -Tutf8 -z "$1"; } 2>&1)
	[ -z "$output" ] || { echo "$output"; return 1; }
}

# lintian_clean DEB...: they are in no archive, and so close no bug there, and may have the
# long names of what has not been committed. The tool reads dpkg's database as it reads
# everything: as a file, in a tree that may be a recorded one.
lintian_clean()
{
	local not_ours=initial-upload-closes-no-bugs,package-has-long-file-name
	command -v lintian >/dev/null || { echo "no lintian here"; return 4; }
	lintian --fail-on error,warning --allow-root \
		--suppress-tags $not_ours,uses-dpkg-database-directly "$@"
}

# preferred RELEASE MODULE: would modprobe load what DKMS has built, also where that kernel has
# its own?
preferred() { modinfo -k "$1" -n "$2" 2>/dev/null | grep -q '/updates/'; }

# fail WHAT: is wrong in an overlay, where the script puts what it runs has said in /tmp/output
fail() { echo "$1"; cat /tmp/output; exit 1; }

# in_overlay WHICH SCRIPT DEB ARGUMENT...: a script of this directory on a machine that has
# that stock kernel, whose release it is given after DEB
in_overlay()
{
	local kernel
	may_mount || return
	kernel=$("$TOP/scripts/stock-kernel" "$1") || return
	env -u sign_file "$TOP/selftests/install/in-overlay" "$kernel" \
		"$TOP/selftests/install/$2" "$3" "$(cat "$kernel/release")" "${@:4}"
}

# lives DEB PACKAGE MODULE [later]: with apt's tools, on a machine that has the stock
# kernel, or gets it later
lives() { in_overlay 6.12 life "$@"; }
