/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/regions.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/model.h"

/* ---- regions --------------------------------------------------------------------------------- */

/* Each region with its geopolitical region (ExpressRoute peering locations, April 2026). A
 * region that is not listed there has that of its neighbours. */
static const struct {
	const char *region, *geography;
} geographies[] = {
	{ "australiacentral", "Australia Government" },
	{ "australiacentral2", "Australia Government" },
	{ "australiaeast", "Oceania" },
	{ "australiasoutheast", "Oceania" },
	{ "brazilsouth", "South America" },
	{ "canadacentral", "North America" },
	{ "canadaeast", "North America" },
	{ "centralindia", "India" },
	{ "centralus", "North America" },
	{ "eastasia", "Asia" },
	{ "eastus", "North America" },
	{ "eastus2", "North America" },
	{ "francecentral", "Europe" },
	{ "francesouth", "Europe" },
	{ "germanynorth", "Europe" },
	{ "germanywestcentral", "Europe" },
	{ "indonesiacentral", "Asia" },
	{ "israelcentral", "Israel" },
	{ "italynorth", "Europe" },
	{ "japaneast", "Japan" },
	{ "japanwest", "Japan" },
	{ "jioindiawest", "India" },
	{ "koreacentral", "South Korea" },
	{ "koreasouth", "South Korea" },
	{ "malaysiawest", "Asia" },
	{ "mexicocentral", "North America" },
	{ "newzealandnorth", "Oceania" },
	{ "northcentralus", "North America" },
	{ "northeurope", "Europe" },
	{ "norwayeast", "Europe" },
	{ "norwaywest", "Europe" },
	{ "polandcentral", "Europe" },
	{ "qatarcentral", "Qatar" },
	{ "southafricanorth", "South Africa" },
	{ "southafricawest", "South Africa" },
	{ "southcentralus", "North America" },
	{ "southeastasia", "Asia" },
	{ "southindia", "India" },
	{ "swedencentral", "Europe" },
	{ "switzerlandnorth", "Europe" },
	{ "switzerlandwest", "Europe" },
	{ "uaecentral", "the UAE" },
	{ "uaenorth", "the UAE" },
	{ "uksouth", "Europe" },
	{ "ukwest", "Europe" },
	{ "westcentralus", "North America" },
	{ "westeurope", "Europe" },
	{ "westindia", "India" },
	{ "westus", "North America" },
	{ "westus2", "North America" },
	{ "westus3", "North America" },
};

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

	if (!region || region_geography(region))
		return NULL;
	for (size_t i = 0; i < countof(geographies); i++)
		known[i] = geographies[i].region;
	return text_nearest(region, known, countof(known));
}

/* ---- round trips ----------------------------------------------------------------------------- */

static int by_regions(const void *a, const void *b)
{
	const struct region_rtt *x = a, *y = b;
	int order = strcmp(x->a, y->a);

	return order ? order : strcmp(x->b, y->b);
}

static const struct region_pair *find_own_pair(const struct model *m, const char *a, const char *b)
{
	for (each(const struct region_pair, p, &m->latency.pairs))
		if ((strcmp(p->a, a) == 0 && strcmp(p->b, b) == 0) ||
		    (strcmp(p->a, b) == 0 && strcmp(p->b, a) == 0))
			return p;
	return NULL;
}

bool model_region_rtt(const struct model *m, const char *a, const char *b, uint64_t *ret_ns)
{
	const struct region_pair *own;
	const struct region_rtt *published, *all;
	size_t n;

	if (!a || !b || strcmp(a, b) == 0) {
		*ret_ns = m->latency.within_region_ns;
		return true;
	}
	own = find_own_pair(m, a, b);
	if (own) {
		*ret_ns = own->rtt_ns;
		return true;
	}
	all = region_rtts(&n);
	published = bsearch(strcmp(a, b) < 0 ? &(struct region_rtt){ a, b, 0 }
					     : &(struct region_rtt){ b, a, 0 },
			    all, n, sizeof(*all), by_regions);
	if (!published)
		return false;
	*ret_ns = published->ms * UINT64_C(1000000);
	return true;
}

/* ---- peering locations ----------------------------------------------------------------------- */

/* Each location with the regions that a Local circuit there reaches (ExpressRoute peering
 * locations, April 2026). */
