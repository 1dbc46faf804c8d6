# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# status and top: what they see, and for how long.

is_json()
{
	"$tool" "$@" | python3 -c 'import json, sys; json.load(sys.stdin)'
}

series_patched()
{
	mkdir -p "$tmp/series"
	tree series/0 patched 100 1 && tree series/1 patched 102 2 &&
		tree series/2 patched 104 3
}

check_option()
{
	tree check patched 100 1
	run 5 status --check --root "$root" >/dev/null &&
		rm -r "$root/proc/2000" "$root/sys/kernel/debug/kvm/2000-9" &&
		run 0 status --check --root "$root" >/dev/null
}

# VMs by the file descriptors of processes, without debugfs
by_fds()
{
	patched "$@"
	rm -r "$root/sys/kernel/debug"
	mkdir -p "$root/proc/1000/fd" "$root/proc/2000/fd"
	ln -s anon_inode:kvm-vm "$root/proc/1000/fd/12"
	ln -s anon_inode:kvm-vcpu:0 "$root/proc/1000/fd/13"
	ln -s anon_inode:kvm-vcpu:1 "$root/proc/1000/fd/14"
	ln -s anon_inode:kvm-vm "$root/proc/2000/fd/9"
	ln -s "/usr/bin/qemu-system-x86_64 (deleted)" "$root/proc/2000/exe"
	# No thread of this one has a name.
	ln -s anon_inode:kvm-vcpu:0 "$root/proc/2000/fd/10"
	echo qemu-system-x86 | tee "$root"/proc/2000/task/*/comm >/dev/null
}

# A user who may look at neither, and what he records
unprivileged()
{
	tree user patched 100 1
	mkdir "$root/proc/1000/fd" "$root/proc/2000/fd"
	chmod 000 "$root/proc/1000/fd" "$root/proc/2000/fd" "$root/sys/kernel/debug"
	chmod -R a+rX "$root/proc/1000/task" "$root/proc/sys" "$root/sys/module"
	(
		tool=as_user_tool
		run()
		{
			local code=$1 rc=0
			shift
			as_user_tool "$@" 2>&1 || rc=$?
			[ "$rc" -eq "$code" ]
		}
		golden unprivileged 0 status --root "$root" && mkdir -m 777 "$tmp/by-user" &&
			cp "$TOP/host/gather" "$tmp/by-user/" &&
			as_user "$tmp/by-user/gather" --root "$root" "$tmp/by-user/tree" >/dev/null
	) && "$tool" status --root "$tmp/by-user/tree" >"$tmp/output" &&
		grep -q '^  1000 ' "$tmp/output" && grep -q '^missing: VMs of other users' "$tmp/output"
	local rc=$?
	chmod -R u+rwX "$root"
	return $rc
}

# QEMUs whose version is in their path, in their package, or in none of them
qemus()
{
	local pid
	host 6.12.0 0-1 100
	knobs
	intel 128
	mkdir -p "$root/usr/bin" "$root/var/lib/dpkg"
	: >"$root/usr/bin/qemu-system-x86_64"
	printf 'Package: %s\nVersion: %s\n\n' qemu-system-arm 1:9.0 \
		qemu-system-x86 1:2.10+dfsg-1 >"$root/var/lib/dpkg/status"
	process 1000 qemu qemu-system-x86_64 -name path -machine pc-q35-3.1,accel=kvm -cpu host
	process 2000 qemu qemu-system-x86_64 -name package -M pc -cpu EPYC
	process 3000 qemu qemu-system-x86_64 -name replaced -cpu host
	process 4000 qemu qemu-system-x86_64 -name newer -machine accel=kvm,type=pc-i440fx-6.2 -cpu host
	process 5000 qemu qemu-system-x86_64 -name "named" -cpu host,kvm-pv-sched-yield=on
	process 6000 qemu qemu-system-x86_64 -name unknown -machine pc-1.3 -cpu host
	ln -s /opt/qemu-4.1.0/bin/qemu-system-x86_64 "$root/proc/1000/exe"
	ln -s /usr/bin/qemu-system-x86_64 "$root/proc/2000/exe"
	ln -s '/usr/bin/qemu-system-x86_64 (deleted)' "$root/proc/3000/exe"
	ln -s /opt/qemu-2.5/qemu-system-x86_64 "$root/proc/4000/exe"
	ln -s /opt/qemu-4.1/qemu-system-x86_64 "$root/proc/5000/exe"
	ln -s /opt/new/qemu-system-x86_64 "$root/proc/6000/exe"
	for pid in 1000 2000 3000 4000 5000 6000; do
		vcpu $pid 9 0 $((pid + 1)) 1000 1000 10 R 0 0-1
		vcpu $pid 9 1 $((pid + 2)) 1000 1000 10 R 1 0-1
	done
}

# Before Linux 6.0, debugfs has no threads of vCPUs: what QEMU calls them is as good, and when
# VMs are looked for again. Of two VMs in one process it tells nothing, and how many vCPUs have
# been halted for so long is not known.
old_kernel()
{
	local series=$tmp/old-kernel number
	cp -r "$tmp/stock" "$series"
	rm -r "$series"/*/sys/kernel/debug/kvm/*/vcpu*
	diff <("$tool" status --root "$series/0") "$here/testdata/status-stock" &&
		diff <("$tool" top --replay "$series") "$here/testdata/top-stock" || return
	for number in 0 1; do
		mkdir "$series/$number/sys/kernel/debug/kvm/3000-99"
	done
	"$tool" top --replay "$series" --once >"$tmp/output" &&
		grep -q "^missing: threads of some VMs' vCPUs" "$tmp/output" &&
		grep -qE '^3000-11 +[^ ]+ +0( +-){8} ' "$tmp/output" || { cat "$tmp/output"; return 1; }
}

# What is recorded of them leads to the same.
old_qemus()
{
	tree qemus qemus
	golden status-qemus 0 status --root "$root" || return
	"$TOP/host/gather" --root "$root" "$tmp/qemus.gathered" >/dev/null &&
		diff <(grep '^warning' "$tmp/output") \
			<("$tool" status --root "$tmp/qemus.gathered" | grep '^warning')
}

# Whether their QEMUs are old is not known, nor warned of, and that is said. In a tree links can
# be read, unless there is a file.
hidden_programs()
{
	local pid
	tree hidden qemus
	for pid in 2000 3000 4000 5000; do
		rm -r "$root/proc/$pid" "$root/sys/kernel/debug/kvm/$pid-9"
	done
	run 5 status --check --root "$root" >/dev/null &&
		run 0 status --root "$root" >"$tmp/output" && grep -q 'QEMU, 4.1, is too old' "$tmp/output" &&
		! grep 'which QEMU' "$tmp/output" || return
	rm "$root/proc/1000/exe" && : >"$root/proc/1000/exe"
	run 0 status --check --root "$root" >"$tmp/output" &&
		grep -q '^missing: which QEMU .*old-qemu and replaced-qemu.*Invalid arg' "$tmp/output" &&
		run 0 top --once -i 0 --root "$root" >"$tmp/output" && ! grep 'which QEMU' "$tmp/output"
}

# VMs whose guests are not to see KVM, as libvirt and people write that, or which look so: the
# last word counts, and what is not overcommitted needs no help
hiding()
{
	local pid=1000 cpu
	host 6.12.0 0-3 100
	knobs
	intel 128
	for cpu in host,kvm=off EPYC,-hypervisor host,hypervisor=off \
			host,kvm=off,hv-relaxed=on,hv-tlbflush=on host,kvm=no,-hypervisor \
			host,-kvm,kvm-pv-unhalt=on host,kvm=off,kvm=on host,+hypervisor,kvm=y host,kvm=off; do
		process $pid qemu qemu-system-x86_64 -cpu "$cpu"
		vcpu $pid 9 0 $((pid + 1)) 1000 1000 10 R 0 0-1
		vcpu $pid 9 1 $((pid + 2)) 1000 1000 10 R 1 0-1
		pid=$((pid + 1000))
	done
	sed -i 's/^\(Cpus_allowed_list:	\).*/\12-3/' "$root"/proc/9000/task/*/status
}

