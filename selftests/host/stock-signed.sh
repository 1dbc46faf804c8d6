# SPDX-License-Identifier: GPL-2.0-only
#
# A stock host that takes modules only with a signature: the kernel's own are loaded, and
# the patched ones, which have none here, are refused before those are unloaded.
. ./lib.sh
. ./stock-modules.sh

check "the stock modules are loaded" loaded stock
device=$(stat -c %i /dev/kvm)
check "the patched ones are refused" \
	refused ".*this kernel takes modules only with the signature of a key that it knows" patched
check "the stock ones are loaded still" loaded stock
check "and have been all the time" [ "$(stat -c %i /dev/kvm)" = "$device" ]

# It looks at the signature before it sees that there is a kvm already.
refused_by_kernel()
{
	insmod "/lib/modules/$(uname -r)/updates/dkms/kvm.ko" 2>&1 | grep -qi key
}
check "the kernel would have refused them, too" refused_by_kernel
finish
