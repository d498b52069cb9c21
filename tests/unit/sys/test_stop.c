/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sys/stop.h"

#include "tap.h"

static volatile sig_atomic_t delivered;

static void count(int signal)
{
	(void)signal;
	delivered++;
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
	stop_hold(&stop);
	(void)raise(SIGPIPE);
	stop_release(&stop, true);
	ok(true, "SIGPIPE does not kill meanwhile");
	return done();
}
