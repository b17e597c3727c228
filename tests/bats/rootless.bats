#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Labs of a user who is not root, in namespaces of that user's own.

bats_require_minimum_version 1.5.0
load patience

# Everything as uid 65534 when the tests are root's, with copies that this user may read.
setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	HERE=$(mktemp -d /tmp/rootless.XXXXXX)
	cp "$NETEMU" "$HERE/netemu"
	cp -r "$TOP/topologies" "$HERE"
	sed -i "/from:/s/, rtt: [^,}]*//" "$HERE"/topologies/*.yaml # delays are judged elsewhere
	mkdir -m 700 "$HERE/run"
	USER_ID=$(id -u)
	as=(env -u NETEMU_RUN XDG_RUNTIME_DIR="$HERE/run")
	if [ "$USER_ID" -eq 0 ]; then
		command -v setpriv > /dev/null || skip "setpriv is not installed (Debian: util-linux)"
		setpriv --reuid 65534 --regid 65534 --clear-groups true 2> /dev/null ||
			skip "cannot become another user here"
		chmod 755 "$HERE"
		chmod -R a+rX "$HERE/netemu" "$HERE/topologies"
		USER_ID=65534
		chown 65534:65534 "$HERE/run"
		as=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all --bounding-set -all "${as[@]}")
	fi
	cd "$HERE/topologies"
	"${as[@]}" unshare -U -r -n -m true || skip "user namespaces are not allowed here"
}

teardown() {
	[ ! -d "$HERE/run/netemu" ] || netemu down -q --all || true
	rm -rf "$HERE"
}

netemu() {
	"${as[@]}" "$HERE/netemu" "$@"
}

# What of the machine these labs could leave behind, or touch; other labs may come and go.
machine() {
	ip -o link | sed 's/ qlen.*//'
	sed 's/^[0-9]* [0-9]* //' /proc/self/mountinfo | awk '!/\/netns[\/ ]/ || /rn-/' | sort
	find /run/netemu /run/netns /etc/netns 2> /dev/null | grep -F '/rn-' | sort || true
	find "$HERE/run" "/tmp/netemu-$USER_ID" 2> /dev/null || true
	processes
}

# The living processes of this test's labs: they have its run directory in their environment.
processes() {
	local p comm
	for p in $(grep -lszF "XDG_RUNTIME_DIR=$HERE/run" /proc/[0-9]*/environ); do
		p=${p%/environ}
		comm=$(cat "$p/comm" 2> /dev/null) || continue
		[[ $comm != netemu-* ]] || echo "$comm ${p#/proc/}"
	done
}

# (A lab's last process goes a moment after the command that removes it.)
is_deserted() {
	[ -z "$(processes)" ] && [ ! -e "$HERE/run/netemu" ]
}

keeps() {
	netemu test --tolerance 50ms "$@" || return "$LATE"
}

