package profile

import (
	"strings"

	"crm2gong/mapping/value"
)

// form is the way in which a text writes a date, apart from the order of day
// and month where both are numbers.
type form struct {
	kind    dateKind
	sep     byte // between the first two parts
	sep2    byte // between the last two
	year2   bool // a year of two digits
	weekday byte // 0: none, else what stands behind the weekday
	time    byte // 0: no time, else what stands before it
	second  bool
	frac    byte // 0, '.' or ','
	half    byte // 0: 24 hours; 1: AM or PM behind a blank; 2: without one
	zone    byte // 0: none; 1: an offset; 2: UTC or GMT
	gap     bool // a blank before the zone
}

type dateKind uint8

const (
	noDate    dateKind = iota
	isoDate            // 2024-03-15
	isoTime            // any form of ISO 8601 with a time
	numbered           // two numbers and the year
	yearAhead          // the year, month and day
	dayName            // 15 Apr 2021
	nameDay            // Apr 15, 2021
	compact            // 20240315
)

// formOf takes a text apart; false where it is written like no date.
func formOf(s string) (f form, ok bool) {
	if len(s) < 6 || len(s) > 48 {
		return f, false
	}
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' {
		if len(s) == 10 {
			return form{kind: isoDate}, true
		}
		if value.IsISODateTime(s) {
			return form{kind: isoTime}, true
		}
	}
	i := 0
	if isLetter(s[0]) {
		n := letters(s, 0)
		if isWeekday(s[:n]) {
			f.weekday, i = separatorAt(s, n)
			if f.weekday == 0 {
				return f, false
			}
		}
	}
	if i, ok = f.datePart(s, i); !ok {
		return f, false
	}
	if i == len(s) {
		return f, true
	}
	if f.kind == compact {
		if value.IsISODateTime(s) {
			return form{kind: isoTime}, true
		}
		return f, false
	}
	return f, f.timePart(s, i)
}

func (f *form) datePart(s string, i int) (next int, ok bool) {
	if i >= len(s) {
		return 0, false
	}
	if isLetter(s[i]) { // Apr 15, 2021
		n := letters(s, i)
		if !isMonth(s[i : i+n]) {
			return 0, false
		}
		f.kind = nameDay
		if f.sep, i = separatorAt(s, i+n); f.sep == 0 {
			return 0, false
		}
		n = digits(s, i)
		if n == 0 || n > 2 {
			return 0, false
		}
		if f.sep2, i = separatorAt(s, i+n); f.sep2 == 0 {
			return 0, false
		}
		return f.year(s, i)
	}
	n := digits(s, i)
	switch n {
	case 8:
		f.kind = compact
		return i + 8, true
	case 4:
		f.kind = yearAhead
		i += 4
		if i >= len(s) || strings.IndexByte("-/.", s[i]) < 0 {
			return 0, false
		}
		f.sep, f.sep2 = s[i], s[i]
		m := digits(s, i+1)
		if m == 0 || m > 2 || i+1+m >= len(s) || s[i+1+m] != f.sep {
			return 0, false
		}
		i += m + 2
		if m = digits(s, i); m == 0 || m > 2 {
			return 0, false
		}
		return i + m, true
	case 1, 2:
		if f.sep, i = separatorAt(s, i+n); f.sep == 0 || i >= len(s) {
			return 0, false
		}
		if isLetter(s[i]) {
			n := letters(s, i)
			if !isMonth(s[i : i+n]) {
				return 0, false
			}
			f.kind = dayName
			if f.sep2, i = separatorAt(s, i+n); f.sep2 == 0 {
				return 0, false
			}
			return f.year(s, i)
		}
		f.kind = numbered
		if f.sep != '/' && f.sep != '-' && f.sep != '.' && f.sep != 'p' {
			return 0, false
		}
		if n = digits(s, i); n == 0 || n > 2 {
			return 0, false
		}
		if f.sep2, i = separatorAt(s, i+n); f.sep2 != f.sep {
			return 0, false
		}
		return f.year(s, i)
	}
	return 0, false
}

func (f *form) year(s string, i int) (next int, ok bool) {
	switch digits(s, i) {
	case 4:
		return i + 4, true
	case 2:
		f.year2 = true
		return i + 2, true
	}
	return 0, false
}

func (f *form) timePart(s string, i int) bool {
	if s[i] == 'T' {
		f.time, i = 'T', i+1
	} else if f.time, i = separatorAt(s, i); f.time != ' ' && f.time != ',' {
		return false
	}
	n := digits(s, i)
	if n == 0 || n > 2 || i+n >= len(s) || s[i+n] != ':' || digits(s, i+n+1) != 2 {
		return false
	}
	i += n + 3
	if i < len(s) && s[i] == ':' {
		if digits(s, i+1) != 2 {
			return false
		}
		f.second = true
		i += 3
		if i+1 < len(s) && (s[i] == '.' || s[i] == ',') {
			if n := digits(s, i+1); n > 0 {
				f.frac = s[i]
				i += n + 1
			}
		}
	}
	if j := blanks(s, i); j < len(s) {
		if n := halfAt(s, j); n > 0 {
			f.half = 2
			if j > i {
				f.half = 1
			}
			i = j + n
		}
	}
	if i == len(s) {
		return true
	}
	j := blanks(s, i)
	f.gap = j > i
	if j >= len(s) {
		return false
	}
	switch rest := s[j:]; {
	case strings.EqualFold(rest, "utc"), strings.EqualFold(rest, "gmt"):
		f.zone = 2
	case rest[0] == '+', rest[0] == '-', rest == "Z", rest == "z":
		f.zone = 1
	default:
		return false
	}
	return true
}

