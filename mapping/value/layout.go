package value

import (
	"fmt"
	"unicode/utf8"
)

// Layout is a compiled strftime format. It is immutable and safe for
// concurrent use.
type Layout struct {
	source string
	items  []layoutItem
	has    [numParts]bool // parts that the format names
}

// layoutItem is one directive, or literal text.
type layoutItem struct {
	part  part
	code  byte   // the directive's letter, which decides how the part is written
	pad   byte   // how a number is padded when written: '0', ' ', or '-' for not at all
	fixed bool   // reading: all digits must be there, since a number stands beside it
	short bool   // reading: one or two digits, not padded with blanks
	char  byte   // a literal of one byte
	text  string // literal, blanks
}

type part uint8

const (
	literal     part = iota
	blanks           // any run of blanks
	year             // %Y
	shortYear        // %y
	month            // %m
	monthName        // %b %B %h
	day              // %d %e
	dayOfYear        // %j
	weekdayName      // %a %A
	hour             // %H
	hour12           // %I
	minute           // %M
	second           // %S
	nanos            // %f
	halfDay          // %p %P
	zoneOffset       // %z
	zoneName         // %Z
	unixSeconds      // %s
	numParts
)

// digits is the number of digits of a part when it is padded.
var digits = [numParts]int{year: 4, shortYear: 2, month: 2, day: 2, dayOfYear: 3, hour: 2, hour12: 2, minute: 2, second: 2}

// Directives lists the directives that layouts know, for messages and help.
const Directives = "%Y %y %m %d %e %j %b %B %a %A %H %I %M %S %f %p %z %Z %s %T %R %D %F %n %t %%"

var directives = map[byte]part{
	'Y': year, 'y': shortYear, 'm': month, 'b': monthName, 'B': monthName, 'h': monthName,
	'd': day, 'e': day, 'j': dayOfYear, 'a': weekdayName, 'A': weekdayName,
	'H': hour, 'I': hour12, 'M': minute, 'S': second, 'f': nanos, 'p': halfDay, 'P': halfDay,
	'z': zoneOffset, 'Z': zoneName, 's': unixSeconds, 'n': blanks, 't': blanks,
}

var composites = map[byte]string{'T': "%H:%M:%S", 'R': "%H:%M", 'D': "%m/%d/%y", 'F': "%Y-%m-%d"}

// CompileFormat compiles a strftime format to write dates with. It need not be
// one that can be read back: parts may come twice, and the hour of a 12-hour
// clock without AM or PM. An error names the directive that is not known.
func CompileFormat(format string) (*Layout, error) {
	l := &Layout{source: format}
	if err := l.add(format); err != nil {
		return nil, err
	}
	return l, nil
}

