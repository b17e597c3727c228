/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/strays.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "kernel/sandbox.h"
#include "lab/dir.h"
#include "relay/relay.h"

static bool is_of_a_lab(pid_t pid)
{
	static const char *const names[] = { "netemu-delay\n", "netemu-services\n" };
	char path[64], name[32];
	own_file *f = NULL;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	f = fopen(path, "re");
	if (!f || !fgets(name, sizeof(name), f))
		return false;
	for (size_t i = 0; i < countof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

typedef bool stray(pid_t pid, const void *ctx);

static void end_all(stray *is_stray, const void *ctx)
{
	DIR *dir = opendir("/proc");

	for (struct dirent *e; dir && (e = readdir(dir));) {
		pid_t pid = (pid_t)atoi(e->d_name);
		uint64_t start = pid > 0 ? relay_start_time(pid) : 0;

		if (start && is_of_a_lab(pid) && is_stray(pid, ctx))
			(void)relay_stop(pid, start);
	}
	if (dir)
		closedir(dir);
}

/* ---- without a keeper --------------------------------------------------------------------- */

static bool is_of_user_namespace(pid_t pid, const void *ctx)
{
	return sandbox_number(pid) == *(const unsigned long long *)ctx;
}

void strays_end(unsigned long long number)
{
	end_all(is_of_user_namespace, &number);
}

/* ---- without a directory ------------------------------------------------------------------ */

/* What is elsewhere for it is nothing that we could miss. */
static bool sees_our_files(pid_t pid)
{
	char path[64];
	struct stat ours, its;

	snprintf(path, sizeof(path), "/proc/%ld/ns/mnt", (long)pid);
	return stat("/proc/self/ns/mnt", &ours) == 0 && stat(path, &its) == 0 &&
	       ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

/* "/run/netemu/avs", or "/run/netemu/avs (deleted)". */
static bool has_lost_lab(pid_t pid, const void *ctx)
{
	static const char deleted[] = " (deleted)";
	const char *run = ctx;
	char path[64], cwd[PATH_MAX], lab[LAB_NAME_MAX + 1];
	own_free char *journal = NULL;
	ssize_t n;
	size_t skip = strlen(run), len;

	snprintf(path, sizeof(path), "/proc/%ld/cwd", (long)pid);
	n = readlink(path, cwd, sizeof(cwd) - 1);
	if (n < 0 || !sees_our_files(pid))
		return false;
	cwd[n] = '\0';
	if (strncmp(cwd, run, skip) != 0 || cwd[skip] != '/')
		return false;
	len = strcspn(cwd + skip + 1, " /");
	if (len > LAB_NAME_MAX)
		return false;
	snprintf(lab, sizeof(lab), "%.*s", (int)len, cwd + skip + 1);
	if (!lab_name_is_valid(lab))
		return false;
	if (strcmp(cwd + skip + 1 + len, deleted) == 0)
		return true;
	journal = xasprintf("%s/%s/journal", run, lab);
	return cwd[skip + 1 + len] == '\0' && access(journal, F_OK) < 0 && errno == ENOENT;
}

void strays_end_lost(const char *run)
{
	end_all(has_lost_lab, run);
}
