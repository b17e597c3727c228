/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mount_tree.h - a tree of mounts as a file descriptor: open_tree(2) and move_mount(2), which glibc
 * has since 2.36 only (Ubuntu 22.04 has 2.35).
 *
 * Both return -1 and set errno if they fail.
 */
#ifndef KERNEL_MOUNT_TREE_H
#define KERNEL_MOUNT_TREE_H

/* Returns a detached copy of the mount at `path`, with all mounts below it. */
int mount_tree_copy(const char *path);

/* Mounts such a copy at `path`, relative to the directory `dir` unless it is absolute. */
int mount_tree_attach(int tree, int dir, const char *path);

#endif
