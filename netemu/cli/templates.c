/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/templates.h"

#include <string.h>

#include "base/vec.h"

/* Parts that several templates share. */
#define HUB                                                                                        \
	"  hub:\n"                                                                                 \
	"    region: westeurope\n"                                                                 \
	"    address-space: 10.1.0.0/16\n"                                                         \
	"    subnets:\n"                                                                           \
	"      app: 10.1.1.0/24\n"
#define EXPECT "# What must hold. 'netemu test' tries it with packets.\nexpect:\n"

static const struct template templates[] = {
	{ "avs", "a private cloud, a virtual network and a site",
	  "# A private cloud of Azure VMware Solution. Its segments hold virtual machines; a segment\n"
	  "# without a list of them has one that bears its name: pc-a.web.\n"
	  "private-clouds:\n"
	  "  pc-a:\n"
	  "    region: westeurope\n"
	  "    address-block: 10.10.0.0/22\n"
	  "    segments:\n"
	  "      web: 10.10.64.0/24\n"
	  "      # db: { prefix: 10.10.65.0/24, vms: [db1, db2] }\n"
	  "\n"
	  "# A virtual network with a gateway for ExpressRoute, and a machine hub.app.\n"
	  "virtual-networks:\n" HUB "    gateways:\n"
	  "      expressroute: {}\n"
	  "\n"
	  "# A site on-premises, with a host dc1.lan, and its circuit.\n"
	  "sites:\n"
	  "  dc1:\n"
	  "    asn: 64512\n"
	  "    networks:\n"
	  "      lan: 192.168.10.0/24\n"
	  "circuits:\n"
	  "  er-dc1:\n"
	  "    site: dc1\n"
	  "    region: westeurope\n"
	  "    peering-location: Amsterdam\n"
	  "\n"
	  "# The gateway is connected to both circuits: the site's, and the one that comes with the cloud.\n"
	  "gateway-connections:\n"
	  "  hub-dc1: { gateway: hub, circuit: er-dc1 }\n"
	  "  hub-a: { gateway: hub, circuit: pc-a }\n"
	  "\n"
	  "# A gateway does not pass packets from one circuit to another. Take the '#' away, and the site\n"
	  "# reaches the cloud:\n"
	  "# global-reach:\n"
	  "#   dc1-a: [er-dc1, pc-a]\n"
	  "\n" EXPECT "  - { from: hub.app, to: pc-a.web, reachable: true, rtt: 1.5ms..2.5ms }\n"
	  "  - { from: dc1.lan, to: hub.app, reachable: true, rtt: 2ms..3ms }\n"
	  "  - { from: dc1.lan, to: pc-a.web, reachable: false, because: no Global Reach joins them }\n",
	  "hub.app", "pc-a.web" },
	{ "hub-spoke", "two spokes around a hub, with an appliance between them",
	  "# Peerings are not transitive: the spokes reach each other only through the appliance fw, by\n"
	  "# the route table that their subnets have.\n"
	  "route-tables:\n"
	  "  to-fw:\n"
	  "    10.0.0.0/8: { virtual-appliance: 10.1.2.4 }\n"
	  "\n"
	  "# A subnet without a list of machines has one that bears its name: spoke1.app.\n"
	  "virtual-networks:\n" HUB
	  "      nva: { prefix: 10.1.2.0/24, vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } }\n"
	  "  spoke1:\n"
	  "    region: westeurope\n"
	  "    address-space: 10.2.0.0/16\n"
	  "    subnets:\n"
	  "      app: { prefix: 10.2.1.0/24, route-table: to-fw }\n"
	  "  spoke2:\n"
	  "    region: northeurope\n"
	  "    address-space: 10.3.0.0/16\n"
	  "    subnets:\n"
	  "      app: { prefix: 10.3.1.0/24, route-table: to-fw }\n"
	  "\n"
	  "# Two halves, as in Azure. What comes out of the hub bears the other spoke's addresses, so the\n"
	  "# spokes' halves must allow forwarded traffic.\n"
	  "peerings:\n"
	  "  hub-spoke1:\n"
	  "    hub: {}\n"
	  "    spoke1: { allow-forwarded-traffic: true }\n"
	  "  hub-spoke2:\n"
	  "    hub: {}\n"
	  "    spoke2: { allow-forwarded-traffic: true }\n"
	  "\n" EXPECT "  - { from: spoke1.app, to: hub.app, reachable: true, rtt: 1ms..2ms }\n"
	  "  - { from: spoke1.app, to: spoke2.app, reachable: true, rtt: 17ms..20ms }\n",
	  "spoke1.app", "spoke2.app" },
	{ "plain", "two routers, and a host behind each",
	  "# Plain parts serve for all that has no cloud word. Routers with 'bgp: true' on their link tell\n"
	  "# each other the networks of their hosts.\n"
	  "routers:\n"
	  "  r1: { asn: 65001 }\n"
	  "  r2: { asn: 65002 }\n"
	  "\n"
	  "hosts:\n"
	  "  pc1: { address: 10.50.1.10/24, gateway: 10.50.1.1 }\n"
	  "  pc2: { address: 10.50.2.10/24, gateway: 10.50.2.1 }\n"
	  "\n"
	  "# A delay is one way. Links may have jitter, loss, rate and mtu, too.\n"
	  "links:\n"
	  "  pc1-r1: { between: [pc1, r1] }\n"
	  "  r1-r2: { between: [r1, r2], delay: 5ms, bgp: true }\n"
	  "  pc2-r2: { between: [pc2, r2] }\n"
	  "\n" EXPECT "  - { from: pc1, to: pc2, reachable: true, rtt: 10ms..12ms }\n",
	  "pc1", "pc2" },
};

const struct template *template_of(const char *kind)
{
	for (size_t i = 0; kind && i < countof(templates); i++)
		if (strcmp(templates[i].kind, kind) == 0)
			return &templates[i];
	return &templates[0];
}
