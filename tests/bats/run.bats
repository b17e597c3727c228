#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Labs that live as long as a command.

bats_require_minimum_version 1.5.0
load patience

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	HERE=$(mktemp -d /tmp/run.XXXXXX)
	cp "${NETEMU:-$TOP/build/netemu}" "$HERE/netemu"
	cp -r "$TOP/topologies" "$HERE"
	sed -i "/from:/s/, rtt: [^,}]*//" "$HERE"/topologies/*.yaml # delays are judged elsewhere
	chmod 755 "$HERE"
	chmod -R a+rX "$HERE/netemu" "$HERE/topologies"
	mkdir "$HERE/run"
	export NETEMU_RUN=$HERE/run # nothing is ever written here
	# Gcc's leak checker starts a process, and in a PID namespace whose first has ended none can be.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	cd "$HERE/topologies"
	users=("" "nobody")
	[ "$(id -u)" -eq 0 ] || users=("")
	become nobody
	[ "${#users[@]}" -eq 1 ] || "${as[@]}" unshare -U -r -n -m true 2> /dev/null || users=("")
	unshare -n -m true 2> /dev/null || unshare -U -r -n -m true || skip "namespaces are not allowed here"
}

teardown() {
	rm -rf "$HERE"
}

# become USER: the commands in "${as[@]}" are of USER: "", whoever runs the tests, or nobody, without
# any capability.
become() {
	as=(env "MARK=$HERE")
	[ -z "$1" ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all --bounding-set -all "${as[@]}")
}

# Everything of the machine that these labs could leave behind; other labs may come and go.
machine() {
	ip -o link | sed 's/ qlen.*//'
	sed 's/^[0-9]* [0-9]* //' /proc/self/mountinfo | awk '!/\/netns[\/ ]/ || /rn-/' | sort
	find /run/netemu /run/netns /etc/netns 2> /dev/null | grep -F '/rn-' | sort || true
	find "$HERE/run"
	processes
}

# The living processes of this test: they have its run directory in their environment.
processes() {
	grep -lszF "MARK=$HERE" /proc/[0-9]*/environ | sed 's|/environ$||'
}

is_quiet() {
	[ -z "$(processes)" ]
}

@test "run: the command sees the lab under its names, nobody else does, and nothing is left" {
	for user in "${users[@]}"; do
		become "$user"
		machine > before
		"${as[@]}" "$HERE/netemu" run avs-on-premises.yaml --name rn-mine -- bash -euc '
			[ "$NETEMU_LAB" = rn-mine ]
			ip netns exec rn-mine.dc1.lan ping -n -c 2 -i 0.2 -W 5 pc-a.web
			! ip netns exec rn-mine.dc1.lan ping -n -c 1 -W 1 pc-b.web
			"$0" ping rn-mine hub.app dc1.lan -- -n -c 1 -W 5
			"$0" test --tolerance 50ms "$NETEMU_LAB" || { sleep 3; "$0" test --tolerance 50ms "$NETEMU_LAB"; }
			[ "$("$0" list --json | jq ".labs | length")" -eq 1 ]
			ip netns list | grep -q rn-mine.pc-a.web
			[ "$PWD" = "$1/topologies" ]
		' "$HERE/netemu" "$HERE"
		await is_quiet
		machine > after
		diff before after
	done
}

@test "run: the exit status is the command's, 128 and more when a signal ended it" {
	for user in "${users[@]}"; do
		become "$user"
		run -42 "${as[@]}" "$HERE/netemu" run two-routers.yaml -- sh -c 'exit 42'
		run -143 "${as[@]}" "$HERE/netemu" run two-routers.yaml -- sh -c 'kill -TERM $$'
		run -3 "${as[@]}" "$HERE/netemu" run two-routers.yaml -- "$HERE/nothing"
		[[ $output == *"cannot run '$HERE/nothing'"* ]]
	done
	run -2 "$HERE/netemu" run two-routers.yaml
	run -2 "$HERE/netemu" run nothing.yaml -- true
	[[ $(echo text | "$HERE/netemu" run two-routers.yaml -- cat) == text ]]
}

@test "run: a signal is handed on to the command, which may take its time" {
	for user in "${users[@]}"; do
		become "$user"
		"${as[@]}" "$HERE/netemu" run two-routers.yaml -- \
			bash -c 'trap "sleep 0.2; echo obeyed; exit 5" TERM; echo ready; while :; do sleep 0.05; done' > out &
		pid=$!
		await grep -q ready out
		kill -TERM "$pid"
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 5 ]
		grep obeyed out
	done
}

are_running() {
	[ "$(processes | wc -l)" -ge "$1" ]
}

@test "run: kill -9 leaves nothing" {
	for user in "${users[@]}"; do
		become "$user"
		machine > before
		"${as[@]}" "$HERE/netemu" run two-routers.yaml --name rn-killed -- \
			sh -c 'setsid sleep 1000 & echo ready; sleep 1000' > out &
		pid=$!
		await grep -q ready out
		await are_running 5
		kill -KILL "$pid"
		wait "$pid" || true
		await is_quiet
		machine > after
		diff before after
	done
}

@test "run: what the command leaves running ends with it" {
	for user in "${users[@]}"; do
		become "$user"
		"${as[@]}" "$HERE/netemu" run two-routers.yaml -- sh -c 'setsid sleep 1000 > /dev/null & true'
		await is_quiet
	done
}

@test "run: two at once have a lab of the same name each" {
	for i in 1 2; do
		"$HERE/netemu" run two-routers.yaml -- \
			sh -c '"$0" exec $NETEMU_LAB pc1 ping -n -c 3 -i 0.2 -W 5 pc2' "$HERE/netemu" &
		pids[i]=$!
	done
	wait "${pids[1]}"
	wait "${pids[2]}"
}

@test "run: the terminal is whose it was, also after an interactive shell" {
	command -v script > /dev/null || skip "script is not installed (Debian: bsdutils)"
	for user in "${users[@]}"; do
		become "$user"
		echo hello | "${as[@]}" timeout 60 script -qefc \
			"'$HERE/netemu' run two-routers.yaml -- bash --norc -ic 'exit 5'; echo status=\$?; read -r word; echo word=\$word" \
			/dev/null > out
		grep status=5 out
		grep word=hello out
	done
}

# What container engines do: then no /proc can be mounted for processes of one's own.
@test "run: where parts of /proc are hidden it works, too, and takes its lab down" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to hide parts of /proc"
	become nobody
	"${as[@]}" unshare -U -r -n -m true || skip "namespaces are not allowed here"
	cat > hide <<-'SH'
		mount --make-rprivate /
		mount --bind /dev/null /proc/interrupts
		exec "$@"
	SH
	run -42 unshare -m sh hide "${as[@]}" "$HERE/netemu" run two-routers.yaml -- \
		sh -c 'ip netns exec two-routers.pc1 ping -n -q -c 1 -W 5 pc2 > /dev/null && [ $$ -ne 1 ] && exit 42'
	await is_quiet
	unshare -m sh hide "${as[@]}" "$HERE/netemu" run two-routers.yaml -- sh -c 'echo ready; exec sleep 1000' > out &
	pid=$!
	await grep -q ready out
	kill -KILL "$pid"
	wait "$pid" || true
	await is_quiet
}
