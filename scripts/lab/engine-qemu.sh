# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The host under QEMU: by TCG, which emulates SVM, or by KVM, where the machine
# has nested virtualization.
#
# TCG's first CPU must not run guests: whenever another CPU restores its FPU,
# cpu_clear_ignne() writes the first one's hflags2 back from that CPU's thread,
# and what VMRUN has changed there meanwhile is lost (seen with QEMU 10.0.2). A
# lost GIF stops the CPU for good, a lost NPT bit kills the guest without a word.
# So TCG gets one CPU more than was asked for, and the host is told to stay off
# the first one.

engine_version() { qemu-system-x86_64 --version | head -n 1; }

# TCG's clock is the machine's.
engine_clock() { echo "the machine's own, noisy"; }

# engine_command DIR CPUS MEM APPEND NODES: an array of that name, stdin unused
engine_command()
{
	local dir=$1 cpus=$2 mem=$3 append=$4 nodes=$5 n accel=(-accel "tcg,thread=multi" -cpu "max,la57=off")

	if [ "$ENGINE" = kvm ]; then
		accel=(-accel kvm -cpu host)
	else
		append="$append lab.cpus=1-$cpus"
		cpus=$((cpus + 1))
	fi
	[ $((cpus % nodes)) -eq 0 ] ||
		die "$cpus CPUs are not the same number on $nodes nodes" \
		    "have another host_cpus; the emulator itself may have one more"
	engine_command=(qemu-system-x86_64 -M q35 "${accel[@]}"
		-smp "$cpus,sockets=$nodes" -m "$mem" -nodefaults -display none -no-reboot
		-kernel "$dir/tmp/bzImage" -initrd "$dir/tmp/initrd"
		-append "$append")
	for n in $([ "$nodes" -eq 1 ] || seq 0 $((nodes - 1))); do
		engine_command+=(-object "memory-backend-ram,id=mem$n,size=$((mem / nodes))M"
			-numa "node,memdev=mem$n,cpus=$((n * cpus / nodes))-$(((n + 1) * cpus / nodes - 1))")
	done
	if [ -n "${INTERACTIVE:-}" ]; then
		engine_command+=(-chardev "stdio,id=tty,signal=off"
			-serial chardev:tty)
	else
		engine_command+=(-serial "file:$dir/host.console")
	fi
	engine_command+=(-serial "file:$dir/result"
		-serial "file:$dir/guests.console")
}
