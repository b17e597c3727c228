/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "net/units.h"
#include "report/json.h"
#include "report/report.h"

void report_visible(FILE *out, const struct routes *routes, const struct verdict *v)
{
	struct visible_path shown;
	int ttl = 0;

	routes_visible(routes, v, &shown);
	fputs("traceroute shows:\n", out);
	for (each(const struct visible_hop, h, &shown.hops))
		if (h->answers)
			fprintf(out, "  %2d  %s (%s)  %s\n", ++ttl,
				routes->fabric->nodes.v[h->node].name, ADDR_STR(&h->from),
				TIME_STR(h->rtt_ns));
		else
			fprintf(out, "  %2d  *  (%s)\n", ++ttl,
				routes->fabric->nodes.v[h->node].name);
	if (shown.reply_ttl)
		fprintf(out, "and the answer to a ping has TTL %u.\n", shown.reply_ttl);
	else
		fputs("and nothing after that.\n", out);
	visible_release(&shown);
}

void report_visible_json(struct json *j, const struct routes *routes, const struct verdict *v)
{
	struct visible_path shown;

	routes_visible(routes, v, &shown);
	json_open(j, "trace", '[');
	for (each(const struct visible_hop, h, &shown.hops)) {
		json_row(j, NULL, '{');
		json_string(j, "node", routes->fabric->nodes.v[h->node].name);
		json_bool(j, "answers", h->answers);
		json_string(j, "address", h->answers ? ADDR_STR(&h->from) : NULL);
		if (h->answers)
			json_ms(j, "rtt-ms", h->rtt_ns);
		else
			json_null(j, "rtt-ms");
		json_close(j);
	}
	json_close(j);
	json_number_or_null(j, "reply-ttl", shown.reply_ttl);
	visible_release(&shown);
}