# What is recorded of them leads to the same.
kvm_hidden()
{
	tree hiding hiding
	golden status-hiding 0 status --root "$root" || return
	run 5 status --check --root "$root" >/dev/null &&
		"$TOP/host/gather" --root "$root" "$tmp/hiding.gathered" >/dev/null &&
		diff <(grep '^warning' "$tmp/output") \
			<("$tool" status --root "$tmp/hiding.gathered" | grep '^warning')
}

# statistics_closed NAME TOOL: the kernel counts all, and that program may not read it
statistics_closed()
{
	local tool=$2
	golden "$1" 0 status --root "$root" && golden "$1-top" 0 top --once -i 0 --root "$root"
}

as_user_tool() { as_user "$tmp/build/kvm-overcommit" "$@"; }

locked_down_tool() { LD_PRELOAD=$tmp/lockdown.so "$tmp/plain/kvm-overcommit" "$@"; }

# What gather records of such a host does not pass for one of a kernel that lacks them.
unreadable()
{
	local out=$tmp/unreadable
	tree closed patched 100 1
	chmod -R a+rX "$root"
	find "$root/sys/kernel/debug/kvm" -type f ! -name pid -exec chmod 000 {} +
	statistics_closed unreadable as_user_tool || return
	mkdir -m 777 "$out" && cp "$TOP/host/gather" "$out/gather" &&
		as_user "$out/gather" --root "$root" "$out/tree" >/dev/null 2>&1 || return
	grep -q /spin_exits "$out/tree/not-readable" &&
		"$tool" status --root "$out/tree" >"$tmp/output" &&
		grep '^missing: ' "$tmp/output" | diff - <(printf 'missing: %s\n' \
			"times that are halted: halt_wait_ns in /sys/kernel/debug/kvm: Invalid argument" \
			"times that KVM polls: halt_poll_success_ns in /sys/kernel/debug/kvm: Invalid argument" \
			"PV yields: directed_yield_attempted in /sys/kernel/debug/kvm: Invalid argument" \
			"PLE exits: spin_exits in /sys/kernel/debug/kvm: Invalid argument" \
			"what KVM does at PLE exits: spin_yields_successful in /sys/kernel/debug/kvm: Invalid argument" \
			"shootdowns by hypercall: hc_flush_tlb_calls in /sys/kernel/debug/kvm: Invalid argument")
}

