#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once: labs side by side, commands on one lab, readers while it is written.

bats_require_minimum_version 1.5.0
load lab

# Waits for all that was started; every one of them must end well.
all_well() {
	local pid
	for pid in "${pids[@]}"; do wait "$pid"; done
	pids=()
}

@test "twenty labs come up at once, work, and go at once" {
	pids=()
	for n in {1..20}; do
		timeout 120 "$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB-$n" "$TOPOLOGIES/two-routers.yaml" 3>&- &
		pids+=($!)
	done
	all_well
	[ "$("$NETEMU" list --json | jq --arg lab "$LAB-" \
		'[.labs[] | select((.name | startswith($lab)) and .condition == "up")] | length')" -eq 20 ]
	for n in {1..20}; do
		ip netns exec "$LAB-$n.pc1" ping -c 1 -W 10 pc2 > /dev/null 3>&- &
		pids+=($!)
	done
	all_well
	for n in {1..20}; do
		timeout 120 "$NETEMU" down -q "$LAB-$n" 3>&- &
		pids+=($!)
	done
	all_well
	nothing_left
}

# One round: ups and downs of one lab; each does all of it or says why not.
@test "ups and downs of one lab wait for each other" {
	for round in 1 2 3; do
		pids=() done=0
		for n in 1 2 3 4; do
			timeout 120 "$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB" "$TOPOLOGIES/two-routers.yaml" 2> "up.$n" 3>&- &
			pids+=($!)
			timeout 120 "$NETEMU" down -q "$LAB" 2> "down.$n" 3>&- &
			pids+=($!)
		done
		for pid in "${pids[@]}"; do
			status=0
			wait "$pid" || status=$?
			[[ $status == [02] ]] || { echo "round $round: status $status"; cat up.* down.*; false; }
			[ "$status" -ne 0 ] || done=$((done + 1))
		done
		[ "$done" -ge 1 ]
		"$NETEMU" down -q "$LAB" 2> /dev/null || true
		nothing_left
	done
}

@test "changes of one lab are made one after the other" {
	up "$TOPOLOGIES/two-routers.yaml"
	pids=()
	for n in 1 2 3 4 5 6; do
		timeout 120 "$NETEMU" connect -q "$LAB" \
			"{ hosts: { h$n: 10.60.$n.10/24 }, links: { l$n: { between: [h$n, r1] } } }" 3>&- &
		pids+=($!)
	done
	all_well
	undrifted
	for n in 1 2 3 4 5 6; do reaches "h$n" pc1; done
}

@test "readers never wait and never see a torn answer while labs come, change and go" {
	: > asked
	(
		while [ ! -e stop ]; do
			for what in "list --json" "status --json $LAB" "routes --json $LAB r1" "gc --json"; do
				# shellcheck disable=SC2086
				timeout 60 "$NETEMU" $what > answer 2> said || [ $? -ne 124 ] || exit 1
				[ ! -s answer ] || jq -e . answer > /dev/null || exit 1
				[ ! -s said ] || jq -e . said > /dev/null || exit 1
				echo . >> asked
			done
		done
	) 3>&- &
	reader=$!
	# (As long as it takes until all was asked while something went on.)
	for ((n = 0; n < 5 || ($(wc -l < asked) < 8 && n < 100); n++)); do
		up "$TOPOLOGIES/two-routers.yaml"
		"$NETEMU" fail -q "$LAB" r1-r2
		"$NETEMU" restore -q "$LAB" r1-r2
		"$NETEMU" apply -q "$TOPOLOGIES/tcp-services.yaml" "$LAB"
		"$NETEMU" down -q "$LAB"
	done
	touch stop
	wait "$reader" || { cat answer said; false; }
	[ "$(wc -l < asked)" -ge 8 ]
	nothing_left
}
