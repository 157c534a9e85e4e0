/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-ups through c-ares. Each server has a channel of its own, so that it is known who said what,
 * and a dead one costs those behind it no more than a moment. A and AAAA are asked side by side for
 * one candidate of the search list after the other.
 */
#include "sys/resolve.h"

#include <ares.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "sys/loop.h"

/* A server gets this long before the next is asked beside it. */
#define HEAD_START_NS (400 * NS_PER_MS)
/* The first repetition of a question; c-ares doubles it each time. */
#define REPEAT_MS 500
#define TRIES 8 /* 500 ms and so on: 127 s, longer than any limit */
/* RFC 8305 3: how long one family waits for the other; more than there, as names are asked for
 * once a boot. */
#define OTHER_FAMILY_NS (200 * NS_PER_MS)
/* "No such name" is waited with for the servers of other networks. */
#define SECOND_OPINION_NS (1 * NS_PER_S)

enum said {
	SAID_NOTHING,
	SAID_ADDRESS,
	SAID_NO_NAME,
	SAID_NO_ADDRESS, /* of a family that is of use */
	SAID_REFUSED,
	SAID_SERVFAIL,
	SAID_NONSENSE,
	SAID_CLOSED, /* nothing listens there */
	SAID_NO_ROUTE
};
#define N_SAID (SAID_NO_ROUTE + 1)

struct asker;

struct question {
	struct asker *asker;
	enum ip_family family;
	bool pending;
	enum said said;
	struct ip_addr addrs[RESOLVE_ADDRS_MAX];
	uint8_t n_addrs;
};

struct asker {
	const struct lookup *lookup;
	const struct dns_server *server;
	ares_channel channel; /* NULL: not begun, or the end */
	unsigned int i_candidate;
	bool begun, ended;
	enum said said; /* the best of all candidates so far */
	uint64_t first_ns; /* when the first of two families had addresses; 0: not yet */
	struct question questions[2];
};

struct lookup {
	const char *name;
	const struct dnsconf *dns;
	bool v4, v6;
	uint64_t start_ns, end_ns;
	struct asker askers[DNS_SERVERS_MAX];
};

/* Which of two is closer to an answer: what is told of several candidates. */
static enum said better(enum said a, enum said b)
{
	static const uint8_t rank[N_SAID] = {
		[SAID_NOTHING] = 0,  [SAID_NO_ROUTE] = 1,   [SAID_CLOSED] = 2,
		[SAID_NONSENSE] = 3, [SAID_NO_NAME] = 4,    [SAID_REFUSED] = 5,
		[SAID_SERVFAIL] = 6, [SAID_NO_ADDRESS] = 7, [SAID_ADDRESS] = 8,
	};

	return rank[a] >= rank[b] ? a : b;
}

/* --- answers --- */

static void take_v4(struct question *q, const uint8_t *bytes, int len)
{
	struct ares_addrttl got[RESOLVE_ADDRS_MAX];
	int n = RESOLVE_ADDRS_MAX;

	if (ares_parse_a_reply(bytes, len, NULL, got, &n) != ARES_SUCCESS)
		return;
	for (int i = 0; i < n; i++) {
		struct ip_addr ip = { .family = IP_V4 };

		memcpy(ip.bytes, &got[i].ipaddr, 4);
		if (!ip_is_unset(&ip))
			q->addrs[q->n_addrs++] = ip;
	}
}

static void take_v6(struct question *q, const uint8_t *bytes, int len)
{
	struct ares_addr6ttl got[RESOLVE_ADDRS_MAX];
	int n = RESOLVE_ADDRS_MAX;

	if (ares_parse_aaaa_reply(bytes, len, NULL, got, &n) != ARES_SUCCESS)
		return;
	for (int i = 0; i < n; i++) {
		struct ip_addr ip = { .family = IP_V6 };

		memcpy(ip.bytes, &got[i].ip6addr, 16);
		if (!ip_is_unset(&ip))
			q->addrs[q->n_addrs++] = ip;
	}
}

