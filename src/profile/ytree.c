/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/ytree.h"

#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/keyset.h"
#include "base/span.h"
#include "profile/wording.h"
#include "profile/ysyntax.h"

enum key_state {
	KEY_WANTED,
	KEY_HERE,
	KEY_BAD, /* it was told: the value belongs to nothing */
};

/* A list or map that is not at its end. */
struct frame {
	struct ynode *node;
	struct ynode **tail; /* where its next entry goes */
	enum key_state state;
	struct ynode *key; /* of the entry that comes next */
	struct keyset keys;
};

struct reader {
	struct arena *arena;
	struct diags *diags;
	const struct source *source;
	struct frame frames[YTREE_DEPTH];
	unsigned depth;
	unsigned documents;
	struct ynode *root;
	bool ended;
};

static struct ynode *new_node(struct reader *reader, enum ynode_kind kind,
			      const yaml_event_t *event)
{
	struct ynode *node = arena_alloc(reader->arena, sizeof(*node));

	if (!node)
		return NULL;
	node->kind = kind;
	node->at = ysyntax_origin(reader->source, event->start_mark);
	node->text = "";
	return node;
}

/* A key of a map: *@ret tells whether its value is wanted. */
static int take_key(struct reader *reader, struct frame *frame, struct ynode *node)
{
	const void *before;
	const struct ynode *first;

	frame->state = KEY_BAD;
	if (node->broken)
		return 0;
	if (node->kind != YNODE_SCALAR || (!node->text[0] && !node->quoted)) {
		(void)diag_error(reader->diags, node->at, EINVAL,
				 "a key must be a word, and this is %s",
				 node->kind == YNODE_LIST  ? "a list"
				 : node->kind == YNODE_MAP ? "a map"
							   : "nothing");
		return 0;
	}
	if (strcmp(node->text, "<<") == 0 && !node->quoted) {
		(void)diag_error(
			reader->diags, node->at, EINVAL,
			"merge keys are not supported: write the entries out, or "
			"use 'include:'");
		return 0;
	}
	if (keyset_add(reader->arena, &frame->keys, node->text, node, &before) < 0)
		return -ENOMEM;
	first = before;
	if (first) {
		(void)diag_error(reader->diags, node->at, EINVAL,
				 "duplicate key '%s': it is first given in line %u",
				 wording_shown(reader->arena, node->text),
				 first->at.line);
		return 0;
	}
	frame->key = node;
	frame->state = KEY_HERE;
	return 0;
}

/* Puts @node where it belongs. 1: it belongs nowhere; 0, -ENOMEM. */
static int place(struct reader *reader, struct ynode *node)
{
	struct frame *frame;

	if (reader->depth == 0) {
		reader->root = node;
		return 0;
	}
	frame = &reader->frames[reader->depth - 1];
	if (frame->node->kind == YNODE_MAP) {
		enum key_state state = frame->state;

		if (state == KEY_WANTED) {
			int r = take_key(reader, frame, node);

			return r < 0 ? r : 1;
		}
		frame->state = KEY_WANTED;
		if (state == KEY_BAD)
			return 1;
		node->key = frame->key->text;
		node->key_at = frame->key->at;
	}
	*frame->tail = node;
	frame->tail = &node->next;
	frame->node->len++;
	return 0;
}

/* What a node may carry in YAML, but not in a profile. */
static void refuse_extras(struct reader *reader, const yaml_event_t *event,
			  const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct origin at = ysyntax_origin(reader->source, event->start_mark);

	if (anchor)
		(void)diag_error(reader->diags, at, EINVAL,
				 "anchors are not supported: write the value out, or put "
				 "'&%s' in quotes where it is text",
				 (const char *)anchor);
	if (tag)
		(void)diag_error(reader->diags, at, EINVAL,
				 "tags are not supported: leave it out, or put a text "
				 "that begins with '!' in quotes");
}