# Root may not read them either.
locked_down()
{
	cc -shared -fPIC -D_GNU_SOURCE -Wall -Wextra -Werror -o "$tmp/lockdown.so" \
		"$here/lockdown.c" || return
	tree locked patched 100 1
	find "$root/sys/kernel/debug" -type f \( -name pid -o -name siblings \) -exec chmod 444 {} +
	statistics_closed locked-down locked_down_tool
}

vanishing()
{
	patched "$@"
	# A thread, what is in one, a process, and a VM's directory are gone.
	rm -r "$root/proc/1000/task/1002"
	rm "$root/proc/2000/task/2001/schedstat" "$root/proc/2000/task/2002/status" \
		"$root/proc/2000/task/2003/stat" "$root/proc/2000/stat" \
		"$root/proc/2000/cmdline" "$root/sys/kernel/debug/kvm/2000-9/spin_exits" \
		"$root/sys/kernel/debug/kvm/2000-9/vcpu3/pid"
}

# The first is whole, in the second much is gone, in the third a VM is, and one is new.
vanishes()
{
	mkdir -p "$tmp/gone"
	tree gone/0 patched 100 1
	tree gone/1 vanishing 102 2
	tree gone/2 patched 104 3
	rm -r "$root/sys/kernel/debug/kvm/1000-12"
	stats 1000 77 halt_wait_ns=1
	golden vanishes 0 top --replay "$tmp/gone" --vm 2000 --sort over
}

# says PATTERN: top, in the background, has said it, or does within half a minute
says()
{
	local i
	for ((i = 0; i < 300; i++)); do
		! grep -q "$1" "$tmp/running" || return 0
		sleep 0.1
	done
	tail -n 20 "$tmp/running"
	return 1
}

# exchanged: KVM's directory is another one, with the same VMs. The reading of a thread that
# fails then has VMs looked for again.
exchanged()
{
	cp -r "$root/sys/kernel/debug/kvm" "$root/kvm" && rm -r "$root/sys/kernel/debug/kvm" &&
		mv "$root/kvm" "$root/sys/kernel/debug/kvm" &&
		: >"$root/proc/1000/task/1002/schedstat"
}