static const struct {
	const char *name, *local[2];
} locations[] = {
	{ "Abu Dhabi", { "uaecentral" } },
	{ "Amsterdam", { "westeurope" } },
	{ "Amsterdam2", { "westeurope" } },
	{ "Atlanta", { NULL } },
	{ "Atlanta2", { NULL } },
	{ "Auckland", { "newzealandnorth" } },
	{ "Bangkok", { NULL } },
	{ "Berlin", { "germanynorth" } },
	{ "Brussels", { NULL } },
	{ "Brussels2", { NULL } },
	{ "Busan", { "koreasouth" } },
	{ "Campinas", { "brazilsouth" } },
	{ "Canberra", { "australiacentral" } },
	{ "Canberra2", { "australiacentral2" } },
	{ "Cape Town", { "southafricawest" } },
	{ "Chennai", { "southindia" } },
	{ "Chennai2", { "southindia" } },
	{ "Chicago", { "northcentralus" } },
	{ "Chicago2", { "northcentralus" } },
	{ "Copenhagen", { NULL } },
	{ "Dallas", { NULL } },
	{ "Dallas2", { NULL } },
	{ "Denver", { "westcentralus" } },
	{ "Doha", { "qatarcentral" } },
	{ "Doha2", { "qatarcentral" } },
	{ "Dubai", { "uaenorth" } },
	{ "Dubai2", { "uaenorth" } },
	{ "Dublin", { "northeurope" } },
	{ "Dublin2", { "northeurope" } },
	{ "Frankfurt", { "germanywestcentral" } },
	{ "Frankfurt2", { "germanywestcentral" } },
	{ "Geneva", { "switzerlandwest" } },
	{ "Hong Kong", { "eastasia" } },
	{ "Hong Kong2", { "eastasia" } },
	{ "Jakarta", { "indonesiacentral" } },
	{ "Jakarta2", { "indonesiacentral" } },
	{ "Johannesburg", { "southafricanorth" } },
	{ "Kuala Lumpur", { "malaysiawest" } },
	{ "Kuala Lumpur2", { "malaysiawest" } },
	{ "Las Vegas", { NULL } },
	{ "London", { "uksouth" } },
	{ "London2", { "uksouth" } },
	{ "Los Angeles", { NULL } },
	{ "Los Angeles2", { NULL } },
	{ "Madrid", { "spaincentral" } },
	{ "Madrid2", { "spaincentral" } },
	{ "Marseille", { "francesouth" } },
	{ "Melbourne", { "australiasoutheast" } },
	{ "Melbourne2", { "australiasoutheast" } },
	{ "Miami", { NULL } },
	{ "Milan", { "italynorth" } },
	{ "Milan2", { "italynorth" } },
	{ "Minneapolis", { NULL } },
	{ "Montreal", { NULL } },
	{ "Mumbai", { "westindia" } },
	{ "Mumbai2", { "westindia" } },
	{ "Munich", { NULL } },
	{ "New York", { NULL } },
	{ "Newport(Wales)", { "ukwest" } },
	{ "Osaka", { "japanwest" } },
	{ "Oslo", { "norwayeast" } },
	{ "Paris", { "francecentral" } },
	{ "Paris2", { "francecentral" } },
	{ "Perth", { NULL } },
	{ "Phoenix", { "westus3" } },
	{ "Phoenix2", { "westus3" } },
	{ "Portland", { "westus2" } },
	{ "Pune", { "centralindia" } },
	{ "Quebec City", { "canadaeast" } },
	{ "Queretaro (Mexico)", { "mexicocentral" } },
	{ "Quincy", { "westus2" } },
	{ "Rio de Janeiro", { "brazilsoutheast" } },
	{ "San Antonio", { "southcentralus" } },
	{ "Santiago", { NULL } },
	{ "Sao Paulo", { "brazilsouth" } },
	{ "Sao Paulo2", { "brazilsouth" } },
	{ "Seattle", { "westus2" } },
	{ "Seoul", { "koreacentral" } },
	{ "Seoul2", { "koreacentral" } },
	{ "Silicon Valley", { "westus" } },
	{ "Silicon Valley2", { "westus" } },
	{ "Singapore", { "southeastasia" } },
	{ "Singapore2", { "southeastasia" } },
	{ "Stavanger", { "norwaywest" } },
	{ "Stockholm", { "swedencentral" } },
	{ "Stockholm2", { "swedencentral" } },
	{ "Sydney", { "australiaeast" } },
	{ "Sydney2", { "australiaeast" } },
	{ "Taipei", { "taiwannorth" } },
	{ "Taipei2", { "taiwannorth" } },
	{ "Tel Aviv", { "israelcentral" } },
	{ "Tel Aviv2", { "israelcentral" } },
	{ "Tokyo", { "japaneast" } },
	{ "Tokyo2", { "japaneast" } },
	{ "Tokyo3", { "japaneast" } },
	{ "Toronto", { "canadacentral" } },
	{ "Toronto2", { "canadacentral" } },
	{ "Vancouver", { NULL } },
	{ "Vienna", { NULL } },
	{ "Vienna2", { NULL } },
	{ "Warsaw", { "polandcentral" } },
	{ "Washington DC", { "eastus", "eastus2" } },
	{ "Washington DC2", { "eastus", "eastus2" } },
	{ "Zurich", { "switzerlandnorth" } },
	{ "Zurich2", { "switzerlandnorth" } },
};

bool location_is_local(const char *location, const char *region)
{
	for (size_t i = 0; location && i < countof(locations); i++)
		if (strcasecmp(locations[i].name, location) == 0)
			return text_same(locations[i].local[0], region) ||
			       text_same(locations[i].local[1], region);
	return false;
}

const char *location_meant(const char *location)
{
	const char *known[countof(locations)];

	for (size_t i = 0; i < countof(locations); i++) {
		if (strcasecmp(locations[i].name, location) == 0)
			return NULL;
		known[i] = locations[i].name;
	}
	return text_nearest(location, known, countof(known));
}
