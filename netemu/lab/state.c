/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "base/process.h"
#include "base/process_id.h"
#include "base/text.h"
#include "lab/dir_file.h"
#include "relay/relay.h"

/* The file has lines of a keyword and a value. Unknown keywords are ignored: a later version may
 * have written them. */
static const char *const vrf_words[] = { [VRF_DEVICE] = "device", [VRF_NAMESPACE] = "namespace" };
static const char *const rules_words[] = {
	[RULES_NFTABLES] = "nftables", [RULES_IPTABLES] = "iptables"
};
static const char *const delay_words[] = { [DELAY_NETEM] = "netem", [DELAY_RELAY] = "relay" };

void state_read_boot(char ret[STATE_BOOT_SIZE])
{
	own_file *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	memset(ret, 0, STATE_BOOT_SIZE);
	if (f)
		(void)!fscanf(f, "%39s", ret);
}

bool state_is_of_this_boot(const struct state *s)
{
	char boot[sizeof(s->boot)];

	state_read_boot(boot);
	return strcmp(boot, s->boot) == 0;
}

bool state_is_abandoned(const struct state *s)
{
	return s->maker && state_is_of_this_boot(s) &&
	       (!process_is_alive(s->maker, s->maker_start) || process_is_killed(s->maker));
}

int state_write(const struct lab_dir *d, const char *file, const struct state *s)
{
	own_text t = { 0 };
	char boot[sizeof(s->boot)];

	state_read_boot(boot);
	text_add(&t, "netemu-state 1\n");
	text_printf(&t, "boot %s\n", boot);
	text_printf(&t, "vrf %s\n", vrf_words[s->backends.vrf]);
	text_printf(&t, "delay %s\n", delay_words[s->backends.delay]);
	text_printf(&t, "rules %s\n", rules_words[s->backends.rules]);
	if (*s->hops)
		text_printf(&t, "hops %s\n", s->hops);
	text_printf(&t, "created %" PRId64 "\n", s->created);
	text_printf(&t, "nodes %zu\n", s->nodes);
	text_printf(&t, "links %zu\n", s->links);
	if (s->relay)
		text_printf(&t, "delay-line %d %" PRIu64 "\n", (int)s->relay, s->relay_start);
	if (s->services)
		text_printf(&t, "services %d %" PRIu64 "\n", (int)s->services, s->services_start);
	if (s->maker)
		text_printf(&t, "maker %d %" PRIu64 "\n", (int)s->maker, s->maker_start);
	return lab_dir_write(d, file, text_str(&t), t.n);
}

static bool state_parse_backends(const char *line, struct plan_backends *ret)
{
	for (enum vrf_backend v = VRF_DEVICE; v <= VRF_NAMESPACE; v++)
		if (strncmp(line, "vrf ", 4) == 0 && strcmp(line + 4, vrf_words[v]) == 0)
			return ret->vrf = v, true;
	for (enum delay_backend v = DELAY_NETEM; v <= DELAY_RELAY; v++)
		if (strncmp(line, "delay ", 6) == 0 && strcmp(line + 6, delay_words[v]) == 0)
			return ret->delay = v, true;
	for (enum rules_backend v = RULES_NFTABLES; v <= RULES_IPTABLES; v++)
		if (strncmp(line, "rules ", 6) == 0 && strcmp(line + 6, rules_words[v]) == 0)
			return ret->rules = v, true;
	return false;
}

static void state_parse_line(const char *line, struct state *ret)
{
	if (state_parse_backends(line, &ret->backends) ||
	    sscanf(line, "boot %39s", ret->boot) == 1 || sscanf(line, "hops %7s", ret->hops) == 1 ||
	    sscanf(line, "created %" SCNd64, &ret->created) == 1 ||
	    sscanf(line, "nodes %zu", &ret->nodes) == 1 ||
	    sscanf(line, "links %zu", &ret->links) == 1 ||
	    sscanf(line, "services %d %" SCNu64, &ret->services, &ret->services_start) == 2 ||
	    sscanf(line, "maker %d %" SCNu64, &ret->maker, &ret->maker_start) == 2)
		return;
	(void)!sscanf(line, "delay-line %d %" SCNu64, &ret->relay, &ret->relay_start);
}

int state_parse(char *text, struct state *ret)
{
	char *rest = text, *line = strsep(&rest, "\n");

	*ret = (struct state){ 0 };
	if (strcmp(line, "netemu-state 1") != 0)
		return -EBADMSG;
	while ((line = strsep(&rest, "\n")))
		state_parse_line(line, ret);
	return 0;
}

int state_read(const struct lab_dir *d, struct state *ret)
{
	own_free char *text = NULL;
	int r = lab_dir_read(d, "state", &text, NULL);

	return r < 0 ? r : state_parse(text, ret);
}
