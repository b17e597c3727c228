# SPDX-License-Identifier: GPL-2.0-or-later
# netemu: local emulation of cloud networks.
#
#	make demo	install what is missing, build, bring up a lab, show it, take it down
#	make check	install what is missing, build, run every test
#	make check-systems	build, unit tests and demo in fresh minimal roots of Debian and Ubuntu
#	make		build build/netemu (SAN=1: build/san/bin/netemu, with the sanitizers; SAN=thread: build/tsan/...)
#	make install	PREFIX=/usr/local DESTDIR=
#	make deb	a Debian package, under build/deb
#	make bench	figures, as ratios within one run (STAGES="build relay": only these)
#	make fuzz	hostile files for longer than `make check` tries them
#	make lint	what clang-tidy and gcc's analyzer say
#	make soak	a lab under traffic for an hour
#	make bench-report	the same of large labs, too, written to tests/bench/README.md (SECTIONS="build": only
#			these anew)
#
# CC=clang, CFLAGS=..., V=1 (show commands) are honoured. Warnings are errors in `make check` only:
# WERROR=-Werror makes them errors elsewhere.

PREFIX  ?= /usr/local
VERSION := 0.1.0
PKGS    := libnl-3.0 libnl-route-3.0 libmnl libnftnl libfyaml libpcap
CFLAGS  ?= -O2 -g
WERROR  ?=
WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
           -Wpointer-arith -Wformat=2 -Wvla -Wundef
SAFE    := -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
LINK    := -pie -Wl,-z,relro,-z,now
B       := build/plain
OUT     := build/netemu
ifeq ($(SAN),1)
SAFE    := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK    := -fsanitize=address,undefined
B       := build/san
OUT     := $(B)/bin/netemu
else ifeq ($(SAN),thread)
SAFE    := -fsanitize=thread -fno-omit-frame-pointer
LINK    := -fsanitize=thread
B       := build/tsan
OUT     := $(B)/bin/netemu
endif
ifneq ($(origin B_DIR),undefined)
B       := $(B_DIR)
OUT     := $(B)/bin/netemu
endif
Q       := $(if $(V),,@)

# Asked for only when something is built: on a bare machine scripts/deps comes first. Where a long has
# 32 bits, stat() would fail for inode numbers of more (tmpfs, overlays), and a capture end at 2 GB.
COMPILE  = $(CC) -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DNETEMU_VERSION='"$(VERSION)"' -Inetemu \
           $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS))) $(WARN) $(WERROR) $(SAFE) $(CPPFLAGS) \
           $(CFLAGS)
LIBS     = $(shell pkg-config --libs $(PKGS)) -lpthread

