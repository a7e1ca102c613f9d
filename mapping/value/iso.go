package value

import (
	"encoding/binary"
	"time"
	"unsafe"
)

// ParseISODate reads a date as 2024-03-15. A time of midnight after it,
// without an offset, is dropped; anything else is refused.
func ParseISODate(s string) (Value, bool) {
	days, ok := isoDate(s)
	return OfDate(days), ok
}

func isoDate(s string) (int64, bool) {
	days, ok := isoDays(s)
	if !ok || len(s) == 10 {
		return days, ok
	}
	t, ok := isoTime(s)
	return days, ok && t == (clock{})
}

// ParseISODateTime reads a date and a time in any usual form of ISO 8601: T or
// a blank between them, an hour of one or two digits, seconds and a fraction
// after a point or comma or not, then Z, ±hh, ±hhmm, ±hh:mm or nothing, which
// means the wall clock of zone. The form 20240315T100000Z is read too. A date
// alone, the hour 24 and the second 60 are refused. Digits of the fraction
// after the ninth are dropped.
func ParseISODateTime(s string, zone *time.Location) (Value, bool) {
	z := slowZone(zone)
	t, ok := isoInstant(s, &z)
	return t.value(), ok
}

// instant is what a DateTime holds.
type instant struct {
	sec    int64
	nano   uint32
	offset int // minutes
}

func (t instant) value() Value { return OfDateTime(t.sec, t.nano, t.offset) }

func isoInstant(s string, z *Zone) (instant, bool) {
	if t, ok := zuluInstant(s); ok {
		return t, true
	}
	days, ok := isoDays(s)
	var t clock
	if ok {
		t, ok = isoTime(s)
	} else {
		days, t, ok = compactISO(s)
	}
	if !ok {
		return instant{}, false
	}
	wall := days*secondsPerDay + int64(t.wall)
	if t.zoned {
		return instant{wall - int64(t.offset)*60, t.nano, t.offset}, true
	}
	return z.instant(wall, t.nano), true
}

// What CRMs write most: 2024-03-15T10:00:00 in UTC, read eight characters at a
// time. A character xor that of zulu is its digit, or 0 where it is the same;
// the sum with limit has the high bit where it is more than it may be.
const (
	zuluDate  = 0x2d30302d30303030 // 0000-00-
	zuluClock = 0x30303a3030543030 // 00T00:00
	limitDate = 0x7f76767f76767676 // digits to 9, others to 0
	limitTime = 0x76767f76767f7676
	topBits   = 0x8080808080808080
)

// ParseZulu reads a date-time as most CRMs write it, in UTC to the second:
// 2024-03-15T10:00:00 with Z, +0000 or +00:00 behind it, and perhaps
// milliseconds that are zero. It gives the seconds since 1970; ok is false for
// all else.
func ParseZulu(s string) (sec int64, ok bool) {
	t, ok := zuluInstant(s)
	return t.sec, ok
}

// zuluInstant reads 2024-03-15T10:00:00 with Z, +0000 or +00:00 behind it, and
// perhaps milliseconds that are zero; ok is false for all else.
func zuluInstant(s string) (instant, bool) {
	if len(s) < 20 {
		return instant{}, false
	}
	switch end := s[19:]; {
	case end == "Z", end == ".000Z", end == ".000+0000", end == "+00:00", end == "+0000":
	default:
		return instant{}, false
	}
	x, y := word(s)^zuluDate, word(s[8:])^zuluClock
	if (x|(x+limitDate)|y|(y+limitTime))&topBits != 0 || s[16] != ':' {
		return instant{}, false
	}
	sec := pair(s, 17)
	x, y = x*10+x>>8, y*10+y>>8 // each digit but the last of a pair: the pair's number
	h, m := int(uint8(y>>24)), int(uint8(y>>48))
	days, ok := DaysOf(int(uint8(x))*100+int(uint8(x>>16)), int(uint8(x>>40)), int(uint8(y)))
	if !ok || h > 23 || m > 59 || sec < 0 || sec > 59 {
		return instant{}, false
	}
	return instant{sec: days*secondsPerDay + int64(h*3600+m*60+sec)}, true
}

// word gives the first eight bytes of s, the first one lowest.
func word(s string) uint64 {
	return binary.LittleEndian.Uint64(unsafe.Slice(unsafe.StringData(s), 8)) // s has as many, and is only read
}

// isoDays reads the ten characters of a date at the start of s.
func isoDays(s string) (int64, bool) {
	if len(s) < 10 {
		return 0, false
	}
	x := word(s) ^ zuluDate
	if (x|(x+limitDate))&topBits != 0 {
		return 0, false
	}
	x = x*10 + x>>8 // each digit but the last of a pair: the pair's number
	return DaysOf(int(uint8(x))*100+int(uint8(x>>16)), int(uint8(x>>40)), pair(s, 8))
}

// pair reads two digits at i, giving a negative number where they are none.
func pair(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return int(a)*10 + int(b)
}

