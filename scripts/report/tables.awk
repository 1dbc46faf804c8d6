# SPDX-License-Identifier: GPL-2.0-only
#
# The figures of summary.awk as two tables for the terminal: by load and
# scheme, then by operation and size with the loads side by side.

# 1234567.8 as 1,234,568
function number(x,    s, out)
{
	if (x == "-" || x == "")
		return "-"
	s = sprintf("%.0f", x)
	while (length(s) > 3) {
		out = "," substr(s, length(s) - 2) out
		s = substr(s, 1, length(s) - 3)
	}
	return s out
}

# The table being made: cell[row, column], each column as wide as it needs.
function add(text)
{
	cell[rows, ++cols] = text
	if (length(text) > width[cols])
		width[cols] = length(text)
	if (cols > columns)
		columns = cols
}

function row()
{
	rows++
	cols = 0
}

# Print the table; its first `names` columns are flush left, headings[r] goes
# above row r.
function flush_table(names,    r, c, line)
{
	for (r = 1; r <= rows; r++) {
		if (r in headings)
			print headings[r]
		line = ""
		for (c = 1; c <= columns; c++)
			line = line (c > 1 ? "  " : "") \
				sprintf("%" (c <= names ? "-" : "") width[c] "s", cell[r, c])
		sub(/ +$/, "", line)
		print line
	}
	rows = columns = 0
	split("", cell)
	split("", width)
	split("", headings)
}

# What this scheme has under this load against what plain IPIs have.
function ratio(what, load, scheme,    a, b)
{
	a = load SUBSEP scheme SUBSEP "all" SUBSEP "all"
	b = load SUBSEP "ipi" SUBSEP "all" SUBSEP "all"
	if (!(b in calls) || what[a] + 0 == 0 || what[b] + 0 == 0)
		return "-"
	return sprintf(what[a] < what[b] / 100 ? "%.4f" : "%.2f", what[a] / what[b])
}

# The same of the means; none if steal time is known in only one of the two, for then
# they do not count the same calls.
function ratio_kept(load, scheme)
{
	if ((unknown[load, scheme, "all", "all"] > 0) != (unknown[load, "ipi", "all", "all"] > 0))
		return "-"
	return ratio(mean, load, scheme)
}

BEGIN {
	FS = ","
}

NR == 1 {
	next
}

{
	key = $1 SUBSEP $2 SUBSEP $3 SUBSEP $4
	calls[key] = $5
	mean[key] = $6
	of_all[key] = $5 + $11 ? ($5 * $6 + $11 * $12) / ($5 + $11) : 0
	p99[key] = $9
	unknown[key] = $13
	any_unknown += $13
}

!($1 in seen_load) {
	seen_load[$1]
	load[++loads] = $1
}

$3 == "all" {
	row()
	if (loads != loads_before) {
		loads_before = loads
		headings[rows] = (rows > 1 ? "\n" : "") "load " $1
		n = split("scheme,calls,mean,p50,p90,p99,max,vs ipi,|,lost CPU,mean,|,all calls,vs ipi", title, ",")
		for (i = 1; i <= n; i++)
			add(title[i])
		row()
	}
	add($2 ($13 ? " ?" : ""))
	for (i = 5; i <= 10; i++)
		add(number($i))
	add(ratio_kept($1, $2))
	add("|")
	add(number($11))
	add(number($12))
	add("|")
	add(number(of_all[key]))
	add(ratio(of_all, $1, $2))
}

$3 != "all" {
	op_seen[$3]
	scheme_seen[$2]
	size_seen[$4]
}

END {
	print "Cycles per shootdown call, over the calls in which the sender kept its CPU; then"
	print "the calls in which it lost its CPU; then the mean of all of them."
	print ""
	flush_table(1)
	if (any_unknown) {
		print ""
		print "? Steal time was unknown: the row counts such calls as if the sender had kept"
		print "  its CPU, though it may have lost it, and is held against its like only."
	}

	# Sizes in order: there are few.
	for (s in size_seen) {
		for (i = sizes++; i > 0 && size[i] + 0 > s + 0; i--)
			size[i + 1] = size[i]
		size[i + 1] = s
	}
	ops = split("mprotect munmap madvise", op, " ")
	schemes = split(ENVIRON["SCHEMES"], scheme, " ")

	row()
	n = split("op pages scheme", title, " ")
	for (i = 1; i <= n; i++)
		add(title[i])
	for (l = 1; l <= loads; l++)
		add("mean " load[l])
	for (l = 1; l <= loads; l++)
		add("p99 " load[l])
	for (o = 1; o <= ops; o++) {
		headings[rows + 1] = ""
		for (i = 1; i <= sizes; i++)
			for (s = 1; s <= schemes; s++)
				size_row(op[o], size[i], scheme[s])
	}
	print ""
	print "By operation and pages, the same calls:"
	flush_table(3)
	print ""
}

function size_row(op, pages, scheme,    l, known, mark)
{
	for (l = 1; l <= loads; l++) {
		known += (load[l], scheme, op, pages) in calls
		if (unknown[load[l], scheme, op, pages] > 0)
			mark = " ?"
	}
	if (!known)
		return
	row()
	add(op)
	add(pages)
	add(scheme mark)
	for (l = 1; l <= loads; l++)
		add(number(mean[load[l], scheme, op, pages]))
	for (l = 1; l <= loads; l++)
		add(number(p99[load[l], scheme, op, pages]))
}
