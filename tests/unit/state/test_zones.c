/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "state/zones.h"

#include "tap.h"

/* RHEL 5: DMA32 is in the vector, and left out of the file. */
static const char rhel5[] = "Node 0, zone      DMA\n"
			    "  pages free     3032\n"
			    "        min      17\n"
			    "        present  4096\n"
			    "        protection: (0, 0, 880, 4080)\n"
			    "  pagesets\n"
			    "    cpu: 0 pcp: 0\n"
			    "              high:  0\n"
			    "Node 0, zone   Normal\n"
			    "  pages free     335\n"
			    "        present  225280\n"
			    "        protection: (0, 0, 0, 25600)\n"
			    "Node 0, zone  HighMem\n"
			    "  pages free     400000\n"
			    "        present  819200\n"
			    "        protection: (0, 0, 0, 0)\n";

/* Linux 6.1, i386: all zones, managed pages. */
static const char pae[] = "Node 0, zone      DMA\n"
			  "  per-node stats\n"
			  "      nr_inactive_anon 100\n"
			  "  pages free     3841\n"
			  "        boost    0\n"
			  "        present  3998\n"
			  "        managed  3842\n"
			  "        protection: (0, 730, 3945, 3945)\n"
			  "Node 0, zone   Normal\n"
			  "        present  223230\n"
			  "        managed  192512\n"
			  "        protection: (0, 0, 25727, 25727)\n"
			  "Node 0, zone  HighMem\n"
			  "        present  823296\n"
			  "        managed  823264\n"
			  "        protection: (0, 0, 0, 0)\n"
			  "Node 0, zone  Movable\n"
			  "        present  0\n"
			  "        managed  0\n"
			  "        protection: (0, 0, 0, 0)\n";

/* The same with `256 0 0 0` in the vector: nothing is protected. */
static const char unprotected[] = "Node 0, zone      DMA\n"
				  "        present  3998\n"
				  "        managed  3842\n"
				  "        protection: (0, 730, 3945, 3945)\n"
				  "Node 0, zone   Normal\n"
				  "        present  223230\n"
				  "        managed  192512\n"
				  "        protection: (0, 0, 0, 0)\n"
				  "Node 0, zone  HighMem\n"
				  "        present  823296\n"
				  "        managed  823264\n"
				  "        protection: (0, 0, 0, 0)\n";

static const char empty_zone[] = "Node 0, zone  Movable\n"
				 "        present  0\n"
				 "        managed  0\n"
				 "        protection: (0, 0, 0, 0)\n";

static const char amd64[] = "Node 0, zone    DMA32\n"
			    "        present  782312\n"
			    "        managed  765928\n"
			    "        protection: (0, 0, 8192, 8192, 8192)\n"
			    "Node 0, zone   Normal\n"
			    "        present  1048576\n"
			    "        managed  1000000\n"
			    "        protection: (0, 0, 0, 0, 0)\n"
			    "Node 1, zone   Normal\n"
			    "        present  1048576\n"
			    "        managed  1000000\n"
			    "        protection: (0, 0, 0, 0, 0)\n";

static void check(const char *name, const char *text, long long present, long long high,
		  int normal)
{
	const struct zones zones = zones_parse(span_of(text));

	is_int((long long)zones.present, present, "%s: pages", name);
	is_int((long long)zones.high_pages, high, "%s: HighMem", name);
	is_int(zones.normal_index, normal, "%s: Normal's element", name);
}

static void test_normal(void)
{
	is_int((long long)zones_parse(span_of(rhel5)).normal_pages, 225280,
	       "present, before 3.10");
	is_int((long long)zones_parse(span_of(pae)).normal_pages, 192512, "managed");
	is_int((long long)zones_parse(span_of(amd64)).normal_pages, 2000000,
	       "of all nodes");
}

int main(void)
{
	char whole[sizeof(unprotected) + sizeof(rhel5)];

	check("RHEL 5", rhel5, 4096 + 225280 + 819200, 819200, 2);
	check("6.1 PAE", pae, 3998 + 223230 + 823296, 823264, 1);
	check("x86-64", amd64, 782312 + 1048576 + 1048576, 0, -1);
	check("nothing protected, zones left out", unprotected, 3998 + 223230 + 823296,
	      823264, -1);
	(void)snprintf(whole, sizeof(whole), "%s%s", unprotected, empty_zone);
	check("nothing protected, all zones there", whole, 3998 + 223230 + 823296, 823264,
	      1);
	(void)snprintf(whole, sizeof(whole), "%s%s", rhel5, unprotected);
	check("two nodes", whole, 4096 + 225280 + 819200 + 3998 + 223230 + 823296,
	      819200 + 823264, 2);
	/* It is listed as it is present: that says nothing of those that are not. */
	check("a zone of which nothing is managed",
	      "Node 0, zone Normal\n present 7\n managed 7\n protection: (0, 0)\n"
	      "Node 0, zone HighMem\n present 5\n managed 0\n protection: (0, 0)\n",
	      12, 5, -1);
	check("nothing", "", 0, 0, -1);
	check("garbage", "Node 0, zone\nprotection: (\npresent\nmanaged x\n(((,,,\n", 0,
	      0, -1);
	check("a protection that is cut short", "Node 0, zone Normal\nprotection: (0, 0",
	      0, 0, -1);
	test_normal();
	return done();
}
