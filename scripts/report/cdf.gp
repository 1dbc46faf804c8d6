# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -c cdf.gp DATA VARS PNG SUBTITLE
# Two panels over the same samples: the share of calls that took no longer than
# x, and, as overcommit shows in the tail, the share that took longer, log-log.

data = ARG1
load ARG2

height = 700
load ARG0[1:strlen(ARG0) - strlen("cdf.gp")]."style.gp"
set output ARG3

set dashtype 1 solid
set dashtype 2 (12,5)
set dashtype 3 (3,4)
set dashtype 4 (12,4,3,4)
do for [i = 1:curves] {
	set style line i lw 2.2 lc rgb colour(word(schemes, i)) \
		dt int(word(dashes, i))
}
set style line 100 lw 1 lc rgb 0xdddddd dt solid

set logscale x
set xrange [10**floor(log10(xmin)):10**ceil(log10(xmax * 1.01))]
set format x "10^{%L}"
set xlabel "cycles per call (log scale)"
set grid xtics ytics ls 100
set border 3
set tics nomirror out

# The key lies below both panels: one column per load.
set tmargin at screen 0.82
bottom = 0.12 + 0.03 * rows
set bmargin at screen bottom
set key at screen 0.5, screen bottom - 0.105 center top vertical \
	maxrows rows samplen 5 spacing 1.2 width 2 noenhanced

set multiplot
set label 1 "TLB shootdown: cycles per call, by scheme and load" \
	at screen 0.5, 0.965 center font ",15" noenhanced
set label 2 ARG4[1:140] at screen 0.5, 0.925 center noenhanced
set label 3 "calls in which the sender kept its CPU".\
	(unknown ? sprintf("; %d calls of unknown steal time are counted in", unknown) : "") \
	at screen 0.5, 0.89 center noenhanced

set lmargin at screen 0.07
set rmargin at screen 0.48
set title "share of calls that took x cycles or fewer"
set ylabel "share of calls"
set yrange [0:1]
plot for [i = 1:curves] data index i - 1 using 1:2 with steps ls i \
	title word(names, i)

unset for [i = 1:3] label i
unset key
set lmargin at screen 0.57
set rmargin at screen 0.98
set title "share of calls that took longer than x cycles"
set ylabel "share of calls (log scale)"
set logscale y
set yrange [0.5 / most:1]
set format y "%g"
plot for [i = 1:curves] data index i - 1 using 1:3 with steps ls i
unset multiplot
