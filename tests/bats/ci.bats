#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The recipes of scripts/ci do what they say, as far as that can be tried without their services.

bats_require_minimum_version 1.5.0
load patience

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	CI=$TOP/scripts/ci
}

# yaml FILE EXPRESSION: of the document d.
yaml() {
	/usr/bin/python3 -c '
import sys, yaml
d = yaml.safe_load(open(sys.argv[1]))
exec("r = " + sys.argv[2])
print(r if isinstance(r, str) else "\n".join(r))' "$1" "$2"
}

# A clone of what is here, small and built, and in front of its PATH what must not be done for real.
scratch() {
	command -v pkg-config > /dev/null && [ "$NETEMU" = "$TOP/build/netemu" ] && [ -d "$TOP/build/plain" ] ||
		skip "netemu is not built where the recipes build it (make)"
	unshare -n -m true 2> /dev/null || unshare -U -r -n -m true || skip "namespaces are not allowed here"
	CLONE=$BATS_TEST_TMPDIR/clone
	mkdir -p "$CLONE/build" "$BATS_TEST_TMPDIR/bin"
	cp -dR --preserve=mode,timestamps "$TOP"/{Makefile,netemu,scripts,man,tests,topologies} "$CLONE"
	cp -dR --preserve=mode,timestamps "$TOP/build/plain" "$TOP/build/netemu" "$CLONE/build"
	find "$CLONE/topologies" -name '*.yaml' ! -name two-routers.yaml ! -name avs-interconnect.yaml -delete
	printf '#!/bin/sh\n[ "$1" = sysctl ] && echo "$@" || exec "$@"\n' > "$BATS_TEST_TMPDIR/bin/sudo"
	printf '#!/bin/sh\nexec /usr/bin/make PREFIX="%s/usr" "$@"\n' "$BATS_TEST_TMPDIR" > "$BATS_TEST_TMPDIR/bin/make"
	printf '#!/bin/sh\necho apt-get "$@"\n' > "$BATS_TEST_TMPDIR/bin/apt-get"
	chmod +x "$BATS_TEST_TMPDIR"/bin/*
	export PATH=$BATS_TEST_TMPDIR/bin:$BATS_TEST_TMPDIR/usr/bin:$PATH
	cd "$CLONE"
}

# (What fails may be an answer that was late.)
passes() {
	"$@" || return "$LATE"
}

@test "ci: the GitHub workflow's steps build netemu and test the networks" {
	scratch
	yaml "$CI/github-workflow.yml" '[s["run"] for s in d["jobs"]["networks"]["steps"] if "run" in s]' > steps
	patiently passes bash -eo pipefail steps # as the service runs them, one after the other
	[ -x "$BATS_TEST_TMPDIR/usr/bin/netemu" ]
	sed -i 's/reachable: true.*}/reachable: false }/' topologies/two-routers.yaml
	run -1 bash -eo pipefail steps
	[[ $output == *"::error file=topologies/two-routers.yaml,line="* ]]
}

@test "ci: the GitLab job's script tests the networks and leaves results" {
	scratch
	yaml "$CI/gitlab-ci.yml" 'd["networks"]["script"]' > steps
	export CI_PROJECT_DIR=$CLONE NETEMU_SOURCE=
	patiently passes sh -e steps
	[ "$(ls results)" = "$(printf 'avs-interconnect.xml\ntwo-routers.xml')" ]
	grep -q '<testsuite' results/two-routers.xml
	[ "$(yaml "$CI/gitlab-ci.yml" 'd["networks"]["artifacts"]["reports"]["junit"]')" = 'results/*.xml' ]
}

# packages N: those of the Dockerfile's N-th stage.
packages() {
	awk -v n="$1" '/^FROM/ { s++ } s == n' "$CI/Dockerfile" |
		awk '/apt-get install/ { on = 1; next } on && $1 == "&&" { on = 0 } on { print $1 }' | sort
}

@test "ci: the image has the packages that scripts/deps names, and the program's libraries" {
	diff <(packages 1) <("$TOP/scripts/deps" --list build | awk '{ print $2 }' | sort)
	diff <(packages 2 | grep -v '^lib') <("$TOP/scripts/deps" --list run | awk '{ print $2 }' | sort)
	command -v dpkg > /dev/null || skip "not a Debian"
	for lib in $(readelf -d "$NETEMU" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
		package=$(dpkg -S "*/$lib" | sed -n 's/^\([^:]*\):.*/\1/p' | grep -v i386 | head -n 1)
		echo "$lib: $package"
		[[ $lib == libc.so.* ]] || [[ $lib == lib[ut][bs]san* ]] || [[ $lib == libasan* ]] ||
			packages 2 | grep -qx "$package"
	done
}

@test "ci: what the page says of forbidden namespaces is what netemu says" {
	sandbox=$(dirname "$NETEMU")/../tests/sandbox
	[ -x "$sandbox" ] || sandbox=$TOP/build/plain/tests/sandbox
	[ -x "$sandbox" ] || skip "$sandbox is not built (make tests)"
	here=$(mktemp -d /tmp/ci.XXXXXX)
	cp "$NETEMU" "$sandbox" "$TOP/topologies/two-routers.yaml" "$here"
	chmod -R a+rX "$here"
	cd "$here"
	as=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
	[ "$(id -u)" -eq 0 ] || as=(env)
	"${as[@]}" true 2> /dev/null || skip "cannot become an ordinary user here"
	run -3 --separate-stderr "${as[@]}" ./sandbox --forbid ./netemu test two-routers.yaml
	told=$(sed -n "s/^netemu: error: \(.*\) \[privilege\]$/\1/p" <<< "$stderr")
	[[ $told == *seccomp* ]]
	grep -qxF "\`$told\`" "$CI/README.md"
	run -3 --separate-stderr "${as[@]}" unshare -U -r sh -c 'echo 0 > /proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set -all --inh-caps -all ./netemu test two-routers.yaml'
	rm -rf "$here"
	told=$(sed -n "s/^netemu: error: \(.*\) \[privilege\]$/\1/p" <<< "$stderr")
	[[ $told == *max_user_namespaces* ]]
	grep -qxF "\`$told\`" "$CI/README.md"
}
