/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/own.h"
#include "cli/backends.h"
#include "cli/program.h"
#include "kernel/sandbox.h"
#include "lab/dir.h"
#include "lab/lab.h"

static struct fact *doctor_add_fact(fact_list *facts, const char *section, const char *name,
				    enum fact_state state, char *detail)
{
	struct fact *f = vec_add(NULL, facts);

	*f = (struct fact){ .section = section, .name = name, .state = state, .detail = detail };
	return f;
}

/* ---- kernel features ---- */

/* Several settings can forbid user namespaces; sandbox_explain() knows the remedy for each. */
static const char *doctor_remedy(enum kernel_feature f)
{
	struct sandbox_refusal why;
	char text[256];

	if (f == FEATURE_USERNS && sandbox_try(&why) < 0)
		return sandbox_explain(&why, text, sizeof(text));
	return feature_use(f)->remedy;
}

static void doctor_add_feature(fact_list *facts, const struct features *have, enum kernel_feature f)
{
	const struct feature_use *u = feature_use(f);
	const char *words = have->v[f].words;
	struct fact *fact;

	if (have->v[f].ok) {
		doctor_add_fact(facts, "features", feature_name(f), FACT_OK, xstrdup(u->use));
		return;
	}
	fact = doctor_add_fact(facts, "features", feature_name(f),
			       u->stand_in ? FACT_STAND_IN : FACT_MISSING,
			       xasprintf("%s%s%s (%s)", u->use, u->stand_in ? ": " : "",
					 u->stand_in ? u->stand_in : "",
					 *words ? words : strerror(-have->v[f].error)));
	fact->remedy = xstrdup(doctor_remedy(f));
}

/* Returns whether a lab can be built at all. */
static bool doctor_add_features(fact_list *facts)
{
	struct features have;
	bool can = true;
	int r = features_find(&have);

	if (r < 0) {
		doctor_add_fact(facts, "features", "all", FACT_MISSING,
				xasprintf("nothing could be tried: %s", strerror(-r)))
			->remedy = xstrdup("sudo netemu doctor");
		return false;
	}
	for (int f = 0; f < FEATURES; f++) {
		doctor_add_feature(facts, &have, (enum kernel_feature)f);
		can = can && (have.v[f].ok || !feature_use((enum kernel_feature)f)->required);
	}
	return can && (have.v[FEATURE_NETEM].ok || have.v[FEATURE_PACKET].ok);
}

/* ---- programs ---- */

static void doctor_add_programs(fact_list *facts)
{
	static const struct {
		const char *name, *use, *remedy;
	} programs[] = {
		{ "ping", "netemu ping", "apt-get install iputils-ping" },
		{ "traceroute", "netemu traceroute", "apt-get install traceroute" },
		{ "ip", "ip netns exec, for people", "apt-get install iproute2" },
		{ "dot", "netemu graph, for SVG", "apt-get install graphviz" },
	};

	for (size_t i = 0; i < countof(programs); i++) {
		char *file = program_find(programs[i].name);
		struct fact *f = doctor_add_fact(
			facts, "programs", programs[i].name, file ? FACT_OK : FACT_MISSING,
			file ? file : xasprintf("serves for %s", programs[i].use));

		if (!file)
			f->remedy = xstrdup(programs[i].remedy);
	}
}

/* ---- limits ---- */

static void doctor_add_run_directory(fact_list *facts)
{
	char *run = lab_run_dir();
	struct fact *f;

	if (!run) {
		f = doctor_add_fact(facts, "limits", "run directory", FACT_MISSING,
				    xstrdup("$NETEMU_RUN is no absolute path"));
		f->remedy = xstrdup("unset NETEMU_RUN");
	} else if (access(run, F_OK) < 0) {
		doctor_add_fact(facts, "limits", "run directory", FACT_OK,
				xasprintf("%s, made by the first lab", run));
	} else if (access(run, W_OK) < 0) {
		f = doctor_add_fact(facts, "limits", "run directory", FACT_MISSING,
				    xasprintf("%s is not ours to write", run));
		f->remedy = xstrdup("root, or another directory in $NETEMU_RUN");
	} else {
		doctor_add_fact(facts, "limits", "run directory", FACT_OK, xstrdup(run));
	}
	free(run);
}

/* A file's first line; heap, or NULL. */
static char *doctor_first_line(const char *path)
{
	own_file *f = fopen(path, "re");
	char line[64];

	if (!f || !fgets(line, sizeof(line), f))
		return NULL;
	line[strcspn(line, "\n")] = '\0';
	return xstrdup(line);
}

