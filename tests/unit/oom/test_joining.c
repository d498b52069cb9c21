/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oom/joining.h"

#include <errno.h>
#include <stdlib.h>

#include "oom/fields.h"
#include "tap.h"

#define MOST 16

/* What came out of it, as text. */
struct got {
	struct {
		struct logical logical;
		char text[JOINED_MOST + 1], tight[JOINED_MOST + 1], when[JOINED_WHEN + 1];
		bool same;
	} items[MOST];
	size_t len;
	int answer;
};

static void put(char *to, struct span from)
{
	(void)memcpy(to, from.at, from.len);
	to[from.len] = '\0';
}

static int take(void *data, const struct logical *logical)
{
	struct got *got = data;

	if (got->len == MOST)
		abort();
	got->items[got->len].logical = *logical;
	got->items[got->len].same = logical->text.at == logical->tight.at;
	put(got->items[got->len].text, logical->text);
	put(got->items[got->len].tight, logical->tight);
	put(got->items[got->len].when, logical->when);
	got->len++;
	return got->answer;
}

/* @text's lines, numbered from 100 on. */
static int join(struct got *got, const char *text)
{
	static struct joining joining;
	struct span rest = span_of(text), line;
	uint64_t number = 100;
	int r = 0;

	got->len = 0;
	joining = (struct joining){ .take = take, .data = got };
	while (r == 0 && span_until(&rest, '\n', &line))
		r = joining_line(&joining, line, number++);
	return r < 0 ? r : joining_flush(&joining);
}

struct want {
	const char *text; /* NULL: no more */
	enum shape_kind kind;
	uint64_t number;
	const char *tight; /* NULL: the same */
};

static void is_joined(const char *name, const char *text, const struct want want[])
{
	static struct got got;
	size_t len = 0;

	got.answer = 0;
	is_int(join(&got, text), 0, "%s", name);
	while (want[len].text)
		len++;
	is_int((long long)got.len, (long long)len, "lines of the kernel's");
	for (size_t i = 0; i < len && i < got.len; i++) {
		is_str(got.items[i].text, want[i].text, "text");
		is_int(got.items[i].logical.shape.kind, want[i].kind, "shape");
		is_int((long long)got.items[i].logical.number, (long long)want[i].number,
		       "number");
		is_str(got.items[i].tight, want[i].tight ? want[i].tight : want[i].text,
		       "tight");
	}
}

static void test_whole(void)
{
	is_joined("lines with times",
		  "[ 1.000001] Mem-Info:\n"
		  "[ 1.000002] nothing of it\n"
		  "[ 1.000003] Normal free:44kB min:4kB\r\n",
		  (const struct want[]){
			  { "[ 1.000001] Mem-Info:", SHAPE_MEM_INFO, 100, NULL },
			  { "[ 1.000002] nothing of it", SHAPE_NONE, 101, NULL },
			  { "[ 1.000003] Normal free:44kB min:4kB", SHAPE_ZONE, 102,
			    NULL },
			  { 0 } });
	is_joined("lines that each begin a message",
		  "Mem-Info:\nNormal free:44kB min:4kB\n",
		  (const struct want[]){
			  { "Mem-Info:", SHAPE_MEM_INFO, 100, NULL },
			  { "Normal free:44kB min:4kB", SHAPE_ZONE, 101, NULL },
			  { 0 } });
	is_joined("nothing", "", (const struct want[]){ { 0 } });
	is_joined("empty lines", "\n\r\n> >\n   \n", (const struct want[]){ { 0 } });
}

