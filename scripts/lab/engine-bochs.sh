# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The host under Bochs, which emulates Intel's VMX with EPT, VPID and PLE, and
# whose clock is virtual: all CPUs advance together by instructions, so that
# the same input gives the same cycles, whatever else the machine does.

# The simulated clock in Hz: the kernel calibrates haswell_4770's TSC to it.
BOCHS_IPS=${ips:-200000000}

# The lab's own build of it, as Debian's is five times slower; made when it is needed.
bochs=$("$TOP/scripts/bochs")

engine_version() { cat "$bochs/version"; }

engine_clock() { echo "virtual, $((BOCHS_IPS / 1000000)) MHz, seed $SEED"; }

# What Bochs cannot be told by its configuration: see the source.
bochs_preload_library()
{
	local lib=$CACHE/work/bochs-preload.so source=$TOP/scripts/lab/bochs-preload.c
	[ "$lib" -nt "$source" ] || {
		mkdir -p "$CACHE/work"
		gcc -shared -fPIC -O2 -Wall -o "$lib.$$" "$source" -ldl
		mv "$lib.$$" "$lib"
	}
	echo "$lib"
}

# Bochs loses wake-ups from MWAIT: the kernel wakes an idle CPU that it knows to
# be in MWAIT by a write to the monitored line, without an IPI, and under Bochs
# that CPU sleeps on until its next timer. Every cross call to it waits that
# long, RCU's grace periods, too: boots took seconds or got stuck at random. A
# CPU in HLT gets its IPI.
BOCHS_APPEND=idle=halt

# bochs_boot_rom FILE: an option ROM that goes on to boot, "sti; int $0x19". The BIOS
# calls it when it has set up everything, just before it offers its boot menu for
# three seconds: minutes of real time at a simulated clock of some GHz. The last byte
# makes the sum of all of them 0, or the BIOS would pass it by.
bochs_boot_rom()
{
	printf '\x55\xaa\x01\xfb\xcd\x19' >"$1"
	truncate -s 511 "$1"
	printf '\x1f' >>"$1"
}

# engine_command DIR CPUS MEM APPEND NODES: an array of that name
engine_command()
{
	local dir=$1 cpus=$2 mem=$3 append=$4 iso=$1/tmp/iso

	[ -z "${INTERACTIVE:-}" ] ||
		die "no shell under Bochs" "make shell ENGINE=qemu"
	[ "$mem" -le 2048 ] ||
		die "Bochs has no more than 2048 MiB, and host_mem is $mem" \
		    "make it smaller, or ENGINE=qemu"
	[ "$5" -eq 1 ] || die "Bochs has one node, and host_nodes is $5" "ENGINE=qemu"
	mkdir -p "$iso/isolinux"
	cp /usr/lib/ISOLINUX/isolinux.bin \
		/usr/lib/syslinux/modules/bios/ldlinux.c32 "$iso/isolinux/"
	mv "$dir/tmp/bzImage" "$dir/tmp/initrd" "$iso/"
	cat >"$iso/isolinux/isolinux.cfg" <<-CFG
		default lab
		prompt 0
		label lab
		kernel /bzImage
		append initrd=/initrd $BOCHS_APPEND $append
	CFG
	# The loader reads dates, too, and others would make another boot.
	find "$iso" -exec touch -h -d @0 {} +
	SOURCE_DATE_EPOCH=0 xorriso -as mkisofs -quiet -o "$dir/tmp/lab.iso" -b isolinux/isolinux.bin \
		-c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
		-boot-info-table "$iso" >"$dir/tmp/xorriso.log" 2>&1
	rm -rf "$iso"
	bochs_boot_rom "$dir/tmp/boot.rom"
	cat >"$dir/bochsrc" <<-CFG
		cpu: model=corei7_haswell_4770, count=$cpus, ips=$BOCHS_IPS, ignore_bad_msrs=1
		clock: sync=none, time0=1700000000
		memory: guest=$mem, host=$mem
		romimage: file=/usr/share/bochs/BIOS-bochs-latest
		vgaromimage: file=/usr/share/vgabios/vgabios.bin
		optromimage1: file=$dir/tmp/boot.rom, address=0xd0000
		display_library: nogui
		boot: cdrom
		ata0: enabled=1
		ata0-master: type=cdrom, path=$dir/tmp/lab.iso, status=inserted
		com1: enabled=1, mode=file, dev=$dir/host.console
		com2: enabled=1, mode=file, dev=$dir/result
		com3: enabled=1, mode=file, dev=$dir/guests.console
		log: $dir/bochs.log
		panic: action=fatal
		error: action=ignore
		info: action=ignore
		debug: action=ignore
	CFG
	# Where seeds share a boot, it is always the same one.
	# shellcheck disable=SC2034 # the runner runs it
	engine_command=(env "LD_PRELOAD=$(bochs_preload_library)"
		"LAB_SEED=$([ -n "$seeds" ] && echo 1 || echo "$SEED")"
		"LAB_SEEDS=$seeds" "LAB_JOBS=${JOBS:-1}"
		"$bochs/bochs" -q -f "$dir/bochsrc")
}
