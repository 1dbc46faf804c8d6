# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# modules, and what KVM's modules are built from. That a kernel exchanges them is a scenario
# of the lab, as it takes a host.

# kvm_files DIRECTORY SUFFIX: KVM's modules in that directory of the kernel's
kvm_files()
{
	local file
	for file in kvm kvm-intel kvm-amd; do
		put "lib/modules/6.12.1-test/$1/$file.ko$2" ""
	done
}

modules_listed()
{
	tree modules host 6.12.1-test 0-3 100
	amd 3000
	golden modules-none 0 modules --root "$root" &&
		kvm_files kernel/arch/x86/kvm .xz &&
		golden modules-stock 0 modules --root "$root" &&
		kvm_files updates/dkms "" && knobs &&
		golden modules-patched 0 modules --root "$root" &&
		golden modules.json 0 modules --root "$root" --json
}

modules_refused()
{
	tree refused host 6.12.1-test 0-3 100
	kvm_files kernel/arch/x86/kvm ""
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
