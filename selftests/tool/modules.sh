# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# modules, and what KVM's modules are built from. That a kernel exchanges them is a scenario
# of the lab, as it takes a host.

# kvm_files DIRECTORY SUFFIX ID [RELEASE]: KVM's modules in that directory of the kernel's, as
# they are recorded
kvm_files()
{
	local file
	for file in kvm kvm-intel kvm-amd; do
		build_id "lib/modules/${4:-6.12.1-test}/$1/$file.ko$2" "$3"
	done
}

# modules_of RELEASE: both kinds
modules_of()
{
	put "lib/modules/$1/modules.builtin" kernel/fs/ext4/ext4.ko
	kvm_files kernel/arch/x86/kvm .xz 11 "$1"
	kvm_files updates/dkms "" 22 "$1"
}

# stock_and_patched: a host that has both; no KVM is loaded yet
stock_and_patched()
{
	host 6.12.1-test 0-3 100
	rm -r "$root/sys/module/kvm"
	put proc/cpuinfo "processor	: 0
flags		: fpu svm lm"
	modules_of 6.12.1-test
}

modules_listed()
{
	tree modules stock_and_patched
	golden modules-none 0 modules --root "$root" &&
		loaded 11 && golden modules-stock 0 modules --root "$root" &&
		loaded 22 && knobs && golden modules-patched 0 modules --root "$root" &&
		golden modules.json 0 modules --root "$root" --json
}

# The files are gone, or another build's after an upgrade, or of one module only; the
# parameters of what is loaded are those of the series all the time.
modules_outlived()
{
	local updates=lib/modules/6.12.1-test/updates/dkms
	tree outlived stock_and_patched && loaded 22 && knobs
	kvm_files updates/dkms "" 33
	golden modules-upgraded 0 modules --root "$root" || return
	kvm_files updates/dkms "" 22
	build_id "$updates/kvm-amd.ko" 33
	golden modules-upgraded 0 modules --root "$root" || return
	rm -r "${root:?}/$updates"
	golden modules-gone 0 modules --root "$root" &&
		golden modules-gone.json 0 modules --root "$root" --json || return
	loaded 44 && rm -r "$root/sys/module/kvm/parameters" && golden modules-own 0 modules --root "$root"
}

# What is part of the kernel is said by its list; a module is none that has no file.
modules_built_in()
{
	tree built-in host 6.12.1-test 0-3 100
	put lib/modules/6.12.1-test/modules.builtin kernel/arch/x86/kvm/kvm.ko
	golden modules-built-in 0 modules --root "$root" || return
	put lib/modules/6.12.1-test/modules.builtin ""
	golden modules-built-in 0 modules --root "$root" || return
	put sys/module/kvm/initstate live
	golden modules-inserted 0 modules --root "$root"
}

# Without IDs of the loaded, of the files, or of all of them. One that fits is enough, and so
# is one that does not.
modules_untold()
{
	local stock=lib/modules/6.12.1-test/kernel/arch/x86/kvm/kvm-amd.ko.xz
	tree untold stock_and_patched && loaded 11
	: >"$root/lib/modules/6.12.1-test/updates/dkms/kvm.ko"
	golden modules-stock 0 modules --root "$root" || return
	: >"$root/$stock"
	golden modules-file 0 modules --root "$root" &&
		golden modules-file.json 0 modules --root "$root" --json || return
	build_id "$stock" 11
	rm -r "$root/sys/module/kvm/notes"
	golden modules-no-id 0 modules --root "$root" || return
	build_id sys/module/kvm/notes/.note.gnu.build-id 1
	truncate -s 30 "$root/sys/module/kvm/notes/.note.gnu.build-id"
	golden modules-no-id 0 modules --root "$root"
}

# What is recorded leads to the same, also of a series, and has nothing of a module but its
# build ID. An older gather had nothing of them, and a host may have none.
modules_recorded()
{
	local verb updates=lib/modules/6.12.1-test/updates/dkms
	tree origin stock_and_patched && loaded 22 && knobs || return
	for verb in modules get; do
		golden "$verb-recorded" 0 "$verb" --root "$here/testdata/recorded/0" &&
			golden "$verb-recorded-stock" 0 \
				"$verb" --root "$here/testdata/recorded-stock/0" || return
	done
	golden modules-older 0 modules --root "$here/testdata/recorded-older/0" || return
	gather_again --series 2 --interval 0 &&
		diff -r "$tmp/again/0/lib" "$tmp/again/1/lib" &&
		diff <("$tool" modules --root "$root") <("$tool" modules --root "$tmp/again/1") || return
	same_gathered && rm "$root/sys/module/kvm/initstate" && same_gathered &&
		rm -r "${root:?}"/sys/module/kvm* && same_gathered && rm -r "${root:?}/lib" || return
	gather_again && run 0 modules --root "$tmp/again" | grep 'absent$' || return

	gcc -x c -c -o "$tmp/secret.o" - <<<'const char secret[] = "secret";' &&
		ld -r --build-id=sha1 -o "$tmp/secret.ko" "$tmp/secret.o" &&
		objcopy -O binary -j .note.gnu.build-id "$tmp/secret.ko" "$tmp/secret.note" &&
		mkdir -p "$root/$updates" && cp "$tmp/secret.ko" "$root/$updates/kvm.ko" &&
		xz -k "$root/$updates/kvm.ko" && gather_again &&
		cmp "$tmp/again/$updates/kvm.ko" "$tmp/secret.note" &&
		cmp "$tmp/again/$updates/kvm.ko.xz" "$tmp/secret.note"
}

