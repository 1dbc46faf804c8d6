// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/kvm_overcommit: the page, to be mapped or read.
 *
 * The vCPUs are watched from open to the last close; a mapping keeps the file
 * open, and an open file the module. When others of the same host run is not
 * everybody's business, and can be seen here in good resolution, so that the
 * device is root's unless an administrator decides otherwise.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "device.h"
#include "page.h"
#include "sampler.h"

static int device_open(struct inode *inode, struct file *file)
{
	/* Even from one who may: there is nothing to be written. */
	if (file->f_mode & FMODE_WRITE)
		return -EACCES;

	return kvmoc_sampler_get();
}

static int device_release(struct inode *inode, struct file *file)
{
	kvmoc_sampler_put();

	return 0;
}

static ssize_t device_read(struct file *file, char __user *to, size_t count,
			   loff_t *pos)
{
	kvmoc_sampler_scan();

	return kvmoc_page_copy(to, count, pos);
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	return kvmoc_page_map(vma);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.read = device_read,
	.llseek = default_llseek,
	.mmap = device_mmap,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &device_fops,
	.mode = 0400,
};

/* Context: process context, may sleep. Returns 0 or an error. */
int kvmoc_device_init(void)
{
	return misc_register(&device);
}

void kvmoc_device_deinit(void)
{
	misc_deregister(&device);
}
