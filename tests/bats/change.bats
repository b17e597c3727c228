#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A running lab is changed: objects come, go, fail and are restored, links are impaired; what a change
# does not concern does not notice.

bats_require_minimum_version 1.5.0
load lab

teardown() {
	[ -z "${pinger:-}" ] || kill "$pinger" 2> /dev/null || true
	lab_teardown
}

# pings FROM TO INTERVAL: a ping that goes on in the background, into ping.log, as $pinger.
pings() {
	ip netns exec "$LAB.$1" ping -n -i "$3" "$2" > ping.log 3>&- &
	pinger=$!
}

has_answers() {
	[ "$(grep -c ttl ping.log)" -ge "$1" ]
}

# Ends it; the numbers of the echoes that were answered are in the file seqs.
pings_end() {
	kill -INT "$pinger"
	wait "$pinger" || true
	pinger=
	sed -n 's/.*icmp_seq=\([0-9]*\) ttl.*/\1/p' ping.log > seqs
}

# The first step of `fail fast` is made: who waits for it has seen all of that step. (That no answer
# comes may also be a busy machine's doing.)
is_cut() {
	"$NETEMU" status --json "$LAB" | jq -e '.condition == "up" and .changes == ["fail fast"]' > /dev/null
}

@test "connect joins two clouds, disconnect parts them, each in one line" {
	up "$TOPOLOGIES/avs-interconnect.yaml"
	misses pc-a.web pc-c.web
	run "$NETEMU" connect "$LAB" 'interconnects: { a-c: [pc-a, pc-c] }'
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ ^a-c\ is\ connected:\ [0-9]+\ links\ new,\ [0-9]+\ routes\ changed\ in\ [0-9]+\ nodes\ \([0-9.]+[mu]?s\) ]]
	[[ $output == *"0 pairs lost, 18 gained"* ]]
	reaches pc-a.web pc-c.web
	undrifted
	run "$NETEMU" disconnect -v "$LAB" a-c
	[[ ${lines[0]} == "a-c is disconnected: "*"18 pairs lost, 0 gained"* ]]
	[[ $output == *"lost  pc-a.web to pc-c.web: "* ]]
	misses pc-a.web pc-c.web
	undrifted
	"$NETEMU" connect --json "$LAB" 'interconnects.a-c=[pc-a, pc-c]' > connect.json
	jq -e --arg lab "$LAB" '.lab == $lab and .change == "a-c is connected" and ."took-ms" > 0 and
		.links.new > 0 and .routes.changed > 0 and
		(.pairs[] | select(.from == "pc-a.web" and .to == "pc-c.web") | .fate == "gained")' connect.json
	reaches pc-a.web pc-c.web
}

@test "objects come from a file or from standard input, hosts and all" {
	up "$TOPOLOGIES/two-routers.yaml"
	cat > more.yaml <<-YAML
		hosts: { pc3: { address: 10.53.0.10/24 } }
		links: { pc3-r1: { between: [pc3, r1] } }
	YAML
	"$NETEMU" connect "$LAB" more.yaml
	reaches pc1 pc3
	reaches pc3 pc2 # by the name that its hosts file has
	"$NETEMU" disconnect "$LAB" pc3-r1 pc3
	undrifted
	run ! ip netns exec "$LAB.pc3" true
	"$NETEMU" connect -q "$LAB" - < more.yaml
	reaches pc3 pc1
}

@test "a change that cannot be is refused at its place, and the lab stays as it was" {
	up "$TOPOLOGIES/avs-interconnect.yaml"
	run "$NETEMU" connect "$LAB" 'interconnects: { a-d: [pc-a, pc-d] }'
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"<argument>:1:"*"pc-d"* ]]
	run "$NETEMU" connect "$LAB" 'hosts.x={ adress: 10.9.9.9/24 }' 'hosts.y={ gatway: 10.9.9.1 }'
	[ "$status" -eq 2 ]
	[[ $output == *"<argument 1>:1:"*"hosts: { x: { adress"*"<argument 2>:1:"*"hosts: { y: { gatway"* ]]
	run "$NETEMU" connect "$LAB" 'interconnects: { a-b: [pc-a, pc-b] }'
	[ "$status" -eq 2 ]
	run "$NETEMU" fail "$LAB" a-x
	[ "$status" -eq 2 ]
	[[ $output == *"a-x"* ]]
	run "$NETEMU" disconnect "$LAB" nothing
	[ "$status" -eq 2 ]
	run "$NETEMU" impair "$LAB" a-b dely=5ms
	[ "$status" -eq 2 ]
	[[ $output == *"did you mean 'delay=...'?"* ]]
	run "$NETEMU" fail nowhere a-b
	[ "$status" -eq 2 ]
	[[ $output == *"no lab is named 'nowhere'"* ]]
	undrifted
	[ "$("$NETEMU" status --json "$LAB" | jq '.changes | length')" -eq 0 ]
}

