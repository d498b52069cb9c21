# SPDX-License-Identifier: GPL-2.0-or-later
#
# One Makefile, not recursive.  `make help` lists the targets; on the command line:
#   VARIANT=release|debug|san|cov        what to build, each in $(BUILD)/VARIANT
#   CC=gcc|clang  BUILD=DIR  WERROR=1    compiler, where to build, warnings are errors
#   STATIC=1  SHARED=1                   a fully static program; shared libraries
#   SECCOMP=0|1                          without libseccomp or with it (where it is found)
#   prefix=DIR  DESTDIR=DIR              where to install (PREFIX=DIR is the same)
#   unitdir=DIR  presetdir=DIR  zshdir=DIR  sysconfdir=DIR   where a distribution has these elsewhere
#   BENCH=settings|processes|diagnose    a part of `make bench`
#   SUITES=all|"NAME..."                 which suites `make test` runs: `tests/run --help`
#   CORPUS=DIR                           the logs with labels of `make score`
#   Q=                                   show the commands
VERSION := 0.1.0

VARIANT ?= release
BUILD   ?= build
PREFIX  ?= /usr/local
prefix  ?= $(PREFIX)
sbindir ?= $(prefix)/sbin
datadir ?= $(prefix)/share
mandir  ?= $(datadir)/man
docdir  ?= $(datadir)/doc/lowmemctl
unitdir ?= $(prefix)/lib/systemd/system
presetdir ?= $(prefix)/lib/systemd/system-preset
bashdir ?= $(datadir)/bash-completion/completions
zshdir  ?= $(datadir)/zsh/site-functions
fishdir ?= $(datadir)/fish/vendor_completions.d
sysconfdir ?= /etc
Q       ?= @

variants := release debug san cov
ifneq ($(words $(VARIANT))$(filter $(VARIANT),$(variants)),1$(VARIANT))
$(error VARIANT is '$(VARIANT)': it must be one of $(variants))
endif

OUT := $(BUILD)/$(VARIANT)

# clang looks at all of the sources too, in the variant that only developers build, and has the
# fuzzer.
ifeq ($(VARIANT)$(origin CC),sandefault)
CC := clang
endif
compiler := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),clang,gcc)

# Developers' variants stop at a warning; what users build does not.
ifneq ($(VARIANT),release)
WERROR ?= 1
endif

# What gcc 9, the oldest that is supported, does not know.
understood = $(shell $(CC) $(1) -E -x c /dev/null >/dev/null 2>&1 && echo $(1))
warnings := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow \
	-Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wundef -Wvla -Wwrite-strings -Wcast-qual -Wcast-align -Wpointer-arith \
	-Wnull-dereference -Wdouble-promotion -Wswitch-enum -Wimplicit-fallthrough \
	-Wredundant-decls
warnings_gcc = -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	-Wjump-misses-init -Wformat-overflow=2 -Wformat-truncation=2 \
	$(call understood,-Warith-conversion)
warnings += $(warnings_$(compiler)) $(if $(filter 1,$(WERROR)),-Werror)

comma := ,
checked := address,undefined
cflags_release := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE \
	-ffunction-sections -fdata-sections
cflags_debug := -O2 -g3 -fno-omit-frame-pointer
cflags_san   := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=$(checked)$(if $(filter clang,$(compiler)),$(comma)fuzzer-no-link)
cflags_cov   := -O0 -g --coverage
ldflags_release := $(if $(STATIC),,-pie) -Wl,-z,relro,-z,now -Wl,--gc-sections
ldflags_san  := -fsanitize=$(checked)
ldflags_cov  := --coverage

# What -L names is searched first, as the linker does: a build for another machine must
# not take this one's.
library_dirs = $(patsubst -L%,%,$(filter -L%,$(LDFLAGS)))
has_library = $(firstword $(wildcard $(library_dirs:%=%/lib$(1)) \
	$(shell $(CC) -print-file-name=lib$(1) 2>/dev/null)))
ifeq ($(origin SECCOMP),undefined)
SECCOMP := $(if $(call has_library,seccomp.a)$(if $(STATIC),,$(call has_library,seccomp.so)),1,0)
endif

cppflags := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Isrc -DLOWMEMCTL_VERSION='"$(VERSION)"' \
	-DLOWMEMCTL_PROFILES='"$(datadir)/lowmemctl/profiles"' \
	-DLOWMEMCTL_PROGRAM='"$(sbindir)/lowmemctl"' \
	$(if $(STATIC),-DLOWMEMCTL_STATIC) $(if $(filter 1,$(SECCOMP)),-DLOWMEMCTL_SECCOMP)