# gather_again [OPTION...]
gather_again()
{
	rm -rf "$tmp/again"
	"$TOP/host/gather" --root "$root" "$@" "$tmp/again" >/dev/null
}

same_gathered()
{
	gather_again && diff <("$tool" modules --root "$root") <("$tool" modules --root "$tmp/again")
}

modules_refused()
{
	tree refused host 6.12.1-test 0-3 100
	kvm_files kernel/arch/x86/kvm "" 11
	unchanged refused 2 "no modules 'own'" modules own --root "$root" &&
		unchanged refused 2 'one kind' modules stock patched --root "$root" &&
		unchanged refused 2 'names another one' modules patched --root "$root" &&
		refused 3 'no patched modules' modules patched
}

modules_exchanged()
{
	may_mount || return
	gcc -Wall -Wextra -Werror -shared -fPIC -o "$tmp/module-preload.so" \
		"$here/module-preload.c" || return
	unshare --mount --propagation private "$here/exchange" \
		"$tmp/plain/kvm-overcommit" "$tmp/module-preload.so"
}

# prepare_refuses PATTERN HEADERS SOURCE: with an error and a remedy
prepare_refuses()
{
	local pattern=$1
	shift
	! "$tmp/kvm/prepare" "$1" "$tmp/kvm/tree" "$2" 2>"$tmp/errors" &&
		grep -q "^prepare: error: .*$pattern" "$tmp/errors" &&
		grep -q '^prepare: remedy: ' "$tmp/errors" || { cat "$tmp/errors"; return 1; }
}

# What is of another kernel, or none, is not built.
sources_refused()
{
	local stock old source=$tmp/linux-source-6.12.tar.xz headers=$tmp/headers common
	stock=$("$TOP/scripts/stock-kernel") && old=$("$TOP/scripts/stock-kernel" 6.1) &&
		"$TOP/scripts/kvm" --source "$tmp/kvm" || return
	prepare_refuses 'has no kernel headers' "$tmp" "$source" &&
		prepare_refuses 'is not one of Debian' "$CACHE/build" "$source" &&
		prepare_refuses 'is missing' "$stock/build" "$tmp/none" || return

	# By its package's version; and by what is in it, where it is no package's
	mkdir -p "$tmp/linux-source-6.12"
	tar -C "$tmp" -cJf "$source" linux-source-6.12
	prepare_refuses 'is not the source of a kernel' "$stock/build" "$source" || return
	! dpkg-query -W linux-source-6.12 >/dev/null 2>&1 ||
		prepare_refuses 'is version .*, and the kernel is 6\.1\.' "$old/build" \
			/usr/src/linux-source-6.12.tar.xz || return

	common=$(sed -n 's#^include \(.*\)/Makefile$#\1#p' "$stock/build/Makefile")
	mkdir -p "$headers" "$tmp/common"
	cp -as "$(readlink -f "$stock/build")/." "$headers/"
	cp -as "$common/." "$tmp/common/"
	rm "$headers/Makefile" "$tmp/common/include/linux/kvm_types.h"
	echo "include $tmp/common/Makefile" >"$headers/Makefile"
	echo 'another one' >"$tmp/common/include/linux/kvm_types.h"
	prepare_refuses 'kvm_types.h of .* is not what' "$headers" \
		/usr/src/linux-source-6.12.tar.xz || return
	rm "$headers/.config"
	sed 's/^CONFIG_KVM=m/CONFIG_KVM=y/' "$stock/build/.config" >"$headers/.config"
	prepare_refuses 'KVM is no module' "$headers" /usr/src/linux-source-6.12.tar.xz
}

# They all fit as they are; and one does not where a line next to its first hunk differs.
patches_fit()
{
	local stock patch
	stock=$("$TOP/scripts/stock-kernel") && "$TOP/scripts/kvm" --source "$tmp/kvm" &&
		"$tmp/kvm/prepare" "$stock/build" "$tmp/kvm/tree" \
			/usr/src/linux-source-6.12.tar.xz || return
	grep -q hc_flush_tlb "$tmp/kvm/tree/source/arch/x86/kvm/x86.c" || return
	patch=$(grep -l '^+++ b/virt/kvm/' "$tmp/kvm/patches/"* | head -n 1)
	sed -i '0,/^@@/ { /^@@/ { n; s/.*/ another line/ } }' "$patch"
	prepare_refuses "${patch##*/} does not apply to 6\.12\." "$stock/build" \
		/usr/src/linux-source-6.12.tar.xz
}
