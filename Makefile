# SPDX-License-Identifier: GPL-2.0-or-later
# netroot: `make help` lists the targets. Settings come from the environment or the command line; V=1 shows commands.

CC ?= gcc
CFLAGS ?= -Os -g
B := build
V ?= 0
Q := $(if $(filter 0,$(V)),@)
say = $(if $(filter 0,$(V)),@printf '  %-8s %s\n' '$(1)' '$(2)')

WARN := -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wpointer-arith $(if $(WERROR),-Werror)
BASE := -std=gnu11 -D_GNU_SOURCE -Iagent $(WARN) -MMD -MP
AGENT_CFLAGS := $(BASE) $(CFLAGS) -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fstack-protector-strong
AGENT_LDFLAGS := -static -Wl,--gc-sections -Wl,-O1 -Wl,-z,relro -Wl,-z,noexecstack
AGENT_LIBS := -lnfs -lblkid
SAN_CFLAGS := $(BASE) -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Itests/unit

CORE_SRC := $(sort $(wildcard agent/core/*.c))
SYS_SRC := $(sort $(wildcard agent/sys/*.c))
TOP_SRC := $(sort $(wildcard agent/*.c))
CORE_OBJ := $(CORE_SRC:%.c=$(B)/obj/%.o)
AGENT_OBJ := $(CORE_OBJ) $(SYS_SRC:%.c=$(B)/obj/%.o) $(TOP_SRC:%.c=$(B)/obj/%.o)
SAN_OBJ := $(CORE_SRC:%.c=$(B)/san/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*_test.c))
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)

.DELETE_ON_ERROR:
.PHONY: all
all: $(B)/netroot

$(B)/netroot.full: $(AGENT_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(AGENT_CFLAGS) $(AGENT_LDFLAGS) -o $@ $^ $(AGENT_LIBS)

$(B)/netroot: $(B)/netroot.full
	$(call say,STRIP,$@)
	$(Q)strip -o $@ $<

$(B)/obj/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(AGENT_CFLAGS) -c -o $@ $<

$(B)/san/%.o: %.c
	$(call say,CC.san,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_CFLAGS) -c -o $@ $<

$(B)/san/libcore.a: $(SAN_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/unit/%: tests/unit/%.c $(B)/san/libcore.a
	$(call say,TEST,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(SAN_CFLAGS) -o $@ $< $(B)/san/libcore.a

.PHONY: unit
unit: $(UNIT_BIN) ## unit tests of agent/core (ASan, UBSan)
	$(Q)scripts/run-unit $(UNIT_BIN)

-include $(AGENT_OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(UNIT_BIN:=.d)
