/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render/out_zone.h"

#include "capture.h"
#include "json.h"
#include "render/out.h"
#include "state/zone.h"
#include "tap.h"

static const char *show(struct capture *got, const struct zone *zone)
{
	struct out out = out_to(capture(got, 0, false)->file);

	out_object(&out, NULL);
	out_zone_marks(&out, zone);
	out_zone_blocks(&out, zone);
	out_end_object(&out);
	is_int(out_finish(&out), 0, "is written");
	return captured(got);
}

int main(void)
{
	const struct zone full = {
		.name = "Normal",
		.free_kib = 12,
		.min_kib = 1,
		.low_kib = 2,
		.high_kib = 3,
		.managed_kib = 100,
		.reserve_kib = { 0, 8 },
		.classes = 2,
		.free_blocks = { 1, 1, 0 },
		.orders = 3,
	};
	const struct zone bare = { .name = "DMA",
				   .free_kib = -1,
				   .min_kib = -1,
				   .low_kib = -1,
				   .high_kib = -1,
				   .managed_kib = -1 };
	struct capture got;

	is_str(show(&got, &full),
	       "{\"zone\":\"Normal\",\"free_kib\":12,\"min_kib\":1,\"low_kib\":2,"
	       "\"high_kib\":3,\"boost_kib\":0,\"managed_kib\":100,\"cma_kib\":0,"
	       "\"reserve_kib\":[0,8],\"free_blocks\":[1,1,0],"
	       "\"unusable\":[0,333,1000],\"fragmentation\":[-1000,-1000,125],"
	       "\"largest_order\":1}\n",
	       "all of a zone");
	is_str(show(&got, &bare),
	       "{\"zone\":\"DMA\",\"free_kib\":null,\"min_kib\":null,\"low_kib\":null,"
	       "\"high_kib\":null,\"boost_kib\":0,\"managed_kib\":null,\"cma_kib\":0,"
	       "\"reserve_kib\":null,\"free_blocks\":null,\"unusable\":null,"
	       "\"fragmentation\":null,\"largest_order\":null}\n",
	       "a zone of which nothing is told");
	return done();
}