@test "what fails is cut, what is restored is mended, and status tells of it" {
	up "$TOPOLOGIES/avs-on-premises.yaml"
	run "$NETEMU" fail "$LAB" er-dc1.primary
	echo "$output"
	[[ $output == "er-dc1.primary has failed: 1 link down, "* ]]
	reaches dc1.lan pc-a.web
	"$NETEMU" fail -q "$LAB" er-dc1.secondary
	misses dc1.lan pc-a.web
	"$NETEMU" fail -q "$LAB" hub-b
	run "$NETEMU" status -v "$LAB"
	[[ $output == *"changes    3 since it was built"*"fail er-dc1.secondary"* ]]
	[ "$("$NETEMU" list --json | jq --arg lab "$LAB" '.labs[] | select(.name == $lab) | .changes')" -eq 3 ]
	undrifted
	run "$NETEMU" explain "$LAB" dc1.lan pc-a.web
	[[ $output == *"has failed"* ]]
	"$NETEMU" restore "$LAB" er-dc1.secondary
	reaches dc1.lan pc-a.web
	"$NETEMU" restore "$LAB" --all
	undrifted
	run "$NETEMU" status "$LAB"
	[[ $output != *"since it was built"* ]]
	[ "$SLACK" = none ] || patiently keeps_all "$LAB" # (it judges delays)
}

@test "a link is impaired, more and more, and then no longer" {
	cat > line.yaml <<-YAML
		netemu: 1
		hosts: { a: { address: 10.1.0.1/24 }, b: { address: 10.1.0.2/24 } }
		links: { wire: { between: [a, b], delay: 2ms } }
	YAML
	up line.yaml
	reaches a b
	"$NETEMU" impair "$LAB" wire loss=100%
	misses a b
	"$NETEMU" impair "$LAB" wire delay=20ms loss=0%
	"$NETEMU" impair "$LAB" wire rate=10Mbit
	"$NETEMU" impair --json "$LAB" wire |
		jq -e '[.directions[] | ."delay-ms" == 20 and ."loss-ppm" == 0 and ."rate-bps" == 10000000] | all'
	if [ "$SLACK" != none ]; then
		in_node a ping -n -q -c 3 -i 0.2 -W 5 b | awk -F/ '/^rtt/ { exit !($5 >= 40) }'
	fi
	"$NETEMU" impair "$LAB" wire --reset
	"$NETEMU" impair --json "$LAB" wire | jq -e '[.directions[] | ."delay-ms" == 2 and ."rate-bps" == null] | all'
	reaches a b
	undrifted
	run "$NETEMU" impair "$LAB" nothing
	[ "$status" -eq 2 ]
}

@test "apply makes the lab another file's, and a dry run only tells what it would do" {
	file=$TOPOLOGIES/avs-interconnect.yaml
	up "$file"
	sed 's/^  b-c: .*/  a-c: [pc-a, pc-c]/; /^expect:/,$d' "$file" > other.yaml
	"$NETEMU" fail -q "$LAB" a-b
	"$NETEMU" apply --dry-run other.yaml "$LAB" > dry
	grep -q '^+' dry
	grep -q '^-' dry
	"$NETEMU" plan --diff "$LAB" other.yaml | diff - dry
	misses pc-a.web pc-b.web
	run "$NETEMU" apply other.yaml "$LAB"
	[[ $output == "$LAB is as in other.yaml: "* ]]
	reaches pc-a.web pc-b.web
	reaches pc-a.web pc-c.web
	misses pc-b.web pc-c.web
	undrifted
	[ -z "$("$NETEMU" apply --dry-run other.yaml "$LAB")" ]
	[ "$("$NETEMU" list --json | jq --arg lab "$LAB" '.labs[] | select(.name == $lab) | .changes')" -eq 0 ]
	printf 'netemu: 1\nlinks: 5\n' > bad.yaml
	run "$NETEMU" apply bad.yaml "$LAB"
	[ "$status" -eq 2 ]
	undrifted
}

