#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at random moments, power cuts, files that somebody deleted: what is left can be collected,
# and nothing else is needed.
#
#	NETEMU_KILLS	how many (20)
#	NETEMU_SEED	of the moments, as a failure has printed it
#	NETEMU_STRIDE	a journal is cut behind every how manyeth byte (7); 1: each

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	RANDOM=${NETEMU_SEED:-$$}
	echo "seed ${NETEMU_SEED:-$$}"
}

teardown() {
	rm -f "/run/netns/$LAB.mine"
	lab_teardown
}

# The command is killed at some moment of the time that it took the first time.
declare -A took
kill_within() {
	local what=$1 start=${EPOCHREALTIME/./} pid us
	if [ -z "${took[$what]:-}" ]; then
		"$NETEMU" "$@"
		took[$what]=$((${EPOCHREALTIME/./} - start))
		return
	fi
	us=$(((RANDOM * 32768 + RANDOM) % took[$what]))
	"$NETEMU" "$@" > /dev/null 2>&1 3>&- &
	pid=$!
	sleep "$(printf '%d.%06d' $((us / 1000000)) $((us % 1000000)))"
	moment="$what killed after $us us"
	kill -KILL "$pid" 2> /dev/null || true
	wait "$pid" || true
}

is_up() {
	"$NETEMU" list --json | jq -e --arg lab "$LAB" 'any(.labs[]; .name == $lab and .condition == "up")' > /dev/null
}

# A process that had been begun keeps the lab's lock until it is ready or sees that nobody waits for
# it: until then the lab is not idle.
collected() {
	"$NETEMU" gc -q && { is_up || [ -z "$(left)" ]; }
}

# Whatever stands: a lab that came up, or did not go, is no rubbish; all else is collected.
tidy() {
	await collected || echo "$moment"
	if is_up; then
		undrifted
		"$NETEMU" down -q "$LAB"
	fi
	nothing_left "$moment"
}

@test "up, apply, fail and down killed at random moments leave nothing after gc" {
	one=$TOPOLOGIES/avs-on-premises.yaml other=$TOPOLOGIES/tcp-services.yaml moment=
	for ((n = 0; n < ${NETEMU_KILLS:-20}; n++)); do
		case $((n % 4)) in
		0) kill_within up -q "${BACKENDS[@]}" --name "$LAB" "$one" ;;
		1) up "$one" && kill_within apply -q "$other" "$LAB" ;;
		2) up "$one" && kill_within fail -q "$LAB" er-dc1.primary ;;
		3) up "$one" && kill_within down -q "$LAB" ;;
		esac
		tidy
	done
	[ "$n" -lt 8 ] || [ -n "$moment" ]
	up "$one"
	reaches dc1.lan hub.app
}

own_labs() {
	"$NETEMU" list --json | jq -r --arg lab "$LAB" '.labs[] | select(.name | startswith($lab)) | .name'
}

@test "test, demo and run killed at any moment leave nothing after gc" {
	local n what start us pid
	export NETEMU_RUN=$PWD/run
	mkdir run
	{ echo "name: $LAB"; grep -v '^name:' "$TOPOLOGIES/two-routers.yaml"; } > one.yaml
	{ echo "name: $LAB"; grep -v '^name:' "$TOPOLOGIES/circuit-lost.yaml"; } > two.yaml
	for what in "test one.yaml" "demo two.yaml" "run one.yaml -- sleep 0.3"; do
		start=${EPOCHREALTIME/./}
		# shellcheck disable=SC2086
		"$NETEMU" $what > /dev/null 2>&1 < /dev/null || true
		took=$((${EPOCHREALTIME/./} - start))
		for ((n = 0; n < ${NETEMU_KILLS:-20}; n++)); do
			# Every other one while the lab is built.
			us=$(((RANDOM * 32768 + RANDOM) % (n % 2 ? took : took / 8)))
			# shellcheck disable=SC2086
			"$NETEMU" $what > /dev/null 2>&1 < /dev/null 3>&- &
			pid=$!
			sleep "$(printf '%d.%06d' $((us / 1000000)) $((us % 1000000)))"
			kill -KILL "$pid" 2> /dev/null || true
			"$NETEMU" gc -q # at once: the kernel may still be at work for the process
			wait "$pid" || true
			[ -z "$(own_labs)" ] || { echo "$what killed after $us us: $(own_labs)"; false; }
			await nothing_left "$what killed after $us us"
		done
	done
	[ -z "$(ls -A run)" ]
}

