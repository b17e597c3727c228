# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Patience, for tests on machines that are busy, slow or quick. What is early, lost or wrong is so at
# once; what is late may be the machine's doing: it is tried again, and wrong only if it is late every
# time. For every test:
#
#	- What is to come is waited for, never slept for: a job in the background, until it is seen at
#	  work (or dead) before anything is asked of it; so much work, until it is done, for a quick
#	  machine does less in the time that others take. What is waited for comes at once, or never.
#	- An upper limit of time is judged patiently, a lower one must follow from what is promised.
#	  Words that a measured time is in may say "us", "ms" or "s". Nothing is held against a test for
#	  answers that somebody gave up waiting for, unless they are late every time.
#	- Only what is the test's own is compared or killed: the machine has other labs, other processes
#	  of the same name, signals that are ignored, another processor, a resolver that takes 20 s.

# (Of ping: once something was answered, -W is not heeded any more, and the last answer has twice the
# longest round trip before it, or -i, to come. Where each counts: -w, and which numbers have come.)

LATE=75 # the exit status of a try whose failure may be the machine's

# await COMMAND...: until it succeeds, for a minute at most.
await() {
	local end=$((SECONDS + 60))
	until "$@"; do
		((SECONDS < end)) || { echo "waited in vain: $*"; return 1; }
		sleep 0.05
	done
}

# patiently COMMAND...: again as long as it is late, up to five times. $pause, the seconds before this
# try, grows: what has a time limit may add it. (In the command `set -e` does nothing: bash.)
patiently() {
	local pause result
	for pause in 0 1 3 9 27; do
		sleep "$pause"
		result=0
		"$@" || result=$?
		[ "$result" -eq "$LATE" ] || return "$result"
	done
	return 1
}

# within VALUE LEAST MOST: less is wrong, more is late.
within() {
	local is=0
	awk -v v="$1" -v least="$2" -v most="$3" -v late="$LATE" \
		'BEGIN { exit v == "" || v + 0 < least + 0 ? 1 : v + 0 > most + 0 ? late : 0 }' || is=$?
	[ "$is" -eq 0 ] || echo "$1 is not in $2..$3"
	return "$is"
}

# at_least VALUE LEAST: of what a busy machine gets less done: less is late.
at_least() {
	awk -v v="$1" -v least="$2" 'BEGIN { exit v + 0 < least + 0 }' && return 0
	echo "$1 is less than $2"
	return "$LATE"
}