static void doctor_add_sysctls(fact_list *facts)
{
	static const struct {
		const char *name, *path, *note;
	} sysctls[] = {
		{ "neighbours", "/proc/sys/net/ipv4/neigh/default/gc_thresh3",
		  "learned ones, of all namespaces; a lab's own are permanent and do not count" },
		{ "namespaces", "/proc/sys/user/max_net_namespaces", "network namespaces at most" },
	};

	for (size_t i = 0; i < countof(sysctls); i++) {
		own_free char *value = doctor_first_line(sysctls[i].path);

		if (value)
			doctor_add_fact(facts, "limits", sysctls[i].name, FACT_OK,
					xasprintf("%s %s", value, sysctls[i].note));
	}
}

static void doctor_add_open_files(fact_list *facts)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		doctor_add_fact(facts, "limits", "open files",
				files.rlim_max >= 4096 ? FACT_OK : FACT_STAND_IN,
				xasprintf("%llu, a lab takes two for each namespace",
					  (unsigned long long)files.rlim_max));
}

/* ---- the precision of the delay line ---- */

/* Whether SCHED_FIFO is permitted, tried on this process for a moment. */
static bool can_use_sched_fifo(void)
{
	struct sched_param lowest = { .sched_priority = 1 }, none = { 0 };

	if (sched_setscheduler(0, SCHED_FIFO, &lowest) < 0)
		return false;
	(void)sched_setscheduler(0, SCHED_OTHER, &none);
	return true;
}

static void doctor_add_precision(fact_list *facts)
{
	own_fd latency = open("/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC);
	bool real_time = can_use_sched_fifo();
	struct fact *f = doctor_add_fact(
		facts, "precision", "SCHED_FIFO", real_time ? FACT_OK : FACT_STAND_IN,
		xstrdup(real_time ? "the delay line runs before other programs"
				  : "the delay line waits its turn on a busy machine"));

	if (!real_time)
		f->remedy = xstrdup("root, or a limit 'rtprio' in /etc/security/limits.conf");
	f = doctor_add_fact(facts, "precision", "cpu_dma_latency",
			    latency >= 0 ? FACT_OK : FACT_STAND_IN,
			    xstrdup(latency >= 0 ? "idle processors can be kept from deep sleep"
						 : "idle processors may wake some 50 us late"));
	if (latency < 0)
		f->remedy = xstrdup("write access to /dev/cpu_dma_latency");
}

/* ---- the conditions of labs ---- */

static void doctor_add_lab(fact_list *facts, const char *name, struct diag *dg)
{
	static const char *const words[] = {
		[LAB_UP] = "up",
		[LAB_DEGRADED] = "degraded: its delay line has ended, delayed links carry nothing",
		[LAB_CHANGING] = "half-changed: a change of it was cut short",
		[LAB_ABANDONED] = "abandoned: the command that made it for itself has ended",
		[LAB_BROKEN] = "broken: half-built, or its namespaces are gone",
	};
	struct lab *lab;
	struct fact *f;

	if (lab_open(name, &lab, dg) < 0)
		return; /* removed since lab_list() */
	f = doctor_add_fact(facts, "labs", name, lab->condition == LAB_UP ? FACT_OK : FACT_MISSING,
			    xstrdup(words[lab->condition]));
	if (lab->condition == LAB_ABANDONED)
		f->remedy = xstrdup("netemu gc");
	else if (lab->condition != LAB_UP)
		f->remedy = xasprintf("netemu down %s, and up again", name);
	lab_close(lab);
}

enum exit_status cmd_doctor(struct invocation *inv)
{
	struct report r = report_of(inv);
	fact_list facts = { 0 };
	lab_names labs = { 0 };
	bool can = doctor_add_features(&facts);

	doctor_add_programs(&facts);
	doctor_add_run_directory(&facts);
	doctor_add_open_files(&facts);
	doctor_add_sysctls(&facts);
	doctor_add_precision(&facts);
	if (lab_list(&labs, inv->dg) == 0)
		for (each(char *, lab, &labs))
			doctor_add_lab(&facts, *lab, inv->dg);
	report_machine(&r, &facts);
	for (each(struct fact, f, &facts)) {
		free(f->detail);
		free(f->remedy);
	}
	vec_free(&facts);
	for (each(char *, lab, &labs))
		free(*lab);
	vec_free(&labs);
	return can ? EXIT_DONE : EXIT_CANNOT;
}
