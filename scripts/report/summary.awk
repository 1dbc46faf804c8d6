# SPDX-License-Identifier: GPL-2.0-only
#
# From the sorted samples of check.awk: one line of figures per group, and what
# cdf.gp draws: the curves in the file `data`, what they are in the file `vars`.
#
# A call of unknown steal time counts as one in which the sender kept its CPU;
# the last column, not part of summary.csv, says how many there are.

# Nearest rank. v[1..n] is sorted.
function percentile(p)
{
	return v[int((p * n + 99) / 100)]
}

# One curve: cycles, share of calls that took no longer, share that took
# longer. As many points as the eye can tell apart, all of them in the tail.
function curve(    i, last)
{
	if (curves++)
		printf "\n\n" > data
	printf "%.0f 0 1\n", v[1] > data
	last = 0
	for (i = 1; i < n; i++) {
		if (v[i] == v[i + 1])
			continue
		if (i - last < n / 1000 && n - i > 0.98 * (n - last))
			continue
		printf "%.0f %.9f %.9f\n", v[i], i / n, (n - i) / n > data
		last = i
	}
	printf "%.0f 1 %.9f\n", v[n], (n - last) / n > data

	if (load != last_load)
		loads++
	last_load = load
	rows += !(scheme in drawn)
	drawn[scheme]
	names = names " '" scheme ", " load "'"
	schemes = schemes " " scheme
	dashes = dashes " " loads
	if (xmin == "" || v[1] < xmin)
		xmin = v[1]
	if (v[n] > xmax)
		xmax = v[n]
	if (n > most)
		most = n
}

function group_end()
{
	if (key == "")
		return
	printf "%s,%s,%s,%s,%d,", load, scheme, op, pages, n
	if (n)
		printf "%.1f,%.0f,%.0f,%.0f,%.0f,", sum / n, percentile(50), \
			percentile(90), percentile(99), v[n]
	else
		printf "-,-,-,-,-,"
	if (unknown && unknown == n && !lost)
		printf "-,-,"
	else if (lost)
		printf "%d,%.1f,", lost, lost_sum / lost
	else
		printf "0,-,"
	print unknown
	all_unknown += (op == "all") * unknown
	# What is no shootdown is for the tables.
	if (op == "all" && n && scheme !~ /^local-/)
		curve()
}

BEGIN {
	print "load,scheme,op,pages,calls,mean,p50,p90,p99,max,lost_calls,lost_mean,unknown"
}

key != $2 " " $4 " " $6 " " $7 {
	group_end()
	key = $2 " " $4 " " $6 " " $7
	load = $2
	scheme = $4
	op = $6
	pages = $7
	n = sum = lost = lost_sum = unknown = 0
}

{
	if ($9 > 0 && $9 != "-") {
		lost++
		lost_sum += $8
		next
	}
	if ($9 == "-")
		unknown++
	v[++n] = $8
	sum += $8
}

END {
	group_end()
	if (!curves)
		exit
	print "curves =", curves > vars
	print "rows =", rows > vars
	print "names = \"" substr(names, 2) "\"" > vars
	print "schemes = \"" substr(schemes, 2) "\"" > vars
	print "dashes = \"" substr(dashes, 2) "\"" > vars
	printf "xmin = %.0f.\nxmax = %.0f.\n", xmin, xmax > vars
	printf "most = %d.\nunknown = %d\n", most, all_unknown > vars
}
