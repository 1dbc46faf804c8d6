# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# get and set.

# knob NAME: what the tree has
knob()
{
	cat "$root"/sys/module/kvm/parameters/"$1" "$root"/proc/sys/kernel/"$1" 2>/dev/null
}

knobs_set()
{
	tree set patched 100 1
	golden set 0 set kvm.hc_flush_tlb=on kvm.hc_flush_tlb_addrs=64 \
		sched_siblings_swap_ms=10 --root "$root" &&
		[ "$(knob hc_flush_tlb; knob hc_flush_tlb_addrs; knob sched_siblings_swap_ms)" = \
			$'1\n64\n10' ] &&
		[ -z "$(find "$root/etc" -type f)" ]
}

# Each end of each range is taken, and what is beyond is not.
ranges()
{
	local name range min max bad
	tree range patched 100 1
	while read -r name _ _ range; do
		range=${range/ to / }
		range=${range/ or / }
		read -r min max _ <<<"$range"
		run 0 set "$name=$max" --root "$root" && run 0 set "$name=$min" --root "$root" &&
			[ "$(knob "${name#*.}")" = "$min" ] || return
		for bad in $((max + 1)) -1 $((min - 1)) '' ' ' x 1x 0x1 1.5 "$max " \
			99999999999999999999999 18446744073709551616 maybe; do
			unchanged refused 2 'is no value for' set "$name=$bad" --root "$root" ||
				{ echo "$name=$bad"; return 1; }
		done
	done < <("$tool" get --root "$root" | tail -n +2 | sed 's/one jiffy/1/')
}

wrong_names()
{
	local argument
	tree names patched 100 1
	for argument in kvm.nothing=1 hc_flush_tlb=1 =1 kvm.hc_flush_tlb kvm.ple_gap=1 \
		sched_siblings_spread; do
		unchanged refused 2 "" set "$argument" --root "$root" || return
	done
	unchanged refused 2 'named twice' set kvm.hc_flush_tlb=1 kvm.hc_flush_tlb=0 \
		--root "$root" &&
		refused 2 'no knob' get kvm.nothing --root "$root" &&
		refused 2 'nothing to set' set --root "$root"
}

# The second one cannot be written in full, as its file may not grow so far.
rolled_back()
{
	tree rollback patched 100 1
	prlimit --fsize=3 "$tool" set kvm.hc_flush_tlb=1 kvm.hc_flush_tlb_addrs=100 \
		--root "$root" 2>&1 | cat >"$tmp/errors"
	[ "${PIPESTATUS[0]}" -eq 1 ] &&
		grep -q 'error: kvm.hc_flush_tlb_addrs=100' "$tmp/errors" &&
		grep -q 'nothing has been changed' "$tmp/errors" &&
		[ "$(knob hc_flush_tlb)" = 0 ] && [ "$(knob hc_flush_tlb_addrs)" = 33 ]
}

# What was there before cannot be written in full either: then it is not said that nothing has
# been changed.
not_rolled_back()
{
	tree stuck patched 100 1
	echo 100 >"$root/sys/module/kvm/parameters/hc_flush_tlb_addrs"
	prlimit --fsize=3 "$tool" set kvm.hc_flush_tlb_addrs=1 kvm.throttle_yield_to_us=5000 \
		--root "$root" 2>&1 | sed "s#$tmp#TMP#g" >"$tmp/errors"
	[ "${PIPESTATUS[0]}" -eq 1 ] && diff "$tmp/errors" - <<-END
		kvm-overcommit: error: kvm.throttle_yield_to_us=5000: Input/output error
		kvm-overcommit: error: kvm.throttle_yield_to_us could not be put back to 4000: Input/output error
		kvm-overcommit: error: kvm.hc_flush_tlb_addrs could not be put back to 100: Input/output error
		kvm-overcommit: remedy: the kernel's log may tell; set what could not be put back once more
	END
}

# One of them is not there, not readable as a value, or not writable.
all_or_nothing()
{
	tree nothing patched 100 1
	rm "$root/sys/module/kvm/parameters/boost_ipi_targets"
	unchanged refused 3 'no kvm.boost_ipi_targets' set kvm.hc_flush_tlb=1 \
		kvm.boost_ipi_targets=1 --persist --root "$root" || return
	echo 7 >"$root/proc/sys/kernel/sched_siblings_spread"
	unchanged refused 1 'cannot have' set kvm.hc_flush_tlb=1 sched_siblings_spread=1 \
		--root "$root" || return
	chmod -R a+rwX "$root"
	chmod a-w "$root/sys/module/kvm/parameters/throttle_yield_to"
	unchanged as_user "$tool" set kvm.hc_flush_tlb=1 kvm.throttle_yield_to=1 \
		--root "$root" 2>"$tmp/errors"
	[ $? -eq 4 ] && grep -q 'Permission denied' "$tmp/errors"
}

MODPROBE=etc/modprobe.d/kvm-overcommit-host.conf
SYSCTL=etc/sysctl.d/90-kvm-overcommit.conf
HEADER="# Written by 'kvm-overcommit set --persist'. It keeps no lines of others."

persisted()
{
	tree persist patched 100 1
	golden persist 0 set kvm.hc_flush_tlb=1 kernel.sched_siblings_spread=1 --persist \
		--root "$root" &&
		diff "$root/$MODPROBE" - <<-END &&
			$HEADER
			options kvm hc_flush_tlb=1
		END
		diff "$root/$SYSCTL" - <<-END || return
			$HEADER
			-kernel.sched_siblings_spread = 1
		END
	# What is there is kept, and changed where it is named again.
	run 0 set kvm.throttle_yield_to=1 kvm.hc_flush_tlb=0 --persist --root "$root" &&
		diff "$root/$MODPROBE" - <<-END &&
			$HEADER
			options kvm hc_flush_tlb=0
			options kvm throttle_yield_to=1
		END
		[ -z "$(find "$root/etc" -name '*.new')" ] &&
		[ "$(stat -c %a "$root/$MODPROBE")" = 644 ]
}

# default is what get has in that column, and leaves nothing in files.
defaults()
{
	local name value range other
	tree defaults patched 100 1
	run 0 set kvm.hc_flush_tlb_addrs=default --persist --root "$root" >/dev/null &&
		[ -z "$(find "$root/etc" -type f)" ] || return
	run 0 set kvm.hc_flush_tlb_addrs=5 kvm.throttle_yield_to_us=7 kvm.throttle_yield_to=1 \
		sched_siblings_wake_affine=0 --persist --root "$root" >/dev/null &&
		golden set-default 0 set kvm.hc_flush_tlb_addrs=default \
		kvm.throttle_yield_to_us=default sched_siblings_wake_affine=default \
		--persist --root "$root" &&
		diff "$root/$MODPROBE" - <<-END &&
			$HEADER
			options kvm throttle_yield_to=1
		END
		diff "$root/$SYSCTL" - <<<"$HEADER" &&
		[ "$(knob throttle_yield_to_us)" = 7 ] || return
	# Of each it is what the table says, but for the one that no file tells.
	run 0 get --root "$root" | awk 'NR > 1 && $3 ~ /^[0-9]+$/ { print $1, $3, $4 }' \
		>"$tmp/numbers"
	[ "$(wc -l <"$tmp/numbers")" -eq 7 ] || return
	while read -r name value range; do
		other=$((range == value ? range + 1 : range))
		run 0 set "$name=$other" --root "$root" >/dev/null &&
			[ "$(knob "${name#*.}")" != "$value" ] &&
			run 0 set "$name=default" --root "$root" >/dev/null &&
			[ "$(knob "${name#*.}")" = "$value" ] || return
	done <"$tmp/numbers"
	unchanged refused 2 'is one jiffy' \
		set kvm.hc_flush_tlb=1 kvm.throttle_yield_to_us=default --root "$root"
}

# Who goes back may have the kernel's own modules already.
defaults_of_none()
{
	tree gone patched 100 1
	run 0 set kvm.hc_flush_tlb=1 kvm.throttle_yield_to=1 --persist --root "$root" >/dev/null &&
		rm "$root/sys/module/kvm/parameters/hc_flush_tlb" &&
		unchanged refused 3 'no kvm.hc_flush_tlb' set kvm.hc_flush_tlb=default --root "$root" &&
		golden set-gone.json 0 set kvm.hc_flush_tlb=default --persist --json --root "$root" &&
		diff "$root/$MODPROBE" - <<-END
			$HEADER
			options kvm throttle_yield_to=1
		END
}

# read_only DIR COMMAND...: in a mount namespace of its own, in which DIR cannot be written to
read_only()
{
	unshare --mount bash -c \
		'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && "$@"' "$@"
}

# To be root does not help there, and is not said to.
mounted_read_only()
{
	local dir
	may_mount || return
	tree read-only patched 100 1
	for dir in "$root" "$root/etc"; do
		(
			tool=read_only_tool
			read_only_tool() { read_only "$dir" "$tmp/build/kvm-overcommit" "$@"; }
			unchanged refused 1 'Read-only file system' set kvm.hc_flush_tlb=1 \
				--persist --root "$root"
		) && grep -q '^kvm-overcommit: remedy: it is mounted read-only' "$tmp/output" ||
			return
	done
}

# A file with lines of somebody else is not touched, and neither is anything else.
persist_refused()
{
	tree foreign patched 100 1
	echo 'options kvm ignore_msrs=1' >"$root/$MODPROBE"
	unchanged refused 1 'lines of somebody else' set sched_siblings_spread=1 \
		kvm.hc_flush_tlb=1 --persist --root "$root" || return
	rm -r "$root/etc/modprobe.d"
	unchanged refused 1 'No such file' set sched_siblings_spread=1 kvm.hc_flush_tlb=1 \
		--persist --root "$root" || return
	tree builtin patched 100 1
	put lib/modules/6.12.117-kvmoc/modules.builtin kernel/arch/x86/kvm/kvm.ko
	unchanged refused 1 'part of this kernel' set kvm.hc_flush_tlb=1 --persist \
		--root "$root" &&
		run 0 set kvm.hc_flush_tlb=1 --root "$root"
}

# Two at once: who has done it has its line in the file, and who has failed has not.
persist_at_once()
{
	local round pid rc assignment rcs
	tree at-once patched 100 1
	for ((round = 0; round < 30; round++)); do
		rm -f "$root/$MODPROBE"
		"$tool" set kvm.hc_flush_tlb=1 --persist --root "$root" >/dev/null 2>"$tmp/errors" &
		pid=$!
		rc=0
		"$tool" set kvm.throttle_yield_to=1 --persist --root "$root" >/dev/null \
			2>"$tmp/errors.2" || rc=$?
		rcs=(0 "$rc")
		wait "$pid" || rcs[0]=$?
		for assignment in hc_flush_tlb=1 throttle_yield_to=1; do
			rc=0
			grep -q "$assignment" "$root/$MODPROBE" || rc=1
			[ "$rc" -eq "${rcs[0]}" ] || {
				echo "round $round: $assignment: exit code ${rcs[0]}"
				cat "$root/$MODPROBE" "$tmp/errors" "$tmp/errors.2"
				return 1
			}
			rcs=("${rcs[@]:1}")
		done
		cat "$tmp/errors" "$tmp/errors.2" >"$tmp/output"
		! grep 'error: ' "$tmp/output" | grep -v '\.new: File exists$' || return
	done
	[ -z "$(find "$root/etc" -name '*.new')" ]
}

# What is left of one that was killed is not taken for anybody's but its own.
persist_left_over()
{
	tree left-over patched 100 1
	echo x >"$root/$SYSCTL.new"
	unchanged refused 1 '90-kvm-overcommit.conf.new: File exists' \
		set kvm.hc_flush_tlb=1 sched_siblings_spread=1 --persist --root "$root" &&
		grep -q 'remedy: another set is at work: try again, or remove that file' \
			"$tmp/output" &&
		run 0 set kvm.hc_flush_tlb=1 --persist --root "$root" >/dev/null &&
		rm "$root/$SYSCTL.new" &&
		run 0 set sched_siblings_spread=1 --persist --root "$root" >/dev/null
}

# Links that lead out of a tree do not, by whichever way: what is outside stays as it is, and
# is not read. Those within it are as on the host.
links_stay_inside()
{
	local outside=$tmp/outside parameters
	mkdir -p "$outside/modprobe.d" && cp "$tmp/series/0/proc/uptime" "$outside/" &&
		echo 0 >"$outside/knob" || return
	tree linked patched 100 1
	parameters=$root/sys/module/kvm/parameters
	ln -sf "$outside/knob" "$parameters/hc_flush_tlb"
	ln -sf ../../../../../outside/knob "$parameters/boost_ipi_targets"
	rm -r "$root/etc/modprobe.d"
	ln -s "$outside/modprobe.d" "$root/etc/modprobe.d"
	refused 3 'no kvm.hc_flush_tlb' set kvm.hc_flush_tlb=1 --root "$root" &&
		refused 3 'no kvm.boost_ipi' set kvm.boost_ipi_targets=1 --root "$root" &&
		refused 3 'no kvm.hc_flush_tlb' get kvm.hc_flush_tlb --root "$root" &&
		refused 1 'No such file' set kvm.throttle_yield_to=1 --persist --root "$root" &&
		[ "$(<"$outside/knob")" = 0 ] && [ -z "$(ls "$outside/modprobe.d")" ] || return
	rm -r "$root/sys/kernel/debug/kvm/1000-12"
	ln -s "$tmp/series/0/sys/kernel/debug/kvm/1000-12" "$root/sys/kernel/debug/kvm/1000-12"
	run 0 status --root "$root" >"$tmp/output" && ! grep 'PLE exits (' "$tmp/output" || return

	# /etc/elsewhere is in the tree.
	rm "$root/etc/modprobe.d" && mkdir "$root/etc/elsewhere" &&
		ln -s /etc/elsewhere "$root/etc/modprobe.d" &&
		ln -sf /sys/real "$parameters/hc_flush_tlb" && echo 0 >"$root/sys/real" || return
	run 0 set kvm.hc_flush_tlb=1 --persist --root "$root" >"$tmp/output" &&
		[ "$(<"$root/sys/real")" = 1 ] &&
		grep -q '^options kvm hc_flush_tlb=1' "$root/etc/elsewhere/${MODPROBE##*/}"
}

# A file's name is taken by a directory; and then one belongs to somebody else, in a
# directory like /tmp, so that only the last step fails.
persist_rolled_back()
{
	tree taken patched 100 1
	run 0 set kvm.hc_flush_tlb=1 --persist --root "$root" || return
	mkdir -p "$root/$SYSCTL/x"
	unchanged run 1 set kvm.hc_flush_tlb=0 sched_siblings_spread=1 --persist \
		--root "$root" || return
	rm -r "${root:?}/$SYSCTL"

	[ "$(id -u)" -eq 0 ] || { echo "the last step can fail for root's files only"; return 4; }
	run 0 set sched_siblings_spread=0 --persist --root "$root" || return
	chmod -R a+rwX "$root"
	chmod 1777 "$root/etc/sysctl.d"
	unchanged as_user "$tool" set kvm.hc_flush_tlb=0 sched_siblings_spread=1 --persist \
		--root "$root" 2>"$tmp/errors"
	[ $? -eq 4 ] && grep -q 'error: .*90-kvm-overcommit.conf: Operation not permitted' \
		"$tmp/errors" && [ -z "$(find "$root/etc" -name '*.new')" ]
}

# Nor can the first file be put back then, as what it had is larger than files may become.
persist_not_rolled_back()
{
	local size
	[ "$(id -u)" -eq 0 ] || { echo "the last step can fail for root's files only"; return 4; }
	tree lost patched 100 1
	run 0 set sched_siblings_spread=0 --persist --root "$root" &&
		chmod -R a+rwX "$root" && chmod 1777 "$root/etc/sysctl.d" &&
		as_user "$tool" set kvm.hc_flush_tlb_addrs=512 --persist --root "$root" &&
		size=$(stat -c %s "$root/$MODPROBE") || return
	as_user prlimit --fsize=$((size - 1)) "$tool" set kvm.hc_flush_tlb_addrs=1 \
		sched_siblings_spread=1 --persist --root "$root" 2>&1 | cat >"$tmp/errors"
	[ "${PIPESTATUS[0]}" -eq 4 ] && diff "$tmp/errors" - <<-END || return
		kvm-overcommit: error: /$SYSCTL: Operation not permitted
		kvm-overcommit: remedy: run it as root, with space on that file system
		kvm-overcommit: error: /$MODPROBE could not be put back: No space left on device
		kvm-overcommit: remedy: it has what was to be set: set with --persist what it is to have, or remove it
	END
	grep -q 'addrs=1$' "$root/$MODPROBE" && [ "$(knob hc_flush_tlb_addrs)" = 512 ]
}

# What the series adds is a knob here, and there are no others.
knobs_of_the_series()
{
	local patches=("$TOP"/patches/v6.12/*.patch)
	diff <("$tool" get --json --root "$tmp/series/0" | sed -n 's/^ *"name": "\(.*\)",$/\1/p' |
		LC_ALL=C sort) <({
		sed -nE 's/^\+module_param(_cb|_named)?\(([a-z_0-9]+),.*/kvm.\2/p' "${patches[@]}"
		sed -nE 's/^\+.*\.procname\s*= "([a-z_0-9]+)".*/kernel.\1/p' "${patches[@]}"
	} | LC_ALL=C sort)
}

no_series()
{
	tree stock unpatched 100 1
	refused 3 'lacks this part of the series' set kvm.hc_flush_tlb=1 --root "$root" &&
		refused 3 'CONFIG_SCHED_SIBLINGS' get sched_siblings_spread --root "$root"
}

one_value()
{
	tree value patched 100 1
	[ "$("$tool" get --value kvm.throttle_yield_to_us sched_siblings_spread \
		--root "$root")" = $'4000\n0' ]
}
