/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "apply/journal.h"

#include <errno.h>

#include "apply/journal_format.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "plan/plan.h"
#include "sys/root.h"
#include "tap.h"
#include "tree.h"

static const char whole[] = "lowmemctl journal 1\n"
			    "command apply\n"
			    "profiles database\n"
			    "started 1795492424\n"
			    "boot 1234\n"
			    "item proc/sys/vm/swappiness\n"
			    "key vm.swappiness\n"
			    "found 60\n"
			    "value 10\n"
			    "undo proc/sys/vm/swappiness\n"
			    "restore 60\n"
			    "item proc/sys/x\n"
			    "key x\n"
			    "found two\\nlines \\\\ and more\n"
			    "value 1\n"
			    "begin \n"
			    "now 1 2\n"
			    "novelty of a later version\n"
			    "end applied\n";

static struct entry parse(struct arena *arena, const char *text, size_t len, int *ret)
{
	struct entry entry = { .id = 1 };
	const char *boot;

	*ret = journal_parse(arena, (struct span){ text, len }, &entry, &boot);
	return entry;
}

static void test_parse(struct arena *arena)
{
	int r;
	const struct entry entry = parse(arena, whole, strlen(whole), &r);

	is_int(r, 0, "read");
	is_str(entry.command, "apply", "command");
	is_str(entry.profiles, "database", "profiles");
	is_int(entry.started, 1795492424, "started");
	is_int(entry.state, ENTRY_APPLIED, "state");
	is_int((long long)entry.len, 2, "items");
	is_str(entry.items[0].undo_value, "60", "what puts it back");
	ok(!entry.items[0].now, "what reads as it was written says nothing more");
	is_str(entry.items[1].found, "two\nlines \\ and more", "escapes");
	ok(!entry.items[1].undo_value, "what cannot be put back");
	is_str(entry.items[1].now, "2", "what the kernel made of it");
}

#define FILE_HEAD "lowmemctl journal 1\ncommand persist\nprofiles web\nboot 1234\nfile "

/* Files of the configuration, and no others, whatever a journal says. */
static void test_files(struct arena *arena)
{
	static const char good[] = FILE_HEAD
		"etc/sysctl.conf\nwas a=1\\n\nfile etc/x.conf\nnew b\nbegin \nend applied\n";
	static const char *const bad[] = {
		FILE_HEAD "usr/lib/x.conf\nnew b\nbegin \n",
		FILE_HEAD "etc/../root/x\nnew b\nbegin \n",
		FILE_HEAD "/etc/x\nnew b\nbegin \n",
	};
	int r;
	const struct entry entry = parse(arena, good, strlen(good), &r);

	is_int(r, 0, "read");
	is_int((long long)entry.files.len, 2, "its files");
	is_str(entry.files.items[0].old, "a=1\n", "what one held");
	ok(!entry.files.items[0].new && !entry.files.items[1].old,
	   "one was removed, the other made");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		(void)parse(arena, bad[i], strlen(bad[i]), &r);
		is_int(r, -EINVAL, "a file elsewhere: %zu", i);
	}
}

#define PROCESS_HEAD "lowmemctl journal 1\ncommand apply\nprofiles web\nboot 1234\nitem "

#define PROCESS_TAIL "key pid:812\nfound 0\nvalue 5\n"
#define PROCESS_LINE "process 812 4711 sshd\n"

/* A process is told by its number, its start and the file that belongs to them: nothing else is
 * ever written to. */