static int on_scalar(struct reader *reader, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct ynode *node = new_node(reader, YNODE_SCALAR, event);
	int r;

	if (!node)
		return -ENOMEM;
	refuse_extras(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (event->start_mark.line == event->end_mark.line)
		node->width =
			(unsigned)(event->end_mark.column - event->start_mark.column);
	/* A tag without a text behind it was meant as one. */
	node->broken = len == 0 && event->data.scalar.tag;
	if (memchr(value, '\0', len)) {
		node->broken = true;
		(void)diag_error(reader->diags, node->at, EINVAL,
				 "a text with a NUL character in it");
	} else {
		node->text = arena_copy(reader->arena, value, len);
		if (!node->text)
			return -ENOMEM;
	}
	r = place(reader, node);
	return r < 0 ? r : 0;
}

static int on_alias(struct reader *reader, const yaml_event_t *event)
{
	struct ynode *node = new_node(reader, YNODE_SCALAR, event);
	int r;

	if (!node)
		return -ENOMEM;
	node->broken = true;
	(void)diag_error(
		reader->diags, node->at, EINVAL,
		"aliases are not supported: write the value out, or put '*%s' in "
		"quotes where it is text",
		(const char *)event->data.alias.anchor);
	r = place(reader, node);
	return r < 0 ? r : 0;
}

/* A list or a map begins. */
static int enter(struct reader *reader, enum ynode_kind kind, const yaml_event_t *event)
{
	struct ynode *node = new_node(reader, kind, event);
	struct frame *frame;
	int r;

	if (!node)
		return -ENOMEM;
	if (reader->depth == YTREE_DEPTH)
		return diag_error(reader->diags, node->at, EINVAL,
				  "nested deeper than %d levels", YTREE_DEPTH);
	r = place(reader, node);
	if (r < 0)
		return r;
	frame = &reader->frames[reader->depth++];
	*frame = (struct frame){ .node = node, .tail = &node->first };
	return 0;
}

static int on_document(struct reader *reader, const yaml_event_t *event)
{
	if (reader->documents++ == 0)
		return 0;
	reader->ended = true;
	(void)diag_error(reader->diags, ysyntax_origin(reader->source, event->start_mark),
			 EINVAL, "a second document: a profile is one document");
	return 0;
}

/* 0 to go on; -EINVAL where that makes no sense. */
static int on_event(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return 0;
	case YAML_STREAM_END_EVENT:
		reader->ended = true;
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		return on_document(reader, event);
	case YAML_ALIAS_EVENT:
		return on_alias(reader, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(reader, event, event->data.sequence_start.anchor,
			      event->data.sequence_start.tag);
		return enter(reader, YNODE_LIST, event);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(reader, event, event->data.mapping_start.anchor,
			      event->data.mapping_start.tag);
		return enter(reader, YNODE_MAP, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		reader->depth--;
		return 0;
	}
	return 0;
}

static int read_events(struct reader *reader, yaml_parser_t *parser)
{
	int r = 0;

	while (r == 0 && !reader->ended) {
		cleanup(yaml_event_delete) yaml_event_t event = { 0 };

		r = yaml_parser_parse(parser, &event)
			    ? on_event(reader, &event)
			    : ysyntax_error(reader->diags, reader->source, parser);
	}
	return r;
}

static int read_source(struct reader *reader)
{
	cleanup(yaml_parser_delete) yaml_parser_t parser = { 0 };
	struct span text = { reader->source->text, reader->source->len };

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	/* libyaml looks for the mark only where it may guess the encoding. */
	if (span_starts(text, "\xef\xbb\xbf"))
		text = (struct span){ text.at + 3, text.len - 3 };
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.at, text.len);
	return read_events(reader, &parser);
}

int ytree_parse(struct arena *arena, struct diags *diags, const struct source *source,
		struct ynode **ret)
{
	struct reader reader = { .arena = arena, .diags = diags, .source = source };
	size_t errors = diags->errors;
	int r;

	*ret = NULL;
	if (source->len > YTREE_SIZE)
		return diag_error(diags, (struct origin){ source, 0, 0 }, EINVAL,
				  "larger than 1 MiB: no profile needs that much");
	r = ysyntax_check_bytes(diags, source);
	if (r == 0)
		r = read_source(&reader);
	if (r == -ENOMEM || diags->lost)
		return -ENOMEM;
	if (r == 0)
		*ret = reader.root;
	return diags->errors > errors ? -EINVAL : 0;
}

struct ynode *ynode_get(const struct ynode *map, const char *key)
{
	struct ynode *entry = map->kind == YNODE_MAP ? map->first : NULL;

	while (entry && strcmp(entry->key, key) != 0)
		entry = entry->next;
	return entry;
}

/* Characters, not bytes. */
static size_t count_characters(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

struct origin ynode_place(const struct ynode *node, size_t offset)
{
	size_t around = node->quoted ? 2 : 0;
	struct origin at = node->at;

	/* An escape, a fold or a block would make the text wider or narrower. */
	if (count_characters(node->text, strlen(node->text)) + around != node->width)
		return at;
	at.column += (unsigned)(around / 2 + count_characters(node->text, offset));
	return at;
}
