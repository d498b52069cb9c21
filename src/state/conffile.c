/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/conffile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "state/sysctlloader.h"
#include "sys/atomicfile.h"
#include "sys/root.h"

#define CONF_PATH	"etc/sysctl.conf"
#define CREDENTIAL_PATH "run/credentials/@system/sysctl.extra"
#define LARGEST		((size_t)4 * 1024 * 1024)

/* Behind all folders. */
enum {
	FOLDER_CREDENTIAL = 100,
	FOLDER_CONF,
};

struct collecting {
	struct arena *arena;
	const struct root *root;
	struct diags *diags;
	const struct sysctl_loader *loader;
	struct conf_files files;
};

/* 0 and what @path is; or -errno. */
static int look(const struct root *root, const char *path, struct stat *ret)
{
	cleanup_fd int fd = root_open(root, path, O_PATH);

	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

/* Of a loader that reads folders in turn each one is a turn, and the file has one in between. */
static unsigned turn_of(const struct sysctl_loader *loader, unsigned folder)
{
	if (!loader->in_turn)
		return folder < FOLDER_CREDENTIAL ? 0 : folder;
	return folder == FOLDER_CONF ? 2 * loader->conf_turn - 1 : 2 * folder;
}

static int add_file(struct collecting *collecting, unsigned folder, const char *path)
{
	struct source *source = arena_alloc(collecting->arena, sizeof(*source));
	struct conf_file *file = vec_push(collecting->arena, &collecting->files);
	char *name = arena_printf(collecting->arena, "/%s", path);
	struct stat st;

	if (!source || !file || !name)
		return -ENOMEM;
	source->name = name;
	*file = (struct conf_file){
		.source = source,
		.base = strrchr(name, '/') + 1,
		.folder = folder,
		.turn = turn_of(collecting->loader, folder),
		.no_file = look(collecting->root, path, &st) < 0 || !S_ISREG(st.st_mode),
	};
	return 0;
}

static bool ends_in_conf(const char *name)
{
	size_t len = strlen(name);

	return len >= strlen(".conf") &&
	       strcmp(name + len - strlen(".conf"), ".conf") == 0;
}

static int add_folder(struct collecting *collecting, unsigned index, const char *folder)
{
	const char *const *names;
	size_t len;
	int r = root_list(collecting->root, folder, collecting->arena, &names, &len);

	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r < 0 && r != -ENOMEM)
		diag_warning(collecting->diags, NOWHERE,
			     "/%s cannot be read, and counts as empty: %s", folder,
			     strerror(-r));
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && i < len; i++) {
		const char *path;

		if (!ends_in_conf(names[i]))
			continue;
		path = arena_printf(collecting->arena, "%s/%s", folder, names[i]);
		r = path ? add_file(collecting, index, path) : -ENOMEM;
	}
	return r;
}

static bool same_place(const struct root *root, const char *a, const char *b)
{
	struct stat left, right;

	return look(root, a, &left) == 0 && look(root, b, &right) == 0 &&
	       left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool conf_file_is_packaged(const struct root *root, const char *path)
{
	return atomicfile_is_below(root, path, "usr") ||
	       atomicfile_is_below(root, path, "lib");
}

static bool same_file(const struct conf_file *a, const struct conf_file *b)
{
	return a->inode != 0 && a->device == b->device && a->inode == b->inode;
}

static void identify(struct collecting *collecting)
{
	for (size_t i = 0; i < collecting->files.len; i++) {
		struct conf_file *file = &collecting->files.items[i];
		struct stat st;

		/* Two links to /dev/null are no two names of a file. */
		if (look(collecting->root, file->source->name + 1, &st) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		file->device = st.st_dev;
		file->inode = st.st_ino;
		file->packaged =
			conf_file_is_packaged(collecting->root, file->source->name + 1);
	}
}

/* A link among the files that are read may lead to one that is not: then it is read. */
static void find_repeated(struct conf_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		struct conf_file *file = &files->items[i];

		file->repeated = false;
		for (size_t j = 0; i >= files->read && j < files->read; j++)
			file->repeated |= same_file(file, &files->items[j]);
	}
}

/* On a merged /usr, /lib/sysctl.d is /usr/lib/sysctl.d once more. */
static bool is_repeated(const struct root *root, const char *const *folders, unsigned i)
{
	return i > 0 && same_place(root, folders[i - 1], folders[i]);
}

static int add_folders(struct collecting *collecting, const char *const *folders)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && folders[i]; i++) {
		if (!is_repeated(collecting->root, folders, i))
			r = add_folder(collecting, i, folders[i]);
	}
	return r;
}