static enum said said_of(int status)
{
	switch (status) {
	case ARES_SUCCESS: /* aliases that lead nowhere count as no address */
	case ARES_ENODATA:
		return SAID_NO_ADDRESS;
	case ARES_ENOTFOUND:
	case ARES_EBADNAME: /* too long with a domain behind it */
		return SAID_NO_NAME;
	case ARES_EREFUSED:
		return SAID_REFUSED;
	case ARES_ESERVFAIL:
		return SAID_SERVFAIL;
	case ARES_ECONNREFUSED:
		return SAID_NO_ROUTE;
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return SAID_NOTHING;
	default: /* ARES_EBADRESP, ARES_EFORMERR and the like */
		return SAID_NONSENSE;
	}
}

static void answered(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
	struct question *q = arg;

	(void)timeouts;
	q->pending = false;
	q->said = said_of(status);
	if (status != ARES_SUCCESS)
		return;
	if (q->family == IP_V4)
		take_v4(q, bytes, len);
	else
		take_v6(q, bytes, len);
	if (q->n_addrs)
		q->said = SAID_ADDRESS;
}

/* --- asking one server --- */

static int bind_to_scope(ares_socket_t fd, int type, void *arg)
{
	const struct asker *asker = arg;
	const char *scope = asker->server->scope;

	(void)type;
	/* instead of sin6_scope_id, which c-ares' list of servers does not hold */
	if (!scope[0])
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, scope, (socklen_t)strlen(scope)) < 0 ? -1
												: 0;
}

static bool set_server(struct asker *asker)
{
	struct ares_addr_port_node node = { .family = AF_INET };

	if (asker->server->ip.family == IP_V6) {
		node.family = AF_INET6;
		memcpy(&node.addr.addr6, asker->server->ip.bytes, 16);
	} else {
		memcpy(&node.addr.addr4, asker->server->ip.bytes, 4);
	}
	return ares_set_servers_ports(asker->channel, &node) == ARES_SUCCESS;
}

/*
 * Everything that c-ares would else read from files or the environment is given here: the command
 * line's words are in the environment of /init. The server is only a stand-in for set_server().
 */
static bool open_channel(struct asker *asker)
{
	struct in_addr stand_in = { .s_addr = htonl(INADDR_LOOPBACK) };
	char lookups[] = "b";
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP,
		.timeout = REPEAT_MS,
		.tries = TRIES,
		.ndots = 1,
		.servers = &stand_in,
		.nservers = 1,
		.lookups = lookups,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
		   ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST |
		   ARES_OPT_NOROTATE;

	if (ares_init_options(&asker->channel, &options, mask) != ARES_SUCCESS) {
		asker->channel = NULL;
		return false;
	}
	ares_set_socket_configure_callback(asker->channel, bind_to_scope, asker);
	return set_server(asker);
}

/* Asks for the current candidate; false where there is none left. */
static bool ask(struct asker *asker)
{
	const struct lookup *lookup = asker->lookup;
	char name[DNS_NAME_MAX];

	if (!dnsconf_candidate(lookup->dns, lookup->name, asker->i_candidate, name))
		return false;
	for (int i = 0; i < 2; i++) {
		struct question *q = &asker->questions[i];
		bool v4 = i == 1;

		*q = (struct question){ .asker = asker, .family = v4 ? IP_V4 : IP_V6 };
		if (v4 ? !lookup->v4 : !lookup->v6)
			continue;
		q->pending = true; /* before: the answer may come from within */
		ares_query(asker->channel, name, 1 /* IN */, v4 ? 1 /* A */ : 28 /* AAAA */,
			   answered, q);
	}
	return true;
}

static void end_asker(struct asker *asker)
{
	asker->ended = true;
	if (asker->channel)
		ares_destroy(asker->channel);
	asker->channel = NULL;
	for (int i = 0; i < 2; i++)
		asker->questions[i].pending = false;
}

