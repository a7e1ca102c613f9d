package funcs

import (
	"testing"
	"time"

	"crm2gong/mapping/value"
)

func TestDates(t *testing.T) {
	run(t, "date", []call{
		{"ISO", []any{"2024-03-15"}, "2024-03-15", "", ""},
		{"midnight dropped", []any{" 2023-09-06 00:00:00 "}, "2023-09-06", "", ""},
		{"blank", []any{" "}, "nil", "", ""},
		{"date", []any{day("2024-03-15")}, "2024-03-15", "", ""},
		{"date-time in the mapping's zone", []any{at("2024-03-15T03:00:00Z")}, "2024-03-14", "", ""},
		{"format", []any{"15.3.2024", "%d.%m.%Y"}, "2024-03-15", "", ""},
		{"format with a time", []any{"3/15/2024 7:42", "%m/%d/%Y %H:%M"}, "2024-03-15", "", ""},
		{"second format", []any{"2024-03-15", "%d/%m/%Y", "iso"}, "2024-03-15", "", ""},
		{"month", []any{"Mar 2024", "%b %Y"}, "2024-03-01", "", ""},
		{"two formats agree", []any{"03/03/2024", "%d/%m/%Y", "%m/%d/%Y"}, "2024-03-03", "", ""},
		{"two formats differ", []any{"03/04/2024", "%d/%m/%Y", "%m/%d/%Y"}, "", "two formats", ""},
		{"no such day", []any{"2024-02-30"}, "", "no date in ISO form", ""},
		{"a time", []any{"2024-03-15T10:00:00Z"}, "", "with a time", "date(datetime(text))"},
		{"no format fits", []any{"x", "%d/%m/%Y", "%Y"}, "", "names no date", ""},
		{"other form than the format", []any{"2024-03-15", "%d/%m/%Y"}, "", "not written in the format", ""},
		{"bad format", []any{"x", "%Q"}, "", "%Q", ""},
		{"a number", []any{45000}, "", "not a number", ""},
	})
	run(t, "datetime", []call{
		{"ISO", []any{"2024-03-15T10:00:00.123+01:00"}, "2024-03-15T10:00:00+01:00", "", ""},
		{"without offset: the mapping's zone", []any{"2024-03-15 10:00"}, "2024-03-15T10:00:00-04:00", "", ""},
		{"date: midnight in the zone", []any{day("2024-01-15")}, "2024-01-15T00:00:00-05:00", "", ""},
		{"format", []any{"3/15/24 2:05 PM", "%m/%d/%y %I:%M %p"}, "2024-03-15T14:05:00-04:00", "", ""},
		{"format without a time", []any{"15/03/2024", "%d/%m/%Y"}, "2024-03-15T00:00:00-04:00", "", ""},
		{"gap moves forward", []any{"2024-03-10 02:30"}, "2024-03-10T03:30:00-04:00", "", ""},
		{"date text: midnight in the zone", []any{"2024-01-15"}, "2024-01-15T00:00:00-05:00", "", ""},
		{"date text under iso", []any{"2024-01-15", "%d/%m/%Y %H:%M", "iso"}, "2024-01-15T00:00:00-05:00", "", ""},
		{"midnight with an offset stays", []any{"2024-01-15T00:00:00+01:00"}, "2024-01-15T00:00:00+01:00", "", ""},
		{"midnight without an offset", []any{"2024-07-15T00:00:00.000"}, "2024-07-15T00:00:00-04:00", "", ""},
		{"no date", []any{"soon"}, "", "no date-time in ISO form", "%d/%m/%Y"},
		{"blank", []any{""}, "nil", "", ""},
	})
	run(t, "inZone", []call{
		{"winter", []any{at("2024-01-15T10:00:00Z"), "Europe/Berlin"}, "2024-01-15T11:00:00+01:00", "", ""},
		{"summer", []any{at("2024-07-15T23:30:00Z"), "Asia/Kolkata"}, "2024-07-16T05:00:00+05:30", "", ""},
		{"unknown", []any{at("2024-01-15T10:00:00Z"), "Berlin"}, "", `"Berlin" is no time zone`, "Europe/Berlin"},
		{"this machine's", []any{at("2024-01-15T10:00:00Z"), "Local"}, "", "no time zone", ""},
		{"a date", []any{day("2024-01-15"), "UTC"}, "", "not a date", "datetime(x)"},
	})
	run(t, "addDays", []call{
		{"over a leap day", []any{day("2024-02-28"), 2}, "2024-03-01", "", ""},
		{"back", []any{day("2024-03-01"), -1}, "2024-02-29", "", ""},
		{"date-time", []any{at("2024-03-15T10:00:00+02:00"), 1}, "2024-03-16T10:00:00+02:00", "", ""},
		{"past the year 9999", []any{day("9999-12-31"), 1}, "", "leaves the years", ""},
		{"half a day", []any{day("2024-03-01"), num("0.5")}, "", "whole number", ""},
	})
	run(t, "addMonths", []call{
		{"clamped", []any{day("2024-01-31"), 1}, "2024-02-29", "", ""},
		{"clamped, common year", []any{day("2023-01-31"), 1}, "2023-02-28", "", ""},
		{"over a year", []any{day("2024-11-30"), 3}, "2025-02-28", "", ""},
		{"back over a year", []any{day("2024-01-31"), -2}, "2023-11-30", "", ""},
		{"date-time keeps its day at its own offset", []any{at("2024-01-31T23:30:00-05:00"), 1}, "2024-02-29T23:30:00-05:00", "", ""},
		{"before the year 1", []any{day("0001-01-15"), -1}, "", "leaves the years", ""},
		{"past the year 9999", []any{day("9999-12-15"), 1}, "", "leaves the years", ""},
		{"the last month", []any{day("9999-11-15"), 1}, "9999-12-15", "", ""},
	})
	run(t, "startOfMonth", []call{
		{"date", []any{day("2024-03-15")}, "2024-03-01", "", ""},
		{"date-time", []any{at("2024-03-31T23:30:00-05:00")}, "2024-03-01T00:00:00-05:00", "", ""},
		{"before 1970", []any{at("1969-12-31T23:30:00Z")}, "1969-12-01T00:00:00Z", "", ""},
	})
	run(t, "formatDate", []call{
		{"date", []any{day("2024-03-05"), "%d.%m.%Y"}, `"05.03.2024"`, "", ""},
		{"date-time at its own offset", []any{at("2024-03-15T23:30:00+02:00"), "%Y-%m-%d %H:%M"}, `"2024-03-15 23:30"`, "", ""},
		{"quarter's year", []any{day("2024-03-05"), "FY%y"}, `"FY24"`, "", ""},
		{"a text", []any{"2024-03-15", "%Y"}, "", "takes a date or a date-time", "date(text, format)"},
		{"bad format", []any{day("2024-03-05"), "%"}, "", "formatDate: ", ""},
	})
}

