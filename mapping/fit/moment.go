package fit

import (
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// dateTime takes date-times; it writes RFC 3339 without a fraction, the offset
// kept.
func (x *Fitter) dateTime(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	if v.Kind() != value.DateTime {
		return misfit(v, f)
	}
	if !v.InYears() {
		return outOfYears(v)
	}
	set(dst, x.keep(value.AppendRFC3339(x.Buf, v)))
	dst.Num, _ = v.Unix()
	return nil
}

// dateTimeText takes texts of date-times in ISO form.
func (x *Fitter) dateTimeText(dst *gong.Value, s string) *Problem {
	if sec, ok := value.ParseZulu(s); ok {
		if len(s) != len("2024-03-15T10:00:00Z") {
			s = x.keep(append(append(x.Buf, s[:19]...), 'Z'))
		}
		set(dst, s)
		dst.Num = sec
		return nil
	}
	v, ok := x.parse(s)
	switch {
	case !ok:
		return notDateTime(s)
	case isRFC3339(s):
		set(dst, s)
	case !v.InYears():
		return outOfYears(v)
	case v.Offset() == 0 && isZonedClock(s):
		set(dst, x.keep(append(append(x.Buf, s[:19]...), 'Z')))
	default:
		set(dst, x.keep(value.AppendRFC3339(x.Buf, v)))
	}
	dst.Num, _ = v.Unix()
	return nil
}

// isZonedClock tells whether s, a date-time that was read, says its offset and
// has in its first 19 characters the date and time as they would be written.
func isZonedClock(s string) bool {
	if len(s) < 20 || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return false
	}
	for i := 19; i < len(s); i++ {
		switch s[i] {
		case 'Z', 'z', '+', '-':
			return true
		}
	}
	return false
}

// parse reads an ISO date-time, in the mapping's zone where it has no offset.
func (x *Fitter) parse(s string) (value.Value, bool) {
	if x.zone == nil {
		x.zone = value.NewZone(x.Zone)
	}
	return x.zone.ParseISODateTime(s)
}

// isRFC3339 tells whether s, a date-time that was read, already is as it would
// be written.
func isRFC3339(s string) bool {
	switch len(s) {
	case 20:
		return s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[19] == 'Z'
	case 25:
		return s[10] == 'T' && s[13] == ':' && s[16] == ':' && (s[19] == '+' || s[19] == '-') && s[22] == ':' && s[20:] != "00:00"
	}
	return false
}

func notDateTime(s string) *Problem {
	if _, ok := value.ParseISODate(s); ok {
		return wrong(s, "a date without a time", "write datetime(x) for midnight in the mapping's timezone")
	}
	return wrong(s, "no date-time in ISO form (2024-03-15T10:00:00Z)", `declare the column with type: datetime and its format, or write datetime(x, "%d/%m/%Y %H:%M")`)
}

func outOfYears(v value.Value) *Problem {
	return wrong(v.String(), "outside the years 0001 to 9999", "")
}

// date takes dates, and date-times in the mapping's zone; it writes 2024-03-15.
func (x *Fitter) date(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	switch v.Kind() {
	case value.Date:
	case value.DateTime:
		v = x.localDate(v)
	default:
		return misfit(v, f)
	}
	if !v.InYears() {
		return outOfYears(v)
	}
	dst.Num = v.Days()
	set(dst, x.keep(v.Append(x.Buf)))
	return nil
}

// dateText takes texts of both in ISO form.
func (x *Fitter) dateText(dst *gong.Value, s string) *Problem {
	v, ok := x.dateOf(s)
	switch {
	case !ok:
		return notDate(s)
	case len(s) == len("2024-03-15"): // the only form of this length is the one to write
		set(dst, s)
	case !v.InYears():
		return outOfYears(v)
	default:
		set(dst, x.keep(v.Append(x.Buf)))
	}
	dst.Num = v.Days()
	return nil
}

// dateOf reads the text of a date: alone, with a midnight, or as a date-time
// with an offset.
func (x *Fitter) dateOf(s string) (value.Value, bool) {
	if d, ok := value.ParseISODate(s); ok {
		return d, true
	}
	if !value.HasOffset(s) {
		return value.Value{}, false
	}
	t, ok := x.parse(s)
	if !ok {
		return value.Value{}, false
	}
	return x.localDate(t), true
}

func (x *Fitter) localDate(v value.Value) value.Value {
	if x.zone == nil {
		x.zone = value.NewZone(x.Zone)
	}
	return x.zone.LocalDate(v)
}

func notDate(s string) *Problem {
	p := value.DateProblem(s)
	switch {
	case value.IsISODateTime(s):
		p.Hint = "write datetime(x) to take the day of that time"
	case p.Hint != "":
		p.Hint = `declare the column with type: date and its format, or write date(x, "%d/%m/%Y")`
	}
	return p
}

// keep takes the buffer back with a new text at its end and returns a view of
// that text.
func (x *Fitter) keep(b []byte) string {
	s := b[len(x.Buf):]
	x.Buf = b
	return view(s)
}
