/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pieces.h - pieces of topologies, of which tests put theirs together. */
#ifndef TESTS_PIECES_H
#define TESTS_PIECES_H

#define HEAD "netemu: 1\nname: t\n"
#define REGION "region: westeurope, "

/* A private cloud with one segment: NET.64.0/24 of pc.web. */
#define CLOUD(name, net, more)                                                                     \
	"  " name ": { region: westeurope, address-block: " net ".0.0/22, segments: { web: " net   \
	".64.0/24 }" more " }\n"

/* A virtual network with one subnet: NET.1.0/24 of hub.app. */
#define NETWORK(name, net, more)                                                                   \
	"  " name ": { region: westeurope, address-space: [" net ".0.0/16], subnets: { app: " net  \
	".1.0/24 }" more " }\n"
#define GATEWAY(settings) ", gateways: { expressroute: " settings " }"
#define HUB(name, net, settings) NETWORK(name, net, GATEWAY(settings))
#define SPOKE(name, net) NETWORK(name, net, "")

/* A site with one network: NET of dc1.lan; dc1 itself, and with its circuit. */
#define SITE(name, asn, net, more)                                                                 \
	"  " name ": { asn: " asn ", networks: { lan: " net " }" more " }\n"
#define DC1 "sites:\n" SITE("dc1", "64512", "192.168.10.0/24", "")
#define CIRCUIT_OF_DC1 DC1 "circuits: { er: { site: dc1, region: westeurope } }\n"

/* The same site with two circuits to the network n1, of which the second one is slower. */
#define TWO_CIRCUITS_OF_DC1(more)                                                                       \
	"sites:\n" SITE(                                                                                \
		"dc1", "64512", "192.168.10.0/24",                                                      \
		more) "circuits:\n"                                                                     \
		      "  er1: { site: dc1, region: westeurope, peering-location: Amsterdam }\n"         \
		      "  er2: { site: dc1, region: westeurope, peering-location: London, rtt: 12ms }\n" \
		      "virtual-networks:\n" HUB("n1", "10.1",                                           \
						"{}") "gateway-connections:\n"                          \
						      "  n1-er1: { gateway: n1, circuit: er1 }\n"       \
						      "  n1-er2: { gateway: n1, circuit: er2 }\n"

#endif