static void test_wrapped(void)
{
	is_joined(
		"wrapped by a mail program",
		"> Normal free:44kB min:4kB low:5kB\n> high:6kB present:7kB\n> Mem-Info:",
		(const struct want[]){
			{ "> Normal free:44kB min:4kB low:5kB high:6kB present:7kB",
			  SHAPE_ZONE, 100,
			  "> Normal free:44kB min:4kB low:5kBhigh:6kB present:7kB" },
			{ "> Mem-Info:", SHAPE_MEM_INFO, 102, NULL },
			{ 0 } });
	is_joined("an empty line ends it", "Normal free:44kB min:4kB\n\nhigh:6kB\n",
		  (const struct want[]){
			  { "Normal free:44kB min:4kB", SHAPE_ZONE, 100, NULL },
			  { "high:6kB", SHAPE_NONE, 102, NULL },
			  { 0 } });
	is_joined("a time ends it", "Normal free:44kB\n[ 1.000001] min:4kB\n",
		  (const struct want[]){ { "Normal free:44kB", SHAPE_ZONE, 100, NULL },
					 { "[ 1.000001] min:4kB", SHAPE_NONE, 101, NULL },
					 { 0 } });
	is_joined("within a word", "Killed process 5 (my\nsqld) total-vm:1kB\n",
		  (const struct want[]){ { "Killed process 5 (my sqld) total-vm:1kB",
					   SHAPE_KILL, 100,
					   "Killed process 5 (mysqld) total-vm:1kB" },
					 { 0 } });
	is_joined("with the blank still there", "Normal free:44kB \nmin:4kB\n",
		  (const struct want[]){
			  { "Normal free:44kB min:4kB", SHAPE_ZONE, 100, NULL }, { 0 } });
	is_joined("three lines", "Normal\nfree:44kB\nmin:4kB\n",
		  (const struct want[]){ { "Normal free:44kB min:4kB", SHAPE_ZONE, 100,
					   "Normalfree:44kBmin:4kB" },
					 { 0 } });
}

/* Wrapped before the words that show which message it is. */
static void test_beginnings(void)
{
	is_joined("a name", "VM: killing process\nnamed\n",
		  (const struct want[]){ { "VM: killing process named", SHAPE_VM_KILL,
					   100, "VM: killing processnamed" },
					 { 0 } });
	is_joined("a line that a name ends", "VM: killing process named\n[...]",
		  (const struct want[]){
			  { "VM: killing process named", SHAPE_VM_KILL, 100, NULL },
			  { "[...]", SHAPE_NONE, 101, NULL },
			  { 0 } });
	is_joined("behind the node", "Node 0\nDMA32 free:44kB min:4kB\n",
		  (const struct want[]){ { "Node 0 DMA32 free:44kB min:4kB", SHAPE_ZONE,
					   100, "Node 0DMA32 free:44kB min:4kB" },
					 { 0 } });
	is_joined("behind the node of a free list", "x Node 12 \nDMA32: 1*4kB\n",
		  (const struct want[]){
			  { "x Node 12 DMA32: 1*4kB", SHAPE_BLOCKS, 100, NULL }, { 0 } });
	is_joined("no node", "Node\nDMA32: 1*4kB\n",
		  (const struct want[]){ { "Node", SHAPE_NONE, 100, NULL },
					 { "DMA32: 1*4kB", SHAPE_BLOCKS, 101, NULL },
					 { 0 } });
	is_joined("behind \"invoked\"",
		  "bash invoked\noom-killer: gfp_mask=0xd0, order=0\n",
		  (const struct want[]){
			  { "bash invoked oom-killer: gfp_mask=0xd0, order=0",
			    SHAPE_INVOKED, 100,
			    "bash invokedoom-killer: gfp_mask=0xd0, order=0" },
			  { 0 } });
	is_joined("a header of old", "what was\noom-killer: gfp_mask=0xd0\n",
		  (const struct want[]){
			  { "what was", SHAPE_NONE, 100, NULL },
			  { "oom-killer: gfp_mask=0xd0", SHAPE_HEADER, 101, NULL },
			  { 0 } });
	is_joined("within the first word", "Mem-In\nfo:\n",
		  (const struct want[]){
			  { "Mem-Info:", SHAPE_MEM_INFO, 100, "Mem-Info:" }, { 0 } });
	is_joined("between the first words", "Killed\nprocess 5 (a)\n",
		  (const struct want[]){ { "Killed process 5 (a)", SHAPE_KILL, 100,
					   "Killedprocess 5 (a)" },
					 { 0 } });
}

static void test_stack(void)
{
	is_joined("a stack", "Call Trace:\n dump+0x34/0x44\n[<c0123>] out\nplain\n",
		  (const struct want[]){ { "Call Trace:", SHAPE_KNOWN, 100, NULL },
					 { " dump+0x34/0x44", SHAPE_NONE, 101, NULL },
					 { "[<c0123>] out plain", SHAPE_NONE, 102,
					   "[<c0123>] outplain" },
					 { 0 } });
}

