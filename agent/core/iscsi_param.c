/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session parameters for the kernel. */
#include "core/iscsi_param.h"

#include <stdarg.h>
#include <stdio.h>

/* enum iscsi_param of the kernel's iscsi_if.h */
enum {
	PARAM_MAX_RECV_DLENGTH = 0,
	PARAM_MAX_XMIT_DLENGTH = 1,
	PARAM_HDRDGST_EN = 2,
	PARAM_DATADGST_EN = 3,
	PARAM_INITIAL_R2T_EN = 4,
	PARAM_MAX_R2T = 5,
	PARAM_IMM_DATA_EN = 6,
	PARAM_FIRST_BURST = 7,
	PARAM_MAX_BURST = 8,
	PARAM_PDU_INORDER_EN = 9,
	PARAM_DATASEQ_INORDER_EN = 10,
	PARAM_ERL = 11,
	PARAM_EXP_STATSN = 14,
	PARAM_TARGET_NAME = 15,
	PARAM_TPGT = 16,
	PARAM_PERSISTENT_ADDRESS = 17,
	PARAM_PERSISTENT_PORT = 18,
	PARAM_USERNAME = 22,
	PARAM_USERNAME_IN = 23,
	PARAM_PASSWORD = 24,
	PARAM_PASSWORD_IN = 25,
	PARAM_FAST_ABORT = 26,
	PARAM_IFACE_NAME = 32,
	PARAM_INITIATOR_NAME = 34,
	PARAM_TARGET_ALIAS = 36
};

struct list {
	struct iscsi_setting *to;
	size_t n;
};

__attribute__((format(printf, 3, 4))) static void add(struct list *list, uint32_t param,
						      const char *fmt, ...)
{
	struct iscsi_setting *s = &list->to[list->n];
	va_list ap;

	s->param = param;
	va_start(ap, fmt);
	(void)vsnprintf(s->value, sizeof(s->value), fmt, ap);
	va_end(ap);
	/* An empty string would not be set, but read back as "(null)". */
	if (s->value[0])
		list->n++;
}

/* Without brackets: udev's by-path names and iscsid's records are made from this text. With the
 * scope: iscsid gives it to getaddrinfo() when it connects again. */
static void add_home(struct list *list, const struct iscsi *m)
{
	const char *scope = iscsi_scope(m, &m->home);
	char address[IP_TEXT_MAX];

	add(list, PARAM_PERSISTENT_ADDRESS, "%s%s%s", ip_text(&m->home, address),
	    scope[0] ? "%" : "", scope);
	add(list, PARAM_PERSISTENT_PORT, "%u", m->home_port);
}

size_t iscsi_settings_moved(const struct iscsi *m,
			    struct iscsi_setting ret[static ISCSI_SETTINGS_MAX])
{
	struct list list = { ret, 0 };

	/* iscsid logs every session that it finds in anew, where the kernel says it is kept, and
	 * stops it again and again where it is refused there: at a portal that died the root would
	 * stand for as long as that is dead */
	if (m->config.goes_over || !ip_eq(&m->home, &m->config.portal) ||
	    m->home_port != m->config.port)
		add_home(&list, m);
	return list.n;
}

size_t iscsi_settings_identity(const struct iscsi *m,
			       struct iscsi_setting ret[static ISCSI_SETTINGS_MAX])
{
	struct list list = { ret, 0 };

	add(&list, PARAM_TARGET_NAME, "%s", m->config.target);
	add(&list, PARAM_INITIATOR_NAME, "%s", m->config.initiator);
	add_home(&list, m);
	/* iscsid looks its records up by this; unset it would guess. */
	add(&list, PARAM_IFACE_NAME, "default");
	add(&list, PARAM_FAST_ABORT, "1");
	for (int i = 0; i < ISCSI_N_TIMERS; i++)
		add(&list, iscsi_tune_param((enum iscsi_timer)i), "%u",
		    iscsi_tune_seconds(&m->config.tune, (enum iscsi_timer)i));
	return list.n;
}

size_t iscsi_settings_negotiated(const struct iscsi *m,
				 struct iscsi_setting ret[static ISCSI_SETTINGS_MAX])
{
	const struct iscsi_params *p = &m->params;
	struct list list = { ret, 0 };

	add(&list, PARAM_MAX_RECV_DLENGTH, "%u", p->max_recv);
	add(&list, PARAM_MAX_XMIT_DLENGTH, "%u", p->max_xmit);
	add(&list, PARAM_HDRDGST_EN, "%d", p->header_digest);
	add(&list, PARAM_DATADGST_EN, "%d", p->data_digest);
	add(&list, PARAM_INITIAL_R2T_EN, "%d", p->initial_r2t);
	add(&list, PARAM_MAX_R2T, "%u", p->max_r2t);
	add(&list, PARAM_IMM_DATA_EN, "%d", p->immediate_data);
	add(&list, PARAM_FIRST_BURST, "%u", p->first_burst);
	add(&list, PARAM_MAX_BURST, "%u", p->max_burst);
	add(&list, PARAM_PDU_INORDER_EN, "%d", p->pdu_in_order);
	add(&list, PARAM_DATASEQ_INORDER_EN, "%d", p->seq_in_order);
	add(&list, PARAM_ERL, "%u", p->erl);
	add(&list, PARAM_EXP_STATSN, "%u", p->exp_statsn);
	add(&list, PARAM_TPGT, "%u", p->tpgt);
	add(&list, PARAM_TARGET_ALIAS, "%s", p->target_alias);
	/* iscsid takes them from here, and then insists on CHAP */
	if (iscsi_chap_used(&m->chap)) {
		add(&list, PARAM_USERNAME, "%s", m->config.chap.user);
		add(&list, PARAM_PASSWORD, "%s", m->config.chap.secret);
		add(&list, PARAM_USERNAME_IN, "%s", m->config.chap.in_user);
		add(&list, PARAM_PASSWORD_IN, "%s", m->config.chap.in_secret);
	}
	return list.n;
}

uint64_t iscsi_lun_number(const uint8_t lun[static 8])
{
	uint64_t v = 0;

	/* Groups of 16 bits, the first one lowest (SAM-5 4.7). */
	for (unsigned int i = 0; i < 8; i += 2)
		v |= (uint64_t)(lun[i] << 8 | lun[i + 1]) << (i * 8);
	return v;
}
