/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/regions.h"

#include <string.h>

#include "base/text.h"
#include "model/model.h"

#define MS(a_, b_, ms) { .a = a_, .b = b_, .rtt_ns = (ms) * UINT64_C(1000000) }

/* Azure's published round trips (P50); a pair's two directions differ by at most 3 ms. */
static const struct region_pair builtin[] = {
	MS("eastus", "eastus2", 8),
	MS("eastus", "centralus", 29),
	MS("eastus", "southcentralus", 36),
	MS("eastus", "westus", 67),
	MS("eastus", "westus2", 73),
	MS("eastus", "canadacentral", 18),
	MS("eastus", "brazilsouth", 118),
	MS("eastus", "northeurope", 73),
	MS("eastus", "uksouth", 78),
	MS("eastus", "westeurope", 85),
	MS("eastus", "japaneast", 162),
	MS("eastus", "southeastasia", 224),
	MS("eastus", "australiaeast", 202),
	MS("eastus2", "centralus", 33),
	MS("centralus", "northcentralus", 14),
	MS("westus", "westus2", 24),
	MS("westus", "westus3", 19),
	MS("canadacentral", "canadaeast", 13),
	MS("westeurope", "northeurope", 17),
	MS("westeurope", "uksouth", 11),
	MS("westeurope", "francecentral", 12),
	MS("westeurope", "germanywestcentral", 11),
	MS("westeurope", "switzerlandnorth", 17),
	MS("westeurope", "swedencentral", 27),
	MS("uksouth", "ukwest", 7),
	MS("uksouth", "northeurope", 13),
	MS("uksouth", "francecentral", 11),
	MS("westeurope", "uaenorth", 111),
	MS("westeurope", "southafricanorth", 166),
	MS("westeurope", "southeastasia", 169),
	MS("westeurope", "eastasia", 203),
	MS("southeastasia", "eastasia", 36),
	MS("southeastasia", "malaysiawest", 9),
	MS("southeastasia", "australiaeast", 95),
	MS("southeastasia", "japaneast", 72),
	MS("southeastasia", "centralindia", 53),
	MS("japaneast", "japanwest", 11),
	MS("japaneast", "koreacentral", 30),
	MS("australiaeast", "australiasoutheast", 15),
	MS("centralindia", "southindia", 20),
};

/* ExpressRoute's geopolitical regions. */
static const struct {
	const char *region, *geography;
} geographies[] = {
	{ "eastus", "North America" },
	{ "eastus2", "North America" },
	{ "centralus", "North America" },
	{ "southcentralus", "North America" },
	{ "northcentralus", "North America" },
	{ "westus", "North America" },
	{ "westus2", "North America" },
	{ "westus3", "North America" },
	{ "canadacentral", "North America" },
	{ "canadaeast", "North America" },
	{ "brazilsouth", "South America" },
	{ "northeurope", "Europe" },
	{ "westeurope", "Europe" },
	{ "uksouth", "Europe" },
	{ "ukwest", "Europe" },
	{ "francecentral", "Europe" },
	{ "germanywestcentral", "Europe" },
	{ "switzerlandnorth", "Europe" },
	{ "swedencentral", "Europe" },
	{ "southeastasia", "Asia" },
	{ "eastasia", "Asia" },
	{ "malaysiawest", "Asia" },
	{ "japaneast", "Japan" },
	{ "japanwest", "Japan" },
	{ "koreacentral", "South Korea" },
	{ "centralindia", "India" },
	{ "southindia", "India" },
	{ "australiaeast", "Oceania" },
	{ "australiasoutheast", "Oceania" },
	{ "uaenorth", "the UAE" },
	{ "southafricanorth", "South Africa" },
};

const struct region_pair *model_builtin_rtts(size_t *ret_n)
{
	*ret_n = countof(builtin);
	return builtin;
}

static const struct region_pair *find_pair(const struct region_pair *pairs, size_t n, const char *a,
					   const char *b)
{
	for (size_t i = 0; i < n; i++)
		if ((strcmp(pairs[i].a, a) == 0 && strcmp(pairs[i].b, b) == 0) ||
		    (strcmp(pairs[i].a, b) == 0 && strcmp(pairs[i].b, a) == 0))
			return &pairs[i];
	return NULL;
}

bool model_region_rtt(const struct model *m, const char *a, const char *b, uint64_t *ret_ns)
{
	const struct region_pair *p;

	if (!a || !b || strcmp(a, b) == 0) {
		*ret_ns = m->latency.within_region_ns;
		return true;
	}
	p = find_pair(m->latency.pairs.v, m->latency.pairs.n, a, b);
	if (!p)
		p = find_pair(builtin, countof(builtin), a, b);
	if (!p)
		return false;
	*ret_ns = p->rtt_ns;
	return true;
}

const char *region_geography(const char *region)
{
	for (size_t i = 0; region && i < countof(geographies); i++)
		if (strcmp(geographies[i].region, region) == 0)
			return geographies[i].geography;
	return NULL;
}

const char *region_meant(const char *region)
{
	const char *known[countof(geographies)];

	if (region_geography(region))
		return NULL;
	for (size_t i = 0; i < countof(geographies); i++)
		known[i] = geographies[i].region;
	return text_nearest(region, known, countof(known));
}
