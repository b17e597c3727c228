#!/usr/bin/env bats
# kill -9 at random moments: what is left can be collected, and nothing else is needed.
#
#	NETEMU_KILLS	how many (20)
#	NETEMU_SEED	of the moments, as a failure has printed it

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	cd "$BATS_TEST_TMPDIR" || return
	RANDOM=${NETEMU_SEED:-$$}
	echo "seed ${NETEMU_SEED:-$$}"
}

teardown() {
	lab_teardown
}

left() {
	ls -d /run/netemu/"$LAB"* /run/netns/"$LAB"* /etc/netns/"$LAB"* 2> /dev/null || true
	grep -F "$LAB" /proc/self/mounts || true
	ps -eo stat,args | awk -v lab="$LAB" '$1 !~ /^Z/ && $2 ~ /^netemu/ && index($0, lab)'
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

# Whatever stands: a lab that came up, or did not go, is no rubbish; all else is collected.
tidy() {
	"$NETEMU" gc -q
	if "$NETEMU" list --json | jq -e --arg lab "$LAB" 'any(.labs[]; .name == $lab and .condition == "up")' > /dev/null; then
		"$NETEMU" status "$LAB" > told
		grep -q '^drift *none$' told || { cat told; false; }
		"$NETEMU" down -q "$LAB"
	fi
	[ -z "$(left)" ] || { echo "$moment"; left; false; }
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
	in_node dc1.lan ping -c 1 -W 2 hub.app
}
