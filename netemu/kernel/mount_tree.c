/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only the kernel's own headers have the flags in every version: <fcntl.h> and <sys/mount.h>
 * of the C libraries lack some, and cannot be included beside these. */
#include "kernel/mount_tree.h"

#include <linux/fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

int mount_tree_copy(const char *path)
{
	return (int)syscall(SYS_open_tree, AT_FDCWD, path,
			    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

int mount_tree_attach(int tree, int dir, const char *path)
{
	return (int)syscall(SYS_move_mount, tree, "", dir, path, MOVE_MOUNT_F_EMPTY_PATH);
}