# none_rows NODE: how many system routes to None its table lists.
none_rows() {
	"$NETEMU" routes "$LAB" "$1" --as effective-routes | grep -c '^Default.* None *$' || true
}

# hub_and_spokes ROUTE: two spokes with that user route.
hub_and_spokes() {
	cat <<-YAML
		netemu: 1
		name: spokes
		route-tables: { t: { $1 } }
		virtual-networks:
		  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { nva: { prefix: 10.1.2.0/24,
		    vms: { fw: { address: 10.1.2.4, ip-forwarding: true } } } } }
		  s1: { region: westeurope, address-space: 10.2.0.0/16, subnets: { app: { prefix: 10.2.1.0/24, route-table: t } } }
		  s2: { region: westeurope, address-space: 10.3.0.0/16, subnets: { app: { prefix: 10.3.1.0/24, route-table: t } } }
		peerings:
		  p1: { hub: {}, s1: { allow-forwarded-traffic: true } }
		  p2: { hub: {}, s2: { allow-forwarded-traffic: true } }
		internet: { hosts: { probe: 198.51.100.10/24 } }
	YAML
}

@test "a default user route to an appliance that comes and goes takes the None routes away and gives them back" {
	hub_and_spokes '10.99.0.0/16: none' > none.yaml
	hub_and_spokes '0.0.0.0/0: { virtual-appliance: 10.1.2.4 }' > appliance.yaml
	hub_and_spokes '0.0.0.0/0: internet' > internet.yaml
	up none.yaml
	for kind in appliance internet appliance none; do
		"$NETEMU" apply -q "$kind.yaml" "$LAB"
		if [ "$kind" = appliance ]; then
			reaches s1.app s2.app
			[ "$(none_rows s1.app)" -eq 0 ]
		else
			misses s1.app s2.app
			[ "$(none_rows s1.app)" -eq 4 ]
		fi
		[ "$(none_rows hub.fw)" -eq 4 ]
		undrifted
	done
}

@test "a default route by BGP that fails and is restored gives the None routes back and takes them away" {
	cat > default.yaml <<-YAML
		netemu: 1
		name: default
		routers: { edge: { asn: 64512, announce: [0.0.0.0/0] } }
		hosts: { admin: 192.168.10.10/24 }
		links: { l: { between: [admin, edge] } }
		virtual-networks:
		  hub: { region: westeurope, address-space: 10.1.0.0/16, gateways: { expressroute: {} },
		    subnets: { app: 10.1.1.0/24, off: { prefix: 10.1.2.0/24, gateway-routes: false } } }
		circuits: { er: { router: edge, region: westeurope, peering-location: Amsterdam } }
		gateway-connections: { h: { gateway: hub, circuit: er } }
	YAML
	up default.yaml
	reaches hub.app admin
	misses hub.off admin
	[ "$(none_rows hub.app) $(none_rows hub.off)" = "0 4" ]
	"$NETEMU" fail -q "$LAB" er
	misses hub.app admin
	[ "$(none_rows hub.app) $(none_rows hub.off)" = "4 4" ]
	undrifted
	"$NETEMU" restore -q "$LAB" er
	reaches hub.app admin
	[ "$(none_rows hub.app) $(none_rows hub.off)" = "0 4" ]
	undrifted
}

# computes TEXTS WORLDS COMPARED COMMAND...: netemu parses so many texts, computes so many worlds
# and compares plans so often.
computes() {
	local want="$1 $2 $2 $2 $2 $3"
	"${COUNTS:-$TOP/build/plain/tests/counts}" "${@:4}" 3> counts
	echo "$want: $(cut -d' ' -f1 counts | xargs): netemu ${*:4}"
	[ "$(cut -d' ' -f1 counts | xargs)" = "$want" ]
}

