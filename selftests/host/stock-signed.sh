# SPDX-License-Identifier: GPL-2.0-only
#
# A stock host that takes modules only with a signature: the kernel's own are loaded, and
# the patched ones, which have none here, or that of a key that nobody has enrolled, are
# refused before those are unloaded.
. ./lib.sh
. ./stock-modules.sh

check "the stock modules are loaded" loaded stock
device=$(stat -c %i /dev/kvm)
patched=/lib/modules/$(uname -r)/updates/dkms/kvm.ko

# told TEXT: by the kernel, since it was asked the last time
told() { dmesg -c | grep -q "$1"; }

# refused_for WHAT: the tool says that it is the signature, and the kernel which
refused_for()
{
	check "they are refused, $1" \
		refused ".*this kernel takes modules only with the signature of a key that it knows" \
		patched
	check "as the kernel says" told "Loading of $1 is rejected"
	check "the stock ones are loaded still" loaded stock
	check "and have been all the time" [ "$(stat -c %i /dev/kvm)" = "$device" ]
}

refused_for "unsigned module"
cp /lab/unknown-key/kvm.ko "$patched"
refused_for "module with unavailable key"
finish
