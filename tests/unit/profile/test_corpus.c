/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The corpora of profiles. What is said of a bad one stands beside it, in NAME.err; with
 * UPDATE_GOLDEN=1 in the environment these files are written anew, to be read before they
 * are committed.
 */
#include <dirent.h>
#include <stdlib.h>

#include "parse.h"

#define CORPORA "tests/fixtures/profiles/"

static const char *read_file(struct arena *arena, const char *path, size_t *ret_len)
{
	cleanup_file FILE *file = fopen(path, "rb");
	char *text = arena_alloc(arena, 65536);

	*ret_len = file && text ? fread(text, 1, 65535, file) : 0;
	return file ? text : NULL;
}

static void write_file(const char *path, const char *text)
{
	cleanup_file FILE *file = fopen(path, "wb");

	if (file)
		(void)fputs(text, file);
}

/* All that was said, a line for each. */
static const char *transcript(struct parsed *p)
{
	const char *all = "";

	/* As the program shows them. */
	diags_sort(&p->diags);
	for (const struct diag *diag = p->diags.first; all && diag; diag = diag->next)
		all = arena_printf(p->arena, "%s%s:%u:%u: %s: %s\n", all,
				   diag->at.source ? diag->at.source->name : "-",
				   diag->at.line, diag->at.column,
				   severity_word(diag->severity), diag->message);
	return all;
}

static void read_profile(struct parsed *p, const char *path)
{
	size_t len;
	const char *text;

	*p = parse_bytes("", 0);
	text = read_file(p->arena, path, &len);
	p->source = (struct source){ strrchr(path, '/') + 1, text, len };
	p->r = ytree_parse(p->arena, &p->diags, &p->source, &p->root);
	if (p->r == 0 || p->root) {
		int r = profile_decode(p->arena, &p->diags, &p->source, p->root,
				       &p->layer, &p->include);

		p->r = p->r < 0 ? p->r : r;
	}
}

static void check_good(const char *path)
{
	struct parsed p;

	read_profile(&p, path);
	ok(p.r == 0, "%s is valid", path);
	if (p.r != 0)
		printf("# %s", transcript(&p));
	arena_free(p.arena);
}

static void check_bad(const char *path)
{
	struct parsed p;
	const char *golden, *want, *said;
	size_t len;

	read_profile(&p, path);
	said = transcript(&p);
	golden = arena_printf(p.arena, "%.*s.err", (int)(strlen(path) - strlen(".yaml")),
			      path);
	if (getenv("UPDATE_GOLDEN"))
		write_file(golden, said);
	want = read_file(p.arena, golden, &len);
	ok(p.r == -EINVAL, "%s is refused", path);
	is_str(said, want, "%s: what is said", path);
	arena_free(p.arena);
}

static int is_profile(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return suffix && strcmp(suffix, ".yaml") == 0;
}

static void check_corpus(const char *folder, void (*check)(const char *path), int least)
{
	struct dirent **entries = NULL;
	int len = scandir(folder, &entries, is_profile, alphasort);
	char path[512];

	ok(len >= least, "%s has %d profiles or more", folder, least);
	for (int i = 0; i < len; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		check(path);
		free(entries[i]);
	}
	free(entries);
}

int main(void)
{
	check_corpus("profiles", check_good, 8);
	check_corpus(CORPORA "good", check_good, 30);
	check_corpus(CORPORA "bad", check_bad, 60);
	check_corpus(CORPORA "bad-yaml", check_bad, 30);
	return done();
}
