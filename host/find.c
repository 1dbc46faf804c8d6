// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where VMs are found. KVM has a directory for each in debugfs, since Linux 6.0 with the
 * threads of its vCPUs: nothing else tells both for sure. Without it, a process with a file
 * descriptor of a VM has one, which takes the right to look at its descriptors; and
 * without that, what QEMU calls the threads of vCPUs, if it gives them names, is a
 * strong hint. Anybody may call a thread so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "find.h"
#include "root.h"
#include "text.h"

#define VM_LINK		"anon_inode:kvm-vm"
#define VCPU_LINK	"anon_inode:kvm-vcpu:"

/* The ID before @separator, which is one character; what follows that, or NULL */
static const char *parse_id_before(const char *text, const char *separator, int *ret)
{
	char number[16];
	size_t len = strcspn(text, separator);

	if (!text[len] || len >= sizeof(number))
		return NULL;
	memcpy(number, text, len);
	number[len] = '\0';
	return ovc_parse_id(number, ret) ? text + len + 1 : NULL;
}

/* "123-45": a process and its file descriptor */
static bool parse_directory(const char *name, int *pid, int *fd)
{
	name = parse_id_before(name, "-", pid);
	return name && ovc_parse_id(name, fd);
}

static void find_debugfs_vcpus(struct ovc_vm *vm, int dir)
{
	struct dirent *entry;
	DIR *list = ovc_fd_list(dir);
	char path[300], text[32];
	int id, tid;

	while (list && (entry = readdir(list))) {
		if (strncmp(entry->d_name, "vcpu", 4) || !ovc_parse_id(entry->d_name + 4, &id))
			continue;
		snprintf(path, sizeof(path), "%s/pid", entry->d_name);
		if (ovc_read_record_at(dir, path, text, sizeof(text)) <= 0)
			continue;
		text[strcspn(text, "\n")] = '\0';
		/* It has 0 until it runs for the first time. */
		if (ovc_parse_id(text, &tid) && tid)
			ovc_vm_add_vcpu(vm, id, tid);
	}
	if (list)
		closedir(list);
}

/* KVM has gone since it was opened: what it has now is another one, and this has no VMs. */
static bool removed(int dir)
{
	struct stat stat;

	return !fstat(dir, &stat) && !stat.st_nlink;
}

static void find_in_debugfs(struct ovc_host *host)
{
	int kvm = ovc_debugfs(OVC_DEBUGFS_KVM), dir, pid, fd;
	struct dirent *entry;
	struct ovc_vm *vm;
	DIR *list;

	if (removed(kvm)) {
		host->debugfs_error = ESTALE;
		return;
	}
	list = ovc_fd_list(kvm);
	if (!list) {
		host->debugfs_error = errno;
		return;
	}
	while ((entry = readdir(list))) {
		if (!parse_directory(entry->d_name, &pid, &fd))
			continue;
		vm = ovc_host_add(host, pid, fd);
		if (!vm)
			continue;
		dir = ovc_open_at(kvm, entry->d_name, O_RDONLY | O_DIRECTORY);
		if (dir < 0)
			continue;
		find_debugfs_vcpus(vm, dir);
		ovc_stats_open(&vm->stats, dir);
		close(dir);
	}
	closedir(list);
}

/* "CPU 12/KVM" */
static bool parse_thread_name(const char *name, int *id)
{
	if (strncmp(name, "CPU ", 4))
		return false;
	name = parse_id_before(name + 4, "/", id);
	return name && !strncmp(name, "KVM", 3) && *id < OVC_MAX_VCPUS;
}

/* @vm may be NULL: then it is added if there is such a thread at all. */
static void find_threads(struct ovc_host *host, struct ovc_vm *vm, int pid)
{
	char path[64], comm[64];
	struct dirent *entry;
	DIR *list;
	int tid, id;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	list = ovc_root_opendir(path);
	while (list && (entry = readdir(list))) {
		if (!ovc_parse_id(entry->d_name, &tid))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
		if (ovc_root_read(path, comm, sizeof(comm)) <= 0 ||
		    !parse_thread_name(comm, &id))
			continue;
		if (!vm)
			vm = ovc_host_add(host, pid, -1);
		if (!vm)
			break;
		ovc_vm_add_vcpu(vm, id, tid);
	}
	if (list)
		closedir(list);
}

/* The first VM of a process, if it has one. Of more than one, threads tell nothing. */
static struct ovc_vm *find_fds(struct ovc_host *host, int pid, bool *hidden)
{
	struct ovc_vm *vm = NULL;
	unsigned int nr_vcpus = 0;
	char path[64], link[64];
	struct dirent *entry;
	ssize_t len;
	DIR *list;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	list = ovc_root_opendir(path);
	/* In a record, there is a file where it could not be read. */
	*hidden = !list && (errno == EACCES || errno == EPERM || errno == ENOTDIR);
	while (list && (entry = readdir(list))) {
		if (!ovc_parse_id(entry->d_name, &fd))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
		len = ovc_root_readlink(path, link, sizeof(link));
		/* Whoever has had to stay root may list what is root's, and not see all of it. */
		*hidden |= (len == -EACCES || len == -EPERM) && !geteuid();
		if (len <= 0)
			continue;
		if (!strcmp(link, VM_LINK))
			vm = vm ?: ovc_host_add(host, pid, fd);
		else if (!strncmp(link, VCPU_LINK, strlen(VCPU_LINK)))
			nr_vcpus++;
	}
	if (list)
		closedir(list);
	if (vm)
		vm->nr_fds = nr_vcpus;
	return vm;
}

static void find_in_processes(struct ovc_host *host)
{
	struct dirent *entry;
	DIR *list = ovc_root_opendir("/proc");
	struct ovc_vm *vm;
	bool hidden;
	int pid;

	while (list && (entry = readdir(list))) {
		if (!ovc_parse_id(entry->d_name, &pid))
			continue;
		vm = find_fds(host, pid, &hidden);
		host->fds_hidden |= hidden;
		if (vm || hidden)
			find_threads(host, vm, pid);
	}
	if (list)
		closedir(list);
}

static bool has_seen_vcpu(const struct ovc_vm *vm)
{
	for (unsigned int i = 0; i < vm->nr_vcpus; i++) {
		if (vm->vcpus[i].seen)
			return true;
	}
	return false;
}

/* Two VMs of one process: whose a thread is, nothing tells. */
static bool shares_process(const struct ovc_host *host, const struct ovc_vm *vm)
{
	for (unsigned int i = 0; i < host->nr_vms; i++) {
		if (host->vms[i] != vm && host->vms[i]->pid == vm->pid && host->vms[i]->seen)
			return true;
	}
	return false;
}

/* Of VMs whose threads debugfs does not have: before Linux 6.0, or before they run. */
static void find_missing_vcpus(struct ovc_host *host)
{
	bool hidden;

	for (unsigned int i = 0; i < host->nr_vms; i++) {
		struct ovc_vm *vm = host->vms[i];

		if (!vm->seen || has_seen_vcpu(vm) || shares_process(host, vm))
			continue;
		find_fds(host, vm->pid, &hidden);
		find_threads(host, vm, vm->pid);
	}
}

void ovc_find(struct ovc_host *host)
{
	int kvm = ovc_debugfs(OVC_DEBUGFS_KVM);

	host->debugfs_error = kvm < 0 ? -kvm : 0;
	host->fds_hidden = false;
	if (!host->debugfs_error)
		find_in_debugfs(host);
	if (!host->debugfs_error)
		find_missing_vcpus(host);
	if (host->debugfs_error)
		find_in_processes(host);
}
