/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dir_file.h - a lab's directory: its name, and how its files are written and read as a whole. */
#ifndef LAB_DIR_FILE_H
#define LAB_DIR_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum { LAB_NAME_MAX = 63, NETNS_NAME_MAX = 127 };

struct lab_dir {
	char *name, *run, *path; /* "avs", "/run/netemu", "/run/netemu/avs" */
	int run_fd, fd, lock;
	bool made; /* by lab_dir_lock(): the lab is new */
};

/* Names become parts of paths: letters, digits and '-'; a namespace's name also '.' and '_'. */
bool lab_name_is_valid(const char *name);
bool netns_name_is_valid(const char *name);

/* Replaces a file of the directory atomically: a reader sees the old content or the new one. */
int lab_dir_write(const struct lab_dir *d, const char *file, const void *data, size_t size);

/* Reads a whole file and appends a NUL; heap. ret_size may be NULL. */
int lab_dir_read(const struct lab_dir *d, const char *file, char **ret, size_t *ret_size);

#endif