func TestClock(t *testing.T) {
	env := testEnv(t)
	env.Now = time.Date(2024, 3, 15, 2, 0, 0, 999, time.UTC)
	v, err := Find("now").Call(env, nil)
	if got := show(v); err != nil || got != "2024-03-15T02:00:00Z" {
		t.Errorf("now() = %s, %v", got, err)
	}
	if _, nano := v.Unix(); nano != 0 {
		t.Errorf("now() has %d ns", nano)
	}
	if v, err = Find("today").Call(env, nil); err != nil || show(v) != "2024-03-14" {
		t.Errorf("today() = %s, %v", show(v), err)
	}
}

func FuzzMonths(f *testing.F) {
	f.Add(int64(0), 1)
	f.Add(int64(19813), -25)
	f.Fuzz(func(t *testing.T, days int64, n int) {
		d := value.OfDate(days%value.MaxDays + 1)
		if !d.InYears() || n < -100_000 || n > 100_000 {
			return
		}
		env := ExampleEnv()
		got, err := Find("addMonths").Call(env, vals(d, n))
		if err != nil {
			return
		}
		y, m, dd := d.Civil()
		gy, gm, gd := got.Civil()
		if gy*12+gm != y*12+m+n || gd > dd || gd < dd && gd != value.DaysIn(gy, gm) {
			t.Errorf("%s and %d months: %s", show(d), n, show(got))
		}
		first, err := Find("startOfMonth").Call(env, vals(got))
		if fy, fm, fd := first.Civil(); err != nil || fy != gy || fm != gm || fd != 1 {
			t.Errorf("month of %s starts on %s, %v", show(got), show(first), err)
		}
	})
}
