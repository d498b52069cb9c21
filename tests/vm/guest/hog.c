/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hog - uses up one kind of memory, in a machine that is to run out of it.
 *
 * A kind goes on until it has what it was asked for, cannot have more, or is
 * killed. Links to this program give its processes the names that they should
 * have in a report.
 */
#define _FILE_OFFSET_BITS 64
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB	 (1L << 20)
#define PAGE	 4096
#define BIND	 2 /* MPOL_BIND of linux/mempolicy.h */
#define PER_DIR	 1000
#define PATIENCE 30000000 /* us */

static const char usage[] =
	"Usage: hog [-p] [-a ADJ] [-u UID] [-n NODE] KIND [ARG]...\n"
	"  -p       stay when done\n"
	"  -a ADJ   have this oom_score_adj\n"
	"  -u UID   be this user\n"
	"  -n NODE  take memory of this node only\n"
	"Kinds:\n"
	"  anon MIB [THREADS]    memory of its own, and so many threads\n"
	"  shared MIB CHILDREN   memory that its children have, too\n"
	"  locked MIB            memory that is locked\n"
	"  file PATH MIB         write a file\n"
	"  read PATH MIB         read a file, and keep it open\n"
	"  files DIR N           make N empty files\n"
	"  sockets MIB           data that was sent, and nobody reads; until the first kill\n"
	"  forks N               children that sleep\n"
	"  threads N             threads that sleep\n"
	"  tables MIB N          N children, with a page of each 2 MiB of memory that all share\n"
	"  pipes MIB             pipes, until that much is free, and then half of these closed\n"
	"  huge MIB              huge pages of the pool\n"
	"  control BYTES         a message that the kernel needs in one piece\n"
	"  storm N ROUNDS        N children at a time, which look how long they have its value\n"
	"  press KILLS           all that there is, until so many were killed\n";

static void die(const char *what)
{
	fprintf(stderr, "hog: %s: %s\n", what, strerror(errno));
	exit(1);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
}

static long number(const char *text)
{
	char *end;
	long ret;

	errno = 0;
	ret = strtol(text, &end, 10);
	if (errno || end == text || *end)
		die(text);
	return ret;
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static void allow(int what, rlim_t n)
{
	struct rlimit limit = { n, n };

	if (setrlimit(what, &limit))
		die("setrlimit");
}

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static char *map(long mib, int flags)
{
	void *ret = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE, flags, -1, 0);

	if (ret == MAP_FAILED)
		die("mmap");
	return ret;
}

static char *take(long mib, int flags, long step)
{
	char *ret = map(mib, flags | MAP_ANONYMOUS | MAP_NORESERVE);

	for (long i = 0; i < mib * MIB; i += step)
		((volatile char *)ret)[i] = 1;
	return ret;
}

static void *sleeper(void *unused)
{
	sleep_for_ever();
	return unused;
}

static long start_threads(long n)
{
	pthread_attr_t attr;
	pthread_t thread;
	long i = 0;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 2 * PTHREAD_STACK_MIN);
	while (i < n && pthread_create(&thread, &attr, sleeper, NULL) == 0)
		i++;
	return i;
}

static void anon(char **args)
{
	start_threads(args[1] ? number(args[1]) : 0);
	take(number(args[0]), MAP_PRIVATE, PAGE);
	say("hog: %s MiB\n", args[0]);
}

static void shared(char **args)
{
	long mib = number(args[0]);
	volatile char *memory = take(mib, MAP_SHARED, PAGE);

	for (long i = 0; i < number(args[1]); i++) {
		if (fork() != 0)
			continue;
		for (long at = 0; at < mib * MIB; at += PAGE)
			(void)memory[at];
		sleep_for_ever();
	}
	say("hog: %ld MiB for all\n", mib);
}

static void locked(char **args)
{
	mlock(take(number(args[0]), MAP_PRIVATE, PAGE), (size_t)number(args[0]) * MIB);
	say("hog: %s MiB locked\n", args[0]);
}

static void file(char **args)
{
	static char data[MIB];
	int fd = open(args[0], O_CREAT | O_WRONLY, 0644);
	long i = 0;

	if (fd < 0)
		die(args[0]);
	memset(data, 1, sizeof(data));
	while (i < number(args[1]) && write(fd, data, sizeof(data)) == sizeof(data))
		i++;
	say("hog: %ld MiB written\n", i);
}

static void read_file(char **args)
{
	static char data[MIB];
	int fd = open(args[0], O_RDONLY);
	long i = 0;

	if (fd < 0)
		die(args[0]);
	while (i < number(args[1]) && read(fd, data, sizeof(data)) > 0)
		i++;
	say("hog: %ld MiB read\n", i);
}