# With the KVM that there was, all VMs that top can see may be gone. What is in the place of
# file descriptors stands for those that it may not look at.
kvm_exchanged()
{
	local anew="^missing: VMs, and .*KVM has been loaded anew, .*: start top again" fds pid rc
	for fds in '' 1000; do
		tree exchanged patched 100 1
		[ -z "$fds" ] || put proc/1000/fd ''
		"$tool" top --batch --interval 0.2 --root "$root" >"$tmp/running" 2>&1 &
		pid=$!
		says '^1000-12 ' && ! grep 'loaded anew' "$tmp/running" && exchanged && says "$anew" &&
			says "${fds:+^1000 }"
		rc=$?
		kill "$pid" && wait "$pid" && [ "$rc" -eq 0 ] || return
	done
}

# without_kvm TOOL: a user's top, on a host whose debugfs has no kvm, with a thread that is
# called as those of vCPUs are
without_kvm()
{
	mount -t tmpfs none /sys/kernel/debug || return
	bash -c 'echo "CPU 0/KVM" >"/proc/$$/comm"; read -r -t 600 <> <(:)' &
	# shellcheck disable=SC2064 # this one
	trap "kill $!" EXIT
	until grep -q KVM "/proc/$!/comm"; do sleep 0.1; done
	as_user "$1" top --once --interval 0
}

# KVM may be loaded later, and then top does not see what root may.
begun_before_kvm()
{
	may_mount || return
	[ -d /sys/kernel/debug ] || { echo "there is no /sys/kernel/debug"; return 4; }
	unshare --mount bash -c "$(declare -f as_user without_kvm); without_kvm \"\$@\"" bash \
		"$tmp/plain/kvm-overcommit" >"$tmp/output" 2>&1 &&
		grep -q '^missing: .* no debugfs, when top began: start top again if kvm has' \
			"$tmp/output" || { cat "$tmp/output"; return 1; }
}

# Numbers that are wider than their columns are still apart.
wide_numbers()
{
	local i
	mkdir -p "$tmp/wide"
	for i in 0 1; do
		tree wide/$i patched $((100 + i)) $((i + 1))
		stats 1000 12 spin_exits=$((i * 25000000)) spin_yields_successful=$((i * 24000000)) \
			hc_flush_tlb_calls=$((i * 15000000))
	done
	run 0 top --replay "$tmp/wide" >"$tmp/output" &&
		grep -q '^1000-12 .* 25000000\.0 24000000\.0 .* 15000000\.0 ' "$tmp/output" ||
		{ cat "$tmp/output"; return 1; }
}

# Far more refreshes than descriptors and memory would allow if any were lost.
long_run()
{
	local i
	mkdir -p "$tmp/long"
	for i in {0..200}; do
		ln -sfn "$tmp/series/$((i % 3))" "$tmp/long/$i"
	done
	(
		ulimit -n 60
		"$tool" top --replay "$tmp/long" >"$tmp/output"
	) && [ "$(grep -c '^1000-12' "$tmp/output")" -eq 200 ] || return
	"$tool" top --batch --count 2000 --interval 0 --samples 1 --root "$tmp/series/0" \
		>/dev/null || return
	(
		ulimit -v 60000
		"$tmp/plain/kvm-overcommit" top --batch --count 20000 --interval 0 --samples 1 \
			--root "$tmp/series/0" >/dev/null
	)
}

once_often()
{
	local i
	for i in {1..20}; do
		"$tool" top --once --interval 0 --root "$tmp/series/0" >/dev/null || return
	done
}

records()
{
	"$tool" top --replay "$tmp/series" --record "$tmp/record.csv" >/dev/null || return
	cp "$tmp/record.csv" "$tmp/output"
	[ "$update" != update ] || cp "$tmp/output" "$here/testdata/record.csv"
	diff "$here/testdata/record.csv" "$tmp/output" &&
		run 1 top --replay "$tmp/series" --record /dev/full >"$tmp/output" &&
		grep -q 'is not complete' "$tmp/output" &&
		refused 1 'No such file' top --once --record "$tmp/no/file" --root "$tmp/series/0"
}