static void test_process(struct arena *arena)
{
	static const char good[] = PROCESS_HEAD
		"proc/812/oom_score_adj\nprocess 812 4711 a b\\n\\\\c\n" PROCESS_TAIL
		"undo proc/812/oom_score_adj\nrestore 0\n"
		"item proc/813/oom_adj\nprocess 813 0 \n" PROCESS_TAIL
		"begin \nend applied\n";
	static const char *const bad[] = {
		"proc/812/oom_score_adj\n" PROCESS_TAIL,
		"proc/812/mem\n" PROCESS_LINE PROCESS_TAIL,
		"proc/812/oom_score_adj2\n" PROCESS_LINE PROCESS_TAIL,
		"proc/0812/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL,
		"proc/813/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL,
		"proc/812/../1/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL,
		"/proc/812/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL,
		"proc/sys/x\n" PROCESS_LINE PROCESS_TAIL,
		"etc/passwd\n" PROCESS_LINE PROCESS_TAIL,
		"proc/812/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL
		"undo proc/812/mem\nrestore 0\n",
		"proc/812/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL
		"undo proc/812/oom_adj\nrestore 0\n",
		"proc/812/oom_score_adj\n" PROCESS_LINE PROCESS_TAIL
		"undo proc/sys/x\nrestore 0\n",
		"proc/sys/x\n" PROCESS_TAIL "undo proc/812/oom_score_adj\nrestore 0\n",
		"proc/1/oom_score_adj\nprocess 1 1 init\n" PROCESS_TAIL,
		"proc/0/oom_score_adj\nprocess 0 1 x\n" PROCESS_TAIL,
		"proc/-5/oom_score_adj\nprocess -5 1 x\n" PROCESS_TAIL,
		"proc/812/oom_score_adj\nprocess 812\n" PROCESS_TAIL,
		"proc/812/oom_score_adj\nprocess 812 x sshd\n" PROCESS_TAIL,
		"proc/812/oom_score_adj\nprocess 812 -1 sshd\n" PROCESS_TAIL,
		"proc/4294968108/oom_score_adj\nprocess 4294968108 1 x\n" PROCESS_TAIL,
	};
	int r;
	const struct entry entry = parse(arena, good, strlen(good), &r);

	is_int(r, 0, "read");
	is_int((long long)entry.len, 2, "two processes");
	is_int(entry.items[0].pid, 812, "the number");
	is_int((long long)entry.items[0].started, 4711, "the start");
	is_str(entry.items[0].comm, "a b\n\\c", "the name, whatever it holds");
	is_str(entry.items[1].comm, "", "or that it is empty");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *text =
			arena_printf(arena, "%s%sbegin \n", PROCESS_HEAD, bad[i]);

		(void)parse(arena, text, strlen(text), &r);
		is_int(r, -EINVAL, "what is no process's: %zu", i);
	}
	(void)parse(arena, PROCESS_HEAD, strlen(PROCESS_HEAD) - strlen("item "), &r);
	is_int(r, 0, "a head alone is void");
}

/* Wherever a write was cut off, the entry is what it was up to there, or void; never nonsense. */
static void test_cut(struct arena *arena)
{
	size_t begun = (size_t)(strstr(whole, "begin \n") - whole) + strlen("begin \n");
	bool sound = true;

	for (size_t len = 0; len < strlen(whole); len++) {
		int r;
		const struct entry entry = parse(arena, whole, len, &r);
		enum entry_state expected = len < begun ? ENTRY_RESTORED : ENTRY_OPEN;

		if (r != 0 || entry.state != expected ||
		    (len >= begun && entry.len != 2)) {
			ok(false, "cut at %zu: %d, state %d", len, r, entry.state);
			sound = false;
		}
	}
	ok(sound, "cut at any byte: void before `begin`, open behind it");
}

/* A sound entry, but for what it would write back. */
#define ENTRY_FOR(path)                                                                  \
	"lowmemctl journal 1\ncommand a\nprofiles b\nboot c\nitem proc/sys/x\nkey x\n"   \
	"found 1\nvalue 2\nundo " path "\nrestore 1\nbegin \n"

static void test_damaged(struct arena *arena)
{
	static const char *const texts[] = {
		"garbage\n",
		"lowmemctl diary 1\n",
		"lowmemctl journal 1\nkey without item\nbegin \n",
		"lowmemctl journal 1\nbegin \n",
		"lowmemctl journal 1\ncommand a\nprofiles b\nboot c\nbegin \nend nonsense\n",
		"lowmemctl journal 1\ncommand a\nprofiles b\nboot c\nbegin \nnow 7 x\n",
		"lowmemctl journal 1\nstarted x\n",
		"lowmemctl journal 1\ncommand a\nprofiles b\nboot c\nitem p\nbegin \n",
		ENTRY_FOR("etc/passwd"),
		ENTRY_FOR("proc/sys/../../etc/passwd"),
		ENTRY_FOR("proc/1/oom_score_adj"),
		ENTRY_FOR("sys//x"),
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		int r;

		(void)parse(arena, texts[i], strlen(texts[i]), &r);
		is_int(r, -EINVAL, "damaged %zu", i);
	}
}

/* What its lines mean is not known here, nor whether it was cut short. */
static void test_newer(struct arena *arena)
{
	static const char text[] = "lowmemctl journal 2\nitem 1 2 3\nend well\n";
	int r;

	(void)parse(arena, text, strlen(text), &r);
	is_int(r, -EPROTONOSUPPORT, "of a newer version");
}

static const struct journal_run run = { .command = "apply", .profiles = "a \\ b\nc" };

