/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/vec.h"
#include "kernel/mount_tree.h"

static int sandbox_refuse(struct sandbox_refusal *why, enum sandbox_step step)
{
	*why = (struct sandbox_refusal){ step, -errno };
	return why->error;
}

/* Making namespaces needs CAP_SYS_ADMIN, changing their networks CAP_NET_ADMIN. */
bool sandbox_is_needless(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { 0 };
	const uint32_t wanted = 1U << CAP_SYS_ADMIN | 1U << CAP_NET_ADMIN;

	return syscall(SYS_capget, &head, caps) == 0 && (caps[0].effective & wanted) == wanted;
}

/* ---- making one --------------------------------------------------------------------------- */

static int sandbox_write_text(const char *path, const char *text)
{
	own_fd fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = (ssize_t)strlen(text);

	return fd < 0 || write(fd, text, (size_t)n) != n ? -errno : 0;
}

/* Only the user's own IDs are mapped, which needs no privileged helper. A group can be mapped only
 * after setgroups(2) has been denied (kernels before 3.19 have no such file). */
static int sandbox_map_user(uid_t user, gid_t group)
{
	char uid_map[32], gid_map[32];
	int r = sandbox_write_text("/proc/self/setgroups", "deny");

	snprintf(uid_map, sizeof(uid_map), "0 %u 1", user);
	snprintf(gid_map, sizeof(gid_map), "0 %u 1", group);
	if (r == 0 || r == -ENOENT)
		r = sandbox_write_text("/proc/self/uid_map", uid_map);
	return r < 0 ? r : sandbox_write_text("/proc/self/gid_map", gid_map);
}

static int sandbox_become_root(struct sandbox_refusal *why)
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (unshare(CLONE_NEWUSER) < 0)
		return sandbox_refuse(why, SANDBOX_USER);
	if (sandbox_map_user(user, group) < 0)
		return sandbox_refuse(why, SANDBOX_MAP);
	return 0;
}

int sandbox_unshare(int namespaces, struct sandbox_refusal *why)
{
	int r = namespaces & CLONE_NEWUSER ? sandbox_become_root(why) : 0;

	if (r == 0 && unshare(namespaces & ~CLONE_NEWUSER) < 0)
		r = sandbox_refuse(why, SANDBOX_SPACES);
	return r;
}

/* ---- furnishing it ------------------------------------------------------------------------ */

/* A directory is bind-mounted, so that ".." in it still leads to /run or /etc. All else becomes a
 * symbolic link, which also follows a file that is replaced by another of the same name. */