static void files(char **args)
{
	char path[PATH_MAX];
	long n = number(args[1]), i;
	int fd = 0;

	for (i = 0; i < n && fd >= 0; i++) {
		snprintf(path, sizeof(path), "%s/%ld", args[0], i / PER_DIR);
		if (i % PER_DIR == 0 && mkdir(path, 0755))
			break;
		snprintf(path, sizeof(path), "%s/%ld/%ld", args[0], i / PER_DIR, i);
		fd = open(path, O_CREAT | O_WRONLY, 0644);
		close(fd);
		if (i % (10 * PER_DIR) == 0)
			say("hog: %ld files\n", i);
	}
	say("hog: %ld files, %s\n", i, i < n ? "no more" : "all");
}

/* How many processes the OOM killer has taken since the boot. */
static long kills(void)
{
	static char text[32768];
	static int fd = -1;
	const char *at;

	if (fd < 0)
		fd = open("/proc/vmstat", O_RDONLY);
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("vmstat");
	at = strstr(text, "\noom_kill ");
	return at ? strtol(at + strlen("\noom_kill "), NULL, 10) : 0;
}

/* How far it is, in the first line of a file: needs no memory, and is there when it is killed. */
static void note(long long bytes, const char *more)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "hog: %6lld MiB unread%s\n", bytes / MIB,
			   more);

	if (pwrite(STDOUT_FILENO, text, (size_t)len, 0) < 0)
		die("output is no file");
}

/* Fills pairs with what nobody reads, to which the kernel sets no limit but their number. */
static void sockets(char **args)
{
	static char data[65536];
	long long most = number(args[0]) * (long long)MIB, bytes = 0;
	ssize_t got;
	int pair[2];

	allow(RLIMIT_NOFILE, 1 << 18);
	note(0, "     ");
	while (bytes < most && kills() == 0 &&
	       socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0) {
		while ((got = write(pair[0], data, sizeof(data))) > 0)
			bytes += got;
		note(bytes, "");
	}
	note(bytes, " done");
}

static void forks(char **args)
{
	long n = number(args[0]), i = 0;
	pid_t pid;

	allow(RLIMIT_NPROC, RLIM_INFINITY);
	while (i < n && (pid = fork()) >= 0) {
		if (pid == 0)
			sleep_for_ever();
		if (++i % 100 == 0)
			say("hog: %ld processes\n", i);
	}
	say("hog: %ld processes, %s\n", i, i < n ? "no more" : "all");
}

static void threads(char **args)
{
	allow(RLIMIT_NPROC, RLIM_INFINITY);
	say("hog: %ld threads\n", start_threads(number(args[0])));
}

static void tables(char **args)
{
	long mib = number(args[0]);
	volatile char *memory = take(mib, MAP_SHARED, 2 * MIB);

	for (long i = 0; i < number(args[1]); i++) {
		if (fork() != 0)
			continue;
		for (long at = 0; at < mib * MIB; at += 2 * MIB)
			memory[at] = 1;
		sleep_for_ever();
	}
	say("hog: tables of %ld MiB\n", mib);
}

static long free_mib(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo");
	return (long)((unsigned long long)info.freeram * info.mem_unit / MIB);
}

/* Two pipes in turn, so that neighbours in memory are not of the same one. */
static int fill_pipes(void)
{
	static char page[PAGE];
	int pairs[2][2];

	for (int i = 0; i < 2; i++) {
		if (pipe2(pairs[i], O_NONBLOCK) ||
		    fcntl(pairs[i][1], F_SETPIPE_SZ, 64 * PAGE) < 0)
			return -1;
	}
	for (int i = 0; i < 128; i++) {
		if (write(pairs[i & 1][1], page, sizeof(page)) < 0)
			return -1;
	}
	return pairs[1][1];
}

static void pipes(char **args)
{
	int last = 0, fd = 0;

	allow(RLIMIT_NOFILE, 1 << 17);
	while (free_mib() > number(args[0]) && fd >= 0) {
		fd = fill_pipes();
		last = fd < 0 ? last : fd;
	}
	/* Descriptors 3 and 4 are a pipe, 5 and 6 its neighbour, and so on. */
	for (fd = 5; fd <= last; fd += 4) {
		close(fd);
		close(fd + 1);
	}
	say("hog: half of the pipes closed\n");
}

static void huge(char **args)
{
	char *memory = map(number(args[0]), MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB);

	for (long i = 0; i < number(args[0]) * MIB; i += 2 * MIB)
		((volatile char *)memory)[i] = 1;
	say("hog: %s MiB of huge pages\n", args[0]);
}

static void control(char **args)
{
	struct msghdr message = { .msg_controllen = (size_t)number(args[0]) };
	struct iovec data = { "", 1 };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
		die("socketpair");
	message.msg_iov = &data;
	message.msg_iovlen = 1;
	message.msg_control = calloc(1, message.msg_controllen);
	/* Where there is memory, the kernel finds nothing in it but zeros: EINVAL. */
	sendmsg(pair[0], &message, 0);
	say("hog: sent: %s\n", strerror(errno));
}

