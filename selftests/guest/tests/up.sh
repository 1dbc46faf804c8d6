# SPDX-License-Identifier: GPL-2.0-only
#
# up.sh CPUS: the guest is up, with so many of them.
. ./lib.sh

echo ready
check "all vCPUs are up" [ "$(cpus)" = "$1" ]
finish