static void sandbox_copy_entry(int to, const char *dir, const struct dirent *e)
{
	own_free char *old = xasprintf(".host/%s", e->d_name);
	own_free char *from = xasprintf("%s/%s", dir, old);
	own_free char *here = xasprintf("%s/%s", dir, e->d_name);
	char text[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (fstatat(to, old, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	if (S_ISDIR(st.st_mode) && mkdirat(to, e->d_name, 0755) == 0) {
		if (mount(from, here, NULL, MS_BIND | MS_REC, NULL) == 0)
			return;
		(void)unlinkat(to, e->d_name, AT_REMOVEDIR);
	}
	n = S_ISLNK(st.st_mode) ? readlinkat(to, old, text, sizeof(text) - 1) : -1;
	text[n < 0 ? 0 : n] = '\0';
	(void)!symlinkat(n < 0 ? old : text, to, e->d_name);
}

static bool sandbox_leaves_out(const char *name, const char *const *except)
{
	for (; *except; except++)
		if (strcmp(name, *except) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".host") == 0;
}

/* Covers a directory with a writable copy that has the same entries, without those in `except`. */
static int sandbox_replace_dir(const char *dir, const char *const *except)
{
	own_fd old = mount_tree_copy(dir);
	own_fd new = -1;
	DIR *entries;

	if (old < 0 || mount("netemu", dir, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") < 0)
		return -errno;
	new = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (new < 0 || mkdirat(new, ".host", 0755) < 0 || mount_tree_attach(old, new, ".host") < 0)
		return -errno;
	own_closep(&old);
	old = openat(new, ".host", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	entries = old < 0 ? NULL : fdopendir(old);
	if (!entries)
		return -errno;
	old = -1; /* closedir() closes it */
	for (struct dirent *e; (e = readdir(entries));)
		if (!sandbox_leaves_out(e->d_name, except))
			sandbox_copy_entry(new, dir, e);
	closedir(entries);
	return 0;
}

static int sandbox_mount_all(void)
{
	static const char *const in_run[] = { "netns", "netemu", NULL };
	static const char *const in_etc[] = { "netns", NULL };
	static const char *const made[] = { "/run/netns", "/etc/netns" };

	/* Mounts made here must not propagate outside; mounts made outside still appear here. */
	if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0 ||
	    sandbox_replace_dir("/run", in_run) < 0 || sandbox_replace_dir("/etc", in_etc) < 0)
		return -errno;
	for (size_t i = 0; i < countof(made); i++)
		if (mkdir(made[i], 0755) < 0)
			return -errno;
	return 0;
}

static void sandbox_loopback_up(void)
{
	own_fd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };

	if (fd >= 0)
		(void)ioctl(fd, SIOCSIFFLAGS, &lo);
}

int sandbox_furnish(struct sandbox_refusal *why)
{
	sandbox_loopback_up();
	return sandbox_mount_all() < 0 ? sandbox_refuse(why, SANDBOX_MOUNTS) : 0;
}

static int sandbox_try_all(struct sandbox_refusal *why)
{
	int r = sandbox_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET, why);

	return r < 0 ? r : sandbox_furnish(why);
}

int sandbox_try(struct sandbox_refusal *why)
{
	int ends[2];
	pid_t child;

	*why = (struct sandbox_refusal){ 0 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return sandbox_refuse(why, SANDBOX_USER);
	own_fd from = ends[0];
	own_fd to = ends[1];
	child = fork();
	if (child == 0) {
		if (sandbox_try_all(why) < 0)
			(void)!write(to, why, sizeof(*why));
		_exit(0);
	}
	if (child < 0)
		return sandbox_refuse(why, SANDBOX_USER);
	own_closep(&to);
	(void)!read(from, why, sizeof(*why));
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return why->error;
}

int sandbox_mount_proc(struct sandbox_refusal *why)
{
	if (mount(NULL, "/proc", NULL, MS_SLAVE | MS_REC, NULL) < 0 ||
	    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return sandbox_refuse(why, SANDBOX_PROC);
	return 0;
}

/* ---- joining one -------------------------------------------------------------------------- */

unsigned long long sandbox_number(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%ld/ns/user", (long)pid);
	return stat(path, &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

int sandbox_join(pid_t pid, struct sandbox_refusal *why)
{
	static const struct {
		const char *name;
		int type;
	} spaces[] = { { "user", CLONE_NEWUSER }, { "mnt", CLONE_NEWNS }, { "net", CLONE_NEWNET } };
	own_free char *directory = getcwd(NULL, 0);
	own_fd there = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fds[countof(spaces)], r = 0;

	for (size_t i = 0; i < countof(spaces); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%ld/ns/%s", (long)pid, spaces[i].name);
		fds[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (fds[i] < 0 && r == 0)
			r = sandbox_refuse(why, SANDBOX_JOIN);
	}
	for (size_t i = 0; i < countof(spaces); i++) {
		if (r == 0 && setns(fds[i], spaces[i].type) < 0)
			r = sandbox_refuse(why, SANDBOX_JOIN);
		own_closep(&fds[i]);
	}
	if (r == 0 && (!directory || chdir(directory) < 0) && there >= 0)
		(void)!fchdir(there);
	return r;
}

/* ---- causes ------------------------------------------------------------------------------- */

/* Returns the number after `words` in the first line that begins with them, or -1. */
static long sandbox_read_number(const char *path, const char *words)
{
	own_file *f = fopen(path, "re");
	char text[256];

	while (f && fgets(text, sizeof(text), f))
		if (strncmp(text, words, strlen(words)) == 0)
			return strtol(text + strlen(words), NULL, 10);
	return -1;
}

static bool cause_no_userns(void)
{
	return access("/proc/self/ns/user", F_OK) < 0;
}

static bool cause_userns_limit(void)
{
	return sandbox_read_number("/proc/sys/user/max_user_namespaces", "") == 0;
}

static bool cause_netns_limit(void)
{
	return sandbox_read_number("/proc/sys/user/max_net_namespaces", "") == 0;
}

static bool cause_userns_only_root(void)
{
	return sandbox_read_number("/proc/sys/kernel/unprivileged_userns_clone", "") == 0;
}

static bool cause_apparmor(void)
{
	return sandbox_read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "") >
	       0;
}

static bool cause_seccomp(void)
{
	return sandbox_read_number("/proc/self/status", "Seccomp:") == 2;
}

/* Since 5.12 mapping root needs CAP_SETFCAP, which root in a container may lack. */
static bool cause_is_root(void)
{
	return geteuid() == 0;
}

static bool cause_any(void)
{
	return true;
}

static const struct {
	unsigned int steps; /* 1 << enum sandbox_step */
	bool (*applies)(void);
	const char *text, *remedy;
} causes[] = {
	{ 1U << SANDBOX_USER, cause_no_userns, "this kernel has no user namespaces",
	  "a kernel with CONFIG_USER_NS, or root: sudo netemu ..." },
	{ 1U << SANDBOX_USER, cause_userns_limit, "user.max_user_namespaces is 0",
	  "as root: sysctl user.max_user_namespaces=15000; or sudo netemu ..." },
	{ 1U << SANDBOX_USER, cause_userns_only_root, "kernel.unprivileged_userns_clone is 0",
	  "as root: sysctl kernel.unprivileged_userns_clone=1; or sudo netemu ..." },
	{ ~0U, cause_apparmor, "kernel.apparmor_restrict_unprivileged_userns is 1",
	  "as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for "
	  "netemu with 'userns,'; or sudo netemu ..." },
	{ 1U << SANDBOX_SPACES, cause_netns_limit, "user.max_net_namespaces is 0",
	  "as root: sysctl user.max_net_namespaces=15000" },
	{ 1U << SANDBOX_MAP, cause_is_root, "root may not be mapped into one without CAP_SETFCAP",
	  "another user, or root with CAP_SYS_ADMIN and CAP_NET_ADMIN" },
	{ 1U << SANDBOX_USER | 1U << SANDBOX_MAP | 1U << SANDBOX_SPACES, cause_seccomp,
	  "a seccomp filter, such as a container engine's, forbids them",
	  "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
	  "--security-opt systempaths=unconfined, or --privileged" },
	{ 1U << SANDBOX_MOUNTS | 1U << SANDBOX_PROC, cause_any,
	  "mounts are refused in it, as by AppArmor or a container engine",
	  "docker run --security-opt apparmor=unconfined --security-opt systempaths=unconfined, "
	  "or --privileged" },
	{ 1U << SANDBOX_JOIN, cause_any, "the one that this user's labs live in cannot be entered",
	  "'netemu gc' from where they were built" },
	{ ~0U, cause_any, "the kernel refuses it", "root: sudo netemu ..." },
};

const char *sandbox_explain(const struct sandbox_refusal *why, char *ret, size_t size)
{
	size_t i = 0;

	while (!(causes[i].steps & 1U << why->step) || !causes[i].applies())
		i++;
	snprintf(ret, size, "%s (%s)", causes[i].text, strerror(-why->error));
	return causes[i].remedy;
}
