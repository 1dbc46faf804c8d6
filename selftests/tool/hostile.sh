# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What is in files and on command lines may be anything.

hostile()
{
	local name
	host 6.12.0$'\e'[31m 0-3 100
	process 4000 $'a\e[2J) R 1' $'qemu\e]0;x\a' -name $'x\e[31m\n\\,,"\xff\xc3\xa9<b>,guest=' \
		-cpu $'\e[1m' -overcommit
	vcpu 4000 3 0 4001 1000 1000 10 R 0 0-1
	process 4100 y qemu -name "guest=$(printf 'n%.0s' {1..5000})" \
		-cpu "$(printf 'kvm-pv-unhalt,%.0s' {1..3000})" -cpu
	vcpu 4100 3 0 4101 1000 1000 10 R 0 0-1
	process 4200 z "$(printf 'qemu%.0s' {1..20000})" -name -name
	vcpu 4200 3 0 4201 18446744073709551615 18446744073709551616 -5 R 99999999999 0-99999999
	vcpu 4200 3 1 4202 1 -1 99999999999999999999 $'\e' -1 3-1,
	vcpu 4200 3 99999999999999 4203 1 1 1 R 1 1
	vcpu 4200 3 2 99999999999999 1 1 1 R 1 1
	stats 4200 3 spin_exits=184467440737095516150 halt_wait_ns=-1 hc_flush_tlb_calls=abc \
		directed_yield_attempted=$'5\e'
	mkdir -p "$root/sys/kernel/debug/kvm/"{99999999999-1,1-99999999999,-1-2,x-y,-,1-}
	for name in '' -1 x $'\e' 0; do
		mkdir -p "$root/sys/kernel/debug/kvm/5-6/vcpu$name"
	done
	put sys/kernel/debug/sched/siblings $'\e[31m 5\nx'
	put sys/module/kvm/parameters/hc_flush_tlb $'\e[31m'
	put sys/module/kvm_intel/parameters/ple_gap 99999999999999999999999
}

hostile_replay()
{
	mkdir -p "$tmp/evil"
	tree evil/0 hostile && tree evil/1 hostile && put proc/uptime 99999999999.00 &&
		tree evil/2 hostile && put proc/uptime 102.99
	golden hostile-top 0 top --replay "$tmp/evil" --vm 4200 &&
		run 0 top --replay "$tmp/evil" --json | grep -q '"may_use":null'
}

# A VM may be called as another one's ID, or process, is; they are found in spite of it.
names_like_ids()
{
	local which
	tree named patched 100 1
	process 500 qemu qemu-system-x86_64 -name 2000-9 -cpu host
	vcpu 500 3 0 501 1000 1000 10 R 0 0-1
	process 600 qemu qemu-system-x86_64 -name 2000 -cpu host
	vcpu 600 3 0 601 1000 1000 10 R 0 0-1
	for which in 2000-9 2000 db; do
		run 0 top --once --interval 0 --root "$root" --vm $which >"$tmp/output" &&
			grep -q '^2000-9: db$' "$tmp/output" || { cat "$tmp/output"; return 1; }
	done
}

# printable CODE ARGUMENT...: the tool exits so, and whatever it prints could not do anything
# to a terminal
printable()
{
	local code=$1 rc=0
	shift
	"$tool" "$@" >"$tmp/output" 2>&1 || rc=$?
	[ "$rc" -eq "$code" ] ||
		{ cat -v "$tmp/output"; echo "$*: exit code $rc, not $code"; return 1; }
	[ -s "$tmp/output" ] && ! LC_ALL=C grep -nP '[^\x20-\x7e\n\t]' "$tmp/output"
}

hostile_is_printable()
{
	local verb
	tree evil hostile
	for verb in status "status --json" get "get --json" "top --once -i 0" modules \
			"modules --json"; do
		# shellcheck disable=SC2086 # a verb and its options
		printable 0 $verb --root "$root" || return
	done
	printable 2 $'\e[31m' && printable 2 get $'\e[31m' &&
		printable 3 top --vm $'\e[31m' --root "$root" &&
		printable 2 status --root $'\e[31m'
}

# Files of other kinds, and none at all
odd_kinds()
{
	tree odd patched 100 1
	rm "$root/proc/1000/cmdline" "$root/sys/devices/system/cpu/online" \
		"$root/proc/2000/task/2001/stat" "$root/sys/module/kvm/parameters/hc_flush_tlb"
	mkdir "$root/proc/1000/cmdline" "$root/sys/devices/system/cpu/online"
	mkfifo "$root/proc/2000/task/2001/stat"
	ln -s /dev/zero "$root/sys/module/kvm/parameters/hc_flush_tlb"
	timeout 20 "$tool" status --root "$root" >/dev/null &&
		timeout 20 "$tool" top --once -i 0 --root "$root" >/dev/null || return
	tree empty true
	golden empty 0 status --root "$root" &&
		golden empty-get 0 get --root "$root" &&
		run 0 top --once -i 0 --root "$root" >/dev/null
}

# Bytes of all files are changed at random, the same ones each time.
mutations()
{
	local round files file size rc
	RANDOM=1
	for ((round = 0; round < 25; round++)); do
		tree mutant patched 100 1 && modules_of 6.12.117-kvmoc && loaded 22
		mapfile -t files < <(find "$root" -type f | LC_ALL=C sort)
		for file in "${files[@]}"; do
			[ $((RANDOM % 3)) -eq 0 ] || continue
			size=$(stat -c %s "$file")
			printf '%b' "\\x$(printf %x $((RANDOM % 256)))" |
				dd of="$file" bs=1 conv=notrunc status=none \
					seek=$((RANDOM % (size + 1)))
		done
		for verb in status "status --json" "top --once -i 0" get modules; do
			rc=0
			# shellcheck disable=SC2086 # a verb and its options
			"$tool" $verb --root "$root" >/dev/null 2>"$tmp/errors" || rc=$?
			[ $rc -eq 0 ] || { cat "$tmp/errors"; echo "round $round"; return 1; }
		done
	done
}

full_disk()
{
	local verb rc
	for verb in get status "status --check" "top --once -i 0" modules; do
		rc=0
		# shellcheck disable=SC2086 # a verb and its options
		"$tool" $verb --root "$tmp/series/0" >/dev/full 2>"$tmp/errors" || rc=$?
		[ $rc -eq 1 ] && grep -q 'error: .*could not be written' "$tmp/errors" &&
			grep -q 'remedy: ' "$tmp/errors" || { echo "$verb: exit code $rc"; return 1; }
	done
}

# Where it is for whoever has the package
names_gather() { grep -q 'remedy: .*(/usr/share/kvm-overcommit/gather,' "$tmp/output"; }

usage_errors()
{
	refused 2 'no verb' nothing && refused 2 'no column' top --sort x &&
		refused 2 'unknown option' get --nothing &&
		refused 2 'out of range' top --interval nan && refused 2 'range' top --interval -1 &&
		refused 2 'out of range' top --samples 0 && refused 2 'range' top --count -1 &&
		refused 2 'nothing to be named' status x &&
		refused 2 'No such file' status --root "$tmp/nowhere" && names_gather &&
		refused 2 'no directory 0' top --replay "$tmp/nowhere" && names_gather &&
		refused 2 'does nothing any more' top --trace --replay "$tmp/series" &&
		refused 2 'does nothing any more' top --trace --root "$tmp/series/0" &&
		refused 3 'no VM' top --vm nothing --root "$tmp/series/0" &&
		run 2 >/dev/null && run 0 --help >/dev/null && run 0 --version >/dev/null
}