static int add_single(struct collecting *collecting, unsigned folder, const char *path)
{
	struct stat st;

	if (look(collecting->root, path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	return add_file(collecting, folder, path);
}

static int by_reading(const void *a, const void *b)
{
	const struct conf_file *left = a, *right = b;
	int order;

	if ((left->passed_over != NULL) != (right->passed_over != NULL))
		return left->passed_over ? 1 : -1;
	if (left->turn != right->turn)
		return left->turn > right->turn ? 1 : -1;
	order = strcmp(left->base, right->base);
	return order != 0
		       ? order
		       : (left->folder > right->folder) - (left->folder < right->folder);
}

/* Why @loader passes over a file of its folders, whatever others there are. NULL: it does not. */
static const char *passes_over(const struct sysctl_loader *loader,
			       const struct conf_file *file)
{
	if (file->folder == FOLDER_CONF)
		return loader->conf ? NULL : "systemd-sysctl does not read this file";
	if (file->folder == FOLDER_CREDENTIAL)
		return NULL;
	if (file->base[0] == '.' && !loader->dot_files)
		return loader->in_turn ? "the loader passes over hidden files"
				       : "systemd-sysctl passes over hidden files";
	return loader->in_turn && file->no_file ? "it is no file" : NULL;
}

/* No vendor's file hides another one. */
static bool hides_in_turn(const struct conf_file *file, const struct conf_file *earlier)
{
	return !file->no_file && file->folder < FOLDER_CREDENTIAL &&
	       file->folder > earlier->folder &&
	       (strncmp(file->source->name, "/etc/", strlen("/etc/")) == 0 ||
		strncmp(file->source->name, "/run/", strlen("/run/")) == 0) &&
	       strcmp(file->base, earlier->base) == 0;
}

static int hide(struct arena *arena, struct conf_file *file, const struct conf_file *by)
{
	file->passed_over = arena_printf(arena, "%s of the same name hides the file",
					 by->source->name);
	return file->passed_over ? 0 : -ENOMEM;
}

static int settle_in_turn(struct arena *arena, struct conf_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		struct conf_file *file = &files->items[i];

		for (size_t j = 0; j < files->len && !file->passed_over; j++) {
			if (hides_in_turn(&files->items[j], file) &&
			    hide(arena, file, &files->items[j]) < 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/* Those of one name stand together, the one that counts first. */
static int settle_by_name(struct arena *arena, struct conf_files *files)
{
	const struct conf_file *first = NULL;

	for (size_t i = 0; i < files->len && !files->items[i].passed_over; i++) {
		struct conf_file *file = &files->items[i];

		if (file->folder >= FOLDER_CREDENTIAL)
			continue;
		if (!first || strcmp(first->base, file->base) != 0)
			first = file;
		else if (hide(arena, file, first) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Orders the files, and finds those that are passed over. */
static int settle(struct arena *arena, const struct sysctl_loader *loader,
		  struct conf_files *files)
{
	int r;

	for (size_t i = 0; i < files->len; i++)
		files->items[i].passed_over = passes_over(loader, &files->items[i]);
	if (files->len > 1)
		qsort(files->items, files->len, sizeof(*files->items), by_reading);
	r = loader->in_turn ? settle_in_turn(arena, files) : settle_by_name(arena, files);
	if (r < 0)
		return r;
	if (files->len > 1)
		qsort(files->items, files->len, sizeof(*files->items), by_reading);
	files->read = 0;
	while (files->read < files->len && !files->items[files->read].passed_over)
		files->read++;
	return 0;
}

static void cannot_read(struct collecting *collecting, struct conf_file *file, int err)
{
	file->unreadable = true;
	/* A link that leads nowhere hides a vendor's file on purpose. */
	if (err == ENOENT || file->passed_over)
		return;
	if (err == ESPIPE) {
		diag_warning(collecting->diags, NOWHERE,
			     "%s is a pipe: the loader waits there until somebody writes",
			     file->source->name);
		return;
	}
	diag_warning(collecting->diags, NOWHERE,
		     "%s cannot be read, and counts as empty: %s", file->source->name,
		     strerror(err));
}

static bool is_pipe(const struct root *root, const char *path)
{
	struct stat st;

	return look(root, path, &st) == 0 && S_ISFIFO(st.st_mode);
}

static int read_file(struct collecting *collecting, struct conf_file *file)
{
	struct source *source = arena_alloc(collecting->arena, sizeof(*source));
	char *text = NULL;
	int r;

	if (!source)
		return -ENOMEM;
	source->name = file->source->name;
	r = root_slurp(collecting->root, source->name + 1, collecting->arena, LARGEST,
		       &text, &source->len);
	if (r == -ENOMEM)
		return r;
	/* The loader waits there for somebody to write, with all of the boot behind it; not we. */
	if (r == 0 && source->len == 0 && is_pipe(collecting->root, source->name + 1))
		r = -ESPIPE;
	if (r < 0)
		cannot_read(collecting, file, -r);
	source->text = r < 0 ? "" : text;
	source->len = r < 0 ? 0 : source->len;
	file->source = source;
	return 0;
}

static int read_texts(struct collecting *collecting)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < collecting->files.len; i++)
		r = read_file(collecting, &collecting->files.items[i]);
	return r;
}

int conf_files_read(struct arena *arena, const struct root *root, struct diags *diags,
		    const struct sysctl_loader *loader, bool all, struct conf_files *ret)
{
	struct collecting collecting = {
		.arena = arena,
		.root = root,
		.diags = diags,
		.loader = loader,
	};
	int r = add_folders(&collecting, loader->folders);

	if (r == 0 && loader->credential)
		r = add_single(&collecting, FOLDER_CREDENTIAL, CREDENTIAL_PATH);
	if (r == 0 && (loader->conf || all))
		r = add_single(&collecting, FOLDER_CONF, CONF_PATH);
	if (r == 0)
		r = settle(arena, loader, &collecting.files);
	if (r < 0)
		return r;
	if (all) {
		identify(&collecting);
		find_repeated(&collecting.files);
	} else {
		collecting.files.len = collecting.files.read;
	}
	r = read_texts(&collecting);
	if (r == 0)
		*ret = collecting.files;
	return r;
}

static unsigned folder_of(const struct sysctl_loader *loader, const char *path)
{
	for (unsigned i = 0; loader->folders[i]; i++) {
		size_t len = strlen(loader->folders[i]);

		if (strncmp(path + 1, loader->folders[i], len) == 0 &&
		    path[1 + len] == '/')
			return i;
	}
	return FOLDER_CONF;
}

const struct conf_file *conf_files_find(const struct conf_files *files, const char *path)
{
	for (size_t i = 0; i < files->len; i++) {
		if (strcmp(files->items[i].source->name, path) == 0)
			return &files->items[i];
	}
	return NULL;
}

/* @file has the bytes of @source now; a link to it keeps its own name. */
static int put_source(struct arena *arena, struct conf_file *file,
		      const struct source *source)
{
	struct source *same = arena_alloc(arena, sizeof(*same));

	if (!same)
		return -ENOMEM;
	*same = (struct source){ file->source->name, source->text, source->len };
	file->source = same;
	file->unreadable = false;
	return 0;
}

int conf_files_with(struct arena *arena, const struct conf_files *files,
		    const struct sysctl_loader *loader, const struct source *source,
		    struct conf_files *ret)
{
	struct conf_files with = { .len = files->len, .cap = files->len + 1 };
	size_t at = 0;

	with.items = arena_array(arena, with.cap, sizeof(*with.items));
	if (!with.items)
		return -ENOMEM;
	if (files->len > 0)
		memcpy(with.items, files->items, files->len * sizeof(*with.items));
	while (at < with.len && strcmp(with.items[at].source->name, source->name) != 0)
		at++;
	if (at == with.len)
		with.items[with.len++] = (struct conf_file){
			.base = strrchr(source->name, '/') + 1,
			.folder = folder_of(loader, source->name),
			.turn = turn_of(loader, folder_of(loader, source->name)),
		};
	for (size_t i = 0; i < with.len; i++) {
		if (i != at && same_file(&with.items[i], &with.items[at]) &&
		    put_source(arena, &with.items[i], source) < 0)
			return -ENOMEM;
	}
	with.items[at].source = source;
	with.items[at].unreadable = with.items[at].no_file = false;
	if (settle(arena, loader, &with) < 0)
		return -ENOMEM;
	find_repeated(&with);
	*ret = with;
	return 0;
}