# Keys are read, and the terminal is given back.
live_view()
{
	command -v script >/dev/null || { echo "there is no script(1)"; return 4; }
	# Keys that come before it takes over the terminal are kept for it.
	printf 's\nr\n\n\nq' | timeout 60 script -qec "stty rows 30 cols 120; \
		$tool top --interval 1 --root $tmp/series/0" /dev/null >"$tmp/output" || return
	grep -q '1000-12' "$tmp/output" && grep -q 'q quit' "$tmp/output" || return
	timeout 60 script -qec "stty rows 3 cols 10; $tool top -n 3 -i 0.1 --root $tmp/series/0" \
		/dev/null >"$tmp/output" </dev/null || return
	TERM=nothing script -qec "$tool top --root $tmp/series/0" /dev/null \
		>"$tmp/output" </dev/null
	grep -q 'terminal is not known' "$tmp/output"
}

# shows KEYS FIRST LAST: of the many vCPUs, these and none before or after, once the whole
# screen has been drawn anew after these keys
shows()
{
	local first=$2 last=$3
	# shellcheck disable=SC2059 # keys are escape sequences
	printf "$1\fq" | timeout 60 script -qec "stty rows 26 cols 100; \
		$tool top --vm 5000 --interval 50 --root $root" /dev/null >"$tmp/screen" || return
	# What is behind the last clearing of the screen, without what moves the cursor.
	python3 - "$tmp/screen" "$first" "$last" <<-'END'
		import re, sys
		text = open(sys.argv[1], errors='replace').read().split('\033[2J')[-1]
		text = re.sub(r'\033[\[(][0-9;?]*[A-Za-z]', ' ', text)
		seen = sorted(int(n) - 60000 for n in re.findall(r'\b60[0-9]{3}\b', text))
		if seen != list(range(int(sys.argv[2]), int(sys.argv[3]) + 1)):
		    sys.exit(f'{sys.argv[1:]}: {seen}\n{text}')
	END
}

# A VM with more vCPUs than rows
live_view_scrolls()
{
	local i up='\033OA' down='\033OB' page_up='\033[5~' page_down='\033[6~'
	command -v script >/dev/null || { echo "there is no script(1)"; return 4; }
	tree large host 6.12.117-kvmoc 0-3 100
	process 5000 qemu-system-x86 qemu-system-x86_64 -name large -cpu host
	for i in {0..99}; do
		vcpu 5000 7 "$i" $((60000 + i)) 1000 1000 10 S 0 0-3
	done
	stats 5000 7 directed_yield_attempted=0 directed_yield_successful=0 \
		halt_poll_success_ns=0 halt_poll_fail_ns=0
	shows '' 0 5 && shows "$down$down$down$down$down" 0 5 &&
		shows "$down$down$down$down$down$down$down" 2 7 &&
		shows "$page_down$page_down$up" 7 12 &&
		shows "$(printf "$page_down%.0s" {1..30})" 94 99 &&
		shows "$(printf "$page_down%.0s" {1..30})$page_up" 93 98 &&
		shows "$(printf "$page_down%.0s" {1..30})$(printf "$page_up%.0s" {1..30})$up" 0 5 &&
		shows "\n" 1 0
}

# observe NAME COMMAND...: /proc/PID/status of the command, in NAME.status, as it waits for
# room in a pipe for what it has to say, and that then, in NAME
observe()
{
	local name=$1 pid i
	shift
	mkfifo "$name.pipe"
	exec 3<>"$name.pipe" 4<"$name.pipe"
	dd if=/dev/zero of="$name.pipe" bs=4096 oflag=nonblock 2>/dev/null
	"$@" >&3 2>&3 3>&- 4<&- &
	pid=$!
	# That is the last step, so that all of the others have been taken.
	for ((i = 0; i < 300; i++)); do
		! grep -q '^NoNewPrivs:.*1' "/proc/$pid/status" || break
		sleep 0.1
	done
	cp "/proc/$pid/status" "$name.status"
	exec 3>&-
	tr -d '\0' <&4 >"$name"
	exec 4<&-
	wait "$pid"
}