static void begin_asker(struct asker *asker)
{
	asker->begun = true;
	if (!open_channel(asker)) {
		asker->said = SAID_NO_ROUTE;
		end_asker(asker);
	} else if (!ask(asker)) {
		end_asker(asker);
	}
}

static bool is_asking(const struct asker *asker)
{
	return asker->begun && !asker->ended;
}

/* Both families' answers to one candidate: the end, or the next one. */
static void judge(struct asker *asker, uint64_t now)
{
	struct question *six = &asker->questions[0], *four = &asker->questions[1];
	enum said said;

	if (!asker->first_ns && (six->n_addrs || four->n_addrs))
		asker->first_ns = now;
	if ((six->pending || four->pending) &&
	    (!asker->first_ns || now < asker->first_ns + OTHER_FAMILY_NS))
		return;
	said = better(six->said, four->said);
	asker->said = better(said, asker->said);
	asker->i_candidate++;
	/* a server that does not answer knows no other name either */
	if (said == SAID_ADDRESS || said == SAID_NOTHING || said == SAID_NO_ROUTE || !ask(asker))
		end_asker(asker);
}

/* --- all servers --- */

struct polled {
	struct pollfd fds[DNS_SERVERS_MAX * ARES_GETSOCK_MAXNUM];
	struct asker *owners[DNS_SERVERS_MAX * ARES_GETSOCK_MAXNUM];
	nfds_t n;
};

static void add_sockets(struct polled *polled, struct asker *asker)
{
	ares_socket_t fds[ARES_GETSOCK_MAXNUM];
	int bits = ares_getsock(asker->channel, fds, ARES_GETSOCK_MAXNUM);

	for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
		short events = (short)((ARES_GETSOCK_READABLE(bits, i) ? POLLIN : 0) |
				       (ARES_GETSOCK_WRITABLE(bits, i) ? POLLOUT : 0));

		if (!events)
			continue;
		polled->fds[polled->n] = (struct pollfd){ .fd = fds[i], .events = events };
		polled->owners[polled->n++] = asker;
	}
}

static void serve(struct asker *asker, const struct pollfd *polled)
{
	ares_socket_t fd = polled->fd;
	short got = polled->revents;
	int code = 0;
	socklen_t len = sizeof(code);

	if (!got || asker->ended)
		return;
	/* c-ares would ask again at once, into the limit of ICMP messages a second */
	if (got & POLLERR && getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) == 0 &&
	    code == ECONNREFUSED) {
		asker->said = better(asker->said, SAID_CLOSED);
		end_asker(asker);
		return;
	}
	ares_process_fd(asker->channel, got & ~POLLOUT ? fd : ARES_SOCKET_BAD,
			got & POLLOUT ? fd : ARES_SOCKET_BAD);
}

/* Until something happens, a question is to be repeated, or until_ns. */
static void turn(struct lookup *lookup, uint64_t now, uint64_t until_ns)
{
	struct polled polled = { .n = 0 };
	struct timeval tv;
	uint64_t wait_ns = until_ns > now ? until_ns - now : 0;

	for (uint8_t i = 0; i < lookup->dns->n_servers; i++) {
		struct asker *asker = &lookup->askers[i];
		const struct timeval *next;

		if (!is_asking(asker))
			continue;
		/* answered from within, as where there is no route */
		if (!asker->questions[0].pending && !asker->questions[1].pending)
			wait_ns = 0;
		add_sockets(&polled, asker);
		next = ares_timeout(asker->channel, NULL, &tv);
		if (next && (uint64_t)next->tv_sec < wait_ns / NS_PER_S + 1) {
			uint64_t ns = (uint64_t)next->tv_sec * NS_PER_S +
				      (uint64_t)next->tv_usec * 1000;

			wait_ns = ns < wait_ns ? ns : wait_ns;
		}
	}
	if (poll(polled.fds, polled.n, (int)((wait_ns + NS_PER_MS - 1) / NS_PER_MS)) > 0)
		for (nfds_t i = 0; i < polled.n; i++)
			serve(polled.owners[i], &polled.fds[i]);
	for (uint8_t i = 0; i < lookup->dns->n_servers; i++)
		if (is_asking(&lookup->askers[i]))
			ares_process_fd(lookup->askers[i].channel, ARES_SOCKET_BAD,
					ARES_SOCKET_BAD);
}

