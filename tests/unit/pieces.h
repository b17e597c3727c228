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

#endif
