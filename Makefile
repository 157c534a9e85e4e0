# SPDX-License-Identifier: GPL-2.0-or-later
# netroot: `make help` lists the targets. Settings come from the environment or the command line; V=1 shows commands.

CC ?= gcc
CFLAGS ?= -Os -g
B ?= build
$(if $(strip $(B)),,$(error B is empty: it is where everything is built, and removed by make clean))
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-8s %s\n' '$(1)' '$(2)')

VERSION := 0.1
WARN := -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wpointer-arith $(if $(WERROR),-Werror)
BASE := -std=gnu11 -D_GNU_SOURCE -DNETROOT_VERSION='"$(VERSION)"' -iquote agent $(WARN)
DEPS := -MMD -MP
AGENT_CFLAGS := $(BASE) $(DEPS) $(CFLAGS) -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fstack-protector-strong -fno-pie
AGENT_LDFLAGS := -static -no-pie -Wl,--gc-sections -Wl,-O1 -Wl,-z,relro -Wl,-z,noexecstack
# COMPOUNDs of libnfs are written and read by sys/nfs_session.c
AGENT_LDFLAGS += -Wl,--wrap=zdr_COMPOUND4args,--wrap=zdr_COMPOUND4res
CORE_LIBS := -lhttp_parser -lhogweed -lnettle -lgmp
AGENT_LIBS := -lnfs -lblkid -lcares $(CORE_LIBS)
# Debian has libopeniscsiusr without a link for -lopeniscsiusr and without an archive
CTL_CFLAGS := $(BASE) $(DEPS) -O2 -g -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2
CTL_LDFLAGS := -pie -Wl,-z,relro -Wl,-z,now
CTL_LIBS := -l:libopeniscsiusr.so.0 -ljansson
SAN_CFLAGS := $(BASE) $(DEPS) -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
	-iquote tests/unit

CORE_SRC := $(sort $(wildcard agent/core/*.c))
SYS_SRC := $(sort $(wildcard agent/sys/*.c))
TOP_SRC := $(sort $(wildcard agent/*.c))
CORE_OBJ := $(CORE_SRC:%.c=$(B)/obj/%.o)
SYS_OBJ := $(SYS_SRC:%.c=$(B)/obj/%.o)
CTL_SRC := $(sort $(wildcard agent/tools/*.c))
CTL_OBJ := $(CTL_SRC:%.c=$(B)/ctl/%.o)
CTL_CORE_OBJ := $(patsubst %,$(B)/ctl/agent/core/%.o,addr bytes mpath nlmsg text timeline)
AGENT_OBJ := $(CORE_OBJ) $(SYS_OBJ) $(TOP_SRC:%.c=$(B)/obj/%.o)
SAN_OBJ := $(CORE_SRC:%.c=$(B)/san/%.o)
# of the companion, what takes facts and text only
SAN_CTL_OBJ := $(patsubst %,$(B)/san/agent/tools/ctl_%.o,conf doctor doctor_map network plot text)
UNIT_SRC := $(sort $(wildcard tests/unit/*_test.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
# a harness each that has inputs kept
REPLAY_BIN := $(addprefix $(B)/replay/,$(sort $(notdir $(patsubst %/,%,$(dir $(wildcard tests/fuzz/corpus/*/*))))))

.DELETE_ON_ERROR:
.PHONY: all
all: $(B)/netroot $(B)/netrootctl ## build the agent, build/netroot, and its companion, build/netrootctl

.PHONY: help
help: ## this list
	@grep -hE '^[a-z_-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

# --- the agent ---

$(B)/netroot.full: $(AGENT_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -o $@ $^ $(AGENT_LIBS)

# without the tables for unwinding, which nothing in it does: 100 KB that every client would fetch
$(B)/netroot: $(B)/netroot.full
	$(call say,STRIP,$@)
	$(Q)strip -R .comment -R .note.gnu.build-id -R .eh_frame -o $@ $<

$(B)/obj/%.o: %.c Makefile
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) -c -o $@ $<