static void test_in_words(void)
{
	is_joined("rsyslog",
		  "Jun 10 13:33:11 h kernel: Mem-Info:#012Normal free:44kB#012 min:4kB",
		  (const struct want[]){ { "Jun 10 13:33:11 h kernel: Mem-Info:",
					   SHAPE_MEM_INFO, 100, NULL },
					 { "Normal free:44kB min:4kB", SHAPE_ZONE, 100,
					   "Normal free:44kBmin:4kB" },
					 { 0 } });
	is_joined("kmsg",
		  "4,1,5678901,-;Mem-Info:\\x0aNormal free:44kB#012DMA free:1kB\\x0a",
		  (const struct want[]){
			  { "4,1,5678901,-;Mem-Info:", SHAPE_MEM_INFO, 100, NULL },
			  { "Normal free:44kB", SHAPE_ZONE, 100, NULL },
			  { "DMA free:1kB", SHAPE_ZONE, 100, NULL },
			  { 0 } });
	is_joined("no newline", "Normal free:44kB #01 \\x0 #\n",
		  (const struct want[]){
			  { "Normal free:44kB #01 \\x0 #", SHAPE_ZONE, 100, NULL },
			  { 0 } });
}

static void test_glued(void)
{
	is_joined("glued to another, with its time",
		  "[ 1.000001] Swap cache: race 0+4[4325.461] Free swap  = 3kB\n",
		  (const struct want[]){
			  { "[ 1.000001] Swap cache: race 0+4", SHAPE_KNOWN, 100, NULL },
			  { "[4325.461] Free swap  = 3kB", SHAPE_SWAP, 100, NULL },
			  { 0 } });
	is_joined(
		"several, each with its time",
		"[ 1.000001] Killed process 5 (a)[ 2.000001] Killed process 6 (b)[ 3.000001] "
		"Killed process 7 (c)\n",
		(const struct want[]){
			{ "[ 1.000001] Killed process 5 (a)", SHAPE_KILL, 100, NULL },
			{ "[ 2.000001] Killed process 6 (b)", SHAPE_KILL, 100, NULL },
			{ "[ 3.000001] Killed process 7 (c)", SHAPE_KILL, 100, NULL },
			{ 0 } });
	is_joined(
		"lines about victims, with a blank between",
		"Out of memory: Kill process 5 (a) score 3 or sacrifice child Killed process 6 "
		"(kill process) total-vm:1kB, anon-rss:2kB oom-kill:constraint=CONSTRAINT_NONE,"
		"task=b,pid=7,uid=0 Memory cgroup out of memory: Killed process 7 (b)\n",
		(const struct want[]){
			{ "Out of memory: Kill process 5 (a) score 3 or sacrifice child ",
			  SHAPE_KILL, 100, NULL },
			{ "Killed process 6 (kill process) total-vm:1kB, anon-rss:2kB ",
			  SHAPE_KILL, 100, NULL },
			{ "oom-kill:constraint=CONSTRAINT_NONE,task=b,pid=7,uid=0 ",
			  SHAPE_CONSTRAINT, 100, NULL },
			{ "Memory cgroup out of memory: Killed process 7 (b)", SHAPE_KILL,
			  100, NULL },
			{ 0 } });
	is_joined(
		"lines about victims, with nothing between",
		"Killed process 5 (a)Out of memory: kill process 6 (b) score 7 or a childKilled "
		"process 6 (b) total-vm:1kB, oom_score_adj:0oom-kill:constraint=CONSTRAINT_NONE,"
		"task=Killed process,pid=7,uid=0Out of Memory: Killed process 7 (Killed proc).\n",
		(const struct want[]){
			{ "Killed process 5 (a)", SHAPE_KILL, 100, NULL },
			{ "Out of memory: kill process 6 (b) score 7 or a child",
			  SHAPE_KILL, 100, NULL },
			{ "Killed process 6 (b) total-vm:1kB, oom_score_adj:0",
			  SHAPE_KILL, 100, NULL },
			{ "oom-kill:constraint=CONSTRAINT_NONE,task=Killed process,pid=7,uid=0",
			  SHAPE_CONSTRAINT, 100, NULL },
			{ "Out of Memory: Killed process 7 (Killed proc).", SHAPE_KILL,
			  100, NULL },
			{ 0 } });
	is_joined(
		"the end of one before the next",
		"> Memory cgroup out of memory: kill process 5 (a) score 3 or a\n"
		">  child Killed process 5 (a) vsz:1kB, anon-rss:2kB,\n"
		">  file-rss:3kB Memory cgroup out of memory: kill process 6\n"
		">  (b) score 3 or a child Killed process 7 (c)\n",
		(const struct want[]){
			{ "> Memory cgroup out of memory: kill process 5 (a) score 3 or a child ",
			  SHAPE_KILL, 100,
			  "> Memory cgroup out of memory: kill process 5 (a) score 3 or achild " },
			{ "Killed process 5 (a) vsz:1kB, anon-rss:2kB, file-rss:3kB ",
			  SHAPE_KILL, 101,
			  "Killed process 5 (a) vsz:1kB, anon-rss:2kB,file-rss:3kB " },
			{ "Memory cgroup out of memory: kill process 6 (b) score 3 or a child ",
			  SHAPE_KILL, 102,
			  "Memory cgroup out of memory: kill process 6(b) score 3 or a child " },
			{ "Killed process 7 (c)", SHAPE_KILL, 103, NULL },
			{ 0 } });
	is_joined(
		"glued to what syslog wrote",
		"Jun  9 13:33:11 h kernel: [  813]     0   813 12 3 a   Jun  9 13:33:12 h kernel: "
		"Mem-Info:Jun 10 13:33:12 h kernel: Free swap  = 3kB\n",
		(const struct want[]){
			{ "Jun  9 13:33:11 h kernel: [  813]     0   813 12 3 a   ",
			  SHAPE_TASK, 100, NULL },
			{ "Jun  9 13:33:12 h kernel: Mem-Info:", SHAPE_MEM_INFO, 100,
			  NULL },
			{ "Jun 10 13:33:12 h kernel: Free swap  = 3kB", SHAPE_SWAP, 100,
			  NULL },
			{ 0 } });
	is_joined("words that only look it",
		  "Mem-Info: 1 kernel: x\nFree swap  = 3kB on Jun 10 13:33 h kernel: x\n",
		  (const struct want[]){
			  { "Mem-Info: 1 kernel: x", SHAPE_MEM_INFO, 100, NULL },
			  { "Free swap  = 3kB on Jun 10 13:33 h kernel: x", SHAPE_SWAP,
			    101, NULL },
			  { 0 } });
	is_joined("glued to what is none",
		  "[ 1.000001] usb 1-1[4325.461] Free swap  = 3kB\n",
		  (const struct want[]){
			  { "[ 1.000001] usb 1-1[4325.461] Free swap  = 3kB", SHAPE_SWAP,
			    100, NULL },
			  { 0 } });
}