@test "a lab that a command made for itself is abandoned once that is gone, and what up made is not" {
	export NETEMU_RUN=$PWD/run
	mkdir run
	up "$TOPOLOGIES/two-routers.yaml" "$LAB-stays"
	{ echo "name: $LAB"; grep -v '^name:' "$TOPOLOGIES/circuit-lost.yaml"; } > one.yaml
	"$NETEMU" demo one.yaml > /dev/null 2>&1 < <(sleep 300) 3>&- &
	pid=$!
	await is_made_by "$pid" up
	"$NETEMU" gc
	is_made_by "$pid" up # while it runs
	"$NETEMU" list -v | grep -E "^$LAB-demo +up .* $pid\$"
	kill -KILL "$pid"
	wait "$pid" || true
	is_made_by "$pid" abandoned
	run -1 "$NETEMU" status "$LAB-demo"
	[[ $output == *"maker      process $pid, which has ended"*"netemu gc"* ]]
	"$NETEMU" doctor | grep "$LAB-demo.*abandoned"
	[ "$("$NETEMU" gc)" = "what was left of lab '$LAB-demo' is removed" ]
	[ "$("$NETEMU" list --json | jq -r '.labs[] | "\(.name) \(.condition) \(.maker)"')" = "$LAB-stays up null" ]
	"$NETEMU" down -q "$LAB-stays"
	nothing_left
}

is_made_by() { # PID CONDITION
	"$NETEMU" list --json | jq -e --arg lab "$LAB-demo" --argjson pid "$1" --arg condition "$2" \
		'any(.labs[]; .name == $lab and .maker == $pid and .condition == $condition)' > /dev/null
}

# A delay line, and something that listens.
small_file() {
	cat <<- 'END'
		netemu: 1
		hosts: { a: { address: 10.0.1.10/24, listen: [tcp/80] }, b: { address: 10.0.2.10/24 } }
		routers: { r: {} }
		links: { la: { between: [a, r], delay: 1ms }, lb: { between: [b, r] } }
	END
}

small() {
	"$NETEMU" up -q --delay relay --name "$LAB" small.yaml
}

# Of a lab that stands; and, for gc, of one that was being made or removed.
@test "a journal cut short at any byte: down and gc remove all of the lab, and up makes it again" {
	local size n stride=${NETEMU_STRIDE:-7}
	small_file > small.yaml
	small
	size=$(stat -c %s "/run/netemu/$LAB/journal")
	[ "$size" -gt 100 ]
	for ((n = 0; n < size; n += stride)); do
		truncate -s "$n" "/run/netemu/$LAB/journal"
		"$NETEMU" down -q "$LAB"
		nothing_left "down, with $n bytes of the journal"
		small
		truncate -s "$n" "/run/netemu/$LAB/journal"
		rm "/run/netemu/$LAB/state"
		"$NETEMU" gc -q
		nothing_left "gc, with $n bytes of the journal"
		small
	done
	reaches b a
}

@test "files of a lab that are deleted: down and gc remove what is left of it" {
	small_file > small.yaml
	for file in journal state lock topology.yaml origin etc netns delay-line services .; do
		for cmd in "down -q $LAB" "gc -q"; do
			small
			rm -rf "/run/netemu/$LAB/${file#.}" 2> /dev/null || true # the names are a file system of their own
			[ "$cmd" != "gc -q" ] || rm -f "/run/netemu/$LAB/state"
			# shellcheck disable=SC2086
			"$NETEMU" $cmd
			nothing_left "$cmd, without $file"
		done
	done
	small
}

are_dead() { # (a process that was killed takes a moment of a busy machine to die)
	! ps -eo stat,args | awk -v lab="$LAB" '$1 !~ /^Z/ && $2 ~ /^netemu-/ && $3 == lab' | grep -q .
}

@test "what a power cut leaves goes with gc, and what is not netemu's stays" {
	small_file > small.yaml
	for cut in 'sed -i "s/^boot .*/boot another/" state' 'rm -r -- *'; do
		small
		ps -eo pid,args | awk -v lab="$LAB" '$2 ~ /^netemu-/ && $3 == lab { print $1 }' | xargs kill -KILL
		await are_dead
		umount -l "/run/netemu/$LAB/netns"
		touch "/run/netns/$LAB.mine" # a name whose namespace is not mounted there any more
		(cd "/run/netemu/$LAB" && eval "$cut")
		[ "$cut" = "${cut#rm}" ] || rmdir "/run/netemu/$LAB"
		[ -L "/run/netns/$LAB.a" ] && [ -L "/etc/netns/$LAB.a" ]
		"$NETEMU" gc -q
		[ "$(left)" = "/run/netns/$LAB.mine" ] || { left; false; }
		rm "/run/netns/$LAB.mine"
	done
	small
}
