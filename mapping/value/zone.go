package value

import (
	"math"
	"time"
)

// Zone converts between instants and the wall clock of a time zone. It holds
// the zone's transitions of the years 1970 to 2059 in a table, which makes it
// several times faster than time.Location. It is immutable; the zero value is
// UTC.
type Zone struct {
	loc    *time.Location
	spans  []span   // in order, without gaps
	bucket []uint16 // index of the span in force at the start of each bucket
}

// span is a time during which the offset does not change.
type span struct {
	start, end int64 // seconds since 1970 UTC, half open
	offset     int64 // seconds east of UTC
}

const (
	tableStart  = 0          // 1970-01-01
	tableEnd    = 2840140800 // 2060-01-01
	bucketShift = 23         // about 97 days
	// margin is more than any zone's distance from UTC.
	margin = 26 * 3600
)

// NewZone makes the table of a location; nil is UTC.
func NewZone(loc *time.Location) *Zone {
	if loc == nil || loc == time.UTC {
		return &Zone{}
	}
	z := &Zone{loc: loc}
	for at := int64(tableStart); at < tableEnd; {
		s := spanAt(loc, at)
		at = s.end
		if n := len(z.spans); n > 0 && z.spans[n-1].offset == s.offset {
			z.spans[n-1].end = s.end
			continue
		}
		z.spans = append(z.spans, s)
	}
	i := 0
	for at := int64(tableStart); at < tableEnd; at += 1 << bucketShift {
		for z.spans[i].end <= at {
			i++
		}
		z.bucket = append(z.bucket, uint16(i))
	}
	return z
}

// slowZone is a Zone without a table, for a location that is asked once.
func slowZone(loc *time.Location) Zone {
	if loc == time.UTC {
		loc = nil
	}
	return Zone{loc: loc}
}

// spanAt finds a span that begins at an instant and lasts until the offset
// changes or sooner. Package time gives bounds in the past for the last day of
// a leap year in years to come; no zone changes its clocks on that day.
func spanAt(loc *time.Location, at int64) span {
	t := time.Unix(at, 0).In(loc)
	_, offset := t.Zone()
	s := span{at, math.MaxInt64, int64(offset)}
	if _, to := t.ZoneBounds(); !to.IsZero() {
		s.end = max(to.Unix(), at+3600)
	}
	return s
}

// index finds the span of an instant in the table.
func (z *Zone) index(at int64) int {
	i := int(z.bucket[uint64(at-tableStart)>>bucketShift])
	for z.spans[i].end <= at {
		i++
	}
	return i
}

func (z *Zone) inTable(at int64) bool {
	return z.spans != nil && at >= tableStart+margin && at < tableEnd-margin
}

// Offset gives the zone's distance from UTC at an instant, in seconds east.
func (z *Zone) Offset(unix int64) int64 {
	if z.loc == nil {
		return 0
	}
	if z.inTable(unix) {
		return z.spans[z.index(unix)].offset
	}
	_, offset := time.Unix(unix, 0).In(z.loc).Zone()
	return int64(offset)
}

// Instant finds the instant at which the zone's wall clock shows a time, given
// in seconds since 1970-01-01 00:00 on that clock, and the offset in force, in
// seconds. A wall time in a gap moves forward by the gap; of one that occurs
// twice it is the first.
func (z *Zone) Instant(wall int64) (unix, offset int64) {
	if z.loc == nil {
		return wall, 0
	}
	if z.inTable(wall) {
		return z.find(wall, z.index(wall-margin))
	}
	return z.search(wall)
}

// find looks for a wall time from a span of the table on.
func (z *Zone) find(wall int64, i int) (unix, offset int64) {
	for ; ; i++ {
		s := &z.spans[i]
		at := wall - s.offset
		if at >= s.end {
			continue
		}
		if at < s.start && i > 0 {
			return wall - z.spans[i-1].offset, s.offset
		}
		return at, s.offset
	}
}

// search looks for a wall time outside the table.
func (z *Zone) search(wall int64) (unix, offset int64) {
	s := spanAt(z.loc, wall-margin)
	for before := s.offset; ; s = spanAt(z.loc, s.end) {
		if at := wall - s.offset; at < s.end {
			if at >= s.start {
				return at, s.offset
			}
			return wall - before, z.Offset(wall - before)
		}
		before = s.offset
	}
}

// instant finds the instant that the zone's wall clock shows.
func (z *Zone) instant(wall int64, nano uint32) instant {
	unix, offset := z.Instant(wall)
	return instant{unix, nano, int(offset / 60)}
}

// In returns a date-time as the zone writes it: the same instant with the
// zone's offset.
func (z *Zone) In(v Value) Value {
	return OfDateTime(v.num, v.nano, int(z.Offset(v.num)/60))
}

// LocalDate gives the calendar date of a DateTime in the zone.
func (z *Zone) LocalDate(v Value) Value {
	return OfDate(floorDiv(v.num+z.Offset(v.num), secondsPerDay))
}

// Midnight gives the first instant of a Date in the zone; where a clock change
// skips midnight it is the time to which the clock jumps.
func (z *Zone) Midnight(v Value) Value { return z.instant(v.num*secondsPerDay, 0).value() }

// LocalDate gives the calendar date of a DateTime in a time zone.
func LocalDate(v Value, zone *time.Location) Value {
	z := slowZone(zone)
	return z.LocalDate(v)
}

// Midnight gives the first instant of a Date in a time zone; where a clock
// change skips midnight it is the time to which the clock jumps.
func Midnight(v Value, zone *time.Location) Value {
	z := slowZone(zone)
	return z.Midnight(v)
}

// InZone returns a DateTime as a time zone writes it: the same instant with
// the zone's offset.
func InZone(v Value, zone *time.Location) Value {
	z := slowZone(zone)
	return z.In(v)
}

// OfTime makes the DateTime of a time, with the offset of its location.
func OfTime(t time.Time) Value {
	_, offset := t.Zone()
	return OfDateTime(t.Unix(), uint32(t.Nanosecond()), offset/60)
}
