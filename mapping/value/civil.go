package value

// Dates run from 0001-01-01 to 9999-12-31 in the Gregorian calendar, as ISO
// 8601 and RFC 3339 write them with four digits.
const (
	MinDays int64 = -719162 // 0001-01-01 in days since 1970-01-01
	MaxDays int64 = 2932896 // 9999-12-31
)

const secondsPerDay = 86400

// DaysOf gives the days since 1970-01-01 of a calendar date; ok is false where
// there is no such day or the year is not from 1 to 9999.
func DaysOf(y, m, d int) (days int64, ok bool) {
	if n, k := uint(y-firstYear), uint(m-1); n < knownYears && k < 12 && d > 0 {
		month := monthsFrom[n*12+k:]
		days = int64(month[0]) + int64(d)
		return days, days <= int64(month[1])
	}
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 28 && d > DaysIn(y, m) {
		return 0, false
	}
	return daysFromCivil(y, m, d), true
}

// The years whose months have a table, which spares the calendar's rules for
// nearly every date that is read.
const (
	firstYear  = 1970
	knownYears = 130
)

// monthsFrom is the day before each month of the known years, counted from
// 1970-01-01, and the one after their end.
var monthsFrom = func() (t [12*knownYears + 1]int32) {
	for i := range t {
		t[i] = int32(daysFromCivil(firstYear+i/12, i%12+1, 0))
	}
	return t
}()

// DaysIn gives the number of days of a month from 1 to 12.
func DaysIn(y, m int) int {
	switch {
	case m == 2 && isLeap(y):
		return 29
	case m == 2:
		return 28
	}
	return 30 + (m+m>>3)&1
}

func isLeap(y int) bool { return y&3 == 0 && (y%100 != 0 || y&15 == 0) }

// daysFromCivil counts days from 1970-01-01. The month is from 1 to 12.
func daysFromCivil(y, m, d int) int64 {
	n := int(monthStart[m]) + d
	if m > 2 && isLeap(y) {
		n++
	}
	if y > 0 { // the usual: divisions of small numbers by constants
		p := uint32(y - 1)
		return int64(p*365+p/4-p/100+p/400) + int64(n) - 719163
	}
	p := int64(y - 1)
	return p*365 + floorDiv(p, 4) - floorDiv(p, 100) + floorDiv(p, 400) + int64(n) - 719163
}

// monthStart is the days of a common year before each month.
var monthStart = [...]uint16{1: 0, 2: 31, 3: 59, 4: 90, 5: 120, 6: 151, 7: 181, 8: 212, 9: 243, 10: 273, 11: 304, 12: 334}

// civilFromDays is the inverse of daysFromCivil.
func civilFromDays(days int64) (y, m, d int) {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := uint32(z - era*146097)
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y = int(era)*400 + int(yoe)
	d = int(doy-(153*mp+2)/5) + 1
	if m = int(mp) + 3; m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}

// DayOf gives the day of an instant in UTC: days since 1970-01-01 of seconds
// since then, both negative before it.
func DayOf(seconds int64) int64 { return floorDiv(seconds, secondsPerDay) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// weekday gives the day of the week, 0 being Sunday.
func weekday(days int64) int {
	w := (days + 4) % 7
	if w < 0 {
		w += 7
	}
	return int(w)
}

// Civil gives year, month and day of a Date, and of a DateTime in its own
// offset.
func (v Value) Civil() (y, m, d int) {
	if v.kind == DateTime {
		return civilFromDays(floorDiv(v.wall(), secondsPerDay))
	}
	return civilFromDays(v.num)
}

// wall gives the wall clock of a DateTime in its own offset, in seconds since
// 1970-01-01 00:00 on that clock.
func (v Value) wall() int64 { return v.num + int64(v.scale)*60 }

// InYears tells whether the year of a Date, or of a DateTime in its own
// offset, is one of 1 to 9999, which four digits can write.
func (v Value) InYears() bool {
	days := v.num
	if v.kind == DateTime {
		days = floorDiv(v.wall(), secondsPerDay)
	}
	return days >= MinDays && days <= MaxDays
}

// appendDate appends 2024-03-15.
func appendDate(b []byte, days int64) []byte {
	y, m, d := civilFromDays(days)
	if y < 0 || y > 9999 {
		return appendOddDate(b, y, m, d)
	}
	b = append2(b, y/100)
	b = append2(b, y%100)
	b = append(b, '-')
	b = append2(b, m)
	b = append(b, '-')
	return append2(b, d)
}

// appendOddDate writes years of more than four digits or before year 0, which
// only arithmetic can make.
func appendOddDate(b []byte, y, m, d int) []byte {
	if y < 0 {
		b = append(b, '-')
		y = -y
	}
	width := 4
	for n := y; n > 9999; n /= 10 {
		width++
	}
	b = appendPadded(b, uint64(y), width)
	b = append(b, '-')
	b = append2(b, m)
	b = append(b, '-')
	return append2(b, d)
}

const twoDigits = "00010203040506070809" + "10111213141516171819" + "20212223242526272829" + "30313233343536373839" +
	"40414243444546474849" + "50515253545556575859" + "60616263646566676869" + "70717273747576777879" +
	"80818283848586878889" + "90919293949596979899"

// append2 appends n, from 0 to 99, as two digits.
func append2(b []byte, n int) []byte {
	return append(b, twoDigits[2*n], twoDigits[2*n+1])
}

// AppendRFC3339 appends a DateTime as 2024-03-15T10:00:00+01:00: without a
// fraction, in its own offset, an offset of zero as Z.
func AppendRFC3339(b []byte, v Value) []byte {
	wall := v.wall()
	days := floorDiv(wall, secondsPerDay)
	b = appendDate(b, days)
	b = append(b, 'T')
	b = appendClock(b, int(wall-days*secondsPerDay))
	if v.scale == 0 {
		return append(b, 'Z')
	}
	return appendOffset(b, int(v.scale), true)
}

func appendClock(b []byte, seconds int) []byte {
	b = append2(b, seconds/3600)
	b = append(b, ':')
	b = append2(b, seconds/60%60)
	b = append(b, ':')
	return append2(b, seconds%60)
}

func appendOffset(b []byte, minutes int, colon bool) []byte {
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	b = append(b, sign)
	b = append2(b, minutes/60)
	if colon {
		b = append(b, ':')
	}
	return append2(b, minutes%60)
}