@test "rootless: up, ping, traceroute, exec, status, test, down; and nothing is left" {
	machine > "$BATS_TEST_TMPDIR/before"
	netemu up -q --name rn-one avs-on-premises.yaml
	netemu list | grep rn-one
	netemu ping rn-one dc1.lan pc-a.web -- -n -c 2 -i 0.2 -W 5
	run -1 netemu ping rn-one dc1.lan pc-b.web -- -n -c 2 -i 0.2 -W 1
	netemu traceroute rn-one dc1.lan pc-a.web -- -q 1 | grep pc-a.t1
	[ "$(netemu exec rn-one dc1.lan hostname)" = dc1.lan ]
	netemu status rn-one | grep 'drift *none'
	netemu fail -q rn-one er-dc1
	run -1 netemu ping rn-one dc1.lan pc-a.web -- -n -c 1 -W 1
	netemu restore -q rn-one er-dc1
	patiently keeps rn-one
	[ "$(pwd)" = "$(netemu exec rn-one dc1.lan pwd)" ]
	# Nothing of it shows outside.
	[ ! -e /run/netns/rn-one.dc1.lan ]
	netemu down rn-one
	await is_deserted
	machine > "$BATS_TEST_TMPDIR/after"
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "rootless: inside, ip netns exec knows the labs' names, and the machine's files are there" {
	netemu up -q two-routers.yaml
	netemu exec two-routers pc1 -- ip netns exec two-routers.pc2 ping -n -c 1 -W 5 pc1
	netemu exec two-routers pc1 -- sh -c '[ $(id -u) -eq 0 ] && getent passwd root && ls /etc/ssl /run > /dev/null'
	run ! netemu exec two-routers pc1 -- sh -c ': >> /etc/passwd'
	run -7 netemu exec two-routers pc1 -- sh -c 'exit 7'
	# (By itself, not in a shell's function: what ends is the ping.)
	"${as[@]}" "$HERE/netemu" ping two-routers pc1 pc2 -- -n -q -i 0.2 -w 300 > /dev/null 3>&- &
	pinger=$!
	[ "$("${as[@]}" timeout 120 "$HERE/netemu" capture -q two-routers pc1 -c 2 icmp6 or icmp | wc -c)" -gt 100 ]
	kill "$pinger" # it still pinged
	wait "$pinger" || true
}

@test "rootless: a file is tested and gone" {
	patiently keeps two-routers.yaml
	await is_deserted
}

has_one_keeper() { # (who came second takes a moment to go)
	[ "$(processes | grep -c netemu-keeper)" -eq 1 ]
}

@test "rootless: labs that come at once share one home, and the last one takes it along" {
	for i in 1 2 3 4; do
		netemu up -q --name "r$i" two-routers.yaml 3>&- &
	done
	wait
	[ "$(netemu list --json | jq '.labs | length')" -eq 4 ]
	await has_one_keeper
	netemu down -q r1 r2 r3
	netemu ping r4 pc1 pc2 -- -n -c 1 -W 5
	netemu down -q --all
	await is_deserted
}

@test "rootless: root's labs are not seen and not touched" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	"$NETEMU" up -q --name "rt$$" two-routers.yaml
	netemu up -q --name mine two-routers.yaml
	run -2 netemu down "rt$$"
	[[ $output == *"no lab is named"* && $output == *"'mine'"* ]]
	netemu down -q --all
	await is_deserted
	ip netns exec "rt$$.pc1" ping -n -c 1 -W 5 pc2
	"$NETEMU" down -q "rt$$"
}

@test "rootless: after its keeper was killed nothing of a lab goes on, and a new one is built" {
	netemu up -q two-routers.yaml
	kill -KILL "$(processes | awk '$1 == "netemu-keeper" { print $2 }')"
	[[ $(processes) == *netemu-delay* ]]
	netemu gc
	await is_deserted
	netemu up -q two-routers.yaml
	netemu ping two-routers pc1 pc2 -- -n -c 1 -W 5
}

@test "rootless: when the way to it is taken away, as at the end of a login, a home ends" {
	netemu up -q two-routers.yaml
	rm -rf "$HERE/run/netemu"
	await is_deserted
	netemu up -q two-routers.yaml
	netemu ping two-routers pc1 pc2 -- -n -c 1 -W 5
}

@test "rootless: kill -9 of up, and of the keeper, at any moment: gc takes away what is left" {
	for _ in 1 2 3 4 5 6 7 8; do
		# (Not by the function: the kill would hit its shell, and the program would go on.)
		"${as[@]}" "$HERE/netemu" up -q --name rn-killed avs-interconnect.yaml 2> /dev/null &
		sleep "0.0$((RANDOM % 9))"
		kill -KILL "$!" 2> /dev/null || true
		wait "$!" || true
		# One in two: the pid stands in the door, if there is one by now.
		[ $((RANDOM % 2)) -eq 0 ] || "${as[@]}" kill -KILL "$(cut -d ' ' -f 1 "$HERE/run/netemu/.door" 2> /dev/null)" 2> /dev/null || true
		netemu gc -q
		netemu down -q --all
	done
	await is_deserted
}