static void test_foreign(void)
{
	is_joined(
		"another program",
		"Jun 10 13:33:11 h app[813]: Out of memory: Killed process 5 (a)\n",
		(const struct want[]){
			{ "Jun 10 13:33:11 h app[813]: Out of memory: Killed process 5 (a)",
			  SHAPE_NONE, 100, NULL },
			{ 0 } });
}

static void test_prefix(void)
{
	static struct got got;

	got.answer = 0;
	is_int(join(&got, "Jun 10 13:33:11 h kernel: [ 1.000001][ T5] Mem-Info:\n"
			  "2 Time(s): Mem-Info:\n"
			  "Jun 10 13:33:12 h bash invoked oom-killer: gfp_mask=0xd0\n"),
	       0, "prefixes");
	is_int((long long)got.len, 3, "three lines");
	is_str(got.items[0].when, "Jun 10 13:33:11", "time");
	is_int(got.items[0].logical.caller, 11, "caller");
	is_int((long long)got.items[0].logical.prefix_len, 43, "where the prefix ends");
	is_int((long long)got.items[0].logical.shape.at, 43, "where the message begins");
	ok(!got.items[0].logical.counted, "in order of time");
	ok(got.items[0].same, "whole");
	ok(got.items[1].logical.counted, "of a sorted list");
	is_str(got.items[1].when, "", "no time");
	is_int(got.items[1].logical.caller, 0, "no caller");
	is_int((long long)got.items[2].logical.prefix_len, 18, "a host");
}

