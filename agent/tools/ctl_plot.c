/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot as a picture: SVG 1.1 without scripts, fonts or anything else from elsewhere. */
#include <stdio.h>
#include <string.h>

#include "tools/netrootctl.h"

#define WIDTH 1000
#define LEFT 120 /* where time 0 is; names stand before it */
#define AREA 760 /* of the time axis */
#define TOP 64
#define ROW 30
#define BAR 18
#define LINE 17 /* of the causes */
#define TEXT_COLUMNS 130 /* of a cause, per line */
#define TICKS_MAX 10
#define MARK_ROOM 20 /* causes nearer to each other than this share a mark */

struct plot {
	const struct ctl_boot *boot;
	struct out *out;
	double end_s;
	int bottom; /* where the axis is */
};

static void put_text(struct out *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			out_add(out, "&lt;");
			break;
		case '>':
			out_add(out, "&gt;");
			break;
		case '&':
			out_add(out, "&amp;");
			break;
		case '"':
			out_add(out, "&quot;");
			break;
		default:
			out_add(out, "%c", *text);
		}
	}
}

static double x_of(const struct plot *p, double s)
{
	return LEFT + AREA * (s < p->end_s ? s : p->end_s) / p->end_s;
}

static int y_of(int row)
{
	return TOP + row * ROW;
}

/* 1, 2 or 5 times a power of ten, so that there are at most TICKS_MAX. */
static double tick_of(double end_s)
{
	static const double steps[] = { 1, 2, 5 };
	double power = 0.001;

	for (;;) {
		for (size_t i = 0; i < 3; i++)
			if (end_s / (steps[i] * power) <= TICKS_MAX)
				return steps[i] * power;
		power *= 10;
	}
}

static void axis(const struct plot *p)
{
	double tick_s = tick_of(p->end_s);

	for (int i = 0; i * tick_s <= p->end_s * 1.0001; i++) {
		double x = x_of(p, i * tick_s);

		out_add(p->out,
			"<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n", x,
			TOP - 8, x, p->bottom);
		out_add(p->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%g s</text>\n", x,
			p->bottom + 16, i * tick_s);
	}
}

static void bar(const struct plot *p, const char *class, int row, double from_s, double to_s)
{
	double x = x_of(p, from_s), width = x_of(p, to_s) - x;

	out_add(p->out, "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
		class, x, y_of(row) + (ROW - BAR) / 2, width > 1.5 ? width : 1.5, BAR);
}

static void name(const struct plot *p, int row, const char *text)
{
	out_add(p->out, "<text class=\"name\" x=\"%d\" y=\"%d\">", LEFT - 10, y_of(row) + 20);
	put_text(p->out, text);
	out_add(p->out, "</text>\n");
}

static void length(const struct plot *p, int row, double s, uint32_t attempts, bool open)
{
	out_add(p->out, "<text class=\"time\" x=\"%d\" y=\"%d\">%.2f s%s", WIDTH - 12,
		y_of(row) + 20, s, open ? " ..." : "");
	if (attempts > 1)
		out_add(p->out, " (%u tries)", attempts);
	out_add(p->out, "</text>\n");
}

/* The causes of one phase, those near each other as one mark: "3", "3-7". */
static void marks(const struct plot *p, int row, const char *phase)
{
	const struct ctl_boot *b = p->boot;

	for (size_t i = 0; i < b->n_causes; i++) {
		double x = x_of(p, b->causes[i].at_s);
		size_t last = i, next;
		int width;

		if (strcmp(b->causes[i].phase, phase) != 0)
			continue;
		for (next = i + 1; next < b->n_causes; next++) {
			if (strcmp(b->causes[next].phase, phase) != 0)
				continue;
			if (x_of(p, b->causes[next].at_s) - x > MARK_ROOM)
				break;
			last = next;
		}
		width = last > i ? 34 : 18;
		out_add(p->out,
			"<rect class=\"mark\" x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"14\" rx=\"7\"/>\n",
			x - width / 2.0, y_of(row) + 8, width);
		out_add(p->out, "<text class=\"number\" x=\"%.1f\" y=\"%d\">%zu", x, y_of(row) + 19,
			i + 1);
		if (last > i)
			out_add(p->out, "-%zu", last + 1);
		out_add(p->out, "</text>\n");
		i = last;
	}
}

static void phase_row(const struct plot *p, int row, const struct ctl_phase *phase)
{
	double end_s = phase->end_s > 0 ? phase->end_s : p->end_s;

	name(p, row, phase->name);
	if (phase->start_s > phase->first_s)
		bar(p, "tried", row, phase->first_s, phase->start_s);
	bar(p, phase->end_s > 0 ? "last" : "open", row, phase->start_s, end_s);
	length(p, row, end_s - phase->first_s, phase->attempts, phase->end_s <= 0);
	marks(p, row, phase->name);
}

static void cause_text(const struct ctl_cause *c, char *dst, size_t size)
{
	(void)snprintf(dst, size, "%.2f s  %s: %s", c->at_s, c->phase, c->text);
}

