# SPDX-License-Identifier: GPL-2.0-only
#
# What all plots share: the terminal, for a picture of `height`, and a colour for each
# scheme. Loaded by them.

set encoding utf8
if (strstrt(GPVAL_TERMINALS, "pngcairo")) {
	set terminal pngcairo size 1200,height font "DejaVu Sans,11"
} else {
	set terminal png size 1200,height
}

# Okabe and Ito's palette: told apart with any kind of colour vision.
colour(s) = s[1:5] eq "local" ? 0x999999 : s eq "ipi" ? 0xd55e00 : s eq "kvm-pv" ? 0x0072b2 : \
	s eq "hyperv" ? 0xcc79a7 : s eq "always" ? 0x009e73 : s eq "pthread" ? 0xd55e00 : \
	s[1:4] eq "page" ? 0x009e73 : s eq "fixed:2000" ? 0x0072b2 : \
	s[1:5] eq "fixed" ? 0x56b4e9 : s eq "upstream" ? 0xd55e00 : s eq "ple-off" ? 0x999999 : \
	s eq "throttle" ? 0x0072b2 : s eq "boost" ? 0x56b4e9 : s eq "wake" ? 0xf0e442 : \
	s eq "apart" || s eq "spread" ? 0xcc79a7 : s eq "all" ? 0x009e73 : 0xe69f00
