# SPDX-License-Identifier: GPL-2.0-only
#
# The neighbour: every vCPU busy, for ever.
. ./lib.sh

i=$(cpus)
while [ "$i" -gt 0 ]; do
	while :; do :; done &
	i=$((i - 1))
done
echo ready
wait
