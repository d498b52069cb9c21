/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "knob/oomadj.h"

#include "tap.h"

#define NEVER 9999 /* no score shows as this */

/* Measured on 6.1; the stored ones are from the source of 2.6.39. */
static const struct {
	int adj, score, back;
	int first, last;	       /* the scores that show as adj */
	int stored_first, stored_last; /* before 3.7 */
} rows[] = {
	{ -17, -1000, -17, -1000, -1000, -1000, -1000 },
	{ -16, -941, -15, -999, -942, NEVER, NEVER },
	{ -15, -882, -14, -941, -883, NEVER, NEVER },
	{ -14, -823, -13, -882, -824, -999, -934 },
	{ -13, -764, -12, -823, -765, -933, -867 },
	{ -12, -705, -11, -764, -706, -866, -800 },
	{ -11, -647, -10, -705, -648, -799, -734 },
	{ -10, -588, -9, -647, -589, -733, -667 },
	{ -9, -529, -8, -588, -530, -666, -600 },
	{ -8, -470, -7, -529, -471, -599, -534 },
	{ -7, -411, -6, -470, -412, -533, -467 },
	{ -6, -352, -5, -411, -353, -466, -400 },
	{ -5, -294, -4, -352, -295, -399, -334 },
	{ -4, -235, -3, -294, -236, -333, -267 },
	{ -3, -176, -2, -235, -177, -266, -200 },
	{ -2, -117, -1, -176, -118, -199, -134 },
	{ -1, -58, 0, -117, -59, -133, -67 },
	{ 0, 0, 0, -58, 58, -66, 66 },
	{ 1, 58, 0, 59, 117, 67, 133 },
	{ 2, 117, 1, 118, 176, 134, 199 },
	{ 3, 176, 2, 177, 235, 200, 266 },
	{ 4, 235, 3, 236, 294, 267, 333 },
	{ 5, 294, 4, 295, 352, 334, 399 },
	{ 6, 352, 5, 353, 411, 400, 466 },
	{ 7, 411, 6, 412, 470, 467, 533 },
	{ 8, 470, 7, 471, 529, 534, 599 },
	{ 9, 529, 8, 530, 588, 600, 666 },
	{ 10, 588, 9, 589, 647, 667, 733 },
	{ 11, 647, 10, 648, 705, 734, 799 },
	{ 12, 705, 11, 706, 764, 800, 866 },
	{ 13, 764, 12, 765, 823, 867, 933 },
	{ 14, 823, 13, 824, 882, 934, 999 },
	{ 15, 1000, 15, 883, 1000, 1000, 1000 },
};

#define ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

/* Do just the scores from @first to @last show as @adj? */
static bool shows(int adj, struct kver kernel, int first, int last)
{
	for (int score = -1000; score <= 1000; score++) {
		bool inside = score >= first && score <= last;

		if ((oomadj_of_score(score, kernel) == adj) != inside)
			return false;
	}
	return true;
}

int main(void)
{
	is_int(ROWS, 33, "all values have a row");
	for (int i = 0; i < ROWS; i++) {
		int adj = rows[i].adj;

		is_int(oomadj_to_score(adj), rows[i].score, "oom_adj %d is written", adj);
		is_int(oomadj_of_score(rows[i].score, KVER_ANY), rows[i].back,
		       "oom_adj %d is read back", adj);
		ok(shows(adj, KVER(3, 7, 0), rows[i].first, rows[i].last),
		   "oom_adj %d shows for its scores", adj);
		ok(shows(adj, KVER(3, 6, 11), rows[i].stored_first, rows[i].stored_last),
		   "oom_adj %d shows for its scores before 3.7", adj);
	}
	ok(shows(14, KVER(6, 18, 0), 824, 882) && shows(14, KVER(2, 6, 36), 934, 999),
	   "today, and in the first kernel that had both");
	return done();
}