# as_on_a_host DIR TOOL TREE: each verb that drops privileges, in a mount namespace of its
# own. The VM's program is no more, and is another user's.
as_on_a_host()
{
	local dir=$1 tool=$2 tree=$3 pid release
	release=$(</proc/sys/kernel/osrelease)
	mkdir -p "$dir" "$tree/lib/modules/$release/kernel/arch/x86/kvm"
	touch "$tree/lib/modules/$release/kernel/arch/x86/kvm/"{kvm,kvm-intel}.ko
	mkdir -p "$tree/sys/module/"{kvm,kvm_intel}
	echo 1 >"$tree/sys/module/kvm_intel/refcnt"
	cp "$(command -v sleep)" "$dir/qemu-system-x86_64"
	"$dir/qemu-system-x86_64" 1000 &
	pid=$!
	until [[ $(readlink "/proc/$pid/exe") == */qemu-system-x86_64 ]]; do :; done
	rm "$dir/qemu-system-x86_64"
	mkdir -p "$tree/sys/kernel/debug/kvm/$pid-3"
	# shellcheck disable=SC2064 # this one
	trap "kill $pid" EXIT

	# A container may have no modules, nor the directory for them.
	[ -d /lib/modules ] || {
		mkdir "$dir/lib" && mount -t tmpfs none "$dir/lib" && mkdir "$dir/lib/"{upper,work} &&
			mount -t overlay none "$(readlink -f /lib)" -o \
			"lowerdir=$(readlink -f /lib),upperdir=$dir/lib/upper,workdir=$dir/lib/work" &&
			mkdir /lib/modules || return
	}
	mount --bind "$tree/sys/kernel/debug" /sys/kernel/debug &&
		mount --bind "$tree/lib/modules" /lib/modules &&
		mount --bind "$tree/sys/module" /sys/module || return
	observe "$dir/top" "$tool" top --batch --count 1 --interval 0
	SUDO_UID=1234 SUDO_GID=2345 observe "$dir/sudo" "$tool" top --batch --count 1 --interval 0
	SUDO_UID=0 SUDO_GID=0 observe "$dir/sudo-root" "$tool" top --batch --count 1 --interval 0
	observe "$dir/status" "$tool" status
	observe "$dir/modules" "$tool" modules stock
	umount /sys/kernel/debug && mount -t tmpfs none /sys/kernel/debug || return
	observe "$dir/top-fds" "$tool" top --batch --count 1 --interval 0
	observe "$dir/status-fds" "$tool" status
	observe "$dir/modules-fds" "$tool" modules stock
	return 0
}

# is_left STATUS UID GID CAPABILITIES: of these, as far as there are any here
is_left()
{
	local caps
	caps=$(printf %016x $((0x$4 & 0x$(awk '/^CapPrm/{print $2}' /proc/self/status))))
	diff <(grep -E '^(Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapAmb|NoNewPrivs):' "$1" |
		sed 's/[[:space:]]\+/ /g; s/ $//') - <<-END || { echo "$1"; return 1; }
		Uid: $2 $2 $2 $2
		Gid: $3 $3 $3 $3
		Groups:
		CapInh: 0000000000000000
		CapPrm: $caps
		CapEff: $caps
		CapAmb: 0000000000000000
		NoNewPrivs: 1
	END
}

# namespace_root DIR TOOL: root that cannot be anybody else, in namespaces of its own
namespace_root()
{
	mount -t tmpfs none /sys/kernel/debug || return
	mkdir "$1" && observe "$1/status" "$2" status && observe "$1/top" "$2" top --once -i 0 &&
		is_left <(sed 's/^Groups:.*/Groups:/' "$1/status.status") 0 0 80004 &&
		is_left <(sed 's/^Groups:.*/Groups:/' "$1/top.status") 0 0 80004 &&
		grep -q '^kernel ' "$1/status" && grep -q '^VM ' "$1/top" ||
		{ tail -n +1 "$1/status" "$1/top"; return 1; }
}

# with_all_users COMMAND...: root of a namespace that keeps groups, but has other users
with_all_users()
{
	local pid
	mkfifo "$tmp/mapped"
	# shellcheck disable=SC2016 # its arguments
	unshare --user bash -c 'read -r _ <"$0"; "$@"' "$tmp/mapped" "$@" &
	pid=$!
	while [ "$(readlink "/proc/$pid/ns/user")" = "$(readlink /proc/self/ns/user)" ]; do
		sleep 0.1
	done
	echo deny >"/proc/$pid/setgroups" && echo 0 0 70000 >"/proc/$pid/uid_map" &&
		echo 0 0 70000 >"/proc/$pid/gid_map"
	echo >"$tmp/mapped"
	wait "$pid"
}

