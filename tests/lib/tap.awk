# SPDX-License-Identifier: GPL-2.0-or-later
#
# Judges what one TAP producer said: prints each failure in full and the reason
# of each skip, the notes ("# note: ..."), and last the line "COUNT passed failed skipped".
#   awk -v name=NAME -v status=EXIT_STATUS -f tap.awk FILE
#
# A producer that ran nothing, stopped before its plan was fulfilled, or failed
# without saying what, has failed: `1..0` with status 0 is how a wrong filter looks.

function flush() {
	if (failing != "")
		printf "%s", failing
	failing = ""
}

function complain(what) {
	failed++
	print "not ok - " name ": " what
	said = said ? said : "# (it said nothing)\n"
	printf "%s", said
}

/^1\.\.[0-9]+/ {
	planned = 1
	plan = substr($1, 4) + 0
	if (plan == 0 && match($0, /# *[Ss][Kk][Ii][Pp]/)) {
		skipped++
		print "skip " name ":" substr($0, RSTART + RLENGTH)
		next
	}
	plans += plan
	next
}

/^(not )?ok / { flush(); seen++ }

/^(not )?ok .*# *[Ss][Kk][Ii][Pp]/ {
	skipped++
	reason = $0
	sub(/^.*# *[Ss][Kk][Ii][Pp] */, "", reason)
	sub(/^(not )?ok [0-9]+ *-? */, "")
	sub(/ *# *[Ss][Kk][Ii][Pp].*$/, "")
	print "skip " name ": " ($0 == "" ? "" : $0 ": ") reason
	next
}

/^ok / { passed++; next }
/^not ok / { failed++; told++; failing = name ": " $0 "\n"; next }
/^# note: / { print substr($0, 3); next }
/^Bail out!/ { said = said $0 "\n" }
{
	if (failing != "")
		failing = failing $0 "\n"
	else
		said = substr(said (/^#/ ? "" : "# ") $0 "\n", 1, 20000)
}

END {
	flush()
	if (seen == 0 && !skipped)
		complain("ran nothing (exit status " status ")")
	else if (!planned)
		complain("ended without a plan, after " seen " tests (exit status " status ")")
	else if (plans != seen)
		complain("planned " plans " tests and ran " seen " (exit status " status ")")
	else if (status != 0 && !told)
		complain("no test failed, but the exit status is " status)
	print "COUNT", passed + 0, failed + 0, skipped + 0
}
