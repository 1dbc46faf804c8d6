# SPDX-License-Identifier: GPL-2.0-only
#
# Flush the other CPU, for ever.
. ./lib.sh

echo ready
while shootdown -n 1000 -o munmap -p 1 -d 20000 >/dev/null; do :; done
