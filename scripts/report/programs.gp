# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -c programs.gp SUMMARY PNG SUBTITLE TITLE
# A panel for each load: throughput of each program by scheme, with the lowest and
# the highest of the seeds.

summary = ARG1
height = 680
load ARG0[1:strlen(ARG0) - strlen("programs.gp")]."style.gp"
set output ARG2
set datafile separator ","

list(column) = system(sprintf("tail -n +2 %s | cut -d, -f%d | sort -u | tr '\\n' ' '", summary, column))
programs = list(1)
loads = list(2)
known = "ipi kvm-pv hyperv always adaptive upstream ple-off throttle boost wake spread swap apart all"
measured = list(3)
schemes = ""
do for [s in known] {
	if (strstrt(" ".measured, " ".s." ")) { schemes = schemes." ".s }
}
do for [s in measured] {
	if (!strstrt(" ".schemes." ", " ".s." ")) { schemes = schemes." ".s }
}

width = 0.8 / words(schemes)
at(p, s) = p + (s - (words(schemes) + 1) / 2.0) * width
# a scheme that not every program has is named where it comes first
first(scheme) = system(sprintf("awk -F, '$3 == \"%s\" { print $1; exit }' %s", scheme, summary))
is(load, scheme, program) = sprintf("< awk -F, '$1 == \"%s\" && $2 == \"%s\" && $3 == \"%s\"' %s", program, load, scheme, summary)

set style fill solid 0.9
set border 3
set tics nomirror out
set grid ytics lw 1 lc rgb 0xdddddd dt solid
set xrange [0.4:words(programs) + 0.6]
stats summary using 10 skip 1 nooutput
set yrange [0:STATS_max * 1.05]
set xtics ()
do for [p = 1:words(programs)] { set xtics add (word(programs, p) p) }
set label 1 ARG4 at screen 0.5, 0.965 center font ",15" noenhanced
set label 2 ARG3 at screen 0.5, 0.925 center noenhanced
set key at screen 0.5, 0.02 center bottom
# Names that would run into each other are slanted.
if (words(programs) * words(loads) > 9) { set xtics rotate by 35 right }

set multiplot layout 1, words(loads) margins 0.06, 0.98, 0.32, 0.83 spacing 0.06
do for [l = 1:words(loads)] {
	set title "load ".word(loads, l)
	plot for [s = 1:words(schemes)] for [p = 1:words(programs)] \
		is(word(loads, l), word(schemes, s), word(programs, p)) \
		using (at(p, s)):8:9:10:(width * 0.9) with boxerrorbars \
		lc rgb colour(word(schemes, s)) \
		title (word(programs, p) eq first(word(schemes, s)) && l == 1 ? word(schemes, s) : "") noenhanced
	unset label
}
unset multiplot