@test "rootless: kill -9 of test and run at any moment: gc takes their labs, too" {
	for n in 1 2 3 4 5 6 7 8; do
		what="test two-routers.yaml"
		[ $((n % 4)) -ne 0 ] || what="run two-routers.yaml -- sleep 1"
		# shellcheck disable=SC2086
		"${as[@]}" "$HERE/netemu" $what > /dev/null 2>&1 3>&- &
		sleep "$((n % 3)).$((RANDOM % 9))"
		kill -KILL "$!" 2> /dev/null || true
		netemu gc -q
		[ "$(netemu list --json | jq '.labs | length')" -eq 0 ]
		wait "$!" || true
	done
	await is_deserted
}

@test "rootless: a run directory of one's choice is kept to" {
	mkdir "$HERE/run/chosen"
	[ "$(id -u)" -ne 0 ] || chown 65534:65534 "$HERE/run/chosen"
	as+=(NETEMU_RUN="$HERE/run/chosen")
	netemu up -q two-routers.yaml
	[ -e "$HERE/run/chosen/two-routers/journal" ]
	netemu ping two-routers pc1 pc2 -- -n -c 1 -W 5
	netemu down -q two-routers
	await [ ! -e "$HERE/run/chosen/.door" ]
	[ -z "$(ls -A "$HERE/run/chosen")" ]
}

@test "rootless: labs that others have in the same run directory keep no home" {
	mkdir -p "$HERE/run/chosen"
	[ "$(id -u)" -ne 0 ] || chown 65534:65534 "$HERE/run/chosen"
	mkdir "$HERE/run/chosen/theirs"
	echo "netemu-journal 1 theirs" > "$HERE/run/chosen/theirs/journal"
	as+=(NETEMU_RUN="$HERE/run/chosen")
	netemu up -q two-routers.yaml
	netemu down -q two-routers
	await [ ! -e "$HERE/run/chosen/.door" ]
}

@test "rootless: somebody else's door is not gone through" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be somebody else"
	mkdir -m 777 "$HERE/run/netemu"
	run -3 --separate-stderr netemu up two-routers.yaml
	[[ $stderr == *"$HERE/run/netemu: belongs to somebody else"* ]]
	rm -rf "$HERE/run/netemu"
}

@test "rootless: where user namespaces are forbidden, it says by what, and what to do" {
	run -3 --separate-stderr "${as[@]}" unshare -U -r sh -c '
		echo 0 > /proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set -all --inh-caps -all "$0" up two-routers.yaml' "$HERE/netemu"
	[[ $stderr == *"'up' needs root or a user namespace"*"user.max_user_namespaces is 0"* ]]
	[[ $stderr == *"sysctl user.max_user_namespaces="* ]]
	[ ! -e "$HERE/run/netemu" ]
	netemu predict two-routers.yaml > /dev/null
}

# One more each time, and each time another user, whose processes nobody else adds to: what starts the
# lab, its keeper, the delay line and what listens are refused, in turn, and those that make them.
@test "rootless: processes that may not be made: said so, and nothing is left" {
	[ "$(id -u)" -eq 0 ] || skip "needs root, to be users without processes"
	local refused=0
	for n in 1 2 3 4 5 6 7 8; do
		USER_ID=$((61000 + RANDOM % 4000))
		chown "$USER_ID" "$HERE/run"
		as=(setpriv --reuid "$USER_ID" --regid 65534 --clear-groups --inh-caps -all --bounding-set -all
			env -u NETEMU_RUN XDG_RUNTIME_DIR="$HERE/run")
		run "${as[@]}" bash -c "ulimit -u $n && exec \"\$@\"" - "$HERE/netemu" up -q --delay relay tcp-services.yaml
		if [ "$status" -eq 0 ]; then
			netemu down -q --all
		else
			[[ $output == *'Resource temporarily unavailable'* ]] || { echo "$n: $output"; false; }
			refused=$n
		fi
		await is_deserted
	done
	[ "$refused" -ge 3 ] && [ "$refused" -lt 8 ]
}