/* Begins the next server where those before had their time; when the one after is due. */
static uint64_t begin_due(struct lookup *lookup, uint64_t now)
{
	uint64_t due = lookup->start_ns;

	for (uint8_t i = 0; i < lookup->dns->n_servers; i++) {
		struct asker *asker = &lookup->askers[i];
		bool before_ended = i == 0 || lookup->askers[i - 1].ended;

		if (!asker->begun && !before_ended && now < due)
			return due;
		if (!asker->begun)
			begin_asker(asker);
		due += HEAD_START_NS;
	}
	return LOOP_NEVER;
}

static const struct asker *find_answer(const struct lookup *lookup)
{
	for (uint8_t i = 0; i < lookup->dns->n_servers; i++)
		if (lookup->askers[i].said == SAID_ADDRESS)
			return &lookup->askers[i];
	return NULL;
}

static uint64_t earliest_judgement(const struct lookup *lookup)
{
	uint64_t at = LOOP_NEVER;

	for (uint8_t i = 0; i < lookup->dns->n_servers; i++) {
		const struct asker *asker = &lookup->askers[i];

		if (is_asking(asker) && asker->first_ns && asker->first_ns + OTHER_FAMILY_NS < at)
			at = asker->first_ns + OTHER_FAMILY_NS;
	}
	return at;
}

