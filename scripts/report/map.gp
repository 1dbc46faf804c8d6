# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -c map.gp MAP PNG TITLE SUBTITLE
# MAP has a line for each time that a vCPU ran: CPU, from and to in ms, VM (from 1), vCPU.

map = ARG1
stats map using 1 nooutput
cpus = STATS_max + 1
stats map using 4 nooutput
vms = STATS_max
stats map using 5 nooutput
vcpus = STATS_max + 1
height = 160 + 70 * cpus
load ARG0[1:strlen(ARG0) - strlen("map.gp")]."style.gp"
set output ARG2

# A hue for each VM, from that palette, and lighter for each further vCPU.
hue(vm) = word("0x0072b2 0xd55e00 0x009e73 0xcc79a7", (vm - 1) % 4 + 1) + 0
lighter(c, share) = int(c + (255 - c) * share)
shade(vm, vcpu) = \
	lighter(hue(vm) / 65536, 0.7 * vcpu / vcpus) * 65536 + \
	lighter(hue(vm) / 256 % 256, 0.7 * vcpu / vcpus) * 256 + \
	lighter(hue(vm) % 256, 0.7 * vcpu / vcpus)

set style fill solid 1.0 noborder
set border 3
set tics nomirror out
set ytics 1
set yrange [cpus - 0.4:-0.6]
set ylabel "CPU"
set xlabel "ms"
set label 1 ARG3 at screen 0.5, 0.95 center font ",15" noenhanced
set label 2 ARG4[1:170] at screen 0.5, 0.89 center font ",9" noenhanced
set tmargin at screen 0.84
set key outside right top
plot for [vm = 1:vms] for [v = 0:vcpus - 1] map \
	using ($4 == vm && $5 == v ? ($2 + $3) / 2 : NaN):1:2:3:($1 - 0.4):($1 + 0.4) \
	with boxxyerror lc rgb shade(vm, v) title sprintf("VM %d vCPU %d", vm, v)
