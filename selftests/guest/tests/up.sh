# SPDX-License-Identifier: GPL-2.0-only
#
# up.sh CPUS: the guest is up, with so many of them, until the host says that this is the
# end: statistics of a VM last as long as it does.
. ./lib.sh

exec 3</dev/ttyS1
echo ready
check "all vCPUs are up" [ "$(cpus)" = "$1" ]
read -r _ <&3
finish
