/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cloudsimple-regions */
#include "base/mem.h"
#include "topology/parts.h"
#include "topology/sections.h"
#include "topology/values.h"

static const struct key circuit_keys[] = {
	{ "sku", &type_circuit_sku, PLACED(struct circuit, sku),
	  .help = "local, standard or premium", .preset = "standard" },
	{ "bandwidth", &type_rate, FIELD(struct circuit, bandwidth_bps), .help = "such as 1Gbps" },
	{ "authorizations", &type_authorizations,
	  .help = "keys that others redeem to connect to it" },
	REFUSED("region", "the CloudSimple region has it"),
	REFUSED("site", "a site joins it by Global Reach"),
	{ 0 }
};

static const struct type type_region_circuit = { .noun = "a map", .keys = circuit_keys };

static const struct key cloud_keys[] = {
	{ "segments", &type_segments, FIELD(struct cloudsimple_cloud, segments),
	  .help = "its networks (VLANs), by name" },
	{ "public-ips", &type_public_ips, FIELD(struct cloudsimple_cloud, public_ips),
	  .help = "public addresses of its virtual machines; its region needs `internet: true`" },
	REFUSED("region", "the CloudSimple region has it"),
	REFUSED("address-block", "netemu builds no management network in a CloudSimple cloud"),
	{ 0 }
};

static void finish_cloudsimple_cloud(struct reader *r, const struct type *t, const struct yaml *y,
				     void *to)
{
	struct cloudsimple_cloud *cloud = to;

	(void)t, (void)y;
	parts_check_names(r, &cloud->o, &cloud->segments, NULL);
}

static const struct type type_cloud = { .noun = "a map",
					.keys = cloud_keys,
					.finish = finish_cloudsimple_cloud };

static void *add_cloudsimple_cloud(struct reader *r, const struct yaml *y, void *to)
{
	struct cloudsimple_region *region = to;
	struct cloudsimple_cloud *cloud = y->object;

	cloud->region = region;
	vec_push(r->arena, &region->clouds, cloud);
	return cloud;
}

static const struct type type_clouds = { .noun = "a map of private clouds",
					 .values = &type_cloud,
					 .add_value = add_cloudsimple_cloud };

static const struct key keys[] = {
	{ "region", &type_region, PLACED(struct cloudsimple_region, region), KEY_REQUIRED,
	  .help = "the region it is in, such as westus" },
	{ "private-clouds", &type_clouds, .flags = KEY_REQUIRED,
	  .help = "its private clouds, by name; they are connected with each other" },
	{ "circuit", &type_region_circuit, FIELD(struct cloudsimple_region, circuit),
	  .help = "its ExpressRoute circuit; the region's name refers to it" },
	{ "accept-default-route", &type_bool,
	  FIELD(struct cloudsimple_region, accept_default_route),
	  .help = "true: uses a default route that on-premises announces", .preset = "false" },
	{ "internet", &type_bool, PLACED(struct cloudsimple_region, internet),
	  .help = "true: has a way to the internet of its own", .preset = "false" },
	{ "nat-address", &type_nat_address, FIELD(struct cloudsimple_region, exit),
	  .help = "the NAT address of machines without a public one; default: chosen by netemu" },
	{ 0 }
};

static void finish_cloudsimple_region(struct reader *r, const struct type *t, const struct yaml *y,
				      void *to)
{
	struct cloudsimple_region *region = to;

	(void)r, (void)t, (void)y;
	region->circuit.o = region->o;
	region->circuit.region = region->region;
	region->circuit.region_pos = region->region_pos;
}

const struct type type_cloudsimple_region = { .noun = "a map",
					      .keys = keys,
					      .finish = finish_cloudsimple_region };

struct object *make_cloudsimple_region(struct reader *r)
{
	struct cloudsimple_region *region = arena_make(r->arena, struct cloudsimple_region);

	vec_push(r->arena, &r->m->cloudsimple_regions, region);
	region->circuit.cloudsimple = region;
	region->circuit.rtt_ns = CIRCUIT_RTT_NS;
	region->circuit.bandwidth_bps = MANAGED_CIRCUIT_BPS;
	return &region->o;
}

struct object *make_cloudsimple_cloud(struct reader *r)
{
	return &arena_make(r->arena, struct cloudsimple_cloud)->o;
}