// CompileLayout compiles a strftime format to read and write dates with. An
// error names the directive that is not known, given twice or in need of
// another one.
func CompileLayout(format string) (*Layout, error) {
	l, err := CompileFormat(format)
	if err != nil {
		return nil, err
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	for i := range l.items {
		it := &l.items[i]
		it.fixed = it.part == year || it.part == shortYear || i > 0 && l.items[i-1].isNumber() || i+1 < len(l.items) && l.items[i+1].isNumber()
		it.short = digits[it.part] == 2 && it.pad != ' '
		if it.part == literal && len(it.text) == 1 {
			it.char = it.text[0]
		}
	}
	return l, nil
}

func (it *layoutItem) isNumber() bool {
	return digits[it.part] > 0 || it.part == unixSeconds
}

func (l *Layout) add(format string) error {
	for i := 0; i < len(format); {
		c := format[i]
		if c != '%' {
			r, size := utf8.DecodeRuneInString(format[i:])
			if isBlank(r) {
				l.addItem(layoutItem{part: blanks, text: format[i : i+size]})
			} else {
				l.addItem(layoutItem{part: literal, text: format[i : i+size]})
			}
			i += size
			continue
		}
		n, err := l.directive(format[i:])
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

// directive adds the directive at the start of s and gives its length.
func (l *Layout) directive(s string) (int, error) {
	i, pad := 1, byte('0')
	if i < len(s) && (s[i] == '-' || s[i] == '_' || s[i] == '0') {
		if pad = s[i]; pad == '_' {
			pad = ' '
		}
		i++
	}
	if i == len(s) {
		return 0, fmt.Errorf("the format ends with %q; write %%%% for a percent sign", s)
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	name, c := s[:i+size], s[i]
	if sub, ok := composites[c]; ok && i == 1 {
		return len(name), l.add(sub)
	}
	if c == '%' && i == 1 {
		l.addItem(layoutItem{part: literal, text: "%"})
		return len(name), nil
	}
	p, ok := directives[c]
	if !ok || i > 1 && digits[p] == 0 {
		return 0, fmt.Errorf("unknown directive %s in the format %s; known are %s", name, Quote(l.source), Directives)
	}
	if p == blanks {
		l.addItem(layoutItem{part: blanks, text: map[byte]string{'n': "\n", 't': "\t"}[c]})
		return len(name), nil
	}
	if c == 'e' && i == 1 {
		pad = ' '
	}
	l.has[p] = true
	l.items = append(l.items, layoutItem{part: p, code: c, pad: pad})
	return len(name), nil
}

// addItem joins literals with literals and blanks with blanks.
func (l *Layout) addItem(it layoutItem) {
	if n := len(l.items); n > 0 && l.items[n-1].part == it.part {
		l.items[n-1].text += it.text
		return
	}
	l.items = append(l.items, it)
}

var partNames = [numParts]string{year: "the year (%Y)", shortYear: "the year (%y)", month: "the month (%m)", monthName: "the month's name (%b)",
	day: "the day (%d)", dayOfYear: "the day of the year (%j)", weekdayName: "the weekday (%a)", hour: "the hour (%H)", hour12: "the hour (%I)",
	minute: "the minute (%M)", second: "the second (%S)", nanos: "the fraction (%f)", halfDay: "AM or PM (%p)",
	zoneOffset: "the offset (%z)", zoneName: "the zone (%Z)", unixSeconds: "seconds since 1970 (%s)"}

// check refuses formats whose parts contradict or do not suffice.
func (l *Layout) check() error {
	h := &l.has
	say := func(what string) error { return fmt.Errorf("the format %s %s", Quote(l.source), what) }
	twice := func(a, b part) bool { return h[a] && h[b] }
	var seen [numParts]bool
	for _, it := range l.items {
		if seen[it.part] && it.part > blanks {
			return say("has " + partNames[it.part] + " twice")
		}
		seen[it.part] = true
	}
	switch {
	case twice(year, shortYear):
		return say("has the year twice, %Y and %y")
	case twice(month, monthName):
		return say("has the month twice, %m and %b")
	case twice(day, dayOfYear), twice(month, dayOfYear), twice(monthName, dayOfYear):
		return say("has the day twice: %j alone gives month and day")
	case twice(hour, hour12):
		return say("has the hour twice, %H and %I")
	case twice(zoneOffset, zoneName):
		return say("has the offset twice, %z and %Z")
	case h[hour12] && !h[halfDay]:
		return say("has %I, the hour of a 12-hour clock, without %p (AM or PM); write %H for 24 hours")
	case h[halfDay] && !h[hour12]:
		return say("has %p (AM or PM) without %I, the hour of a 12-hour clock")
	case h[minute] && !h[hour] && !h[hour12]:
		return say("has %M, the minute, without an hour; the month is %m")
	case h[second] && !h[minute], h[nanos] && !h[second]:
		return say("has a part of a time without the greater ones")
	case h[unixSeconds]:
		for p := year; p < unixSeconds; p++ {
			if h[p] && p != nanos {
				return say("has " + partNames[p] + " beside %s, which is a date-time by itself")
			}
		}
	}
	return nil
}

// HasTime tells whether the format names a time of day.
func (l *Layout) HasTime() bool { return l.has[hour] || l.has[hour12] || l.has[unixSeconds] }

// HasDate tells whether the format names a year and a month at least.
func (l *Layout) HasDate() bool {
	return l.has[unixSeconds] || (l.has[year] || l.has[shortYear]) && (l.has[month] || l.has[monthName] || l.has[dayOfYear])
}

// HasDay tells whether the format names a day; without one the first of the
// month is read.
func (l *Layout) HasDay() bool { return l.has[day] || l.has[dayOfYear] || l.has[unixSeconds] }

// HasOffset tells whether the format names the distance from UTC.
func (l *Layout) HasOffset() bool { return l.has[zoneOffset] || l.has[zoneName] || l.has[unixSeconds] }
