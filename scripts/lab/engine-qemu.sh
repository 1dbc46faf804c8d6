# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The host under QEMU: by TCG, which emulates SVM, or by KVM, where the machine
# has nested virtualization.

engine_version() { qemu-system-x86_64 --version | head -n 1; }

# TCG's clock is the machine's.
engine_clock() { echo "the machine's own, noisy"; }

# engine_command DIR CPUS MEM APPEND: an array of that name, stdin unused
engine_command()
{
	local dir=$1 cpus=$2 mem=$3 append=$4 accel=(-accel "tcg,thread=multi" -cpu "max,la57=off")

	if [ "$ENGINE" = kvm ]; then
		accel=(-accel kvm -cpu host)
	fi
	engine_command=(qemu-system-x86_64 -M q35 "${accel[@]}"
		-smp "$cpus" -m "$mem" -nodefaults -display none -no-reboot
		-kernel "$dir/tmp/bzImage" -initrd "$dir/tmp/initrd"
		-append "$append")
	if [ -n "${INTERACTIVE:-}" ]; then
		engine_command+=(-chardev "stdio,id=tty,signal=off"
			-serial chardev:tty)
	else
		engine_command+=(-serial "file:$dir/host.console")
	fi
	engine_command+=(-serial "file:$dir/result"
		-serial "file:$dir/guests.console")
}
