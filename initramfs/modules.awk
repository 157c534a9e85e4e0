# SPDX-License-Identifier: GPL-2.0-or-later
# Chooses the modules of an initrd and puts them in load order. Reads depmod's text files and the
# feature lists; writes, to the files named by variables:
#   picked     "number name feature path", in load order: what a module needs has a smaller number
#   index_out  the agent's index without its aliases (core/moddep.h describes it)
#   aliases    "literal prefix TAB pattern TAB number", to be sorted into the index
#   absent     "feature name": asked for by name, and neither a module nor built in
#   inbuilt    "- name feature path": asked for and built in, which has no place in the order
# Input, by the variable `kind` set before each file: dep, builtin, softdep, weakdep, alias, list.
# Names are compared with - and _ equal, as everywhere in kmod.

function norm(s) { gsub(/-/, "_", s); return s }

# As norm, but - stays a range inside [...].
function norm_pattern(s,    out, i, c, inside)
{
	if (s !~ /\[/)
		return norm(s)
	out = ""
	inside = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "[") inside = 1
		if (c == "]") inside = 0
		out = out (c == "-" && !inside ? "_" : c)
	}
	return out
}

function module_of(file,    s)
{
	s = file
	sub(/^.*\//, "", s)
	sub(/\.ko(\.[a-z0-9]+)?$/, "", s)
	return norm(s)
}

# A shell pattern (* and ? only) as an anchored regular expression.
function regex_of(glob,    s)
{
	s = glob
	gsub(/[.+]/, "[&]", s)
	gsub(/\*/, ".*", s)
	gsub(/\?/, ".", s)
	return "^" s "$"
}

function matches(name, glob)
{
	if (glob ~ /\//)
		return (name in path ? path[name] : builtin[name]) ~ regex_of(glob)
	return name ~ regex_of(norm(glob))
}

kind == "dep" {
	file = $1
	sub(/:$/, "", file)
	name = module_of(file)
	path[name] = file
	names[++n_names] = name
	needs[name] = ""
	for (i = NF; i >= 2; i--) # the deepest is named last, and is loaded first
		needs[name] = needs[name] " " module_of($i)
	next
}

kind == "builtin" {
	builtin[module_of($1)] = $1
	builtin_names[++n_builtin] = module_of($1)
	next
}

(kind == "softdep" || kind == "list") && $1 == "softdep" {
	name = norm($2)
	side = ""
	for (i = 3; i <= NF; i++) {
		if ($i == "pre:" || $i == "post:")
			side = $i
		else if (side == "pre:")
			pre[name] = pre[name] " " norm($i)
		else if (side == "post:")
			post[name] = post[name] " " norm($i)
	}
	next
}

# weakdep MODULE OTHER...: it may ask for the others once it runs, in any order
kind == "weakdep" && $1 == "weakdep" {
	for (i = 3; i <= NF; i++)
		weak[norm($2)] = weak[norm($2)] " " norm($i)
	next
}

# alias PATTERN MODULE: modules that are not picked are forgotten at the end
kind == "alias" && $1 == "alias" {
	pattern = norm_pattern($2)
	n_alias++
	alias_pattern[n_alias] = pattern
	alias_module[n_alias] = norm($3)
	if (pattern !~ /[*?\[]/)
		exact[pattern] = exact[pattern] " " norm($3)
	next
}

kind == "list" {
	sub(/#.*/, "")
	if (!NF)
		next
	if ($1 == "when") {
		rules++
		rule_glob[rules] = $2
		sub(/:$/, "", rule_glob[rules])
		rule_names[rules] = ""
		for (i = 3; i <= NF; i++)
			rule_names[rules] = rule_names[rules] " " $i
		next
	}
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^!/)
			unwanted[++n_unwanted] = feature " " substr($i, 2)
		else {
			wanted[++n_wanted] = $i
			wanted_feature[n_wanted] = feature
		}
	}
	next
}

# Whether something that `name` needs is on its way: a soft dependency on it would be a circle.
function is_circle(name,    list, n, i)
{
	if (name in visiting)
		return 1
	n = split(needs[name], list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] in visiting)
			return 1
	return 0
}

# The modules behind a soft dependency, which is a module's name or an alias.
function soft_targets(name)
{
	if (name in path)
		return name
	return name in exact ? exact[name] : ""
}

function visit(name, as,    list, n, i, targets, t, k)
{
	if (name in seen)
		return
	seen[name] = visiting[name] = 1
	n = split(pre[name], list, " ")
	for (i = 1; i <= n; i++) {
		t = split(soft_targets(list[i]), targets, " ")
		for (k = 1; k <= t; k++) {
			if (is_circle(targets[k]))
				continue
			visit(targets[k], as)
			pre_numbers[name] = pre_numbers[name] " -" number[targets[k]]
		}
	}
	n = split(needs[name], list, " ")
	for (i = 1; i <= n; i++)
		visit(list[i], as)
	delete visiting[name]
	number[name] = n_picked
	order[n_picked++] = name
	feature_of[name] = as
	n = split(post[name], list, " ")
	for (i = 1; i <= n; i++) {
		t = split(soft_targets(list[i]), targets, " ")
		for (k = 1; k <= t; k++) {
			visit(targets[k], as)
			post_targets[name] = post_targets[name] " " targets[k]
		}
	}
	n = split(weak[name], list, " ")
	for (i = 1; i <= n; i++) {
		t = split(soft_targets(list[i]), targets, " ")
		for (k = 1; k <= t; k++)
			visit(targets[k], as)
	}
}

# What is built in has no place in the order, but what it wants beside it and its firmware are modules and files all the same.
function note_builtin(name, as,    list, n, i, targets, t, k)
{
	if (name in noted)
		return
	noted[name] = 1
	inbuilt_names[++n_inbuilt] = name
	print "-", name, as, builtin[name] > inbuilt
	n = split(pre[name] post[name] weak[name], list, " ")
	for (i = 1; i <= n; i++) {
		t = split(soft_targets(list[i]), targets, " ")
		for (k = 1; k <= t; k++)
			visit(targets[k], as)
	}
}

function is_unwanted(name, as,    i, pair)
{
	for (i = 1; i <= n_unwanted; i++) {
		split(unwanted[i], pair, " ")
		if (pair[1] == as && matches(name, pair[2]))
			return 1
	}
	return 0
}

function want(what, as,    i, name)
{
	if (what !~ /[*?\/]/) {
		name = norm(what)
		if (name in path)
			visit(name, as)
		else if (name in builtin)
			note_builtin(name, as)
		else
			print as, what > absent
		return
	}
	for (i = 1; i <= n_builtin; i++)
		if (matches(builtin_names[i], what) && !is_unwanted(builtin_names[i], as))
			note_builtin(builtin_names[i], as)
	for (i = 1; i <= n_names; i++)
		if (!(names[i] in seen) && matches(names[i], what) && !is_unwanted(names[i], as))
			visit(names[i], as)
}

# Rules may call for one another: until none fires any more.
function apply_rules(    fired, r, i, k, n, list)
{
	do {
		fired = 0
		for (r = 1; r <= rules; r++) {
			if (rule_done[r])
				continue
			for (i = 0; i < n_picked && !rule_done[r]; i++)
				rule_done[r] = matches(order[i], rule_glob[r])
			for (i = 1; i <= n_inbuilt && !rule_done[r]; i++)
				rule_done[r] = matches(inbuilt_names[i], rule_glob[r])
			if (!rule_done[r])
				continue
			fired = 1
			n = split(rule_names[r], list, " ")
			for (k = 1; k <= n; k++)
				want(list[k], list[k] ~ /\// ? "nic" : "bus")
		}
	} while (fired)
}

function write_index(    i, k, n, list, name, line)
{
	print "netroot-index 1 " release > index_out
	for (i = 1; i <= n_builtin; i++)
		print "b " builtin_names[i] > index_out
	for (i = 0; i < n_picked; i++) {
		name = order[i]
		print i, name, feature_of[name], path[name] > picked
		line = path[name]
		sub(/\.ko\..*$/, ".ko", line) # what is compressed is unpacked on its way in
		line = "m " name " " line
		n = split(needs[name], list, " ")
		for (k = 1; k <= n; k++)
			line = line " " number[list[k]]
		line = line pre_numbers[name]
		n = split(post_targets[name], list, " ")
		for (k = 1; k <= n; k++)
			line = line " +" number[list[k]]
		print line > index_out
	}
}

END {
	n_picked = 0
	printf "" > absent
	printf "" > inbuilt
	printf "" > picked
	printf "" > aliases
	for (i = 1; i <= n_wanted; i++)
		want(wanted[i], wanted_feature[i])
	apply_rules()
	write_index()
	for (i = 1; i <= n_alias; i++) {
		if (!(alias_module[i] in number))
			continue
		literal = alias_pattern[i]
		sub(/[*?\[].*$/, "", literal)
		print literal "\t" alias_pattern[i] "\t" number[alias_module[i]] > aliases
	}
}
