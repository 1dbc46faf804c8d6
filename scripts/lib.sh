# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every script here shares: where things are kept, how progress and
# failures are told. Sourced, never run.

# shellcheck disable=SC2034 # for those who source this
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that is built or fetched lives here, outside the tree, and may be
# deleted at any time; the next run makes it again.
CACHE=${KVMOC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvm-overcommit}
mkdir -p "$CACHE"

# build_dir VARIANT: where that lab kernel is built
build_dir() { echo "$CACHE/build$([ "$1" = host ] || echo "-$1")"; }

# module_version [DIRECTORY]: of what DKMS builds from there, by default the guest module
module_version()
{
	sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$TOP/${1:-guest}/dkms.conf"
}

# die WHAT REMEDY
die()
{
	printf '%s: error: %s\n' "${0##*/}" "$1" >&2
	[ $# -lt 2 ] || printf '%s: remedy: %s\n' "${0##*/}" "$2" >&2
	exit 1
}

# choose_root WHAT REMEDY: sets as_root to what runs a command as root, nothing
# or sudo; dies if there is none
choose_root()
{
	as_root=()
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || die "$1" "$2"
	as_root=(sudo)
}

# kernel_fragment VARIANT: the configuration of that lab kernel
kernel_fragment()
{
	[ -f "$TOP/scripts/lab/$1.config" ] ||
		die "there is no lab kernel '$1'" \
		    "the fragments scripts/lab/*.config are what there is"
	echo "$TOP/scripts/lab/$1.config"
}

# pack ROOT: an initramfs of it. Under Bochs even the digits of a time count, as
# the kernel parses them, so all have the same.
pack()
(
	cd "$1" || exit
	find . -exec touch -h -d @0 {} +
	find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet --reproducible
)

note()
{
	printf '[%s] %s\n' "$(date +%T)" "$*"
}

# said WORD RESULT: what guests, and the host, have said after that word, in a lab's result
said()
{
	tr -d '\r' <"$2" | sed -nE "s/^(host|guest [^:]*): $1 //p; /^lab: end/q"
}

# log_file NAME: a new log file, never an old one again
log_file()
{
	mkdir -p "$CACHE/logs"
	mktemp "$CACHE/logs/$1.$(date +%Y%m%d-%H%M%S).XXXX"
}

# run_step NAME LOG COMMAND...: run COMMAND with its output in LOG. A line when
# it starts, one every 15 s on what it is doing, one with its time when it ends.
run_step()
{
	local name=$1 log=$2 pid rc=0 start=$SECONDS next
	shift 2

	note "$name ..."
	printf '+ %s\n' "$*" >>"$log"
	"$@" >>"$log" 2>&1 </dev/null &
	pid=$!
	next=$((SECONDS + 15))
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		if [ "$SECONDS" -ge "$next" ]; then
			note "$name: $((SECONDS - start)) s so far: $(tail -n 1 "$log" | cut -c 1-60)"
			next=$((SECONDS + 15))
		fi
	done
	wait "$pid" || rc=$?
	if [ "$rc" -ne 0 ]; then
		note "$name: FAILED (exit $rc) after $((SECONDS - start)) s"
		tail -n 15 "$log" >&2
		die "$name failed; its log is $log" \
		    "mend what the log names and run the same command again: finished steps are kept"
	fi
	note "$name: done in $((SECONDS - start)) s"
}
