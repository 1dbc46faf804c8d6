# SPDX-License-Identifier: GPL-2.0-only
#
# Check samples.csv line by line; print each sample twice, ready to be sorted:
#
#	ratio load scheme# scheme op# op pages cycles steal_ns
#
# once as it is, once with op and pages "all". SAMPLES in the environment is
# the name that errors tell, SCHEMES are the schemes that there are, in order.

function bad(what)
{
	printf "%s:%d: %s\n", ENVIRON["SAMPLES"], NR, what > "/dev/stderr"
	failed = 1
	exit 2
}

# An awk number is exact up to 15 digits.
function whole(s)
{
	return s ~ /^[0-9]+$/ && length(s) <= 15
}

BEGIN {
	FS = ","
	header = "load,scheme,op,pages,cycles,steal_ns"
	n = split(ENVIRON["SCHEMES"], name, " ")
	for (i = 1; i <= n; i++)
		scheme[name[i]] = i
	n = split("mprotect munmap madvise", name, " ")
	for (i = 1; i <= n; i++)
		op[name[i]] = i
}

NR == 1 {
	if ($0 != header)
		bad("the header is not \"" header "\"")
	next
}

{
	if (NF != 6)
		bad(NF " fields, not 6")
	if ($1 !~ /^[1-9][0-9]*:[1-9][0-9]*$/)
		bad("load is \"" $1 "\", not like 2:1")
	if (!($2 in scheme))
		bad("scheme is \"" $2 "\", not one of " ENVIRON["SCHEMES"])
	if (!($3 in op))
		bad("op is \"" $3 "\", not mprotect, munmap or madvise")
	if (!whole($4))
		bad("pages is \"" $4 "\", not a whole number")
	if (!whole($5) || $5 == 0)
		bad("cycles is \"" $5 "\", not a whole number above 0")
	if (!whole($6) && $6 != "-")
		bad("steal_ns is \"" $6 "\", not a whole number or -")

	split($1, cpus, ":")
	row = sprintf("%.6f %s %d %s", cpus[1] / cpus[2], $1, scheme[$2], $2)
	print row, op[$3], $3, $4 + 0, $5, $6
	print row, 0, "all", "all", $5, $6
}

END {
	if (!failed && NR < 2)
		bad("no samples after the header")
	if (failed)
		exit 2
}