@test "a change parses its file, computes both worlds and compares their plans once" {
	{ echo "netemu: 1" && two_ways; } > t.yaml
	sed "s/5ms/6ms/" t.yaml > other.yaml
	cat >> t.yaml <<-YAML
		scenarios:
		  s: [{ fail: fast }, { restore: fast }, { impair: { slow1: { loss: 1% } } }]
	YAML
	up t.yaml
	computes 1 2 1 fail "$LAB" fast
	computes 1 2 1 fail -q "$LAB" slow1
	computes 1 2 1 restore -v "$LAB" fast
	computes 1 2 1 restore --all "$LAB"
	computes 1 1 1 restore "$LAB"
	computes 1 2 1 impair --json "$LAB" fast delay=3ms
	computes 1 2 1 connect --dry-run "$LAB" 'links.again={ between: [r1, r2], bgp: true }'
	computes 1 2 1 disconnect "$LAB" slow1
	computes 2 2 1 apply "$TOPOLOGIES/er-vpn-coexistence.yaml" "$LAB"
	computes 2 2 1 apply other.yaml "$LAB"
	computes 2 2 1 apply t.yaml "$LAB"
	computes 1 4 4 test "$LAB" --scenario s # the last comparison takes the story back
	undrifted
}

@test "commands that change one lab wait for each other" {
	up "$TOPOLOGIES/two-routers.yaml"
	for i in 1 2 3 4 5 6; do
		"$NETEMU" connect -q "$LAB" "hosts: { n$i: { address: 10.60.$i.1/24 }, m$i: { address: 10.60.$i.2/24 } }
links: { w$i: { between: [n$i, m$i] } }" 3>&- &
	done
	wait
	for i in 1 2 3 4 5 6; do reaches "n$i" "m$i"; done
	undrifted
}

# Fifty objects beside two hosts that ping each other 100 times a second: no packet is lost.
@test "who is not concerned loses no packet while 50 objects come, fail and are restored" {
	cat > wide.yaml <<-YAML
		netemu: 1
		routers: { r1: { asn: 65001 }, r2: { asn: 65002 }, r3: { asn: 65003 } }
		hosts:
		  first: { address: 10.3.0.10/24 } # its numbers come before those of all others
		  u1: { address: 10.1.0.10/24 }
		  u2: { address: 10.2.0.10/24 }
		links:
		  first-r3: { between: [first, r3] }
		  u1-r1: { between: [u1, r1] }
		  u2-r2: { between: [u2, r2] }
		  r1-r2: { between: [r1, r2], delay: 1ms, bgp: true }
		  r2-r3: { between: [r2, r3], delay: 1ms, bgp: true }
	YAML
	up wide.yaml
	pings u1 u2 0.01
	await has_answers 3
	for i in $(seq 50); do
		"$NETEMU" connect -q "$LAB" "hosts: { h$i: { address: 10.9.$i.2/24 } }
links: { l$i: { between: [h$i, r3], bgp: false } }"
		"$NETEMU" fail -q "$LAB" "l$i"
		"$NETEMU" restore -q "$LAB" "l$i"
	done
	reaches u1 h50
	"$NETEMU" disconnect -q "$LAB" first-r3 first
	"$NETEMU" fail -q "$LAB" r3
	misses u1 h50
	"$NETEMU" restore -q "$LAB" r3
	reaches h1 h50
	await has_answers $(($(grep -c ttl ping.log) + 10)) # it still goes on, however quick all that was
	pings_end
	diff seqs <(seq "$(tail -n 1 seqs)")
	undrifted
}

is_noticed_late() {
	local told lost
	pings a b 0.05
	await has_answers 3 || return 1
	told=$("$NETEMU" fail "$LAB" fast)
	echo "$told"
	[[ $told == "fast has failed: "*"converged after 1.8s" ]] || return 1
	await has_answers $(($(grep -c ttl ping.log) + 3)) || return 1
	pings_end
	undrifted || return 1
	told=$("$NETEMU" restore "$LAB" fast)
	[[ $told == *"converged after 600ms" ]] || return 1
	undrifted || return 1
	# Lost for 1.8 s, then by the other way. (A ping that hardly runs sends less.)
	lost=$(($(tail -n 1 seqs) - $(wc -l < seqs)))
	echo "lost $lost"
	at_least "$lost" 25
}

