package value

import "strconv"

// AppendFormat appends a Date or DateTime in a layout; a Date's time is
// midnight and its offset zero.
func AppendFormat(b []byte, v Value, l *Layout) []byte {
	wall, unix, offset := v.num*secondsPerDay, v.num*secondsPerDay, 0
	if v.kind == DateTime {
		wall, unix, offset = v.wall(), v.num, int(v.scale)
	}
	days := floorDiv(wall, secondsPerDay)
	y, m, d := civilFromDays(days)
	clock := int(wall - days*secondsPerDay)
	for i := range l.items {
		it := &l.items[i]
		switch it.part {
		case literal, blanks:
			b = append(b, it.text...)
		case year:
			b = it.appendNumber(b, y)
		case shortYear:
			b = it.appendNumber(b, y%100)
		case month:
			b = it.appendNumber(b, m)
		case day:
			b = it.appendNumber(b, d)
		case dayOfYear:
			b = it.appendNumber(b, int(days-daysFromCivil(y, 1, 1))+1)
		case monthName:
			b = appendName(b, months[m-1], it.code == 'B')
		case weekdayName:
			b = appendName(b, weekdays[weekday(days)], it.code == 'A')
		case hour:
			b = it.appendNumber(b, clock/3600)
		case hour12:
			b = it.appendNumber(b, (clock/3600+11)%12+1)
		case minute:
			b = it.appendNumber(b, clock/60%60)
		case second:
			b = it.appendNumber(b, clock%60)
		case nanos:
			b = appendNanos(b, v.nano)
		case halfDay:
			b = appendHalfDay(b, clock >= 12*3600, it.code == 'P')
		case zoneOffset:
			b = appendOffset(b, offset, false)
		case zoneName:
			if offset == 0 {
				b = append(b, "UTC"...)
			} else {
				b = appendOffset(b, offset, true)
			}
		case unixSeconds:
			b = strconv.AppendInt(b, unix, 10)
		}
	}
	return b
}

func (it *layoutItem) appendNumber(b []byte, n int) []byte {
	if n < 0 || n > 9999 { // a year that only arithmetic can make
		return strconv.AppendInt(b, int64(n), 10)
	}
	width, room := 1, digits[it.part]
	for k := n; k > 9; k /= 10 {
		width++
	}
	switch it.pad {
	case '0':
		width = max(width, room)
	case ' ':
		for k := width; k < room; k++ {
			b = append(b, ' ')
		}
	}
	return appendPadded(b, uint64(n), width)
}

// appendName appends a name with a capital, in full or its first three
// letters.
func appendName(b []byte, name string, full bool) []byte {
	if !full {
		name = name[:3]
	}
	b = append(b, name[0]-0x20)
	return append(b, name[1:]...)
}

// appendNanos appends microseconds, and nanoseconds where there are any.
func appendNanos(b []byte, nano uint32) []byte {
	if nano%1000 == 0 {
		return appendPadded(b, uint64(nano/1000), 6)
	}
	return appendPadded(b, uint64(nano), 9)
}

func appendHalfDay(b []byte, pm, lower bool) []byte {
	s := "AM"
	switch {
	case pm && lower:
		s = "pm"
	case pm:
		s = "PM"
	case lower:
		s = "am"
	}
	return append(b, s...)
}