// clock is a time of day with what follows it.
type clock struct {
	wall   int    // seconds since midnight
	nano   uint32 // nanoseconds
	zoned  bool   // an offset or Z follows
	offset int    // minutes east of UTC
}

// isoTime reads what follows the date of ten characters.
func isoTime(s string) (t clock, ok bool) {
	if len(s) < 15 { // 2024-03-15T9:30
		return t, false
	}
	i := 11
	switch s[10] {
	case 'T', 't':
	case ' ':
		for i < len(s) && s[i] == ' ' {
			i++
		}
	default:
		return t, false
	}
	// The hour has one or two digits.
	if i+3 >= len(s) {
		return t, false
	}
	h := pair(s, i)
	if h >= 0 {
		i += 2
	} else {
		if h = int(s[i] - '0'); h > 9 {
			return t, false
		}
		i++
	}
	if h > 23 || i+2 >= len(s) || s[i] != ':' {
		return t, false
	}
	m := pair(s, i+1)
	if m < 0 || m > 59 {
		return t, false
	}
	i += 3
	sec := 0
	if i < len(s) && s[i] == ':' {
		if i+2 >= len(s) {
			return t, false
		}
		if sec = pair(s, i+1); sec < 0 || sec > 59 {
			return t, false
		}
		i += 3
		if i < len(s) && (s[i] == '.' || s[i] == ',') {
			if t.nano, i = fraction(s, i+1); i < 0 {
				return t, false
			}
		}
	}
	t.wall = h*3600 + m*60 + sec
	if i == len(s) {
		return t, true
	}
	if s[i] == ' ' && i+1 < len(s) && s[i+1] != ' ' {
		i++
	}
	t.zoned = true
	t.offset, i = offset(s, i)
	return t, i == len(s)
}

// fraction reads digits at i as nanoseconds and gives the place behind them,
// -1 where there are none.
func fraction(s string, i int) (nano uint32, next int) {
	from := i
	scale := uint32(100_000_000)
	for ; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			break
		}
		nano += uint32(d) * scale
		scale /= 10
	}
	if i == from {
		return 0, -1
	}
	return nano, i
}

// maxOffset is the greatest offset in minutes that is read: that of most date
// libraries, hours more than any zone has.
const maxOffset = 18 * 60

// offset reads Z, ±hh, ±hhmm or ±hh:mm at i and gives minutes east of UTC and
// the place behind it, -1 where there is none.
func offset(s string, i int) (minutes, next int) {
	if i >= len(s) {
		return 0, -1
	}
	sign := 1
	switch s[i] {
	case 'Z', 'z':
		return 0, i + 1
	case '+':
	case '-':
		sign = -1
	default:
		return 0, -1
	}
	if i+3 > len(s) {
		return 0, -1
	}
	h := pair(s, i+1)
	if h < 0 {
		return 0, -1
	}
	i += 3
	m, j := 0, i
	if j < len(s) && s[j] == ':' {
		j++
	}
	if j+2 <= len(s) {
		if n := pair(s, j); n >= 0 {
			m, i = n, j+2
		}
	}
	if m > 59 || h*60+m > maxOffset {
		return 0, -1
	}
	return sign * (h*60 + m), i
}

// compactISO reads 20240315T100000Z: eight digits, T, four or six digits, an
// optional fraction and offset.
func compactISO(s string) (days int64, t clock, ok bool) {
	if len(s) < 13 || s[8] != 'T' {
		return 0, t, false
	}
	y1, y2, m, d := pair(s, 0), pair(s, 2), pair(s, 4), pair(s, 6)
	h, min, sec := pair(s, 9), pair(s, 11), 0
	if y1|y2|m|d|h|min < 0 || h > 23 || min > 59 {
		return 0, t, false
	}
	if days, ok = DaysOf(y1*100+y2, m, d); !ok {
		return 0, t, false
	}
	i := 13
	if len(s) >= 15 {
		if n := pair(s, 13); n >= 0 {
			if sec = n; sec > 59 {
				return 0, t, false
			}
			i = 15
			if i < len(s) && (s[i] == '.' || s[i] == ',') {
				if t.nano, i = fraction(s, i+1); i < 0 {
					return 0, t, false
				}
			}
		}
	}
	t.wall = h*3600 + min*60 + sec
	if i == len(s) {
		return days, t, true
	}
	t.zoned = true
	t.offset, i = offset(s, i)
	return days, t, i == len(s)
}

// ParseISODateTime reads as the function of that name, faster, in this zone.
func (z *Zone) ParseISODateTime(s string) (Value, bool) {
	t, ok := isoInstant(s, z)
	return t.value(), ok
}

// IsISODateTime tells whether s is a date and a time that ParseISODateTime
// reads.
func IsISODateTime(s string) bool {
	_, ok := isoInstant(s, &Zone{})
	return ok
}

// HasOffset tells whether s is a date and a time that ParseISODateTime reads
// and says its distance from UTC.
func HasOffset(s string) bool {
	_, ok := isoDays(s)
	var t clock
	if ok {
		t, ok = isoTime(s)
	} else {
		_, t, ok = compactISO(s)
	}
	return ok && t.zoned
}
