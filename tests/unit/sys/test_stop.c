/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/stop.h"

#include "tap.h"

static volatile sig_atomic_t delivered;

static void count(int signal)
{
	(void)signal;
	delivered++;
}

/* nohup(1) and background jobs ignore some; whoever blocks one answers it. */
static void test_of_others(void)
{
	const struct sigaction ignoring = { .sa_handler = SIG_IGN };
	sigset_t blocked;
	struct stop stop;

	(void)sigaction(SIGHUP, &ignoring, NULL);
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGQUIT);
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL);
	stop_hold(&stop);
	(void)raise(SIGHUP);
	ok(!stop_asked(&stop), "an ignored signal asks for nothing");
	(void)raise(SIGQUIT);
	ok(!stop_asked(&stop), "nor does one that was blocked before");
	(void)raise(SIGTERM);
	ok(stop_asked(&stop), "others do");
	stop_release(&stop, true);
	(void)sigpending(&blocked);
	ok(sigismember(&blocked, SIGQUIT) == 1, "the blocked one is left to its owner");
	(void)sigprocmask(SIG_SETMASK, NULL, &blocked);
	ok(sigismember(&blocked, SIGQUIT) == 1 && sigismember(&blocked, SIGTERM) == 0,
	   "the mask is as it was");
}

static void test_pipe(void)
{
	struct sigaction action;
	struct stop stop;

	stop_hold(&stop);
	(void)raise(SIGPIPE);
	stop_release(&stop, true);
	(void)sigaction(SIGPIPE, NULL, &action);
	ok(action.sa_handler == SIG_DFL,
	   "SIGPIPE does not kill meanwhile, and may again");
}

int main(void)
{
	const struct sigaction counting = { .sa_handler = count };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct stop stop;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		(void)sigaction(signals[i], &counting, NULL);
		delivered = 0;
		stop_hold(&stop);
		ok(!stop_asked(&stop), "signal %d: nothing yet", signals[i]);
		(void)raise(signals[i]);
		ok(stop_asked(&stop) && delivered == 0, "signal %d: held back, and seen",
		   signals[i]);
		stop_release(&stop, true);
		is_int(delivered, 0, "signal %d: taken away when answered", signals[i]);
		stop_hold(&stop);
		(void)raise(signals[i]);
		stop_release(&stop, false);
		is_int(delivered, 1, "signal %d: delivered when not", signals[i]);
	}
	test_pipe();
	test_of_others();
	return done();
}