func isLetter(c byte) bool { return classes[c]&(upper|lower) != 0 }

func letters(s string, i int) int {
	n := 0
	for i+n < len(s) && isLetter(s[i+n]) {
		n++
	}
	return n
}

func digits(s string, i int) int {
	n := 0
	for i+n < len(s) && classes[s[i+n]] == digit {
		n++
	}
	return n
}

// separatorAt reads what stands between two parts of a date at i: 'p' is a
// point and a blank, ',' a comma and a blank.
func separatorAt(s string, i int) (sep byte, next int) {
	if i >= len(s) {
		return 0, i
	}
	switch s[i] {
	case '/', '-':
		return s[i], i + 1
	case '.', ',':
		if j := blanks(s, i+1); j > i+1 {
			if s[i] == '.' {
				return 'p', j
			}
			return ',', j
		}
		if s[i] == '.' {
			return '.', i + 1
		}
		return 0, i
	}
	if j := blanks(s, i); j > i {
		return ' ', j
	}
	return 0, i
}

// blanks gives the place behind the blanks at i.
func blanks(s string, i int) int {
	for i < len(s) {
		switch {
		case s[i] == ' ':
			i++
		case strings.HasPrefix(s[i:], "\u00a0"):
			i += len("\u00a0")
		case strings.HasPrefix(s[i:], "\u202f"):
			i += len("\u202f")
		default:
			return i
		}
	}
	return i
}

func halfAt(s string, i int) int {
	if i+2 <= len(s) && s[i+1]|0x20 == 'm' && (s[i]|0x20 == 'a' || s[i]|0x20 == 'p') {
		return 2
	}
	if i+4 <= len(s) && (strings.EqualFold(s[i:i+4], "a.m.") || strings.EqualFold(s[i:i+4], "p.m.")) {
		return 4
	}
	return 0
}

func isMonth(w string) bool   { return isName(w, "jan feb mar apr may jun jul aug sep oct nov dec") }
func isWeekday(w string) bool { return isName(w, "sun mon tue wed thu fri sat") }

// isName tells whether a word begins with one of the names of three letters;
// the layout that is made judges the rest.
func isName(w, names string) bool {
	if len(w) < 3 || len(w) > 9 {
		return false
	}
	for i := 0; i < len(names); i += 4 {
		if w[0]|0x20 == names[i] && w[1]|0x20 == names[i+1] && w[2]|0x20 == names[i+2] {
			return true
		}
	}
	return false
}

func separatorText(c byte) string {
	switch c {
	case 'p':
		return ". "
	case ',':
		return ", "
	}
	return string(rune(c))
}

// format writes the form as strftime does; monthFirst is for two numbers.
func (f *form) format(monthFirst bool) string {
	year := "%Y"
	if f.year2 {
		year = "%y"
	}
	var b strings.Builder
	if f.weekday != 0 {
		b.WriteString("%a" + separatorText(f.weekday))
	}
	sep, sep2 := separatorText(f.sep), separatorText(f.sep2)
	switch f.kind {
	case isoDate:
		return "%Y-%m-%d"
	case isoTime:
		return "iso"
	case compact:
		return "%Y%m%d"
	case numbered:
		if monthFirst {
			b.WriteString("%m" + sep + "%d" + sep2 + year)
		} else {
			b.WriteString("%d" + sep + "%m" + sep2 + year)
		}
	case yearAhead:
		b.WriteString("%Y" + sep + "%m" + sep2 + "%d")
	case dayName:
		b.WriteString("%d" + sep + "%b" + sep2 + year)
	case nameDay:
		b.WriteString("%b" + sep + "%d" + sep2 + year)
	}
	if f.time == 0 {
		return b.String()
	}
	if f.time == 'T' {
		b.WriteString("T")
	} else {
		b.WriteString(separatorText(f.time))
	}
	if f.half != 0 {
		b.WriteString("%I:%M")
	} else {
		b.WriteString("%H:%M")
	}
	if f.second {
		b.WriteString(":%S")
	}
	if f.frac != 0 {
		b.WriteString(string(rune(f.frac)) + "%f")
	}
	switch f.half {
	case 1:
		b.WriteString(" %p")
	case 2:
		b.WriteString("%p")
	}
	if f.zone != 0 {
		if f.gap {
			b.WriteString(" ")
		}
		b.WriteString([...]string{"", "%z", "%Z"}[f.zone])
	}
	return b.String()
}