compile = $(CC) -std=gnu17 $(cppflags) $(warnings) $(cflags_$(VARIANT)) $(CPPFLAGS) $(CFLAGS)
link    = $(CC) $(cflags_$(VARIANT)) $(CFLAGS) $(ldflags_$(VARIANT)) -Wl,--as-needed \
	$(if $(STATIC),-static) $(LDFLAGS)

# A hook's time is mostly the dynamic linker's: the small libraries are
# linked in where the distribution has them as archives.
ifneq ($(STATIC),)
libs := -lyaml -lcap-ng
else ifneq ($(and $(if $(SHARED),,1),$(call has_library,yaml.a),$(call has_library,cap-ng.a)),)
libs := -l:libyaml.a -l:libcap-ng.a -ldl
else
libs := $(shell pkg-config --libs yaml-0.1 libcap-ng 2>/dev/null || echo -lyaml -lcap-ng) -ldl
endif
ifeq ($(SECCOMP),1)
libs += $(if $(and $(if $(STATIC)$(SHARED),,1),$(call has_library,seccomp.a)),-l:libseccomp.a,-lseccomp)
endif

main     := $(wildcard src/cli/main.c)
program  := $(if $(main),$(OUT)/lowmemctl)
library  := $(OUT)/liblowmemctl.a
fakes    := $(OUT)/tests/libfake.a
lib_src  := $(filter-out $(main),$(wildcard src/*/*.c))
unit_src := $(wildcard tests/unit/*/test_*.c)
fake_src := $(filter-out $(unit_src),$(wildcard tests/unit/*.c tests/unit/*/*.c))
fuzz_src := $(wildcard tests/fuzz/fuzz_*.c)
lib_obj  := $(lib_src:%.c=$(OUT)/%.o)
fake_obj := $(fake_src:%.c=$(OUT)/%.o)
units    := $(unit_src:tests/unit/%.c=$(OUT)/unit/%)
fuzzers  := $(fuzz_src:tests/fuzz/%.c=$(OUT)/fuzz/%)
objects  := $(patsubst %.c,$(OUT)/%.o,$(lib_src) $(main) $(unit_src) $(fake_src) $(fuzz_src))

profiles := $(wildcard profiles/*.yaml)
man      := $(wildcard packaging/man/*.[1-8])
units_of_systemd := $(wildcard etc/systemd/*.service etc/systemd/*.timer)
presets  := $(wildcard etc/systemd/*.preset)
# What lies in /etc is the administrator's: for hosts without systemd there are examples.
examples := $(wildcard etc/init.d/* etc/cron.d/*)
completion = $(wildcard packaging/completions/$(1))

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := all

all: $(library) $(program) ## build $(BUILD)/$(VARIANT)/lowmemctl
lib: $(library)
unit: $(units) ## build the unit tests
fuzzers: $(fuzzers)

# $(1) changes only when the text in $(2) does: what depends on it is made anew then.
define stamp
$(1): export STAMP := $(2)
$(1): FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' "$$$$STAMP" | cmp -s - $$@ || printf '%s\n' "$$$$STAMP" >$$@
endef
$(eval $(call stamp,$(OUT)/compile.stamp,$$(filter-out -Werror,$$(compile))))
$(eval $(call stamp,$(OUT)/link.stamp,$$(link) $$(libs)))
$(eval $(call stamp,$(OUT)/sources.stamp,$$(lib_src) $$(fake_src)))

$(objects): $(OUT)/%.o: %.c $(OUT)/compile.stamp
	@mkdir -p $(@D)
	$(Q)$(compile) $(if $(filter tests/%,$<),-Itests/unit) -MMD -MP -c -o $@ $<

$(library): $(lib_obj)
$(fakes): $(fake_obj)
$(library) $(fakes): $(OUT)/sources.stamp
	@mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $(filter %.o,$^)

$(OUT)/lowmemctl: $(main:%.c=$(OUT)/%.o) $(library) $(OUT)/link.stamp
	$(Q)$(link) -o $@ $(filter-out %.stamp,$^) $(libs)

$(units): $(OUT)/unit/%: $(OUT)/tests/unit/%.o $(fakes) $(library) $(OUT)/link.stamp
	@mkdir -p $(@D)
	$(Q)$(link) -o $@ $(filter-out %.stamp,$^) $(libs)

$(fuzzers): $(OUT)/fuzz/%: $(OUT)/tests/fuzz/%.o $(library) $(OUT)/link.stamp
	@mkdir -p $(@D)
	$(Q)$(link) -fsanitize=fuzzer -o $@ $(filter-out %.stamp,$^) $(libs)

# One file a process: with several, clang-tidy 14 takes every va_start() for a fault.
# The static analyzer takes ten times as long as all other checks together.
tidied := $(patsubst %.c,$(BUILD)/tidy/%.ok,$(lib_src) $(main))
analyzed := $(tidied:$(BUILD)/tidy/%=$(BUILD)/analyze/%)
tidy: $(tidied)
analyze: $(analyzed) ## let clang's static analyzer look at all of the sources
$(tidied): $(BUILD)/tidy/%.ok: %.c .clang-tidy
$(analyzed): $(BUILD)/analyze/%.ok: %.c
$(analyzed): checks := --checks='-*,clang-analyzer-*,-*.Padding,-*.DeprecatedOrUnsafeBufferHandling'
$(tidied) $(analyzed):
	@mkdir -p $(@D)
	@clang -std=gnu17 $(cppflags) -MM -MP -MT $@ -MF $(@:.ok=.d) $<
	@clang-tidy --quiet $(checks) $< -- -std=gnu17 $(cppflags) >$(@:.ok=.log) 2>&1 || \
		{ cat $(@:.ok=.log); exit 1; }
	@touch $@

-include $(objects:.o=.d) $(tidied:.ok=.d) $(analyzed:.ok=.d)

deps: ## install what building needs (apt-get or dnf)
	@packaging/install-deps build
outer_groups := $(if $(filter all,$(SUITES)),packaging ship hooks vm)
deps-test: deps ## install what `make test` needs
	@packaging/install-deps test
	@for group in $(outer_groups); do \
		packaging/install-deps $$group || \
			echo "make: going on without what is tested by '$$group'" >&2; \
	done

# A make of its own: this one asked for libraries before deps had installed them.
quickstart: deps ## build, compare a profile with this host, apply one to an example host
	@$(MAKE) --no-print-directory VARIANT=release all
	@packaging/quickstart $(BUILD)

# The scripts below call make themselves, with as many jobs as they see fit.
run_tests = MAKEFLAGS= BUILD=$(BUILD) tests/run

test: deps-test ## build and run the tests; with SUITES=all those of packages, hooks and machines too
	@$(run_tests) $(SUITES)
check-%: ## run one suite: check-unit check-cli check-lint check-fuzz ...
	@$(run_tests) $*
vm: ## run all tests on virtual machines (`make check-vm`: those that are quick)
	@packaging/install-deps vm fresh
	@$(run_tests) vm-all
vm-story: ## low memory runs out on a 32-bit machine: diagnosed, cured, or not to be cured
	@packaging/install-deps vm
	@BUILD=$(BUILD) tests/vm/get
	@BUILD=$(BUILD) tests/vm/build
	@BUILD=$(BUILD) tests/vm/story
lint: ## run the linters
	@$(run_tests) lint
fresh: ## the proof: quickstart and test on a bare Debian 12 below $(BUILD)
	@packaging/install-deps fresh
	@MAKEFLAGS= BUILD=$(BUILD) tests/fresh
score: ## judge diagnose on the logs with labels in CORPUS=DIR
	@$(MAKE) --no-print-directory VARIANT=release all
	@tests/oom/score $(BUILD)/release/lowmemctl $(or $(CORPUS),tests/fixtures/oom)
bench: ## compare with sysctl, busybox, systemd-sysctl, grep and bare loops
	@packaging/install-deps bench
	@$(MAKE) --no-print-directory VARIANT=release all
	@BUILD=$(BUILD) tests/bench/run $(BENCH)
fuzz: ## run each fuzzer for FUZZ_SECONDS (300)
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-300} $(run_tests) fuzz
cover: ## measure what unit tests and suites cover
	@packaging/install-deps cover
	@VARIANT=cov $(run_tests) unit cli
	@gcovr --root . --filter src/ --object-directory $(BUILD)/cov --sort-percentage
completions: ## write packaging/completions anew, from the tables of commands and options
	@$(MAKE) --no-print-directory VARIANT=release all
	@for shell in bash zsh fish; do \
		$(BUILD)/release/lowmemctl help --completion $$shell \
			>packaging/completions/$$shell || exit 1; \
	done
format: ## format the C and shell sources
	@clang-format -i $$(tests/lint/files c)
	@shfmt -w $$(tests/lint/files shell)
	@shfmt -w -ln bats $$(tests/lint/files bats)

# Units and scripts name the program as distributions have it.
install: all ## install below $(DESTDIR)$(prefix)
	install -d $(DESTDIR)$(sbindir) $(DESTDIR)$(datadir)/lowmemctl/profiles \
		$(DESTDIR)$(datadir)/lowmemctl/profiles.d $(DESTDIR)$(sysconfdir)/lowmemctl/profiles
	install -m 0755 $(OUT)/lowmemctl $(DESTDIR)$(sbindir)/lowmemctl
	install -m 0644 $(profiles) $(DESTDIR)$(datadir)/lowmemctl/profiles
	install -m 0755 packaging/apply-dropped $(DESTDIR)$(datadir)/lowmemctl/apply-dropped
	install -D -m 0644 packaging/README.md $(DESTDIR)$(docdir)/packaging.md
	for page in $(man); do \
		install -D -m 0644 $$page \
			$(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/} || exit 1; \
	done
	for unit in $(units_of_systemd); do \
		install -D -m 0644 $$unit $(DESTDIR)$(unitdir)/$${unit##*/} || exit 1; \
	done
	for preset in $(presets); do \
		install -D -m 0644 $$preset $(DESTDIR)$(presetdir)/$${preset##*/} || exit 1; \
	done
	for example in $(examples); do \
		install -D -m 0644 $$example \
			$(DESTDIR)$(docdir)/examples/$${example#etc/} || exit 1; \
	done
	sed -i 's|/usr/sbin/lowmemctl|$(sbindir)/lowmemctl|g; s|/usr/share/lowmemctl|$(datadir)/lowmemctl|g' \
		$(DESTDIR)$(datadir)/lowmemctl/apply-dropped \
		$(units_of_systemd:etc/systemd/%=$(DESTDIR)$(unitdir)/%) \
		$(examples:etc/%=$(DESTDIR)$(docdir)/examples/%)
	$(if $(call completion,bash),install -D -m 0644 packaging/completions/bash $(DESTDIR)$(bashdir)/lowmemctl)
	$(if $(call completion,zsh),install -D -m 0644 packaging/completions/zsh $(DESTDIR)$(zshdir)/_lowmemctl)
	$(if $(call completion,fish),install -D -m 0644 packaging/completions/fish $(DESTDIR)$(fishdir)/lowmemctl.fish)
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(sbindir)/lowmemctl
	rm -f $(profiles:%=$(DESTDIR)$(datadir)/lowmemctl/%) \
		$(DESTDIR)$(datadir)/lowmemctl/apply-dropped $(DESTDIR)$(docdir)/packaging.md
	for page in $(man); do \
		rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}; \
	done
	rm -f $(patsubst etc/systemd/%,$(DESTDIR)$(unitdir)/%,$(units_of_systemd)) \
		$(patsubst etc/systemd/%,$(DESTDIR)$(presetdir)/%,$(presets))
	rm -f $(patsubst etc/%,$(DESTDIR)$(docdir)/examples/%,$(examples))
	rm -f $(DESTDIR)$(bashdir)/lowmemctl $(DESTDIR)$(zshdir)/_lowmemctl \
		$(DESTDIR)$(fishdir)/lowmemctl.fish
	-for dir in $(datadir)/lowmemctl/profiles.d $(datadir)/lowmemctl/profiles $(datadir)/lowmemctl \
		$(docdir)/examples/init.d $(docdir)/examples/cron.d $(docdir)/examples $(docdir) \
		$(sysconfdir)/lowmemctl/profiles $(sysconfdir)/lowmemctl; do \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)$$dir 2>/dev/null; \
	done; true

dist: ## make $(BUILD)/dist/lowmemctl-$(VERSION).tar.gz, the same bytes every time
	@packaging/dist lowmemctl-$(VERSION) $(BUILD)/dist
deb: ## build the Debian package below $(BUILD)/deb
	@packaging/install-deps packaging
	@packaging/build-deb $(VERSION) $(BUILD)
rpm: ## build the rpm below $(BUILD)/rpm
	@packaging/install-deps packaging
	@packaging/build-rpm $(VERSION) $(BUILD)
deb-check: ## judge the Debian package by piuparts and autopkgtest
	@packaging/install-deps packaging deb-check
	@MAKEFLAGS= BUILD=$(BUILD) tests/packaging/deb-check $(VERSION)

clean: ## remove $(BUILD)
	$(Q)rm -rf --one-file-system $(BUILD)
help: ## list targets
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { sub("%", "SUITE"); printf "  %-12s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

FORCE:
.PHONY: all lib unit fuzzers tidy deps deps-test quickstart test vm vm-story lint analyze fresh score bench fuzz \
	cover completions format install uninstall dist deb rpm deb-check clean help FORCE