# Capabilities go also where root has to stay root; and who could be somebody else does not
# stay.
privileges_of_namespace_root()
{
	local script
	script="$(declare -f observe is_left namespace_root); namespace_root \"\$@\""
	[ -d /sys/kernel/debug ] || { echo "there is no /sys/kernel/debug"; return 4; }
	unshare --map-root-user --mount mount -t tmpfs none /sys/kernel/debug ||
		{ echo "this machine does not let users have namespaces"; return 4; }
	# It has no rights to processes outside, and says so.
	unshare --map-root-user --mount bash -c "$script" bash "$tmp/namespace" \
		"$tmp/plain/kvm-overcommit" &&
		grep '^missing: VMs of other users' "$tmp/namespace/top" || return
	may_mount || return
	unshare --mount setpriv --bounding-set=-setuid,-setgid bash -c "$script" bash \
		"$tmp/container" "$tmp/plain/kvm-overcommit" || return
	SUDO_UID=80000 SUDO_GID=80000 with_all_users bash -c "$(declare -f observe); observe \"\$@\"" bash "$tmp/all-users" \
		"$tmp/plain/kvm-overcommit" status &&
		diff <(sed -nE 's/^[UG]id:\t([0-9]+)\t\1\t\1\t\1$/\1/p' "$tmp/all-users.status") \
			<(id -u nobody; id -g nobody) || return
	for script in setuid setgid; do
		! setpriv --bounding-set=-$script "$tmp/plain/kvm-overcommit" status \
			>"$tmp/output" 2>&1 && grep -q 'could not be dropped' "$tmp/output" ||
			{ cat "$tmp/output"; return 1; }
	done
}

# What it takes to see a program is CAP_SYS_PTRACE, and CAP_DAC_READ_SEARCH to see file
# descriptors, too.
privileges_dropped()
{
	local dir=$tmp/privileges program=80000 descriptors=80004 uid gid
	may_mount || return
	[ -d /sys/kernel/debug ] || { echo "there is no /sys/kernel/debug"; return 4; }
	uid=$(id -u nobody) && gid=$(id -g nobody) || return
	tree debug patched 100 1
	chmod 700 "$root/sys/kernel/debug"
	chmod 755 "$root/sys/kernel/debug"/*
	# In a group that it has to leave
	setpriv --groups 0,100 unshare --mount bash -c \
		"$(declare -f observe as_on_a_host); as_on_a_host \"\$@\"" bash "$dir" \
		"$tmp/plain/kvm-overcommit" "$root" >"$tmp/output" 2>&1 ||
		{ cat "$tmp/output"; return 1; }
	is_left "$dir/top.status" "$uid" "$gid" 0 &&
		is_left "$dir/sudo.status" 1234 2345 0 &&
		is_left "$dir/sudo-root.status" "$uid" "$gid" 0 &&
		is_left "$dir/status.status" "$uid" "$gid" $program &&
		is_left "$dir/modules.status" "$uid" "$gid" 0 &&
		is_left "$dir/top-fds.status" "$uid" "$gid" $descriptors &&
		is_left "$dir/status-fds.status" "$uid" "$gid" $descriptors &&
		is_left "$dir/modules-fds.status" "$uid" "$gid" $descriptors || return
	# With these it still sees what it has to.
	grep -q '^1000-12' "$dir/top" && grep -q '1000-12' "$dir/status" &&
		grep -q '^warning: .*-3: .*replaced on disk' "$dir/status" &&
		grep -q 'KVM is in use: .*1000-12' "$dir/modules" &&
		grep -q 'KVM is in use' "$dir/modules-fds" &&
		! grep 'VMs of other users\|which QEMU' "$dir/top-fds" "$dir/status-fds" "$dir/status" || {
		tail -n +1 "$dir/top" "$dir/status" "$dir/modules" "$dir/modules-fds"
		return 1
	}
}