static uint64_t min_ns(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static const struct asker *ask_all(struct lookup *lookup, uint64_t limit_ns)
{
	lookup->start_ns = clock_now_ns();
	lookup->end_ns = lookup->start_ns + limit_ns;
	for (;;) {
		uint64_t now = clock_now_ns(), next;
		const struct asker *found;
		bool asking = false;

		for (uint8_t i = 0; i < lookup->dns->n_servers; i++)
			if (is_asking(&lookup->askers[i]))
				judge(&lookup->askers[i], now);
		next = begin_due(lookup, now);
		for (uint8_t i = 0; i < lookup->dns->n_servers; i++) {
			const struct asker *asker = &lookup->askers[i];

			asking |= !asker->ended;
			if (asker->ended &&
			    (asker->said == SAID_NO_NAME || asker->said == SAID_NO_ADDRESS))
				lookup->end_ns = min_ns(lookup->end_ns, now + SECOND_OPINION_NS);
		}
		found = find_answer(lookup);
		if (found || !asking || now >= lookup->end_ns)
			return found;
		turn(lookup, now, min_ns(min_ns(lookup->end_ns, next), earliest_judgement(lookup)));
	}
}

/* --- what comes of it --- */

/* By turns, as RFC 8305 section 4 lays a list out: IPv6 first. */
static void interleave(const struct asker *found, struct resolve_answer *ret)
{
	struct resolve_answer made = { .n_addrs = 0 };

	for (uint8_t i = 0; i < RESOLVE_ADDRS_MAX; i++)
		for (int k = 0; k < 2; k++) {
			const struct question *q = &found->questions[k];

			if (i < q->n_addrs && made.n_addrs < RESOLVE_ADDRS_MAX)
				made.addrs[made.n_addrs++] = q->addrs[i];
		}
	*ret = made;
}

static bool add_servers(struct out *out, const struct lookup *lookup, enum said said,
			unsigned int *ret_n)
{
	char text[DNS_SERVER_TEXT_MAX];
	unsigned int n = 0;

	for (uint8_t i = 0; i < lookup->dns->n_servers; i++)
		if (lookup->askers[i].said == said)
			out_add(out, "%s%s", n++ ? ", " : "",
				dns_server_text(&lookup->dns->servers[i], text));
	*ret_n = n;
	return n > 0;
}

/* "10.0.0.1 says NXDOMAIN; no answer from 10.0.0.2 within 5 s". */
static void add_said(struct out *out, const struct lookup *lookup, uint64_t waited_ns)
{
	static const struct {
		enum said said;
		const char *one, *many, *before;
	} words[] = {
		{ SAID_NO_ADDRESS, " has none", " have none", "" },
		{ SAID_NO_NAME, " says NXDOMAIN", " say NXDOMAIN", "" },
		{ SAID_SERVFAIL, " says SERVFAIL", " say SERVFAIL", "" },
		{ SAID_REFUSED, " refuses to say", " refuse to say", "" },
		{ SAID_NONSENSE, " makes no sense", " make no sense", "what comes from " },
		{ SAID_CLOSED, " port 53", " port 53", "nothing listens on " },
		{ SAID_NO_ROUTE, "", "", "no way to " },
		{ SAID_NOTHING, NULL, NULL, "no answer from " },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char text[256];
		struct out servers = out_to(text, sizeof(text));
		unsigned int n;

		if (!add_servers(&servers, lookup, words[i].said, &n))
			continue;
		out_add(out, "%s%s%s", out->len ? "; " : "", words[i].before, text);
		if (words[i].one)
			out_add(out, "%s", n == 1 ? words[i].one : words[i].many);
		else if (waited_ns < NS_PER_S)
			out_add(out, " within %u ms", (unsigned int)(waited_ns / NS_PER_MS));
		else
			out_add(out, " within %u s",
				(unsigned int)((waited_ns + NS_PER_S / 2) / NS_PER_S));
	}
}

static int explain(const struct lookup *lookup, struct err *err)
{
	enum said said = SAID_NOTHING;
	char text[ERR_TEXT_MAX / 2], name[128];
	struct out out = out_to(text, sizeof(text));

	(void)text_quote(name, sizeof(name), span_of(lookup->name));
	for (uint8_t i = 0; i < lookup->dns->n_servers; i++)
		said = better(said, lookup->askers[i].said);
	add_said(&out, lookup, lookup->end_ns - lookup->start_ns);
	if (said == SAID_NO_ADDRESS)
		return err_set(err, ENOENT,
			       "host name \"%s\": the name has no %s (%s): give it one, or an "
			       "address in its place",
			       name,
			       lookup->v4 && lookup->v6 ? "address"
			       : lookup->v4		? "IPv4 address, and only IPv4 is of use"
							: "IPv6 address, and only IPv6 is of use",
			       text);
	if (said == SAID_NO_NAME)
		return err_set(err, ENOENT,
			       "host name \"%s\": no such name (%s): check it, or give an address",
			       name, text);
	return err_set(err, said == SAID_NOTHING ? ETIMEDOUT : EIO,
		       "host name \"%s\": %s: check the name servers, or give an address", name,
		       text);
}

int resolve_name(const char *name, const struct dnsconf *dns, bool v4, bool v6, uint64_t limit_ns,
		 struct resolve_answer *ret, struct err *err)
{
	struct lookup lookup = { .name = name, .dns = dns, .v4 = v4, .v6 = v6 };
	const struct asker *found;
	char quoted[128];
	int r = 0;

	if (!dns->n_servers)
		return err_set(err, EDESTADDRREQ,
			       "host name \"%s\": no name server is known: give nameserver= or an "
			       "address",
			       text_quote(quoted, sizeof(quoted), span_of(name)));
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		return err_set(err, ENOMEM, "host name: c-ares cannot be set up");
	for (uint8_t i = 0; i < dns->n_servers; i++)
		lookup.askers[i] = (struct asker){ .lookup = &lookup, .server = &dns->servers[i] };
	if (!v4 && !v6)
		lookup.v4 = lookup.v6 = true;
	found = ask_all(&lookup, limit_ns);
	if (found)
		interleave(found, ret);
	else
		r = explain(&lookup, err);
	for (uint8_t i = 0; i < dns->n_servers; i++)
		end_asker(&lookup.askers[i]);
	ares_library_cleanup();
	return r;
}