SRC     := $(sort $(wildcard netemu/*.c netemu/*/*.c))
OBJ     := $(SRC:%.c=$B/%.o)
UNIT    := $(patsubst tests/unit/%.c,$B/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
TOOLS   := $(patsubst tests/tools/%.c,$B/tests/%,$(sort $(wildcard tests/tools/*.c)))

MANUAL  := $(sort $(wildcard man/*.[578]))
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

all: $(OUT)

$(OUT): $(OBJ)
	@mkdir -p $(@D)
	@echo "  link  $@"
	$Q$(CC) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	@echo "  cc    $<"
	$Q$(COMPILE) -MMD -MP -c $< -o $@

$B/tests/%: $B/tests/unit/%.o $(filter-out $B/netemu/main.o,$(OBJ))
	@echo "  link  $@"
	$Q$(CC) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$B/tests/%: $B/tests/tools/%.o $(filter-out $B/netemu/main.o,$(OBJ))
	@echo "  link  $@"
	$Q$(CC) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

# Netemu itself, with functions of the tool's in the place of some of its own.
WRAPPED  = $(shell sed -nE 's/^(TIMED|COUNT).[A-Z]*, (\w+),.*/\2/p; s/^(void|int) .?__wrap_(\w+).*;$$/\2/p' tests/tools/$*.c)
$B/tests/phases $B/tests/counts: $B/tests/%: $B/tests/tools/%.o $(OBJ)
	@echo "  link  $@"
	$Q$(CC) $(LINK) $(LDFLAGS) $(WRAPPED:%=-Wl,--wrap=%) -o $@ $^ $(LIBS)

ifeq ($(FUZZ),1)
SAFE    := -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK    := -fsanitize=address,undefined,fuzzer
endif
PURE    := $(filter $(foreach room,base net model topology fabric routing plan report,netemu/$(room)/%),$(SRC))
LAB_FILES := journal dir_file state
$B/fuzz/%: $B/tests/fuzz/%.o $(PURE:%.c=$B/%.o) $(LAB_FILES:%=$B/netemu/lab/%.o)
	@mkdir -p $(@D)
	@echo "  link  $@"
	$Q$(CC) $(LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

# cmocka 2 deprecates macros whose replacements cmocka 1 lacks.
$B/tests/unit/%.o: private WARN += -Wno-deprecated-declarations

# Rebuild when the flags change. WERROR changes no object, so it is left out.
$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(CPPFLAGS) $(WARN) $(SAFE) $(VERSION)' | cmp -s - $@ || \
	 echo '$(CC) $(CFLAGS) $(CPPFLAGS) $(WARN) $(SAFE) $(VERSION)' > $@

tests: $(OUT) $(UNIT) $(TOOLS)

schema: all # by which editors read topologies: made from the reader's own tables
	$(OUT) validate --schema > topologies/schema.json

demo:
	@scripts/deps build run
	@$(MAKE) --no-print-directory all
	@scripts/demo

check:
	@scripts/deps build run unit test fuzz
	@scripts/check

check-systems: # the same program on SYSTEMS, in fresh roots of them (default: all)
	@scripts/check-systems $(SYSTEMS)

fuzz: # hostile files: RUNS executions by each of JOBS processes
	@scripts/deps build fuzz
	@tests/fuzz/run $(or $(RUNS),1000000) $(or $(JOBS),1)

lint: # by clang-tidy and gcc's analyzer: minutes
	@scripts/deps build lint
	@scripts/lint

soak: all # a lab under traffic for MINUTES: figures
	@scripts/deps run bench
	@NETEMU=$(abspath $(OUT)) tests/bench/soak $(or $(MINUTES),60)

bench:
	@scripts/deps build run bench
	@$(MAKE) --no-print-directory tests
	@scripts/bench $(STAGES)

bench-report:
	@scripts/deps build run bench
	@$(MAKE) --no-print-directory tests
	@tests/bench/report $(SECTIONS)

install: all
	install -D $(OUT) $(DESTDIR)$(PREFIX)/bin/netemu
	install -d $(DESTDIR)$(PREFIX)/share/netemu/topologies $(DESTDIR)$(PREFIX)/share/netemu/schemas
	install -m 644 man/schemas/*.json $(DESTDIR)$(PREFIX)/share/netemu/schemas
	set -e; for page in $(MANUAL); do install -D -m 644 $$page \
	  $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	set -e; for shell in bash:$(BASHDIR)/netemu zsh:$(ZSHDIR)/_netemu fish:$(FISHDIR)/netemu.fish; do \
	  install -d $(DESTDIR)$$(dirname $${shell#*:}); \
	  $(OUT) completion $${shell%%:*} > $(DESTDIR)$${shell#*:}; done
	install -m 644 topologies/*.yaml topologies/*.md topologies/schema.json $(DESTDIR)$(PREFIX)/share/netemu/topologies
	set -e; for d in exercises exercises/solutions; do \
	  install -d $(DESTDIR)$(PREFIX)/share/netemu/topologies/$$d; \
	  install -m 644 topologies/$$d/*.* $(DESTDIR)$(PREFIX)/share/netemu/topologies/$$d; done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/netemu
	for page in $(MANUAL); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	rm -f $(addprefix $(DESTDIR),$(BASHDIR)/netemu $(ZSHDIR)/_netemu $(FISHDIR)/netemu.fish)
	rm -rf $(DESTDIR)$(PREFIX)/share/netemu

pictures: all # of the documents; they are kept with them
	@scripts/pictures

deb: # a package, judged by lintian
	@scripts/deps build deb
	@scripts/deb

clean:
	rm -rf build

.PHONY: all schema tests demo check check-systems fuzz lint soak bench bench-report install uninstall pictures deb clean FORCE
.SECONDARY:
-include $(OBJ:.o=.d) $(wildcard $B/tests/*/*.d)
