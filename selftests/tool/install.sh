# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What goes with the tool: gather, the documents, completion, the package.

gathers()
{
	local out=$tmp/gathered
	"$TOP/host/gather" --root "$tmp/series/0" "$out" >/dev/null || return
	golden gathered 0 status --root "$out" &&
		! grep -rqE 'web|/usr/bin|smp|debug-threads' "$out" || return
	tree private patched 100 1
	process 1000 secret /home/secret/qemu -name secret -cpu \
		"host,serial=secret,kvm-pv-eoi=off,x-secret=1,kvm-hint-dedicated=on,model-id=secret" \
		-drive secret -overcommit secret=1,cpu-pm=on -fw_cfg secret
	"$TOP/host/gather" --root "$root" "$out.private" >/dev/null &&
		! grep -rq secret "$out.private" &&
		[ "$(tr '\0' ' ' <"$out.private/proc/1000/cmdline")" = \
		"qemu-system -name vm1 -cpu host,kvm-pv-eoi=off,kvm-hint-dedicated=on -overcommit cpu-pm=on " ] &&
		"$TOP/host/gather" --root "$root" --series 2 --interval 0 "$out.series" >/dev/null &&
		run 0 top --replay "$out.series" >/dev/null &&
		! "$TOP/host/gather" "$out" 2>/dev/null
}

# not_gathered ARGUMENT...: gather refuses, with an error and a remedy, and nothing else is said
not_gathered()
{
	! "$TOP/host/gather" --root "$tmp/series/0" "$@" >"$tmp/output" 2>&1 &&
		grep -q "^gather: error: cannot create directory .*/out.*: File exists" "$tmp/output" &&
		grep -q '^gather: remedy: ' "$tmp/output" &&
		[ "$(wc -l <"$tmp/output")" -eq 2 ] || { cat "$tmp/output"; return 1; }
}

