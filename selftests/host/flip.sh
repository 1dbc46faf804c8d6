# SPDX-License-Identifier: GPL-2.0-only
#
# Takes the hypercall away and gives it back, over and over (a background job).
while :; do
	sleep 3
	echo N >/sys/module/kvm/parameters/hc_flush_tlb
	sleep 3
	echo Y >/sys/module/kvm/parameters/hc_flush_tlb
done
