#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Command lines are completed from the command table, through the shells' own machinery.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	cd "$BATS_TEST_TMPDIR" || return
	mkdir bin dir
	ln -s "$NETEMU" bin/netemu
	PATH=$PWD/bin:$PATH
	cp "$TOP/topologies/avs-on-premises.yaml" mine.yaml
	touch other.json notes.txt "with blank.yaml"
	# shellcheck disable=SC1090
	source <("$NETEMU" completion bash)
}

teardown() {
	[ "$(id -u)" -ne 0 ] || "$NETEMU" down -q "co$$" 2> /dev/null || true
}

# What bash would offer at the end of a line: words are parted as readline parts them, and the
# function is called that `complete` has for the command.
offered() {
	local rest=$1 part function
	COMP_WORDS=() COMP_LINE=$1 COMP_POINT=${#1}
	while [[ $rest =~ ^[[:blank:]]*([^=[:blank:]]+|=+)(.*)$ ]]; do
		COMP_WORDS+=("${BASH_REMATCH[1]}")
		rest=${BASH_REMATCH[2]}
	done
	[[ $1 == *" " ]] && COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
	part=$(complete -p "${COMP_WORDS[0]}")
	function=${part#*-F }
	"${function%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' '
}

offers() { # LINE WORDS
	local found
	found=$(offered "$1")
	[ "$found" = "$2" ] || { echo "$1: '$found', not '$2'"; false; }
}

@test "completion: commands and options come from the table, and only what the command takes" {
	offers "netemu do" "doctor down"
	offers "netemu help val" "validate"
	[ "$(offered "netemu " | tr ' ' '\n')" = "$("$NETEMU" help --json | jq -r '.commands[].name' | sort)" ]
	[ "$(offered "netemu up -" | tr ' ' '\n')" = "$("$NETEMU" help --json up |
		jq -r '"--" + (.options[], .commands[].options[]).name' | sort)" ]
	offers "netemu --js" "--json"
	offers "netemu --json --js" ""
	offers "netemu validate --vr" ""
	offers "netemu nonsense x" ""
	offers "netemu -q list " ""
}

@test "completion: values of options are their words, behind a blank and behind '='" {
	offers "netemu up --vrf " "auto device namespace"
	offers "netemu up --vrf=" "auto device namespace"
	offers "netemu up --delay=ne" "netem"
	offers "netemu up --delay ne" "netem"
	offers "netemu test --format ju" "junit"
	offers "netemu test --matrix --format=tap" "tap"
	offers "netemu up -n new --vrf d" "device"
	offers "netemu up --name " ""
	offers "netemu test -o no" "notes.txt"
}

@test "completion: files are topologies, and nodes those of the file" {
	offers "netemu validate m" "mine.yaml"
	offers "netemu validate mine.yaml o" "other.json"
	offers "netemu validate no" ""
	offers "netemu validate w" "with blank.yaml"
	offers "netemu validate d" "dir"
	offers "netemu explain mine.yaml dc1." "dc1.ce dc1.lan"
	offers "netemu explain mine.yaml dc1.lan hub.a" "hub.app"
	offers "netemu explain mine.yaml dc1.lan hub.app " ""
	offers "netemu explain notes.txt d" ""
	offers "netemu explain - d" ""
	[[ " $(offered "netemu predict mine.yaml ") " == *" pc-a.t0 "* ]]
	offers "netemu connect lab o" "other.json"
	offers "netemu impair mine.yaml er-" "er-dc1 er-dc1.primary er-dc1.secondary"
	offers "netemu impair mine.yaml er-dc1 d" "delay= duplicate="
	offers "netemu impair mine.yaml er-dc1 delay=1ms lo" "loss="
	[[ " $(offered "netemu completion ") " == " bash fish zsh " ]]
}

@test "completion: what runs in a node is a program, and what follows its own" {
	[[ " $(offered "netemu exec lab node tracer") " == *" traceroute "* ]]
	offers "netemu exec lab node cat no" "notes.txt"
	offers "netemu exec lab node -- cat --js" ""
	offers "netemu ping lab a b -- no" "notes.txt"
}

@test "completion: labs are those that are up, and their nodes the labs'" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	netemu up -q --name "co$$" mine.yaml
	offers "netemu down co$$" "co$$"
	offers "netemu ping co$$ dc1.l" "dc1.lan"
	offers "netemu ping co$$ dc1.lan pc-a.w" "pc-a.web"
	[[ " $(offered "netemu exec co$$ hub.ap") " == " hub.app " ]]
	netemu down -q "co$$"
	offers "netemu down co$$" ""
}

@test "completion: fish offers the same, with a few words on each" {
	command -v fish > /dev/null || skip "fish is not installed"
	export HOME=$PWD
	ask() { fish --no-config -c "netemu completion fish | source; complete -C '$1'"; }
	[ "$(ask 'netemu expl')" = $'explain\tsay why A reaches B or not, hop by hop, both ways' ]
	[ "$(ask 'netemu up --delay=ne' | cut -f 1)" = "--delay=netem" ]
	[ "$(ask 'netemu explain mine.yaml dc1.' | cut -f 1 | paste -sd ' ')" = "dc1.ce dc1.lan" ]
	[ "$(ask 'netemu validate m' | cut -f 1)" = "mine.yaml" ]
	[ "$(ask 'netemu validate n')" = "" ]
	[ "$(ask 'netemu test -o n' | cut -f 1)" = "notes.txt" ]
}

@test "completion: zsh offers the same" {
	command -v zsh > /dev/null || skip "zsh is not installed"
	cat > stub.zsh <<-'ZSH'
		# The function as zsh calls it, with zsh's helpers told apart.
		compdef() { }
		source <(netemu completion zsh)
		_files() { print -r -- "files $*" }
		_command_names() { print -r -- "programs" }
		compset() { PREFIX=${PREFIX#*=} }
		_describe() { print -rl -- "${(@P)4}" }
		words=("$@") CURRENT=$# PREFIX=${@[-1]}
		_netemu
	ZSH
	ask() { zsh -f stub.zsh "$@"; }
	[ "$(ask netemu expl)" = "explain:say why A reaches B or not, hop by hop, both ways" ]
	[ "$(ask netemu up --delay=ne | cut -d : -f 1)" = "netem" ]
	[ "$(ask netemu explain mine.yaml dc1. | cut -d : -f 1 | paste -sd ' ')" = "dc1.ce dc1.lan" ]
	[ "$(ask netemu validate m)" = "files -g *.(yaml|yml|json)(-.)" ]
	[ "$(ask netemu exec lab node l)" = "programs" ]
}

@test "completion: the script for bash is clean" {
	command -v shellcheck > /dev/null || skip "shellcheck is not installed"
	"$NETEMU" completion bash > script.bash
	shellcheck -s bash script.bash
}
