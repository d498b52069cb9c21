/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "profile/setting.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/keyset.h"
#include "base/span.h"
#include "knob/knob.h"
#include "knob/sysctlname.h"
#include "knob/value.h"
#include "profile/profile.h"
#include "profile/schema.h"
#include "profile/shape.h"
#include "profile/wording.h"
#include "profile/ytree.h"

#define GLOB	  "*?["
#define PROC_SYS  "/proc/sys/"
#define SYS	  "/sys/"
#define NOT_BLANK "\\u0000-\\u0020\\u007f"
#define NOT_GLOB  "*?\\["

const char setting_sysctl_pattern[] = "^(?!-)([^./" NOT_BLANK "]+(\\.[^." NOT_BLANK "]+)+"
				      "|[^./" NOT_BLANK "]+(/[^/" NOT_BLANK "]+)+)$";
const char setting_sysfs_pattern[] =
	"^(?!.*/\\.\\.?(/|$))/sys(/[^/" NOT_GLOB NOT_BLANK "]+)+$";

struct settings {
	struct decoder *decoder;
	struct layer *layer;
	struct keyset keys; /* canonical name -> struct setting */
};

static int bad_key(const struct settings *settings, const struct ynode *node,
		   const char *why)
{
	return diag_error(settings->decoder->diags, node->key_at, EINVAL, "'%s' %s",
			  wording_shown(settings->decoder->arena, node->key), why);
}

static bool has_blanks(const char *key)
{
	for (; *key; key++) {
		if ((unsigned char)*key <= ' ' || *key == 0x7f)
			return true;
	}
	return false;
}

/* "swappiness" instead of "vm.swappiness". */
static int not_a_sysctl(const struct settings *settings, const struct ynode *node)
{
	struct decoder *decoder = settings->decoder;
	const struct knob *knob = knob_find(node->key, NULL);
	const char *nearest = NULL, *longer;

	if (knob && knob->class == KNOB_PROCESS)
		return bad_key(
			settings, node,
			"belongs to processes: it is set by a rule in 'processes:'");
	if (decoder->suggestions > 0 && strlen(node->key) < 64) {
		decoder->suggestions--;
		longer = arena_printf(decoder->arena, "vm.%s", node->key);
		nearest = longer ? knob_nearest(longer) : NULL;
	}
	if (nearest)
		return diag_error(decoder->diags, node->key_at, EINVAL,
				  "'%s' is not the name of a sysctl: did you mean '%s'?",
				  wording_shown(decoder->arena, node->key), nearest);
	return bad_key(settings, node,
		       "is not the name of a sysctl, such as vm.swappiness or "
		       "vm/swappiness");
}

static int sysctl_key(const struct settings *settings, const struct ynode *node,
		      const char **ret)
{
	const char *key = node->key;
	int r;

	if (strncmp(key, SYS, strlen(SYS)) == 0)
		return bad_key(settings, node,
			       "is a path below /sys: it belongs below "
			       "'sysfs:'");
	if (strncmp(key, PROC_SYS, strlen(PROC_SYS)) == 0)
		return bad_key(settings, node, "is a path: leave '" PROC_SYS "' out");
	if (key[0] == '-')
		return bad_key(settings, node,
			       "begins with '-': where a knob may be missing, write "
			       "{value: ..., optional: true}");
	if (has_blanks(key))
		return bad_key(settings, node, "has a blank in it: sysctls have none");
	if (!strpbrk(key, "./"))
		return not_a_sysctl(settings, node);
	r = sysctlname_canonical(settings->decoder->arena, key, ret);
	if (r == -EINVAL)
		return bad_key(settings, node,
			       "is not the name of a sysctl: one of its parts is empty, "
			       "'.' or '..'");
	return r;
}

static bool path_is_sound(const char *path)
{
	struct span rest = span_of(path + strlen(SYS)), part;

	while (span_until(&rest, '/', &part)) {
		if (part.len == 0 || span_is(part, ".") || span_is(part, ".."))
			return false;
	}
	return path[strlen(SYS)] && path[strlen(path) - 1] != '/';
}

static int sysfs_key(const struct settings *settings, const struct ynode *node,
		     const char **ret)
{
	const char *key = node->key;

	if (strncmp(key, PROC_SYS, strlen(PROC_SYS)) == 0 ||
	    (key[0] != '/' && strpbrk(key, "./")))
		return bad_key(settings, node,
			       "looks like a sysctl: it belongs below "
			       "'sysctl:'");
	if (strncmp(key, SYS, strlen(SYS)) != 0)
		return bad_key(settings, node, "is not a path below /sys");
	if (has_blanks(key) || strpbrk(key, GLOB))
		return bad_key(settings, node,
			       "has a blank or a glob in it: only sysctls can be globs");
	if (!path_is_sound(key))
		return bad_key(
			settings, node,
			"is not the path of a file: one of its parts is empty, '.' "
			"or '..'");
	*ret = key;
	return 0;
}

bool setting_has_key(const char *key, bool sysfs)
{
	if (has_blanks(key))
		return false;
	if (sysfs)
		return strncmp(key, SYS, strlen(SYS)) == 0 && !strpbrk(key, GLOB) &&
		       path_is_sound(key);
	return key[0] != '/' && key[0] != '-' && strpbrk(key, "./");
}