@test "with timers: azure a cut is noticed late, and a session takes its time to come back" {
	cat > late.yaml <<-YAML
		netemu: 1
		timers: azure
		speed: 100x
		$(two_ways)
	YAML
	up late.yaml
	patiently is_noticed_late
	"$NETEMU" down -q "$LAB"
	sed -i 's/100x/20x/' late.yaml
	up late.yaml
	# Told to stop while it waits, it takes the change back.
	"$NETEMU" fail "$LAB" fast 3>&- &
	failing=$!
	await is_cut
	misses a b
	kill "$failing"
	status=0
	wait "$failing" || status=$?
	[ "$status" -eq 143 ]
	reaches a b
	undrifted
	[ "$("$NETEMU" status --json "$LAB" | jq '.changes | length')" -eq 0 ]
	# Killed while it waits, it leaves routers that do not know; restore mends that, too.
	"$NETEMU" fail "$LAB" fast 3>&- &
	failing=$!
	await is_cut
	misses a b
	kill -KILL "$failing"
	wait "$failing" || true
	run ! undrifted
	misses a b
	"$NETEMU" restore "$LAB" fast
	undrifted
	reaches a b
}

# Frames that left a port of the gateway's underlay towards the interface behind it.
left_port() { # PORT
	ip -n "$LAB.hub.er-gateway" -s -j link show "$1" | jq '.[0].stats64.tx.packets'
}

@test "spokes, a gateway and MSEEs share a segment: one port fails or is impaired, and no frame goes astray" {
	cat > hub.yaml <<-YAML
		netemu: 1
		virtual-networks:
		  hub: { region: westeurope, address-space: 10.1.0.0/16, subnets: { app: 10.1.1.0/24 }, gateways: { expressroute: {} } }
		  s1: { region: westeurope, address-space: 10.2.0.0/16, subnets: { app: 10.2.1.0/24 } }
		  s2: { region: westeurope, address-space: 10.3.0.0/16, subnets: { app: 10.3.1.0/24 } }
		peerings:
		  p1: { hub: { allow-gateway-transit: true }, s1: { use-remote-gateways: true } }
		  p2: { hub: { allow-gateway-transit: true }, s2: { use-remote-gateways: true } }
		sites:
		  dc1: { asn: 64520, networks: { lan: 192.168.1.0/24 } }
		  dc2: { asn: 64521, networks: { lan: 192.168.2.0/24 } }
		circuits:
		  er1: { site: dc1, region: westeurope }
		  er2: { site: dc2, region: westeurope }
		gateway-connections:
		  c1: { gateway: hub, circuit: er1 }
		  c2: { gateway: hub, circuit: er2 }
	YAML
	up hub.yaml
	before=$(left_port s2-port)
	in_node s1.app ping -n -q -c 20 -i 0.05 -W 5 dc1.lan > /dev/null
	[ "$(($(left_port s2-port) - before))" -lt 10 ]
	[ "$(left_port s1-port)" -ge 20 ]

	"$NETEMU" fail -q "$LAB" c1
	misses s1.app dc1.lan
	misses dc1.lan hub.app
	reaches s1.app dc2.lan
	"$NETEMU" fail -q "$LAB" p1
	misses s1.app dc2.lan
	reaches s2.app dc2.lan
	undrifted
	"$NETEMU" restore -q "$LAB" --all
	reaches s1.app dc1.lan
	reaches dc2.lan s1.app
	undrifted

	"$NETEMU" impair "$LAB" c1 loss=100%
	misses s1.app dc1.lan
	misses hub.app dc1.lan
	reaches s1.app dc2.lan
	"$NETEMU" impair "$LAB" c1 --reset
	"$NETEMU" impair "$LAB" p2 loss=100%
	misses s2.app dc1.lan
	reaches s1.app dc1.lan
	"$NETEMU" impair "$LAB" p2 --reset
	reaches s2.app dc1.lan
	undrifted
}
