package value

import (
	"strings"
	"time"
	"unicode"
)

// Parse reads a date-time: without an offset in the text it is the wall clock
// of zone, without a time midnight, without a day the first of the month. ok
// is false where the text does not have the format or names no day of the
// calendar; of a format without HasDate it always is.
func (l *Layout) Parse(s string, zone *time.Location) (v Value, ok bool) {
	z := slowZone(zone)
	t, ok := l.instant(s, &z)
	return t.value(), ok
}

// ParseDate reads a calendar date; a time and an offset in the text are
// checked and dropped.
func (l *Layout) ParseDate(s string) (v Value, ok bool) {
	days, ok := l.date(s)
	return OfDate(days), ok
}

func (l *Layout) date(s string) (days int64, ok bool) {
	var f found
	if !l.read(s, &f) {
		return 0, false
	}
	if l.has[unixSeconds] {
		return floorDiv(f.unix, secondsPerDay), true
	}
	return f.days(l)
}

func (l *Layout) instant(s string, z *Zone) (t instant, ok bool) {
	var f found
	if !l.read(s, &f) {
		return t, false
	}
	if l.has[unixSeconds] {
		return instant{sec: f.unix, nano: f.nano}, true
	}
	days, ok := f.days(l)
	if !ok {
		return t, false
	}
	wall := days*secondsPerDay + f.seconds()
	if l.HasOffset() {
		return instant{wall - int64(f.offset)*60, f.nano, f.offset}, true
	}
	return z.instant(wall, f.nano), true
}

// found is what a text held, part by part.
type found struct {
	number  [numParts]int16 // of the parts that are numbers
	weekday int16           // 0 is Sunday
	nano    uint32
	offset  int // minutes
	unix    int64
}

// days gives the calendar day; a weekday in the text must be that day's.
func (f *found) days(l *Layout) (days int64, ok bool) {
	n := &f.number
	y := int(n[year])
	if l.has[shortYear] {
		if y = int(n[shortYear]) + 2000; y > 2068 {
			y -= 100
		}
	}
	switch {
	case !l.HasDate():
		return 0, false
	case l.has[dayOfYear]:
		if days, ok = DaysOf(y, 1, 1); !ok || n[dayOfYear] < 1 || n[dayOfYear] > 366 || n[dayOfYear] == 366 && !isLeap(y) {
			return 0, false
		}
		days += int64(n[dayOfYear]) - 1
	default:
		d := 1
		if l.has[day] {
			d = int(n[day])
		}
		if days, ok = DaysOf(y, int(n[month]), d); !ok {
			return 0, false
		}
	}
	return days, !l.has[weekdayName] || int(f.weekday) == weekday(days)
}

// refusal says why a text that has the format is refused, "" where it does not
// have the format.
func (l *Layout) refusal(s string) string {
	var f found
	if !l.read(s, &f) {
		return ""
	}
	noWeekday := *l
	noWeekday.has[weekdayName] = false
	if days, ok := f.days(&noWeekday); ok {
		name := weekdays[weekday(days)]
		return "names the wrong weekday: " + string(appendDate(nil, days)) + " is a " + string(appendName(nil, name, true))
	}
	return "is no day of the calendar"
}

// seconds gives the time of day.
func (f *found) seconds() int64 {
	n := &f.number
	return int64(n[hour])*3600 + int64(n[minute])*60 + int64(n[second])
}

// read takes a text apart.
func (l *Layout) read(s string, f *found) bool {
	i := 0
	for k := range l.items {
		it := &l.items[k]
		if i >= len(s) {
			return false
		}
		switch {
		case it.short:
			a := s[i] - '0'
			if a > 9 {
				return false
			}
			i++
			n := int16(a)
			if i < len(s) && s[i]-'0' <= 9 {
				n = n*10 + int16(s[i]-'0')
				i++
			} else if it.fixed {
				return false
			}
			f.number[it.part] = n
		case it.char != 0:
			if s[i] != it.char {
				return false
			}
			i++
		default:
			if i = it.read(s, i, f); i < 0 {
				return false
			}
		}
	}
	return i == len(s) && f.check(l)
}

// read reads one part at i, where s has not ended, and gives the place behind
// it, -1 where the part is not there.
func (it *layoutItem) read(s string, i int, f *found) (next int) {
	switch it.part {
	case literal:
		if !strings.HasPrefix(s[i:], it.text) {
			return -1
		}
		return i + len(it.text)
	case blanks:
		n := blankRun(s[i:])
		if n == 0 {
			return -1
		}
		return i + n
	case monthName:
		f.number[month], i = name(s, i, months[:])
	case weekdayName:
		f.weekday, i = name(s, i, weekdays[:])
		f.weekday--
	case nanos:
		f.nano, i = fraction(s, i)
	case halfDay:
		f.number[halfDay], i = amPM(s, i)
	case zoneOffset:
		f.offset, i = offset(s, i)
	case zoneName:
		i = utcName(s, i)
	case unixSeconds:
		f.unix, i = unixNumber(s, i)
	default:
		f.number[it.part], i = it.readNumber(s, i)
	}
	return i
}

// check bounds the time of day and turns a 12-hour clock into a 24-hour one.
func (f *found) check(l *Layout) bool {
	n := &f.number
	if l.has[hour12] {
		if n[hour12] < 1 || n[hour12] > 12 {
			return false
		}
		n[hour] = n[hour12]%12 + 12*n[halfDay]
	}
	return n[hour] < 24 && n[minute] < 60 && n[second] < 60
}

// readNumber reads the part's digits at i and gives the place behind them, -1
// where they are not there.
func (it *layoutItem) readNumber(s string, i int) (n int16, next int) {
	width := digits[it.part]
	least := 1
	if it.fixed {
		least = width
	}
	if it.pad == ' ' {
		for i < len(s) && s[i] == ' ' && width > 1 {
			i++
			width--
			least = 1
		}
	}
	from := i
	for ; i < len(s) && i-from < width; i++ {
		d := s[i] - '0'
		if d > 9 {
			break
		}
		n = n*10 + int16(d)
	}
	if i-from < least {
		return 0, -1
	}
	return n, i
}

// blankRun counts the bytes of the blanks at the start of s.
func blankRun(s string) int {
	if len(s) > 1 && s[0] == ' ' && isPlain(s[1]) {
		return 1
	}
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
}
