/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/own.h"
#include "base/text.h"
#include "cli/named.h"
#include "cli/output.h"
#include "fabric/fabric.h"
#include "report/batch.h"
#include "report/utf8.h"
#include "topology/topology.h"

static enum exit_status export_json(const struct world *w, struct invocation *inv)
{
	own_text json = { 0 };
	FILE *out = NULL;
	enum exit_status status;

	if (w->changes.n > 0)
		diag_warn(inv->dg, (struct pos){ 0 }, "export",
			  "%zu changes that were made to the lab since are not in its file",
			  w->changes.n);
	topology_json(w->topology, &json);
	status = output_begin(inv, &out);
	if (status == EXIT_DONE)
		fputs(text_str(&json), out);
	return output_end(inv, out, status);
}

/* ---- a directory of batch files ---- */

struct batch_folder {
	int fd;
	const char *path;
	const struct plan *plan;
	const char *lab;
	struct invocation *inv;
};

static bool export_write_error(const struct batch_folder *f, const char *name)
{
	(void)mistake(f->inv, "output", "cannot write '%s/%s': %s", f->path, name, strerror(errno));
	return false;
}

/* Creates a file in the directory. NULL, with a finding, on failure. */
static FILE *export_open_file(const struct batch_folder *f, const char *name, mode_t mode)
{
	own_fd fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file)
		fd_take(&fd);
	else
		(void)export_write_error(f, name);
	return file;
}

static bool export_close_file(const struct batch_folder *f, FILE *file, const char *name)
{
	bool bad = ferror(file) != 0;

	return fclose(file) == 0 && !bad ? true : export_write_error(f, name);
}

typedef void write_node(FILE *out, const struct plan *p, uint32_t netns);

/* Writes one file of a namespace, unless it would be empty. */
static bool export_write_part(const struct batch_folder *f, uint32_t netns, const char *suffix,
			      write_node *write)
{
	own_free char *name = xasprintf("nodes/%s.%s", f->plan->netns.v[netns].name, suffix);
	own_free char *text = NULL;
	size_t n = 0;
	FILE *memory = open_memstream(&text, &n), *file;

	if (!memory)
		return export_write_error(f, name);
	write(memory, f->plan, netns);
	if (fclose(memory) != 0)
		return export_write_error(f, name);
	if (n == 0)
		return true;
	file = export_open_file(f, name, 0666);
	if (!file)
		return false;
	fwrite(text, 1, n, file);
	return export_close_file(f, file, name);
}

static bool export_write_nodes(const struct batch_folder *f)
{
	static const struct {
		const char *suffix;
		write_node *write;
	} parts[] = { { "sysctl", batch_sysctls },
		      { "ip", batch_node },
		      { "forwarding", batch_forwarding },
		      { "tc", batch_qdiscs } };

	if (mkdirat(f->fd, "nodes", 0777) < 0)
		return export_write_error(f, "nodes");
	for (uint32_t i = 0; i < f->plan->netns.n; i++)
		for (size_t k = 0; k < countof(parts); k++)
			if (!export_write_part(f, i, parts[k].suffix, parts[k].write))
				return false;
	return true;
}

static bool export_write_lab(const struct batch_folder *f)
{
	static const char *const names[] = { "namespaces", "links", "up", "down", "hosts" };

	for (size_t i = 0; i < countof(names); i++) {
		FILE *file =
			export_open_file(f, names[i], strcmp(names[i], "up") == 0 ? 0777 : 0666);

		if (!file)
			return false;
		switch (i) {
		case 0:
			batch_namespaces(file, f->plan, f->lab);
			break;
		case 1:
			batch_links(file, f->plan, f->lab);
			break;
		case 2:
			batch_up(file, f->lab);
			break;
		case 3:
			batch_down(file, f->plan, f->lab);
			break;
		default:
			fputs(f->plan->hosts, file);
			break;
		}
		if (!export_close_file(f, file, names[i]))
			return false;
	}
	return true;
}

/* iproute2 cannot express filters and NAT. */
static void export_warn_omitted(const struct batch_folder *f)
{
	struct pos nowhere = { 0 };
	size_t rest = f->plan->filters.n + f->plan->nats.n;

	if (rest > 0)
		diag_warn(f->inv->dg, nowhere, "export",
			  "%zu filters and translations of addresses are left out: "
			  "iproute2 has none",
			  rest);
}

static void export_print_next(const struct batch_folder *f, FILE *out)
{
	own_text path = { 0 };

	utf8_add_all(&path, f->path);
	fprintf(out, "%s/up builds lab '%s'; ip -force -batch %s/down removes it\n",
		text_str(&path), f->lab, text_str(&path));
}

static enum exit_status export_batch(const struct world *w, struct invocation *inv)
{
	struct batch_folder f = { .lab = given(inv, OPT_NAME) ? inv->value[OPT_NAME]
							      : world_name(w),
				  .inv = inv };
	own_free char *path = given(inv, OPT_OUTPUT) ? xstrdup(inv->value[OPT_OUTPUT])
						     : xasprintf("%s.batch", f.lab);
	bool device = given(inv, OPT_VRF) && strcmp(inv->value[OPT_VRF], "device") == 0;
	struct plan *plan;
	own_fd fd = -1;
	bool ok;

	if (mkdir(path, 0777) < 0) {
		(void)mistake(inv, "output", "cannot make the directory '%s': %s", path,
			      strerror(errno));
		diag_hint(inv->dg, "-o names another");
		return EXIT_MISTAKE;
	}
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	plan = plan_build(w->fabric, w->routes,
			  (struct plan_backends){ device ? VRF_DEVICE : VRF_NAMESPACE, DELAY_NETEM,
						  RULES_NFTABLES });
	f.fd = fd;
	f.path = path;
	f.plan = plan;
	ok = fd >= 0 && export_write_lab(&f) && export_write_nodes(&f);
	export_warn_omitted(&f);
	plan_free(plan);
	if (ok && !given(inv, OPT_QUIET))
		export_print_next(&f, inv->out);
	return ok ? EXIT_DONE : EXIT_BROKE;
}

enum exit_status cmd_export(struct invocation *inv)
{
	const char *format = inv->value[OPT_FORMAT];
	own_world w = { 0 };
	enum exit_status status = named_new(inv);

	if (status == EXIT_DONE)
		status = named_world(&w, inv->args[0], inv);
	if (status != EXIT_DONE)
		return status;
	if (given(inv, OPT_JSON) || (format && strcmp(format, "json") == 0))
		return export_json(&w, inv);
	return export_batch(&w, inv);
}