static long own_adj(void)
{
	char text[16] = "";
	int fd = open("/proc/self/oom_score_adj", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		die("oom_score_adj");
	close(fd);
	return strtol(text, NULL, 10);
}

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)(now.tv_sec % 1000 * 1000000 + now.tv_nsec / 1000);
}

/* A program that a storm started: how long it has the value of its parent, which it has by the fork;
 * at the place that is its, in the file of all. */
static void child(char **args)
{
	long adj = number(args[0]), began = number(args[1]), took;

	while (own_adj() == adj && microseconds() - began < PATIENCE)
		usleep(200000);
	took = microseconds() - began;
	if (pwrite(STDIN_FILENO, &took, sizeof(took),
		   number(args[2]) * (long)sizeof(took)) < 0)
		die("result");
}

static void start_child(long adj, long i)
{
	char adj_text[24], began[24], place[24];

	snprintf(adj_text, sizeof(adj_text), "%ld", adj);
	snprintf(began, sizeof(began), "%ld", microseconds());
	snprintf(place, sizeof(place), "%ld", i);
	execl("/usr/bin/hog", "hog", "child", adj_text, began, place, NULL);
	die("exec");
}

static int compare(const void *a, const void *b)
{
	const long *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Waits to be protected, and counts from then on who else is, and for how long. */
static void storm(char **args)
{
	long n = number(args[0]), all = n * number(args[1]), lost = 0, adj;
	int fd = memfd_create("storm", 0);
	long *took, kept = 0;

	if (fd < 0 || ftruncate(fd, all * (long)sizeof(*took)) ||
	    dup2(fd, STDIN_FILENO) < 0)
		die("memfd");
	while ((adj = own_adj()) == 0)
		usleep(1000);
	for (long i = 0; i < all; i++) {
		if (fork() == 0)
			start_child(adj, i);
		if (i % n == n - 1) {
			while (wait(NULL) > 0)
				;
			lost += own_adj() != adj;
		}
	}
	took = mmap(NULL, (size_t)all * sizeof(*took), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE, fd, 0);
	for (long i = 0; i < all; i++)
		kept += took[i] == 0 || took[i] >= PATIENCE;
	qsort(took, (size_t)all, sizeof(*took), compare);
	say("hog: %ld children of one at %ld: p50 %ld p99 %ld max %ld us, kept %ld, parent lost it %ld times\n",
	    all, adj, took[all / 2], took[all * 99 / 100], took[all - 1], kept, lost);
}

/* Takes a MiB at a time, until there have been so many kills more. */
static void press(char **args)
{
	long until = kills() + number(args[0]), mib = 0;

	while (kills() < until) {
		take(1, MAP_PRIVATE, PAGE);
		mib++;
	}
	say("hog: %ld MiB taken\n", mib);
}

static const struct kind {
	const char *name;
	int least, most;
	void (*run)(char **args);
} kinds[] = {
	{ "anon", 1, 2, anon },	      { "shared", 2, 2, shared },
	{ "locked", 1, 1, locked },   { "file", 2, 2, file },
	{ "read", 2, 2, read_file },  { "files", 2, 2, files },
	{ "sockets", 1, 1, sockets }, { "forks", 1, 1, forks },
	{ "threads", 1, 1, threads }, { "tables", 2, 2, tables },
	{ "pipes", 1, 1, pipes },     { "huge", 1, 1, huge },
	{ "control", 1, 1, control }, { "storm", 2, 2, storm },
	{ "child", 3, 3, child },     { "press", 1, 1, press },
};

static const struct kind *find(const char *name, int args)
{
	for (size_t i = 0; name && i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0 && args >= kinds[i].least &&
		    args <= kinds[i].most)
			return &kinds[i];
	}
	fputs(usage, stderr);
	exit(2);
}

static void obey(int option)
{
	unsigned long mask;

	switch (option) {
	case 'a':
		put("/proc/self/oom_score_adj", optarg);
		break;
	case 'u':
		if (setgid((gid_t)number(optarg)) || setuid((uid_t)number(optarg)))
			die("setuid");
		break;
	case 'n':
		mask = 1UL << number(optarg);
		if (syscall(SYS_set_mempolicy, BIND, &mask, 8 * sizeof(mask)))
			die("set_mempolicy");
		break;
	default:
		fputs(usage, stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	int option, stay = 0;

	while ((option = getopt(argc, argv, "+pa:u:n:")) != -1) {
		if (option == 'p')
			stay = 1;
		else
			obey(option);
	}
	find(argv[optind], argc - optind - 1)->run(argv + optind + 1);
	if (stay)
		sleep_for_ever();
	return 0;
}
