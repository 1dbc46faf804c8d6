# SPDX-License-Identifier: GPL-2.0-only
#
# Everything delegates to scripts/, guest/, host/ and selftests/. "make help" is the
# map. KDIR, ENGINE, SEED, JOBS, SCENARIO and TESTS are explained there.

SHELL := /bin/bash
SCENARIO ?= compare-short

export ENGINE SEED JOBS STOCK CPUS KERNEL

help:
	@sed -n 's/^#: //p' Makefile

#: kvm-overcommit: SMP virtual machines on overcommitted KVM hosts
#:
#:   make help       this text
#:   make demo       the main job: build, boot, compare, plot        [root for packages, network]
#:   make check      all tests, or TESTS="name ..."                  [root for packages, network]
#:
#:   make deps       install the Debian packages that are missing    [root, network]
#:   make tree       fetch the kernel and apply the series;          [root for packages, network]
#:                   KDIR=/path: to a copy of yours
#:   make export     write the commits of the tree to patches/
#:   make kernel     build the lab kernel                            [root for packages, network]
#:   make image      build what the emulated host boots from         [root for packages, network]
#:   make guest      build the guest module for KDIR (default: the running kernel)
#:   make host       build the host's tool, host/kvm-overcommit      [root for packages, network]
#:   make kvm        build KVM's modules with the series for the     [root for packages, network]
#:                   running kernel, Debian's 6.12, or for the headers in KDIR
#:
#:   make deb        build the Debian packages: of the guest module  [root for packages, network]
#:                   and of KVM's, which DKMS builds where they are installed, and of the
#:                   host's tool
#:   make dkms       register the module with DKMS, build and        [root, network, headers]
#:                   install it
#:
#:   make scenarios  list what the lab can run
#:   make lab        run one: SCENARIO=name, under ENGINE=qemu|bochs|kvm, SEED=n for Bochs;
#:                   SEED="1 2 3" JOBS=2 where the scenario has its guests started together
#:   make compare    the long comparison, with its report; ENGINE=bochs for virtual time
#:   make published  the comparison as it is published: ten seeds under Bochs at 2 GHz, 40
#:                   minutes; JOBS=n of them at a time; what has been measured is kept
#:   make published-alone     the same at 1:1 alone, with many more calls
#:   make published-four      the same with 4 CPUs and vCPUs
#:   make published-heavy     with these at 4:1, without plain IPIs
#:   make published-nopvspin  without PV spinlocks, with half as many calls
#:   make published-ple-off   with pause-loop exiting off, likewise
#:   make programs   real programs by scheme, measured in the same way
#:   make mutex      a mutex that knows which vCPUs run, against others, in the same way
#:   make overcommit real programs in 1 to 3 VMs, by what is on against spinning and
#:                   stacking: five seeds in the same way
#:   make overcommit-plain    the same with guests that know nothing of KVM
#:   make overcommit-eight    the same with 8 CPUs and vCPUs
#:   make boot       how long a VM of 16 vCPUs takes to boot without overcommit, likewise
#:   make stacking   for what share of the time vCPUs of a VM share a runqueue, likewise
#:   make ordinary   what tasks that are no vCPUs pay for the series, likewise
#:   make shell      a shell in a booted host; STOCK=1|6.1|sid for a stock guest too,
#:                   CPUS=n, KERNEL=debug
#:
#:   make clean      remove what was built inside the tree (not the cache, not results/)
#:
#: Only the installation of packages, and of the module, needs root. What is fetched and
#: built is kept in KVMOC_CACHE, default ~/.cache/kvm-overcommit, and may be deleted at
#: any time.

deps:
	@scripts/install-deps

tree: deps
	@scripts/tree "$(KDIR)"

export:
	@scripts/patches-export && scripts/abi-sync

kernel: deps
	@scripts/kernel "$(KDIR)"

image: kernel
	@scripts/lab/image host stock tools

demo:
	@scripts/demo $(SCENARIO) "$(KDIR)"

compare:
	@scripts/demo compare "$(KDIR)"

TEN_SEEDS = published published-alone published-four published-heavy published-nopvspin \
	published-ple-off programs mutex
FIVE_SEEDS = overcommit overcommit-plain overcommit-eight boot stacking ordinary

$(TEN_SEEDS): image
	@scripts/published $@ 10 $(JOBS)

$(FIVE_SEEDS): image
	@scripts/published $@ 5 $(JOBS)

check: image
	@selftests/check $(TESTS)

scenarios:
	@scripts/lab/lab list

lab: image
	@scripts/lab/lab run $(SCENARIO)

shell: image
	@scripts/lab/lab shell

guest:
	@$(MAKE) -C guest $(if $(KDIR),KDIR=$(KDIR))

host: deps
	@$(MAKE) -s -C host

kvm: deps
	@scripts/kvm $(KDIR)

deb: deps
	@scripts/deb guest
	@scripts/deb host

dkms: deps
	@scripts/dkms

clean:
	@$(MAKE) -s -C selftests/guest clean
	@$(MAKE) -s -C host clean
	@find guest selftests/guest \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' \
		-o -name '.*.cmd' -o -name 'modules.order' -o -name 'Module.symvers' \) -delete

.PHONY: help deps tree export kernel image demo compare $(TEN_SEEDS) $(FIVE_SEEDS) \
	check scenarios lab shell guest host kvm deb dkms clean
