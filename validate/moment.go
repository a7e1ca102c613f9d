package validate

import "crm2gong/mapping/value"

// date reads 2024-03-15 as days since 1970-01-01.
func date(s string) (days int64, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	return value.DaysOf(pair(s, 0)*100+pair(s, 2), pair(s, 5), pair(s, 8))
}

// dateTime reads 2024-03-15T10:00:00Z, or with ±hh:mm, as seconds since 1970
// UTC, or says what is wrong.
func dateTime(s string) (sec int64, reason string) {
	const form = "no date-time in the form 2024-03-15T10:00:00Z or 2024-03-15T10:00:00+01:00"
	if len(s) < 19 || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		if _, ok := date(s); ok {
			return 0, "a date without a time"
		}
		return 0, form
	}
	days, ok := date(s[:10])
	h, m, x := pair(s, 11), pair(s, 14), pair(s, 17)
	if !ok || h < 0 || h > 23 || m < 0 || m > 59 || x < 0 || x > 59 {
		return 0, form
	}
	sec = days*secondsPerDay + int64(h*3600+m*60+x)
	switch zone := s[19:]; {
	case zone == "Z":
		return sec, ""
	case zone == "":
		return 0, "a date-time without Z or an offset"
	case zone[0] == '.':
		return 0, "a date-time with a fraction of a second, which Gong does not take"
	case len(zone) == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':':
		h, m := pair(zone, 1), pair(zone, 4)
		if h < 0 || h > 23 || m < 0 || m > 59 {
			return 0, form
		}
		offset := int64(h*3600 + m*60)
		if zone[0] == '-' {
			offset = -offset
		}
		return sec - offset, ""
	}
	return 0, form
}

// pair reads two digits; where they are none, a number so far below 0 that no
// year, month or day comes of it.
func pair(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1_000_000
	}
	return int(a)*10 + int(b)
}
