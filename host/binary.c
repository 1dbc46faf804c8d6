// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM has statistics of each vCPU in a file that has no name. It belongs to the process that
 * has the vCPU; QEMU keeps it open since 8.1. To get a descriptor of it from there takes the
 * right to trace that process. What is in it is a stable interface, "The kernel statistics
 * interface" in Documentation/virt/kvm/api.rst of Linux, 4.133.
 *
 * The descriptor keeps KVM's part of the VM, and its directory in debugfs: it is given up
 * before each look for VMs whose process, or thread, has ended.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "binary.h"
#include "root.h"
#include "text.h"
#include "vm.h"

#define LINK		"anon_inode:kvm-vcpu-stats"

/* Guards: KVM has names of 48 bytes, some 100 statistics, and 3 histograms of 32. */
#define MAX_NAME	256
#define MAX_STATS	1024
#define MAX_FILE	1048576

static bool wanted;

/*
 * Before 6.5, or a stable kernel of that time, such a file did not keep the VM, and to read
 * it after the end of that was to read freed memory.
 */
static bool kernel_keeps_vms(void)
{
	struct utsname uts;
	unsigned int major, minor;

	return !uname(&uts) && sscanf(uts.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 5));
}

void ovc_binary_want(void)
{
	wanted = !ovc_root_recorded();
}

void ovc_binary_init(struct ovc_binary *binary)
{
	*binary = (struct ovc_binary){ .fd = -1 };
}

void ovc_binary_close(struct ovc_binary *binary)
{
	if (binary->fd >= 0)
		close(binary->fd);
	ovc_binary_init(binary);
}

static bool read_all(int fd, void *buf, size_t size, off_t at)
{
	return pread(fd, buf, size, at) == (ssize_t)size;
}

/* Of descriptors of @size bytes, which there are @header->num_desc of at @descs */
static void find_offsets(struct ovc_binary *binary, const struct kvm_stats_header *header,
			 const char *descs, size_t size)
{
	for (unsigned int i = 0; i < header->num_desc; i++) {
		const struct kvm_stats_desc *desc = (const void *)(descs + i * size);

		for (int j = 0; j < OVC_NR_COUNTERS; j++) {
			if (desc->size == 1 && desc->offset < MAX_FILE &&
			    header->data_offset < MAX_FILE &&
			    !strncmp(desc->name, ovc_counter_name(j), header->name_size))
				binary->offsets[j] = header->data_offset + desc->offset;
		}
	}
	for (int i = 0; i < OVC_NR_COUNTERS; i++) {
		uint32_t at = binary->offsets[i];

		if (!at)
			continue;
		if (!binary->end || at < binary->first)
			binary->first = at;
		if (at + sizeof(uint64_t) > binary->end)
			binary->end = at + sizeof(uint64_t);
	}
}

/*
 * What is in the file; and the thread that has made the vCPU, or -1 if it makes no sense. In
 * QEMU that is its thread. Its number would do for one VM only, and may be another one than
 * that in a thread's name.
 */
static int parse(struct ovc_binary *binary, int fd)
{
	struct kvm_stats_header header;
	char id[MAX_NAME + 1], *descs;
	int tid, vcpu;
	size_t size;

	if (!read_all(fd, &header, sizeof(header), 0) || header.name_size > MAX_NAME ||
	    header.num_desc > MAX_STATS || !read_all(fd, id, header.name_size, header.id_offset))
		return -1;
	id[header.name_size] = '\0';
	if (sscanf(id, "kvm-%d/vcpu-%d", &tid, &vcpu) != 2 || tid <= 0)
		return -1;

	/* Each begins where the next number of 8 bytes would, as names are 48 bytes long. */
	size = sizeof(struct kvm_stats_desc) + header.name_size;
	descs = size % 8 ? NULL : malloc(header.num_desc * size + 1);
	if (!descs)
		return -1;
	if (!read_all(fd, descs, header.num_desc * size, header.desc_offset))
		tid = -1;
	else
		find_offsets(binary, &header, descs, size);
	free(descs);
	return tid;
}

