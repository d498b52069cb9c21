/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/load.h"
#include "render/out.h"
#include "render/table.h"
#include "render/view.h"

static const struct column columns[] = {
	{ .title = "NAME" },
	{ .title = "WHERE", .wrap = true },
	{ .title = "NOTE", .wrap = true },
	{ .title = "DESCRIPTION", .wrap = true },
};

static const char *note_on(const struct profile_place *place)
{
	if (place->masked)
		return "masked";
	if (place->hides)
		return "hides a shipped one";
	return place->local ? "local" : "shipped";
}

static int add_row(struct arena *arena, struct table *table,
		   const struct profile_place *place)
{
	enum paint paint = place->masked ? PAINT_DIM : PAINT_NONE;
	int r = table_add(arena, table, place->name, paint);

	if (r == 0)
		r = table_add(arena, table, place->path, paint);
	if (r == 0)
		r = table_add(arena, table, note_on(place), paint);
	if (r == 0)
		r = table_add(arena, table, place->description, paint);
	return r;
}

static int show_text(struct arena *arena, const struct profile_place *places, size_t len,
		     const struct term *term)
{
	struct table table = {
		.columns = columns,
		.width = sizeof(columns) / sizeof(*columns),
	};
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < len; i++)
		r = add_row(arena, &table, &places[i]);
	if (r == 0 && table.len > 0)
		r = table_print(arena, &table, term);
	else if (r == 0)
		(void)fputs("There are no profiles.\n", term->file);
	return r < 0 ? r : term_finish(term);
}

static int show_document(const struct profile_place *places, size_t len, FILE *file)
{
	struct out out = out_to(file);
	size_t i;

	out_object(&out, NULL);
	out_string(&out, "schema", "lowmemctl/1");
	out_string(&out, "command", "profile list");
	out_list(&out, "profiles");
	for (i = 0; i < len; i++) {
		out_object(&out, NULL);
		out_string(&out, "name", places[i].name);
		out_string(&out, "path", places[i].path);
		out_string(&out, "description", places[i].description);
		out_bool(&out, "local", places[i].local);
		out_bool(&out, "hides", places[i].hides);
		out_bool(&out, "masked", places[i].masked);
		out_end_object(&out);
	}
	out_end_list(&out);
	out_int(&out, "exit_code", STATUS_OK);
	out_end_object(&out);
	return out_finish(&out);
}

int view_places(struct arena *arena, const struct profile_place *places, size_t len,
		const struct term *term, bool json)
{
	return json ? show_document(places, len, term->file)
		    : show_text(arena, places, len, term);
}