/* Only below vm. is the catalogue so complete that a stranger is likely a slip. */
static void warn_of_slip(const struct settings *settings, const struct setting *setting)
{
	struct decoder *decoder = settings->decoder;
	const char *nearest;

	if (setting->sysfs || strncmp(setting->key, "vm.", 3) != 0 ||
	    decoder->suggestions == 0)
		return;
	decoder->suggestions--;
	nearest = knob_nearest(setting->key);
	if (nearest)
		diag_warning(decoder->diags, setting->at,
			     "%s is not a known knob: did you mean %s?", setting->key,
			     nearest);
}

static int check_value(const struct settings *settings, const struct setting *setting)
{
	struct decoder *decoder = settings->decoder;
	const char *sentence = NULL;
	int r = value_resolve(decoder->arena, setting->knob, setting->value, NULL,
			      &sentence);

	if (r == -ENOMEM)
		return r;
	if (r == VALUE_OK)
		return 0;
	/* Some sentences are about the knob, and begin with its name. */
	if (strncmp(sentence, setting->key, strlen(setting->key)) == 0)
		(void)diag_error(decoder->diags, setting->value_at, EINVAL, "%s",
				 sentence);
	else
		(void)diag_error(decoder->diags, setting->value_at, EINVAL, "%s: %s",
				 setting->key, sentence);
	return 0;
}

static void check_excludes(const struct settings *settings, const struct setting *setting)
{
	const char *const *key = setting->knob ? setting->knob->excludes : NULL;

	for (; key && *key; key++) {
		const struct setting *other = keyset_get(&settings->keys, *key);

		if (other)
			(void)diag_error(
				settings->decoder->diags, setting->at, EINVAL,
				"%s and %s (line %u) exclude each other: a write "
				"of one changes the other",
				setting->key, other->key, other->at.line);
	}
}

/* The value of @node, whichever way it is written. 1: there is none to judge. */
static int find_value(struct decoder *decoder, const struct ynode *node,
		      struct setting *setting)
{
	struct shape_setting shape = { .node = NULL };
	int r;

	if (node->broken)
		return 1;
	if (node->kind == YNODE_MAP) {
		r = schema_decode(decoder, &shape_setting, node->key, node, &shape);
		if (r < 0 || !shape.value.node)
			return r < 0 ? r : 1;
		setting->optional = shape.optional.value != 0;
		node = shape.value.node;
	} else if (node->kind == YNODE_LIST || schema_is_nothing(node)) {
		(void)diag_error(decoder->diags, node->at, EINVAL,
				 node->kind == YNODE_LIST
					 ? "%s: found a list: several values are "
					   "written as one text, such as 256 256 32"
					 : "%s: there is no value",
				 node->key);
		return 1;
	}
	setting->value = node->text;
	setting->value_at = node->at;
	return 0;
}

/* Does the name stand in the profile already? -EINVAL (told), 0 or -ENOMEM. */
static int check_duplicate(struct settings *settings, const struct ynode *node,
			   const struct setting *setting)
{
	const void *before;
	const struct setting *first;

	if (keyset_add(settings->decoder->arena, &settings->keys, setting->key, setting,
		       &before) < 0)
		return -ENOMEM;
	first = before;
	if (!first)
		return 0;
	return diag_error(settings->decoder->diags, setting->at, EINVAL,
			  "duplicate key '%s': it is the same knob as in line %u",
			  node->key, first->at.line);
}

static int decode_setting(struct settings *settings, const struct ynode *node, bool sysfs)
{
	struct layer *layer = settings->layer;
	struct setting *setting = &layer->settings[layer->settings_len];
	int r;

	*setting = (struct setting){ .sysfs = sysfs, .at = node->key_at };
	r = sysfs ? sysfs_key(settings, node, &setting->key)
		  : sysctl_key(settings, node, &setting->key);
	if (r == 0)
		r = check_duplicate(settings, node, setting);
	if (r < 0 || !setting->key)
		return r == -ENOMEM ? r : 0;
	layer->settings_len++;
	setting->glob = !sysfs && strpbrk(setting->key, GLOB);
	setting->knob = setting->glob ? NULL : knob_find(setting->key, NULL);
	if (!setting->knob && !setting->glob)
		warn_of_slip(settings, setting);
	check_excludes(settings, setting);
	r = find_value(settings->decoder, node, setting);
	if (r != 0)
		return r < 0 ? r : 0;
	return check_value(settings, setting);
}

static int decode_all(struct settings *settings, const struct given *given, bool sysfs)
{
	int r = 0;

	if (!given->node)
		return 0;
	for (const struct ynode *node = given->node->first; r == 0 && node;
	     node = node->next)
		r = decode_setting(settings, node, sysfs);
	return r;
}

int settings_decode(struct decoder *decoder, const struct shape *shape,
		    struct layer *layer)
{
	struct settings settings = { .decoder = decoder, .layer = layer };
	size_t len = (shape->sysctl.node ? shape->sysctl.node->len : 0) +
		     (shape->sysfs.node ? shape->sysfs.node->len : 0);
	int r;

	layer->settings = arena_array(decoder->arena, len, sizeof(*layer->settings));
	if (!layer->settings)
		return -ENOMEM;
	r = decode_all(&settings, &shape->sysctl, false);
	if (r == 0)
		r = decode_all(&settings, &shape->sysfs, true);
	return r;
}
