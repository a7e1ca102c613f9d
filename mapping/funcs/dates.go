package funcs

import (
	"time"

	"crm2gong/mapping/value"
)

const isoWord = "iso"

// reading is one of the forms that date(text, …) and datetime(text, …) try.
type reading struct {
	layout *value.Layout // nil: ISO
}

func readings(name string, consts []*value.Value) ([]reading, error) {
	var rs []reading
	for i, c := range consts {
		if c.Text() == isoWord {
			rs = append(rs, reading{})
			continue
		}
		l, err := value.CompileLayout(c.Text())
		if err != nil {
			return nil, &Fault{Arg: i + 2, Message: name + ": " + err.Error(), Value: c.Text()}
		}
		if !l.HasDate() {
			return nil, &Fault{Arg: i + 2, Value: c.Text(), Message: name + ": the format " + value.Quote(c.Text()) + " names no date",
				Hint: value.FormatHint(c.Text())}
		}
		rs = append(rs, reading{l})
	}
	if len(rs) == 0 {
		rs = []reading{{}}
	}
	return rs, nil
}

func prepareDate(consts []*value.Value) (Implementation, error) {
	rs, err := readings("date", consts[1:])
	if err != nil {
		return nil, err
	}
	return func(env *Env, args []value.Value) (value.Value, error) {
		v := args[0]
		switch v.Kind() {
		case value.Date:
			return v, nil
		case value.DateTime:
			return inYears("date", value.LocalDate(v, env.Zone))
		}
		return readText(v.Text(), "date", rs, func(r reading, s string) (value.Value, bool) { return r.date(s) })
	}, nil
}

func prepareDateTime(consts []*value.Value) (Implementation, error) {
	rs, err := readings("datetime", consts[1:])
	if err != nil {
		return nil, err
	}
	return func(env *Env, args []value.Value) (value.Value, error) {
		v := args[0]
		switch v.Kind() {
		case value.DateTime:
			return v, nil
		case value.Date:
			return value.Midnight(v, env.Zone), nil
		}
		return readText(v.Text(), "datetime", rs, func(r reading, s string) (value.Value, bool) { return r.dateTime(s, env.Zone) })
	}, nil
}

func (r reading) date(s string) (value.Value, bool) {
	if r.layout == nil {
		return value.ParseISODate(s)
	}
	return r.layout.ParseDate(s)
}

func (r reading) dateTime(s string, zone *time.Location) (value.Value, bool) {
	if r.layout != nil {
		return r.layout.Parse(s, zone)
	}
	if t, ok := value.ParseISODateTime(s, zone); ok {
		return t, true
	}
	d, ok := value.ParseISODate(s)
	if !ok {
		return value.Value{}, false
	}
	return value.Midnight(d, zone), true
}

// readText tries all forms: one must read the text, and two that do must agree.
func readText(s, name string, rs []reading, read func(reading, string) (value.Value, bool)) (value.Value, error) {
	s = value.Trim(s)
	if s == "" {
		return value.Value{}, nil
	}
	var found value.Value
	for _, r := range rs {
		v, ok := read(r, s)
		if !ok {
			continue
		}
		if !found.IsNil() && !value.Equal(found, v) {
			return value.Value{}, bad(s, "read by two formats as different dates, "+found.String()+" and "+v.String(),
				"give only the format that the source writes")
		}
		found = v
	}
	if !found.IsNil() {
		return found, nil
	}
	if len(rs) == 1 && rs[0].layout == nil {
		if name == "date" {
			if _, ok := value.ParseISODateTime(s, time.UTC); ok {
				return value.Value{}, bad(s, "a date with a time, not a date", "date(datetime(text)) takes its day in the mapping's timezone")
			}
			return value.Value{}, bad(s, "no date in ISO form (2024-03-15)", `give its format, such as date(text, "%d/%m/%Y")`)
		}
		return value.Value{}, bad(s, "no date-time in ISO form (2024-03-15T10:00:00Z)", `give its format, such as datetime(text, "%d/%m/%Y %H:%M")`)
	}
	what := "not written in the format of " + name
	if len(rs) > 1 {
		what = "not written in any format of " + name
	}
	return value.Value{}, bad(s, what, "")
}

func inYears(name string, v value.Value) (value.Value, error) {
	if v.InYears() {
		return v, nil
	}
	return value.Value{}, &Fault{Message: name + " leaves the years 1 to 9999"}
}

func prepareInZone(consts []*value.Value) (Implementation, error) {
	name := consts[1].Text()
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, &Fault{Arg: 2, Value: name, Message: "inZone: " + value.Quote(name) + " is no time zone",
			Hint: `write an IANA name such as "Europe/Berlin" or "UTC"`}
	}
	fast := value.NewZone(zone)
	return func(_ *Env, args []value.Value) (value.Value, error) { return inYears("inZone", fast.In(args[0])) }, nil
}

func callAddDays(_ *Env, args []value.Value) (value.Value, error) {
	n, err := whole("addDays", args, 1, -4_000_000, 4_000_000)
	if err != nil {
		return value.Value{}, err
	}
	return inYears("addDays", shift(args[0], int64(n)))
}

// shift moves a date, or a date-time at its own offset, by days.
func shift(v value.Value, days int64) value.Value {
	if v.Kind() == value.Date {
		return value.OfDate(v.Days() + days)
	}
	sec, nano := v.Unix()
	return value.OfDateTime(sec+days*86400, nano, v.Offset())
}

func callAddMonths(_ *Env, args []value.Value) (value.Value, error) {
	n, err := whole("addMonths", args, 1, -120_000, 120_000)
	if err != nil {
		return value.Value{}, err
	}
	y, m, d := args[0].Civil()
	months := y*12 + m - 1 + n
	if months < 12 || months >= 120_000 {
		return value.Value{}, &Fault{Message: "addMonths leaves the years 1 to 9999"}
	}
	return toDay(args[0], y, m, d, months/12, months%12+1, d), nil
}

// toDay moves a date or date-time from one day of the calendar to another,
// clamped to the last of its month.
func toDay(v value.Value, y, m, d, toY, toM, toD int) value.Value {
	from, _ := value.DaysOf(y, m, d)
	to, _ := value.DaysOf(toY, toM, min(toD, value.DaysIn(toY, toM)))
	return shift(v, to-from)
}

func callStartOfMonth(_ *Env, args []value.Value) (value.Value, error) {
	v := args[0]
	y, m, d := v.Civil()
	v = toDay(v, y, m, d, y, m, 1)
	if v.Kind() == value.DateTime {
		sec, _ := v.Unix()
		wall := sec + int64(v.Offset())*60
		v = value.OfDateTime(sec-(wall%86400+86400)%86400, 0, v.Offset())
	}
	return v, nil
}

func prepareFormatDate(consts []*value.Value) (Implementation, error) {
	layout, err := value.CompileFormat(consts[1].Text())
	if err != nil {
		return nil, &Fault{Arg: 2, Message: "formatDate: " + err.Error(), Value: consts[1].Text()}
	}
	return func(_ *Env, args []value.Value) (value.Value, error) {
		var buf [64]byte
		return value.OfText(string(value.AppendFormat(buf[:0], args[0], layout))), nil
	}, nil
}

func callNow(env *Env, _ []value.Value) (value.Value, error) {
	return value.OfTime(env.Now.Truncate(time.Second)), nil
}

func callToday(env *Env, _ []value.Value) (value.Value, error) {
	return value.LocalDate(value.OfTime(env.Now), env.Zone), nil
}
