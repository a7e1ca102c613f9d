package value

// English names, which dates are written with in exports.
var (
	months   = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// name reads one of a table's names at i in any case, in full, as its first
// three letters, or as Sept. It gives the place in the table from 1 and the
// place behind the name, -1 where there is none.
func name(s string, i int, table []string) (n int16, next int) {
	if i+3 > len(s) {
		return 0, -1
	}
	a, b, c := s[i]|0x20, s[i+1]|0x20, s[i+2]|0x20
	for k, full := range table {
		if full[0] != a || full[1] != b || full[2] != c {
			continue
		}
		if next = i + len(full); next <= len(s) && foldsTo(s[i:next], full) {
			return int16(k) + 1, next
		}
		if full == "september" && i+4 <= len(s) && s[i+3]|0x20 == 't' {
			return int16(k) + 1, i + 4
		}
		return int16(k) + 1, i + 3
	}
	return 0, -1
}

// foldsTo tells whether s is the lower-case ASCII word in any case.
func foldsTo(s, word string) bool {
	if len(s) != len(word) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// amPM reads AM, PM, a.m. or p.m. in any case; half is 1 for the afternoon.
func amPM(s string, i int) (half int16, next int) {
	if s[i]|0x20 == 'p' {
		half = 1
	}
	if i+1 < len(s) && s[i+1]|0x20 == 'm' && (half == 1 || s[i]|0x20 == 'a') {
		return half, i + 2
	}
	for _, word := range [...]string{"a.m.", "p.m."} {
		if next = i + len(word); next <= len(s) && foldsTo(s[i:next], word) {
			return half, next
		}
	}
	return 0, -1
}

// utcName reads UTC, GMT or Z. Other names of zones stand for several offsets
// each and are never read.
func utcName(s string, i int) int {
	for _, word := range [...]string{"utc", "gmt", "z"} {
		if next := i + len(word); next <= len(s) && foldsTo(s[i:next], word) {
			return next
		}
	}
	return -1
}

// unixNumber reads seconds since 1970 within the years 1 to 9999.
func unixNumber(s string, i int) (n int64, next int) {
	neg := i < len(s) && s[i] == '-'
	if neg {
		i++
	}
	from := i
	for ; i < len(s) && i-from < 13; i++ {
		d := s[i] - '0'
		if d > 9 {
			break
		}
		n = n*10 + int64(d)
	}
	if neg {
		n = -n
	}
	if i == from || n < MinDays*secondsPerDay || n >= (MaxDays+1)*secondsPerDay {
		return 0, -1
	}
	return n, i
}