# gather is root's, and /tmp is everybody's: an mkdir that is late, as somebody else has been
# there, and has left a link to what is not his.
gathers_for_itself()
{
	local dir=$tmp/shared out number=0 arguments
	mkdir -p "$dir/bin" "$dir/precious"
	cat >"$dir/bin/mkdir" <<-'END'
		#!/bin/sh
		PATH=${PATH#*:}
		if [ ! -e "$MEANWHILE" ]; then
			mkdir -p "$MEANWHILE"
			ln -s "$PRECIOUS" "$MEANWHILE/proc"
			ln -s "$PRECIOUS" "$MEANWHILE/0"
		fi
		exec mkdir "$@"
	END
	chmod 755 "$dir/bin/mkdir"
	for arguments in "" "--series 1 --interval 0"; do
		for out in out out/ out/in; do
			number=$((number + 1))
			mkdir "$dir/$number" || return
			# shellcheck disable=SC2086 # options
			MEANWHILE=$dir/$number/out PRECIOUS=$dir/precious PATH=$dir/bin:$PATH \
				not_gathered $arguments "$dir/$number/$out" || return
		done
		# shellcheck disable=SC2086 # options
		not_gathered $arguments "$dir/1/out" || return
	done
	ln -s "$dir/precious/none" "$dir/out"
	not_gathered "$dir/out" && [ -z "$(ls "$dir/precious")" ] &&
		(cd "$dir" && "$TOP/host/gather" --root "$tmp/series/0" new/deep/out >/dev/null) &&
		run 0 status --root "$dir/new/deep/out" >/dev/null
}

# some COMMAND...: what it prints, and an error if that is nothing
some() { "$@" | grep . || { echo "nothing from $*" >&2; return 1; }; }

columns() { "$tool" top --sort x 2>&1 | sed -n 's/.*they are: //p' | tr ' ' '\n'; }

# codes: of all warnings
codes() { sed -n 's/.*warn(warnings, "\([a-z-]*\)".*/\1/p' "$TOP/host/warning.c"; }

knob_names() { "$tool" get --root "$tmp/series/0" | awk 'NR > 1 { print $1 }'; }

# options VERB: those of its table, by their long names
options() { "$tool" "$1" --help | grep -oE -- '--[a-z]+' | sort -u; }

# keys VERB ARGUMENT...: of what it prints as JSON, but for those that the kernel names
keys()
{
	"$tool" "$@" --json | python3 -c '
import json, sys
def walk(value):
    if isinstance(value, list):
        for item in value:
            walk(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            print(key)
            if key not in ("counters", "siblings"):
                walk(item)
walk(json.load(sys.stdin))' | sort -u
}

# keys_are_documented: in the table of the section, behind the verb, or by the name of a column
keys_are_documented()
{
	local verb keys key section rc=0
	tree keys patched 100 1
	section=$(sed -n '/^JSON$/,/^Why these sources$/p' "$TOP/Documentation/host-tool.rst")
	for verb in status get "set kvm.hc_flush_tlb=1 --persist" "top --once -i 0" modules; do
		# shellcheck disable=SC2086 # a verb and its options
		keys=$(some keys $verb --root "$root") || return
		for key in $keys; do
			columns | grep -qx "$key" ||
				awk -v verb="\`\`${verb%% *}\`\`" -v key="\`\`$key\`\`" '
					/^`/ { mine = $1 == verb }
					/^threads/ { mine = verb == "``top``" }
					mine && index($0, key) { found = 1 }
					END { exit !found }' <<<"$section" ||
				{ echo "host-tool.rst: $verb: $key"; rc=1; }
		done
	done
	return $rc
}

# The documents know all verbs, options, knobs, columns, warnings and keys.
documents_are_complete()
{
	local verb option options knob knobs column columns codes rc=0
	knobs=$(some knob_names) && columns=$(some columns) && codes=$(some codes) || return
	for verb in status get set top modules; do
		grep -qw "\"$verb\"\|^\.It Cm $verb" "$TOP/host/kvm-overcommit.8" ||
			{ echo "no $verb"; rc=1; }
		options=$(some options "$verb") || return
		for option in $options; do
			[[ $option != --help && $option != --usage ]] || continue
			grep -q "Fl -${option#--}\b" "$TOP/host/kvm-overcommit.8" ||
				{ echo "man page: $verb $option"; rc=1; }
		done
	done
	for knob in $knobs; do
		grep -q "$knob" "$TOP/host/kvm-overcommit.8" || { echo "man page: $knob"; rc=1; }
	done
	for column in $columns $codes; do
		grep -q "^\`\`$column\`\`" "$TOP/Documentation/host-tool.rst" ||
			{ echo "host-tool.rst: $column"; rc=1; }
		grep -qx "\.It Cm $column" "$TOP/host/kvm-overcommit.8" ||
			{ echo "man page: $column"; rc=1; }
	done
	keys_are_documented || rc=1
	return $rc
}

completes()
{
	(
		local option
		# shellcheck source=/dev/null
		. "$TOP/host/completion"
		# complete_with WORDS...: what it offers for the last one
		complete_with()
		{
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
			_kvm_overcommit "$1"
			echo "${COMPREPLY[*]}"
		}
		kvm-overcommit()
		{
			[ "$1" != status ] || set -- "$@" --root "$tmp/series/0"
			"$tool" "$@"
		}
		[ "$(complete_with kvm-overcommit s)" = "status set" ] &&
			[[ " $(complete_with kvm-overcommit top --) " == *" --replay "* ]] &&
			[[ " $(complete_with kvm-overcommit set kvm.t) " == \
				" kvm.throttle_yield_to= kvm.throttle_yield_to_us= " ]] &&
			[ "$(complete_with kvm-overcommit modules '')" = "stock patched" ] &&
			[ "$(complete_with kvm-overcommit modules p)" = patched ] || return
		for option in --sort -s; do
			[ "$(complete_with kvm-overcommit top $option p)" = \
				"preempt poll ple pvyield pvflush" ] || return
		done
		for option in --vm -v; do
			[ "$(complete_with kvm-overcommit top $option '')" = "1000-12 2000-9" ] ||
				return
		done
		# "=" is a word of its own.
		[ "$(complete_with kvm-overcommit set kvm.hc_flush_tlb =)" = "on off default" ] &&
			[ "$(complete_with kvm-overcommit set sched_siblings_spread = o)" = "on off" ] &&
			[ "$(complete_with kvm-overcommit set kvm.hc_flush_tlb_addrs = '')" = default ] &&
			[ "$(complete_with kvm-overcommit top --sort = pre)" = preempt ] &&
			[ "$(complete_with kvm-overcommit top --vm =)" = "1000-12 2000-9" ] &&
			[ "$(complete_with kvm-overcommit top --replay = "$tmp/ser")" = "$tmp/series" ] &&
			[ "$(complete_with kvm-overcommit status --root =)" = "$(compgen -d | paste -sd ' ')" ] &&
			[ "$(complete_with kvm-overcommit top --record = "$tmp/ser")" = "$tmp/series" ] &&
			[ -z "$(complete_with kvm-overcommit set --persist =)" ] &&
			[ -z "$(complete_with kvm-overcommit get --json =)" ] &&
			[ -z "$(complete_with kvm-overcommit set nothing =)" ]
	)
}

# What runs is what is on the command line, in a PATH or not, and what cannot be run says nothing.
completes_that_one()
{
	local dir=$tmp/completion
	command -v script >/dev/null || { echo "there is no script(1)"; return 4; }
	mkdir -p "$dir/bin"
	cat >"$dir/bin/kvm-overcommit" <<-END
		#!/bin/sh
		[ "\$*" = get ] || [ "\$3" = '?' ] || { echo "as \$*"; exit; }
		exec "$tmp/plain/kvm-overcommit" "\$@" --root "$tmp/series/0"
	END
	chmod 755 "$dir/bin/kvm-overcommit"
	printf '%s\n' "HOME=$dir HISTFILE= PS1= PATH=/usr/bin:/bin" "bind 'set enable-bracketed-paste off'" \
		". '$TOP/host/completion'" >"$dir/rc"
	# As live_view() has keys wait for it
	# shellcheck disable=SC2088 # as it is typed
	printf '%s\n' "$dir/bin/kvm-overcommit top --sort=pre"$'\t'"--once" \
		"~/bin/kvm-overcommit set kvm.hc_flush_tlb=de"$'\t'"--persist" \
		"$dir/no/kvm-overcommit top --sort="$'\t\t' "kvm-overcommit mo"$'\t\t' exit |
		timeout 60 script -qec "bash --noprofile --rcfile $dir/rc -i" /dev/null |
		tr -d '\r\a' >"$dir/output"
	grep -qx 'as top --sort=preempt --once' "$dir/output" &&
		grep -qx 'as set kvm.hc_flush_tlb=default --persist' "$dir/output" &&
		[ "$(grep -c 'No such file' "$dir/output")" -eq 1 ] &&
		[ "$(grep -c 'not found' "$dir/output")" -eq 1 ] || { cat -v "$dir/output"; return 1; }
}

packages_are_clean()
{
	local debs
	mapfile -t debs <"$tmp/debs" && [ ${#debs[@]} -eq 2 ] || return
	lintian_clean "${debs[@]}"
}

packages_built()
{
	"$TOP/scripts/deb" host 2>"$tmp/deb.log" >"$tmp/debs" ||
		{ cat "$tmp/deb.log"; return 1; }
}

# Every file that it has, and no other.
packaged()
{
	local deb
	deb=$(grep /kvm-overcommit-tools_ "$tmp/debs") &&
		dpkg-deb -x "$deb" "$tmp/package" || return
	diff <(cd "$tmp/package" && find . ! -type d | LC_ALL=C sort) <({
		printf './usr/%s\n' sbin/kvm-overcommit \
			share/bash-completion/completions/kvm-overcommit \
			share/kvm-overcommit/gather share/man/man8/kvm-overcommit.8.gz
		printf './usr/share/doc/kvm-overcommit-tools/%s\n' changelog.gz copyright
		cd "$TOP/Documentation" && printf './usr/share/doc/kvm-overcommit-tools/%s\n' \
			*.rst | grep -vE '/(adding-[a-z-]*|lab)\.rst$'
	} | LC_ALL=C sort) || return
	"$tmp/package/usr/sbin/kvm-overcommit" get --root "$tmp/series/0" >"$tmp/output" &&
		diff "$here/testdata/get" "$tmp/output"
}

# What DKMS builds KVM from: the patches that modules can have, and no scheduler's.
kvm_packaged()
{
	local deb src
	src=usr/src/kvm-overcommit-kvm-$(module_version host/kvm)
	deb=$(grep /kvm-overcommit-kvm-dkms_ "$tmp/debs") &&
		dpkg-deb -x "$deb" "$tmp/kvm" && dpkg-deb -e "$deb" "$tmp/kvm/control" || return
	diff <(cd "$tmp/kvm/$src" && find . -type f | LC_ALL=C sort) <({
		printf './%s\n' Makefile dkms.conf keep-stock may-load prepare
		cd "$TOP/patches/v6.12" && printf './patches/%s\n' 0[012]*.patch |
			grep -v /0202-sched
	} | LC_ALL=C sort) || return
	diff <(cd "$tmp/kvm/etc" && find . ! -type d -perm 755 | LC_ALL=C sort) - <<-END || return
		./kernel/header_postinst.d/kvm-overcommit-kvm
		./kernel/postinst.d/kvm-overcommit-kvm
	END
	grep -q 'dkms/common.postinst' "$tmp/kvm/control/postinst" &&
		grep -q '^Depends: .*linux-source-6.12' "$tmp/kvm/control/control"
}

# dkms_reads VARIABLE [SETTING...]: in what the package has for DKMS
dkms_reads()
{
	local variable=$1
	shift
	env "$@" kernelver=6.12.1-fixture arch=x86_64 dkms_tree="$tmp/dkms" kernel_source_dir=. \
		bash -euc ". ./dkms.conf; echo \"\${$variable:-}\""
}

# DKMS builds when the package is set up, and at other times the package's hook. What DKMS of
# Debian 13 moves away is put back, and of what it does not, nothing is lost.
dkms_kept_at_bay()
{
	local own=$tmp/modules/6.12.1-fixture/kernel/arch/x86/kvm moved command
	moved=$tmp/dkms/kvm-overcommit-kvm/original_module/6.12.1-fixture/x86_64
	cd "$tmp"/kvm/usr/src/kvm-overcommit-kvm-* || return
	[ -z "$(dkms_reads AUTOINSTALL DPKG_MAINTSCRIPT_PACKAGE=linux-image-6.12.1-fixture)" ] &&
		[ -z "$(dkms_reads AUTOINSTALL)" ] &&
		[ "$(dkms_reads AUTOINSTALL DPKG_MAINTSCRIPT_PACKAGE=kvm-overcommit-kvm-dkms)" = yes ] &&
		command=$(dkms_reads POST_INSTALL) || return
	mkdir -p "$own" "$moved"
	echo kvm >"$moved/kvm.ko.xz"
	echo "$own/kvm.ko.xz" >"$moved/kvm.ko.xz.origin"
	echo amd >"$own/kvm-amd.ko.xz"
	# shellcheck disable=SC2086 # a command and its arguments
	./$command && ./$command || return
	[ "$(cat "$own/kvm.ko.xz" "$own/kvm-amd.ko.xz")" = $'kvm\namd' ] &&
		[ ! -e "$moved" ]
}