# --- the companion in the booted system: dynamic, with libraries that the agent has no need of ---

$(B)/netrootctl: $(CTL_OBJ) $(CTL_CORE_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(CTL_CFLAGS) $(CTL_LDFLAGS) -o $@ $^ $(CTL_LIBS)

$(B)/ctl/%.o: %.c Makefile
	$(call say,CC.ctl,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CTL_CFLAGS) -c -o $@ $<

# core as one archive, for the tests that run parts of sys as ordinary programs
$(B)/libcore.a: $(CORE_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/libsys.a: $(SYS_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

# --- checks that need no root and no VM ---

$(B)/san/%.o: %.c Makefile
	$(call say,CC.san,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_CFLAGS) -c -o $@ $<

$(B)/san/libcore.a: $(SAN_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/unit/%: tests/unit/%.c $(B)/san/libcore.a
	$(call say,TEST,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $< $(B)/san/libcore.a $(CORE_LIBS)

$(filter $(B)/unit/ctl_%,$(UNIT_BIN)): $(B)/unit/%: tests/unit/%.c $(SAN_CTL_OBJ) $(B)/san/libcore.a
	$(call say,TEST,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $< $(SAN_CTL_OBJ) $(B)/san/libcore.a $(CORE_LIBS)

$(B)/replay/%: tests/fuzz/%_fuzz.c tests/fuzz/replay.c tests/fuzz/fuzz.h $(SAN_CTL_OBJ) $(B)/san/libcore.a
	$(call say,REPLAY,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out $(DEPS),$(SAN_CFLAGS)) -o $@ $(filter-out %.h,$^) $(CORE_LIBS)

.PHONY: unit check-core lint check
unit: $(UNIT_BIN) $(REPLAY_BIN) ## unit tests of agent/core under ASan and UBSan, and the inputs that fuzzing has found
	$(Q)scripts/run-unit $(UNIT_BIN) $(REPLAY_BIN)

check-core: $(CORE_OBJ) ## prove that agent/core makes no system call and holds no state
	$(Q)scripts/check-core $(CORE_OBJ)

lint: ## formatting, warnings, clang-tidy, cppcheck, shellcheck
	$(Q)scripts/lint

check: unit check-core ## unit tests, purity, quick lint: seconds
	$(Q)scripts/lint quick

.PHONY: install install-ctl
PREFIX ?= /usr/local
LIB := $(DESTDIR)$(PREFIX)/lib/netroot
install: $(B)/netroot ## the agent and what makes initrds, for the machine that makes them: make install PREFIX=/usr/local
	install -D -m 755 -t $(LIB) $(B)/netroot initramfs/mkinitrd initramfs/mkverity initramfs/sign-config hooks/kernel-postinst
	install -D -m 644 -t $(LIB) initramfs/modules.awk
	install -D -m 644 -t $(LIB)/features.d initramfs/features.d/*
	mkdir -p $(DESTDIR)$(PREFIX)/sbin
	ln -sfn ../lib/netroot/netroot $(DESTDIR)$(PREFIX)/sbin/netroot
	for tool in mkinitrd mkverity sign-config; do \
		ln -sfn ../lib/netroot/$$tool $(DESTDIR)$(PREFIX)/sbin/netroot-$$tool; \
	done

install-ctl: $(B)/netrootctl ## the companion and its man page into a root: make install-ctl DESTDIR=/srv/root
	install -D -m 755 $(B)/netrootctl $(DESTDIR)/usr/sbin/netrootctl
	install -D -m 644 agent/tools/netrootctl.8 $(DESTDIR)/usr/share/man/man8/netrootctl.8

# --- what a fresh machine runs; scripts/deps installs what is missing ---

.PHONY: test vm vm-list soak demo bench bench-net bench-iscsi bench-nfs
test: ## every test; on a fresh Debian 12, as root, installs what it needs
	$(Q)scripts/deps
	$(Q)scripts/test

vm: ## one VM scenario: make vm TEST=name
	$(Q)scripts/deps build initrd vm
	$(Q)$(MAKE) -s all
	$(Q)tests/vm/run $(TEST)

vm-list: ## the VM scenarios there are
	$(Q)tests/vm/run --list

soak: ## what takes too long for every change: all scenarios ROUNDS (5) times, fuzzing for FUZZ (60) s a target
	$(Q)scripts/deps
	$(Q)scripts/deps fuzz
	$(Q)$(MAKE) -s all
	$(Q)scripts/soak

demo: ## a diskless VM by PXE to an iSCSI root: make demo [ROOT=nfs] [ROOT_OS=debian] [FIRMWARE=uefi]
	$(Q)ROOT='$(ROOT)' ROOT_OS='$(ROOT_OS)' FIRMWARE='$(FIRMWARE)' scripts/demo

bench: ## boot times beside the floor, in one run: make bench [N=5]
	$(Q)scripts/bench

bench-net: ## carrier to lease to route with 1, 4, 8 NICs beside other DHCP clients: make bench-net [N=5]
	$(Q)scripts/bench-net

bench-iscsi: ## login, and stall of a writer by a target's outage, beside open-iscsi: make bench-iscsi [N=20] [OUTAGE=10]
	$(Q)scripts/bench-iscsi

bench-nfs: ## NFS attach beside mount.nfs and klibc's nfsmount, and with 1, 3, 8 servers: make bench-nfs [N=5] [RTT_MS=30]
	$(Q)scripts/bench-nfs

# the name services first: libnfs would take the C library's
$(B)/bench-nfs/%: tests/bench/%.c $(B)/obj/agent/sys/nss_stub.o $(B)/libsys.a $(B)/libcore.a
	$(call say,BENCH,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -o $@ $^ $(AGENT_LIBS)

# calls of its libnfs are counted
$(B)/sys/nfs_helper: tests/sys/nfs_helper.c $(B)/obj/agent/sys/nss_stub.o $(B)/libsys.a $(B)/libcore.a
	$(call say,TEST,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -Wl,--wrap=rpc_queue_pdu,--wrap=poll,--wrap=connect,--wrap=setsockopt -o $@ $^ $(AGENT_LIBS)

$(B)/sys/config_helper: tests/sys/config_helper.c $(B)/obj/agent/sys/nss_stub.o $(B)/libsys.a $(B)/libcore.a
	$(call say,TEST,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -o $@ $^ $(AGENT_LIBS)

$(B)/bench-net/%: tests/bench/%.c $(B)/libsys.a $(B)/libcore.a
	$(call say,BENCH,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -o $@ $^ $(CORE_LIBS)

# --- for editors and tools ---

.PHONY: lint-flags compile-commands clean
lint-flags:
	@echo $(filter-out -W% -DNETROOT_VERSION=%,$(BASE))

compile-commands: compile_commands.json ## compile_commands.json for editors
compile_commands.json: Makefile
	$(Q)for f in $(CORE_SRC) $(SYS_SRC) $(TOP_SRC) $(CTL_SRC) $(UNIT_SRC); do \
		printf '{"directory": "%s", "file": "%s", "command": "%s -c %s"},\n' "$(CURDIR)" "$$f" \
			'$(subst ",\\\",$(CC) $(BASE) -iquote tests/unit)' "$$f"; \
	done | sed '1s/^/[/; $$s/,$$/]/' > $@

clean: ## remove what was built and what tests and benches left (what was downloaded stays: build/kernel, debian, bench.other)
	rm -rf $(addprefix $(B)/,obj ctl san unit lint sys fuzz replay vm lab demo netroot netroot.full netrootctl *.a soak.out \
		bench bench-* bench.floor) compile_commands.json

-include $(AGENT_OBJ:.o=.d) $(CTL_OBJ:.o=.d) $(CTL_CORE_OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(SAN_CTL_OBJ:.o=.d) $(UNIT_BIN:=.d)
