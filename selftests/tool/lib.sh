# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What all of the tests of the tool use. Sourced, as the others are.

builds()
{
	make -s -C "$TOP/host" BUILD="$tmp/build" SANITIZE=1
}

plain_builds() { make -s -C "$TOP/host" BUILD="$tmp/plain"; }

# tree NAME FUNCTION ARGUMENT...: a new tree, as that function makes it
tree()
{
	root=$tmp/$1
	shift
	rm -rf "$root"
	mkdir -p "$root"
	"$@"
}

# run CODE ARGUMENT...: the tool, which has to exit so; its output, then its errors
run()
{
	local code=$1 rc=0
	shift
	"$tool" "$@" 2>"$tmp/errors" || rc=$?
	sed "s#$tmp#TMP#g" "$tmp/errors"
	[ "$rc" -eq "$code" ] || { echo "exit code $rc, not $code"; return 1; }
}

# golden NAME CODE ARGUMENT...: prints just what testdata/NAME has
golden()
{
	local name=$1
	shift
	run "$@" >"$tmp/output" || { cat "$tmp/output"; return 1; }
	if [ "$update" = update ]; then
		cp "$tmp/output" "$here/testdata/$name"
	fi
	diff "$here/testdata/$name" "$tmp/output"
}

# refused CODE PATTERN ARGUMENT...: with an error and a remedy; nothing else
refused()
{
	local code=$1 pattern=$2
	shift 2
	run "$code" "$@" >"$tmp/output" &&
		[ "$(grep -c '^kvm-overcommit: error: ' "$tmp/output")" -eq 1 ] &&
		grep -q '^kvm-overcommit: remedy: ' "$tmp/output" &&
		[ "$(wc -l <"$tmp/output")" -eq 2 ] &&
		grep -qE -- "$pattern" "$tmp/output" || { cat "$tmp/output"; return 1; }
}

# unchanged COMMAND...: which leaves the tree as it is
unchanged()
{
	local before rc=0
	before=$(listing)
	"$@" || rc=$?
	diff <(echo "$before") <(listing) && return "$rc"
}

listing()
{
	(cd "$root" && find . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2)
}

# as_user COMMAND...: not as root
as_user()
{
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	fi
}