/* A number may have come to be another file's in between: look at what we have got. */
static bool is_ours(int fd)
{
	char path[64], link[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	len = readlink(path, link, sizeof(link));
	return len >= (ssize_t)strlen(LINK) && !strncmp(link, LINK, strlen(LINK));
}

/* Returns 0, or an errno. */
static int take(struct ovc_vm *vm, int pidfd, int number)
{
	int fd = syscall(SYS_pidfd_getfd, pidfd, number, 0), tid;
	struct ovc_binary binary;

	if (fd < 0)
		return errno == EBADF ? 0 : errno;
	ovc_binary_init(&binary);
	tid = is_ours(fd) ? parse(&binary, fd) : -1;
	for (unsigned int i = 0; tid >= 0 && i < vm->nr_vcpus; i++) {
		struct ovc_vcpu *vcpu = &vm->vcpus[i];

		if (vcpu->tid != tid || vcpu->binary.fd >= 0)
			continue;
		vcpu->binary = binary;
		vcpu->binary.fd = fd;
		return 0;
	}
	close(fd);
	return 0;
}

static int take_all(struct ovc_vm *vm, int pidfd)
{
	char path[64], link[64];
	struct dirent *entry;
	int number, error = 0;
	DIR *list;

	snprintf(path, sizeof(path), "/proc/%d/fd", vm->pid);
	list = ovc_root_opendir(path);
	if (!list)
		return errno == ENOENT ? ESRCH : errno;
	while (!error && (entry = readdir(list))) {
		if (!ovc_parse_id(entry->d_name, &number))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", vm->pid, number);
		if (ovc_root_readlink(path, link, sizeof(link)) > 0 &&
		    !strncmp(link, LINK, strlen(LINK)))
			error = take(vm, pidfd, number);
	}
	closedir(list);
	return error;
}

static unsigned int count_missing(const struct ovc_vm *vm)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < vm->nr_vcpus; i++)
		nr += vm->vcpus[i].binary.fd < 0;
	return nr;
}

/* Once, until there are more vCPUs: who has none open gets none. */
void ovc_binary_find(struct ovc_vm *vm)
{
	int pidfd;

	if (!wanted || !vm->nr_vcpus || vm->binary_tried)
		return;
	vm->binary_tried = true;
	if (!kernel_keeps_vms()) {
		vm->binary_error = EOPNOTSUPP;
		return;
	}
	pidfd = syscall(SYS_pidfd_open, vm->pid, 0);
	/* From here on it is one process; is it still the one with the VM, and no thread? */
	if (pidfd < 0)
		vm->binary_error = errno == EINVAL ? ENOENT : errno;
	else if (!ovc_vm_is_same(vm))
		vm->binary_error = ESRCH;
	else
		vm->binary_error = take_all(vm, pidfd);
	if (pidfd >= 0)
		close(pidfd);
	if (!count_missing(vm))
		vm->binary_error = 0;
	else if (!vm->binary_error)
		vm->binary_error = ENOENT;
}

void ovc_binary_read(struct ovc_binary *binary)
{
	size_t size = binary->end - binary->first;
	/* Static, as there is one thread. */
	static char data[32768];
	ssize_t len;

	binary->then = binary->now;
	memset(&binary->now, 0, sizeof(binary->now));
	if (binary->fd < 0 || size > sizeof(data))
		return;
	len = pread(binary->fd, data, size, binary->first);
	for (int i = 0; i < OVC_NR_COUNTERS; i++) {
		size_t at = binary->offsets[i] - binary->first;

		if (!binary->offsets[i] || len < (ssize_t)(at + sizeof(uint64_t)))
			continue;
		memcpy(&binary->now.values[i], data + at, sizeof(uint64_t));
		binary->now.known[i] = true;
	}
}