static unsigned long begin(struct arena *arena, const struct root *root, int *ret_fd)
{
	struct plan_item item = {
		.key = "vm.swappiness",
		.path = "proc/sys/vm/swappiness",
		.want = "10",
		.live = "60",
		.action = ACTION_WRITE,
		.undo_path = "proc/sys/vm/swappiness",
		.undo_value = "60",
	};
	const struct plan plan = { .items = &item, .len = 1 };
	unsigned long id = 0;

	is_int(journal_begin(arena, root, &plan, &run, &id, ret_fd), 0, "begun");
	return id;
}

static void test_process_life(struct arena *arena, const struct root *root)
{
	struct plan_item item = {
		.kind = ITEM_PROCESS,
		.key = "pid:812",
		.path = "proc/812/oom_score_adj",
		.want = "5",
		.live = "-17",
		.action = ACTION_WRITE,
		.undo_path = "proc/812/oom_score_adj",
		.undo_value = "-17",
		.process = { .pid = 812,
			     .comm = "a\nend applied\n\\x ",
			     .started = 4711 },
	};
	const struct plan plan = { .items = &item, .len = 1 };
	struct diags diags = diags_in(arena);
	struct entries entries = { 0 };
	const struct entry *entry;
	unsigned long id = 0;
	int fd = -1;

	is_int(journal_begin(arena, root, &plan, &run, &id, &fd), 0, "begun");
	(void)close(fd);
	is_int(journal_read(arena, root, 1, &diags, &entries), 0, "read");
	is_int((long long)entries.len, 1, "the entry");
	entry = &entries.items[0];
	is_int(entry->state, ENTRY_OPEN, "no name ends it");
	is_int((long long)entry->len, 1, "one process");
	is_int(entry->items[0].pid, 812, "its number");
	is_int((long long)entry->items[0].started, 4711, "its start");
	is_str(entry->items[0].comm, item.process.comm, "its name");
	is_str(entry->items[0].undo_value, "-17", "what it had");
	is_int(journal_mark(root, id, ENTRY_REVERTED), 0, "done");
	is_int((long long)id, 1, "the first");
	is_int(unlink(tree_path("var/lib/lowmemctl/journal/000001")), 0,
	       "out of the way");
}

static struct entries read_all(struct arena *arena, const struct root *root, size_t most)
{
	struct diags diags = diags_in(arena);
	struct entries entries = { 0 };

	is_int(journal_read(arena, root, most, &diags, &entries), 0, "read");
	return entries;
}

static void test_life(struct arena *arena, const struct root *root)
{
	const struct plan none = { 0 };
	struct entries entries = read_all(arena, root, JOURNAL_ALL);
	struct stat st;
	int fd;

	is_int((long long)entries.len, 0, "no journal is no error");
	ok(!journal_find(&entries, 0), "and has nothing to undo");
	is_int((long long)begin(arena, root, &fd), 1, "the first entry");
	is_int(stat(tree_path("var/lib/lowmemctl/journal/000001"), &st), 0, "is a file");
	is_int(st.st_mode & 0777, 0600, "that is root's own");
	entries = read_all(arena, root, JOURNAL_ALL);
	is_int(entries.items[0].state, ENTRY_OPEN, "open until it ended");
	is_str(entries.items[0].profiles, "a \\ b\nc", "whatever the names hold");
	is_int(journal_end(arena, fd, ENTRY_APPLIED, &none, NULL), 0, "ended");
	(void)close(fd);
	entries = read_all(arena, root, JOURNAL_ALL);
	is_int(entries.items[0].state, ENTRY_APPLIED, "applied then");
	is_int((long long)begin(arena, root, &fd), 2, "the second entry");
	(void)close(fd);
	entries = read_all(arena, root, 1);
	is_int((long long)entries.len, 1, "the newest alone");
	is_int((long long)entries.items[0].id, 2, "can be read");
	entries = read_all(arena, root, JOURNAL_ALL);
	is_int((long long)journal_find(&entries, 0)->id, 2,
	       "an open one is undone first");
	is_int(journal_mark(root, 2, ENTRY_REVERTED), 0, "marked");
	entries = read_all(arena, root, JOURNAL_ALL);
	is_int((long long)journal_find(&entries, 0)->id, 1, "then the one before");
	is_int((long long)journal_find(&entries, 2)->id, 2, "any by its number");
	ok(!journal_find(&entries, 3), "if it is there");
	is_int(journal_mark(root, 3, ENTRY_REVERTED), -ENOENT,
	       "only what is there is marked");
}