/* A message that begins late in a long line is taken with what stands right before it. */
static void test_late(void)
{
	static struct got got;
	static char text[5 * JOINED_MOST];

	got.answer = 0;
	(void)memset(text, '.', sizeof(text));
	put(text + 3 * JOINED_MOST,
	    span_of(" bash invoked oom-killer: gfp_mask=0xd0, order=0\n"));
	is_int(join(&got, text), 0, "a message in a long line");
	is_int((long long)got.len, 1, "is one");
	is_int(got.items[0].logical.shape.kind, SHAPE_INVOKED, "and known");
	is_int((long long)got.items[0].logical.shape.at, 512, "with some words before");
	is_int((long long)got.items[0].logical.prefix_len, 0, "without a prefix");
	is_str(got.items[0].text + 506,
	       " bash invoked oom-killer: gfp_mask=0xd0, order=0", "text");
	(void)memset(text, '>', sizeof(text));
	put(text + 3 * JOINED_MOST, span_of(" anon 4096\n"));
	is_int(join(&got, text), 0, "nothing but quotes");
	is_int((long long)strlen(got.items[0].text), JOINED_MOST, "is cut");
	is_int((long long)got.items[0].logical.prefix_len, JOINED_MOST, "is all prefix");
	(void)memset(text, '>', sizeof(text));
	put(text + 3 * JOINED_MOST, span_of(" Mem-Info:\n"));
	is_int(join(&got, text), 0, "a message behind such");
	is_int((long long)got.items[0].logical.prefix_len, 512, "is what is left of it");
	(void)memset(text, '.', sizeof(text));
	(void)memcpy(text, "[ 1.000001] Mem-Info: ", 22);
	put(text + 3 * JOINED_MOST, span_of("[ 2.000001] Mem-Info:\n"));
	is_int(join(&got, text), 0, "glued far behind");
	is_int((long long)got.len, 2, "are two");
	(void)memset(text, '.', sizeof(text));
	(void)memcpy(text, "Free swap  = 3kB[ 2.000001] ", 28);
	put(text + 3 * JOINED_MOST, span_of(" Mem-Info:\n"));
	is_int(join(&got, text), 0, "glued, and far behind in that");
	is_int((long long)got.items[1].logical.shape.at, 512, "is found there");
}

/* No line is too long, and none has too many parts. */
static void test_long(void)
{
	static struct got got;
	static char text[3 * JOINED_MOST];
	size_t len = 0;

	got.answer = 0;
	(void)memset(text, 'x', sizeof(text));
	(void)memcpy(text, "Mem-Info: ", 10);
	text[JOINED_MOST + 5] = '\n';
	text[sizeof(text) - 1] = '\0';
	is_int(join(&got, text), 0, "long lines");
	is_int((long long)got.len, 1, "one message");
	is_int((long long)strlen(got.items[0].text), JOINED_MOST, "is cut");
	is_int(got.items[0].logical.shape.kind, SHAPE_MEM_INFO, "and known");
	/* The same, filled up to the last byte but one, and then a blank. */
	(void)memset(text, 'x', sizeof(text));
	(void)memcpy(text, "Mem-Info: ", 10);
	text[JOINED_MOST - 1] = '\n';
	text[JOINED_MOST + 50] = '\0';
	is_int(join(&got, text), 0, "a blank fills it");
	is_int((long long)strlen(got.items[0].text), JOINED_MOST, "to the brim");
	is_int((long long)strlen(got.items[0].tight), JOINED_MOST - 1, "less the blank");
	for (size_t i = 0; i < 2 * JOINED_BREAKS; i++) {
		(void)memcpy(text + len, i == 0 ? "Mem-Info:\n" : "xy\n",
			     i == 0 ? 10 : 3);
		len += i == 0 ? 10 : 3;
	}
	text[len] = '\0';
	is_int(join(&got, text), 0, "many parts");
	is_int((long long)got.len, 2, "what is too much begins anew");
	is_int((long long)strlen(got.items[0].text), 9 + 3 * JOINED_BREAKS,
	       "as many as fit");
	is_int((long long)got.items[1].logical.number, 100 + JOINED_BREAKS + 1,
	       "and the next");
}

static void test_error(void)
{
	static struct got got;

	got.answer = -ENOMEM;
	is_int(join(&got, "Mem-Info:\nMem-Info:\nMem-Info:\n"), -ENOMEM,
	       "an error is told");
	is_int((long long)got.len, 1, "at once");
	is_int(join(&got, "Mem-Info:\n"), -ENOMEM, "of the last line, too");
	is_int(join(&got, "Mem-Info:\n\nMem-Info:\n"), -ENOMEM, "of an empty one");
	is_int((long long)got.len, 1, "at once");
}

int main(void)
{
	test_whole();
	test_wrapped();
	test_beginnings();
	test_stack();
	test_in_words();
	test_glued();
	test_foreign();
	test_prefix();
	test_late();
	test_long();
	test_error();
	return done();
}
