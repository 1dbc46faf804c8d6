# SPDX-License-Identifier: GPL-2.0-only
#
# bpftrace's maps, "@column[VM, vCPU]: number", as a table, and histograms as they are. Where
# nothing was counted, that is 0, but a VM's statistics ("whole") are known or not.

BEGIN {
	n_whole = split(whole, name, " ")
	for (i = 1; i <= n_whole; i++)
		of_vm[name[i]] = 1
}

/^@[a-z0-9_]+\[[0-9]+, ?[a-z0-9]+\]: -?[0-9]+$/ {
	gsub(/[^-a-z0-9_]+/, " ")
	row = $2 " " $3
	if (!(row in seen)) {
		seen[row] = 1
		rows[++n] = row
	}
	number[$1, row] = $4
	next
}

# What a recipe remembers of threads is no answer.
/^@[a-z]+(\[[0-9]+\])?: / || /^(Attaching|tracing)/ || !NF { next }

{ rest = rest $0 "\n" }

# sort(): by VM and vCPU, with "all" behind all
function sort(	i, j, row)
{
	for (i = 2; i <= n; i++) {
		row = rows[i]
		for (j = i - 1; j && place(row) < place(rows[j]); j--)
			rows[j + 1] = rows[j]
		rows[j + 1] = row
	}
}

function place(row,	part)
{
	split(row, part, " ")
	return part[1] * 100000 + (part[2] == "all" ? 99999 : part[2])
}

function cell(name, vcpu, row)
{
	if ((name, row) in number)
		return number[name, row]
	return (vcpu == "all" || name in of_vm) ? "-" : 0
}

END {
	sort()
	width = split(columns, column, " ")
	printf "%8s %5s", "VM", "vCPU"
	for (i = 1; i <= width; i++)
		printf " %10s", column[i]
	print ""
	for (j = 1; j <= n; j++) {
		split(rows[j], part, " ")
		printf "%8s %5s", part[1], part[2]
		for (i = 1; i <= width; i++)
			printf " %10s", cell(column[i], part[2], rows[j])
		print ""
	}
	if (!n)
		print "Nothing of it has happened"
	if (rest != "")
		printf "\n%s", rest
}