static void test_reboot(struct arena *arena, const struct root *root)
{
	struct entries entries;
	int fd;

	tree_file("proc/sys/kernel/random/boot_id", "first\n");
	(void)begin(arena, root, &fd);
	(void)close(fd);
	entries = read_all(arena, root, 1);
	is_int(entries.items[0].state, ENTRY_OPEN, "open in the same boot");
	tree_file("proc/sys/kernel/random/boot_id", "second\n");
	entries = read_all(arena, root, 1);
	is_int(entries.items[0].state, ENTRY_GONE,
	       "gone after a reboot: so are its values");
}

/* The host went down while a line was appended: the next one stands on a line of its own. */
static void test_cut_end(struct arena *arena, const struct root *root)
{
	struct entries entries;
	unsigned long id;
	int fd;

	id = begin(arena, root, &fd);
	ok(write(fd, "end appl", 8) == 8, "an end that was cut short");
	(void)close(fd);
	entries = read_all(arena, root, 1);
	is_int(entries.items[0].state, ENTRY_OPEN, "is none");
	is_int(journal_mark(root, id, ENTRY_REVERTED), 0, "and does not spoil the next");
	entries = read_all(arena, root, 1);
	is_int((long long)entries.len, 1, "the entry is not damaged");
	is_int(entries.items[0].state, ENTRY_REVERTED, "and says how it ended");
}

static void test_empty_file(struct arena *arena, const struct root *root)
{
	struct entries before = read_all(arena, root, JOURNAL_ALL), after;
	struct diags diags = diags_in(arena);

	tree_file("var/lib/lowmemctl/journal/000080", "");
	is_int(journal_read(arena, root, JOURNAL_ALL, &diags, &after), 0, "read");
	is_int((long long)diags.warnings, 0, "an empty file is no damage");
	is_int((long long)after.len, (long long)before.len + 1, "but an entry");
	is_int(after.items[after.len - 1].state, ENTRY_RESTORED, "that wrote nothing");
}

/* A million entries on, names are no longer sorted as their numbers are. */
static void test_seven_digits(struct arena *arena, const struct root *root)
{
	int fd;

	tree_file("var/lib/lowmemctl/journal/999999", "");
	is_int((long long)begin(arena, root, &fd), 1000000, "the millionth");
	(void)close(fd);
	is_int((long long)begin(arena, root, &fd), 1000001, "and the one behind");
	(void)close(fd);
}

static void test_bad_file(struct arena *arena, const struct root *root)
{
	struct diags diags = diags_in(arena);
	struct entries before = read_all(arena, root, JOURNAL_ALL), after;

	tree_file("var/lib/lowmemctl/journal/000090", "garbage\n");
	tree_file("var/lib/lowmemctl/journal/README", "not an entry\n");
	is_int(journal_read(arena, root, JOURNAL_ALL, &diags, &after), 0,
	       "read all the same");
	is_int((long long)after.len, (long long)before.len,
	       "the damaged one is left out");
	is_int((long long)diags.warnings, 1, "and told, the stranger not");
}

static void test_room(struct arena *arena, const struct root *root)
{
	const struct plan none = { 0 };
	struct entries entries;
	int fd, wrong = 0;

	for (int i = 0; i < 120; i++) {
		(void)begin(arena, root, &fd);
		wrong += i > 0 && journal_end(arena, fd, ENTRY_APPLIED, &none, NULL) < 0;
		(void)close(fd);
	}
	is_int(wrong, 0, "all but the first are ended");
	entries = read_all(arena, root, JOURNAL_ALL);
	is_int((long long)entries.items[entries.len - 1].id, 210, "the newest are kept");
	is_int((long long)entries.items[entries.len - 100].id, 111, "a hundred of them");
	is_int((long long)entries.items[entries.len - 101].id, 91,
	       "and one that is open");
	is_int(entries.items[entries.len - 101].state, ENTRY_OPEN, "however old");
}

int main(void)
{
	cleanup(arena_freep) struct arena *arena = arena_new((size_t)64 << 20);
	struct root root;

	tree_begin();
	is_int(root_init(&root, tree), 0, "root");
	test_parse(arena);
	test_files(arena);
	test_process(arena);
	test_cut(arena);
	test_damaged(arena);
	test_newer(arena);
	test_process_life(arena, &root);
	test_life(arena, &root);
	test_reboot(arena, &root);
	test_cut_end(arena, &root);
	test_empty_file(arena, &root);
	test_bad_file(arena, &root);
	test_room(arena, &root);
	test_seven_digits(arena, &root);
	root_done(&root);
	tree_end();
	return done();
}