/* A line of whole words, where the words are not too long for that. */
static struct span next_line(struct span *rest)
{
	size_t len = rest->len;
	struct span line;

	if (len > TEXT_COLUMNS) {
		len = TEXT_COLUMNS;
		while (len > TEXT_COLUMNS / 2 && rest->p[len] != ' ')
			len--;
	}
	line = (struct span){ rest->p, len };
	*rest = span_skip(*rest, len);
	return line;
}

/* Puts it from y on, where out is not NULL; returns how many lines it takes. */
static int cause_lines(const struct ctl_boot *b, size_t i, int y, struct out *out)
{
	char whole[CTL_LONG_MAX + 2 * CTL_NAME_MAX], line[TEXT_COLUMNS + 1];
	struct span rest;
	int n = 0;

	cause_text(&b->causes[i], whole, sizeof(whole));
	rest = span_of(whole);
	if (out)
		out_add(out,
			"<text class=\"cause\" x=\"44\" y=\"%d\" text-anchor=\"end\">%zu</text>\n",
			y, i + 1);
	for (; rest.len; n++) {
		(void)text_copy(line, sizeof(line), next_line(&rest)); /* a line fits */
		if (!out)
			continue;
		out_add(out, "<text class=\"cause\" x=\"54\" y=\"%d\">", y + LINE * n);
		put_text(out, line);
		out_add(out, "</text>\n");
	}
	return n;
}

/* All of them, likewise; returns where they end. */
static int causes(const struct ctl_boot *b, int y, struct out *out)
{
	for (size_t i = 0; i < b->n_causes; i++)
		y += LINE * cause_lines(b, i, y, out);
	return y;
}

static void head(const struct plot *p, int height)
{
	const struct ctl_boot *b = p->boot;

	out_add(p->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		WIDTH, height, WIDTH, height);
	out_add(p->out,
		"<style>text{font:13px sans-serif;fill:#222}.title{font-size:16px;font-weight:bold}"
		".name{text-anchor:end}.tick{text-anchor:middle;fill:#666;font-size:12px}"
		".time{text-anchor:end;fill:#444;font-size:12px}.cause{font-size:12px}"
		".number{text-anchor:middle;fill:#fff;font-size:11px}.grid{stroke:#ddd}"
		".end{stroke:#2a7d2a;stroke-width:1.5}.kernel{fill:#bbb}.last{fill:#3b78b8}"
		".tried{fill:#eeb45c}.open{fill:#3b78b8;fill-opacity:.35;stroke:#3b78b8;stroke-dasharray:4 3}"
		".mark{fill:#b3261e}.note{fill:#666;font-size:12px}</style>\n");
	out_add(p->out, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", WIDTH, height);
	out_add(p->out, "<text class=\"title\" x=\"20\" y=\"26\">Boot of netroot %s", b->version);
	if (b->nic[0]) {
		out_add(p->out, " over ");
		put_text(p->out, b->nic);
	}
	out_add(p->out, ": %.2f s from kernel to ", p->end_s);
	put_text(p->out, b->init[0] ? b->init : "init");
	out_add(p->out, "</text>\n");
	out_add(p->out,
		"<text class=\"note\" x=\"20\" y=\"45\">blue: the attempt that counted; orange: those before it; "
		"red: a cause of failure, told below; times from the kernel's start</text>\n");
}

static double end_of(const struct ctl_boot *b)
{
	double end_s = b->written_s > b->init_began_s ? b->written_s : b->init_began_s;

	for (size_t i = 0; i < b->n_phases; i++) {
		const struct ctl_phase *p = &b->phases[i];

		end_s = p->end_s > end_s ? p->end_s : p->start_s > end_s ? p->start_s : end_s;
	}
	return end_s > 0.01 ? end_s : 0.01;
}

static void skipped(const struct plot *p, int y)
{
	const char *sep = "not needed: ";

	out_add(p->out, "<text class=\"note\" x=\"20\" y=\"%d\">", y);
	for (size_t i = 0; i < p->boot->n_phases; i++) {
		if (p->boot->phases[i].attempts)
			continue;
		out_add(p->out, "%s", sep);
		put_text(p->out, p->boot->phases[i].name);
		sep = ", ";
	}
	out_add(p->out, "</text>\n");
}

void ctl_plot_svg(const struct ctl_boot *boot, struct out *out)
{
	struct plot p = { .boot = boot, .out = out, .end_s = end_of(boot) };
	int rows = 0, row = 0, y;

	for (size_t i = 0; i < boot->n_phases; i++)
		rows += boot->phases[i].attempts > 0;
	p.bottom = y_of(rows + 1) + 4;
	y = p.bottom + 68;
	head(&p, causes(boot, y, NULL));
	axis(&p);
	name(&p, row, "kernel");
	bar(&p, "kernel", row, 0, boot->init_began_s);
	length(&p, row++, boot->init_began_s, 1, false);
	for (size_t i = 0; i < boot->n_phases; i++)
		if (boot->phases[i].attempts)
			phase_row(&p, row++, &boot->phases[i]);
	skipped(&p, p.bottom + 42);
	(void)causes(boot, y, out);
	out_add(out, "</svg>\n");
}
