package source

import (
	"bytes"
	"math"
	"strconv"

	"crm2gong/mapping/value"
)

// number appends a cell's number as its style says: the shortest decimal of at
// most 15 digits, an ISO date, a duration. ok is false when raw is no number.
func (s *sheet) number(dst, raw []byte, style cellStyle) (out []byte, kind value.CellKind, ok bool) {
	switch style.kind {
	case styleNumber:
		return decimal(dst, raw)
	case styleZeros:
		from := len(dst)
		dst, kind, ok = decimal(dst, raw)
		return pad(dst, from, style.zeros), kind, ok
	}
	f, ok := float(raw)
	if !ok {
		return dst, 0, false
	}
	dst, kind = s.date(dst, f, style.kind)
	return dst, kind, true
}

// float reads a number as XML writes it.
func float(raw []byte) (float64, bool) {
	for _, c := range raw {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return f, err == nil
}

// decimal appends a number: as written where it has at most 15 digits and no
// exponent, else rounded to 15 digits as spreadsheets show it. Whole numbers up
// to 2^53 are exact and stay as they are; larger ones have lost digits.
func decimal(dst, raw []byte) (out []byte, kind value.CellKind, ok bool) {
	digits, point, plain := 0, -1, len(raw) > 0
	for i, c := range raw {
		switch {
		case c >= '0' && c <= '9':
			if c != '0' || digits > 0 {
				digits++
			}
		case c == '.' && point < 0:
			point = i
		case c == '-' && i == 0:
		default:
			plain = false
		}
	}
	if plain && digits <= 15 && raw[len(raw)-1] != '.' {
		return trimmed(dst, raw, point >= 0)
	}
	f, ok := float(raw)
	if !ok {
		return dst, 0, false
	}
	if whole := math.Trunc(f); f == whole && math.Abs(f) <= 1<<53 {
		return strconv.AppendInt(dst, int64(f), 10), value.NumberCell, true
	} else if f == whole {
		kind = value.DamagedCell
	} else {
		kind = value.NumberCell
	}
	var buf [32]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', 14, 64) // -d.dddddddddddddde±dd
	if e[0] == '-' {
		dst = append(dst, '-')
		e = e[1:]
	}
	k := bytes.IndexByte(e, 'e')
	exp, _ := strconv.Atoi(string(e[k+1:]))
	m := append(e[:1], e[2:k]...)
	for len(m) > 1 && m[len(m)-1] == '0' {
		m = m[:len(m)-1]
	}
	switch n := exp + 1; { // digits before the point
	case n <= 0:
		dst = append(dst, "0."...)
		for range -n {
			dst = append(dst, '0')
		}
		dst = append(dst, m...)
	case n >= len(m):
		dst = append(dst, m...)
		for range n - len(m) {
			dst = append(dst, '0')
		}
	default:
		dst = append(append(append(dst, m[:n]...), '.'), m[n:]...)
	}
	return dst, kind, true
}

// trimmed appends a plain decimal without needless zeros.
func trimmed(dst, raw []byte, point bool) ([]byte, value.CellKind, bool) {
	minus := raw[0] == '-'
	if minus {
		raw = raw[1:]
	}
	for len(raw) > 1 && raw[0] == '0' && raw[1] != '.' {
		raw = raw[1:]
	}
	if point {
		for raw[len(raw)-1] == '0' {
			raw = raw[:len(raw)-1]
		}
		if raw[len(raw)-1] == '.' {
			raw = raw[:len(raw)-1]
		}
	}
	if len(raw) == 0 || raw[0] == '.' {
		if len(raw) == 0 {
			return dst, 0, false
		}
		if minus {
			dst = append(dst, '-')
		}
		return append(append(dst, '0'), raw...), value.NumberCell, true
	}
	if minus && !(len(raw) == 1 && raw[0] == '0') {
		dst = append(dst, '-')
	}
	return append(dst, raw...), value.NumberCell, true
}

// pad gives a whole number, which stands in dst from from on, leading zeros up
// to n digits.
func pad(dst []byte, from, n int) []byte {
	number := dst[from:]
	if len(number) > 0 && number[0] == '-' {
		from++
		number = number[1:]
	}
	if len(number) >= n || bytes.IndexByte(number, '.') >= 0 {
		return dst
	}
	missing := n - len(number)
	for range missing {
		dst = append(dst, '0')
	}
	copy(dst[from+missing:], dst[from:len(dst)-missing])
	for i := range missing {
		dst[from+i] = '0'
	}
	return dst
}

const (
	daySeconds = 86400
	lastSerial = 2958465 // 9999-12-31, days since 1899-12-30
)

// date appends the date, time or duration that a serial number stands for,
// rounded to the second. What is no date in a spreadsheet either is an error
// cell.
func (s *sheet) date(dst []byte, f float64, style styleKind) ([]byte, value.CellKind) {
	if math.Abs(f) > lastSerial+1 || f < 0 && style != styleDuration {
		return append(dst, "#NUM!"...), value.ErrorCell
	}
	sec := int64(math.Round(f * daySeconds))
	if style == styleDuration || sec < daySeconds && (style == styleTime || sec > 0 && !s.date1904) {
		return duration(dst, sec), value.DurationCell
	}
	days, sec := sec/daySeconds, sec%daySeconds
	if s.date1904 {
		days += 1462
	} else if days < 61 {
		// Spreadsheets count a 29 February 1900 that never was.
		if days == 60 || days == 0 {
			return append(dst, "#NUM!"...), value.ErrorCell
		}
		days++
	}
	if days > lastSerial {
		return append(dst, "#NUM!"...), value.ErrorCell
	}
	y, m, d := civil(days - 25569)
	dst = appendPadded(dst, y, 4)
	dst = appendPadded(append(dst, '-'), m, 2)
	dst = appendPadded(append(dst, '-'), d, 2)
	if sec != 0 {
		dst = clock(append(dst, 'T'), sec, 2)
	}
	return dst, value.DateCell
}

func duration(dst []byte, sec int64) []byte {
	if sec < 0 {
		dst, sec = append(dst, '-'), -sec
	}
	return clock(dst, sec, 1)
}

// clock appends h:mm:ss.
func clock(dst []byte, sec int64, hourDigits int) []byte {
	dst = appendPadded(dst, int(sec/3600), hourDigits)
	dst = appendPadded(append(dst, ':'), int(sec/60%60), 2)
	return appendPadded(append(dst, ':'), int(sec%60), 2)
}

func appendPadded(dst []byte, n, width int) []byte {
	var b [20]byte
	digits := strconv.AppendInt(b[:0], int64(n), 10)
	for range width - len(digits) {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// civil gives the calendar date of a number of days since 1970-01-01.
func civil(days int64) (y, m, d int) {
	days += 719468
	era := days / 146097
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = int(doy - (153*mp+2)/5 + 1)
	m = int(mp + 3)
	if m > 12 {
		m -= 12
	}
	y = int(yoe + era*400)
	if m <= 2 {
		y++
	}
	return y, m, d
}
