#!/bin/sh
# Shifts the dates of an example so that it looks the same on another day.
#
#   examples/refresh-dates.sh [DAY] [DIR]
#
# DAY is the new reference day (YYYY-MM-DD; default: today, UTC). DIR is the example (default: the hospital
# group beside this script). DIR/as-of holds the current reference day. Every date of issued, validUntil,
# from, until, by, since and respondedAt moves by the difference in days, and DIR/as-of becomes DAY. Run it
# before a release.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
day=${1:-$(date -u +%Y-%m-%d)}
example=${2:-$here/hospital-group}
seen_from=$(cat "$example/as-of")

for given in "$day" "$seen_from"; do
    case $given in
        [0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]) ;;
        *) echo "refresh-dates: '$given' is not a date; write YYYY-MM-DD" >&2; exit 2 ;;
    esac
done

# Days are counted in the proleptic Gregorian calendar, with the year beginning in March so that a
# leap day is the last day of a year.
shift_dates='
function to_days(text,    year, month, era, of_era) {
    year = substr(text, 1, 4) + 0; month = substr(text, 6, 2) + 0
    if (month <= 2) year--
    era = int(year / 400); of_era = year - era * 400
    return era * 146097 + of_era * 365 + int(of_era / 4) - int(of_era / 100) \
        + int((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + substr(text, 9, 2) - 1
}
function to_text(days,    era, of_era, year, of_year, part, month) {
    era = int(days / 146097); of_era = days - era * 146097
    year = int((of_era - int(of_era / 1460) + int(of_era / 36524) - int(of_era / 146096)) / 365)
    of_year = of_era - (365 * year + int(year / 4) - int(year / 100))
    part = int((5 * of_year + 2) / 153)
    month = part < 10 ? part + 3 : part - 9
    return sprintf("%04d-%02d-%02d", year + era * 400 + (month <= 2), month, \
        of_year - int((153 * part + 2) / 5) + 1)
}
BEGIN { by = to_days(day) - to_days(seen_from) }
{
    out = ""; rest = $0
    while (match(rest, /(issued|validUntil|from|until|by|since|respondedAt): "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"/)) {
        date = substr(rest, RSTART + RLENGTH - 11, 10)
        out = out substr(rest, 1, RSTART + RLENGTH - 12) to_text(to_days(date) + by) "\""
        rest = substr(rest, RSTART + RLENGTH)
    }
    print out rest
}'

find "$example" -name '.gradus' -prune -o -name '*.yaml' -type f -print | while IFS= read -r file; do
    awk -v day="$day" -v seen_from="$seen_from" "$shift_dates" "$file" > "$file.shifted"
    if cmp -s "$file" "$file.shifted"; then
        rm "$file.shifted"
    else
        cat "$file.shifted" > "$file" && rm "$file.shifted"
    fi
done
echo "$day" > "$example/as-of"
