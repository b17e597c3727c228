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
#include "base/process_id.h"
#include "base/vec.h"
#include "kernel/sandbox.h"
#include "lab/dir.h"
#include "relay/relay.h"

/* Any user can give a process such a name, so the owner is checked as well. */
static bool stray_is_of_our_user(pid_t pid)
{
	own_file *f = NULL;
	char path[64], line[256];
	unsigned int uid;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Uid: %u", &uid) == 1)
			return uid == getuid();
	return false;
}

static const char *const lab_processes[] = { "netemu-delay", "netemu-services" };

/* The name of the process if it is one of a lab's processes, or NULL. */
static const char *stray_name(pid_t pid)
{
	char path[64], name[32] = "";
	own_file *f = NULL;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	f = fopen(path, "re");
	if (!f || !fgets(name, sizeof(name), f))
		return NULL;
	name[strcspn(name, "\n")] = '\0';
	for (size_t i = 0; i < countof(lab_processes); i++)
		if (strcmp(name, lab_processes[i]) == 0)
			return lab_processes[i];
	return NULL;
}

static bool stray_is_of_a_lab(pid_t pid)
{
	return stray_name(pid) && stray_is_of_our_user(pid);
}

typedef bool stray(pid_t pid, const void *ctx);

static void strays_end_all(stray *is_stray, const void *ctx)
{
	DIR *dir = opendir("/proc");

	for (struct dirent *e; dir && (e = readdir(dir));) {
		pid_t pid = (pid_t)atoi(e->d_name);
		uint64_t start = pid > 0 ? process_start_time(pid) : 0;

		if (start && stray_is_of_a_lab(pid) && is_stray(pid, ctx))
			(void)process_stop(pid, start);
	}
	if (dir)
		closedir(dir);
}

/* ---- without a keeper --------------------------------------------------------------------- */

static bool stray_is_of_user_namespace(pid_t pid, const void *ctx)
{
	return sandbox_number(pid) == *(const unsigned long long *)ctx;
}

void strays_end(unsigned long long number)
{
	strays_end_all(stray_is_of_user_namespace, &number);
}

/* ---- without a directory ------------------------------------------------------------------ */

/* Whether the process has our mount namespace: elsewhere the same path may be another file. */
static bool stray_sees_our_files(pid_t pid)
{
	char path[64];
	struct stat ours, its;

	snprintf(path, sizeof(path), "/proc/%ld/ns/mnt", (long)pid);
	return stat("/proc/self/ns/mnt", &ours) == 0 && stat(path, &its) == 0 &&
	       ours.st_dev == its.st_dev && ours.st_ino == its.st_ino;
}

/* Whether its command line is the one that process_rename() has set for this lab: "netemu-delay
 * avs", truncated to the room there was, with only NULs behind it. */
static bool stray_is_called_of(pid_t pid, const char *lab)
{
	const char *name = stray_name(pid);
	own_free char *whole = xasprintf("%s %s", name ? name : "", lab);
	char path[64], title[1024];
	own_file *f = NULL;
	size_t n, shown;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	f = fopen(path, "re");
	n = f ? fread(title, 1, sizeof(title), f) : 0;
	shown = strnlen(title, n);
	for (size_t i = shown; i < n; i++)
		if (title[i])
			return false;
	return name && shown > 0 && shown <= strlen(whole) && memcmp(title, whole, shown) == 0;
}

/* Parses its working directory: "/run/netemu/avs", or "/run/netemu/avs (deleted)". */
static bool stray_has_lost_lab(pid_t pid, const void *ctx)
{
	static const char deleted[] = " (deleted)";
	const char *run = ctx;
	char path[64], cwd[PATH_MAX], lab[LAB_NAME_MAX + 1];
	own_free char *journal = NULL;
	ssize_t n;
	size_t skip = strlen(run), len;

	snprintf(path, sizeof(path), "/proc/%ld/cwd", (long)pid);
	n = readlink(path, cwd, sizeof(cwd) - 1);
	if (n < 0 || !stray_sees_our_files(pid))
		return false;
	cwd[n] = '\0';
	if (strncmp(cwd, run, skip) != 0 || cwd[skip] != '/')
		return false;
	len = strcspn(cwd + skip + 1, " /");
	if (len > LAB_NAME_MAX)
		return false;
	snprintf(lab, sizeof(lab), "%.*s", (int)len, cwd + skip + 1);
	if (!lab_name_is_valid(lab) || !stray_is_called_of(pid, lab))
		return false;
	if (strcmp(cwd + skip + 1 + len, deleted) == 0)
		return true;
	journal = xasprintf("%s/%s/journal", run, lab);
	return cwd[skip + 1 + len] == '\0' && access(journal, F_OK) < 0 && errno == ENOENT;
}

void strays_end_lost(const char *run)
{
	strays_end_all(stray_has_lost_lab, run);
}
