package value

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestCalendar(t *testing.T) {
	if first, _ := DaysOf(1, 1, 1); first != MinDays {
		t.Errorf("0001-01-01 is day %d", first)
	}
	if last, _ := DaysOf(9999, 12, 31); last != MaxDays {
		t.Errorf("9999-12-31 is day %d", last)
	}
	for days := MinDays; days <= MaxDays; days += 13 {
		want := time.Unix(days*secondsPerDay, 0).UTC()
		y, m, d := OfDate(days).Civil()
		if y != want.Year() || m != int(want.Month()) || d != want.Day() || weekday(days) != int(want.Weekday()) {
			t.Fatalf("day %d is %d-%d-%d, want %s", days, y, m, d, want)
		}
		if back, ok := DaysOf(y, m, d); !ok || back != days {
			t.Fatalf("%d-%d-%d is day %d, want %d", y, m, d, back, days)
		}
	}
	for _, bad := range [][3]int{{2023, 2, 29}, {2024, 2, 30}, {1900, 2, 29}, {2024, 4, 31}, {2024, 0, 1}, {2024, 13, 1}, {2024, 1, 0}, {2024, 1, 32}, {0, 1, 1}, {10000, 1, 1}} {
		if _, ok := DaysOf(bad[0], bad[1], bad[2]); ok {
			t.Errorf("%v is a day", bad)
		}
	}
	for m, want := range map[int]int{1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31} {
		if got := DaysIn(2024, m); got != want {
			t.Errorf("month %d has %d days, want %d", m, got, want)
		}
	}
}

func TestParseISODate(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-15": "2024-03-15", "2024-02-29": "2024-02-29", "0001-01-01": "0001-01-01", "9999-12-31": "9999-12-31",
		"2024-03-15T00:00:00": "2024-03-15", "2024-03-15 00:00:00": "2024-03-15", "2024-03-15 00:00": "2024-03-15", "2024-03-15T00:00:00.000": "2024-03-15", "2024-03-15 0:00:00": "2024-03-15",
	} {
		if v, ok := ParseISODate(in); !ok || v.String() != want {
			t.Errorf("ParseISODate(%q) = %s, %v", in, v, ok)
		}
	}
	for _, in := range []string{"", "2024-3-15", "2024-02-30", "2023-02-29", "20240315", "2024-03-15T", "2024-03-15T10:00:00", "2024-03-15T00:00:00Z", "2024-03-15 00:00:00.001",
		"2024-03-15T00:00:00+00:00", "2024-03-15x", "2024/03/15", "0000-01-01", "-2024-03-15", "2024-03-15 24:00:00", " 2024-03-15", "2024-03-1５"} {
		if v, ok := ParseISODate(in); ok {
			t.Errorf("ParseISODate(%q) = %s, want it refused", in, v)
		}
	}
}

func TestParseISODateTime(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"2024-03-15T10:00:00Z", "2024-03-15T10:00:00Z"},
		{"2024-03-15t10:00:00z", "2024-03-15T10:00:00Z"},
		{"2024-03-15 10:00:00", "2024-03-15T10:00:00-04:00"},
		{"2024-03-15T10:00", "2024-03-15T10:00:00-04:00"},
		{"2020-12-30 3:15:52", "2020-12-30T03:15:52-05:00"},
		{"2024-03-15T9:30", "2024-03-15T09:30:00-04:00"},
		{"2017-08-04T09:09:33.000Z", "2017-08-04T09:09:33Z"},
		{"2024-01-22T14:49:34.000+0000", "2024-01-22T14:49:34Z"},
		{"2024-01-22T14:49:34,5-07:00", "2024-01-22T14:49:34-07:00"},
		{"2024-01-22 14:49:34.123456789123+0530", "2024-01-22T14:49:34+05:30"},
		{"2024-01-22 14:49:34+05", "2024-01-22T14:49:34+05:00"},
		{"2024-01-22 14:49:34 +0100", "2024-01-22T14:49:34+01:00"},
		{"2024-01-22T14:49-00:00", "2024-01-22T14:49:00Z"},
		{"2024-01-22T23:59:59+18:00", "2024-01-22T23:59:59+18:00"},
		{"20240315T100000Z", "2024-03-15T10:00:00Z"},
		{"20240315T1000", "2024-03-15T10:00:00-04:00"},
		{"20240315T100000.5+0100", "2024-03-15T10:00:00+01:00"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
	} {
		v, ok := ParseISODateTime(test.in, location(t, "America/New_York"))
		if !ok || v.String() != test.want {
			t.Errorf("ParseISODateTime(%q) = %s, %v, want %s", test.in, v, ok, test.want)
		}
	}
	for _, in := range []string{"", "2024-03-15", "2024-03-15T", "2024-03-15T10", "2024-03-15T24:00:00", "2024-03-15T10:60:00", "2024-03-15T10:00:60Z", "2024-03-15T10:00:00.Z",
		"2024-03-15T10:00:00+1", "2024-03-15T10:00:00+01:0", "2024-03-15T10:00:00+18:01", "2024-03-15T10:00:00+01:60", "2024-03-15T10:00:00 EST", "2024-03-15T10:00:00ZZ",
		"2024-02-30T10:00:00Z", "2024-03-15_10:00:00", "0000-01-01T00:00:00Z", "20240315", "20240315100000", "2024-03-15T10:00:0", "2024-03-15T1a:00:00", "2024-03-15T:00:00",
		"2024-03-15T10:00:00  Z", "2024-03-15T10:00:00 ", "2024-03-15T10.5:00", "20240230T100000Z", "2024-03-15T99:99:99Z", "2024-03-15 10:00:00 AM"} {
		if v, ok := ParseISODateTime(in, nil); ok {
			t.Errorf("ParseISODateTime(%q) = %s, want it refused", in, v)
		}
	}
	v, _ := ParseISODateTime("2024-03-15T10:00:00.123456789Z", nil)
	if _, nano := v.Unix(); nano != 123456789 {
		t.Errorf("the fraction is %d ns", nano)
	}
}

// A wall time that clocks skip moves forward by the gap; the first of two is
// taken.
func TestWallTime(t *testing.T) {
	for _, test := range []struct{ zone, in, want string }{
		{"America/New_York", "2024-03-10T01:59:59", "2024-03-10T01:59:59-05:00"},
		{"America/New_York", "2024-03-10T02:30:00", "2024-03-10T03:30:00-04:00"},
		{"America/New_York", "2024-03-10T03:00:00", "2024-03-10T03:00:00-04:00"},
		{"America/New_York", "2024-11-03T00:59:59", "2024-11-03T00:59:59-04:00"},
		{"America/New_York", "2024-11-03T01:30:00", "2024-11-03T01:30:00-04:00"},
		{"America/New_York", "2024-11-03T02:00:00", "2024-11-03T02:00:00-05:00"},
		{"Europe/Berlin", "2024-03-31T02:15:00", "2024-03-31T03:15:00+02:00"},
		{"Europe/Berlin", "2024-10-27T02:15:00", "2024-10-27T02:15:00+02:00"},
		{"Europe/Berlin", "2024-10-27T03:00:00", "2024-10-27T03:00:00+01:00"},
		{"Australia/Lord_Howe", "2024-10-06T02:10:00", "2024-10-06T02:40:00+11:00"},
		{"Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-07T01:45:00+11:00"},
		{"Australia/Lord_Howe", "2024-04-07T02:00:00", "2024-04-07T02:00:00+10:30"},
		{"Pacific/Apia", "2011-12-30T10:00:00", "2011-12-31T10:00:00+14:00"},
		{"America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T01:00:00-02:00"},
		{"America/New_York", "2050-03-13T02:30:00", "2050-03-13T03:30:00-04:00"},
		{"America/New_York", "2040-12-31T23:30:00", "2040-12-31T23:30:00-05:00"},
		{"America/New_York", "2400-03-12T02:30:00", "2400-03-12T03:30:00-04:00"},
		{"America/New_York", "1950-04-30T02:30:00", "1950-04-30T03:30:00-04:00"},
		{"Asia/Kolkata", "2024-03-10T02:30:00", "2024-03-10T02:30:00+05:30"},
		{"UTC", "2024-03-10T02:30:00", "2024-03-10T02:30:00Z"},
	} {
		loc := location(t, test.zone)
		if v, ok := ParseISODateTime(test.in, loc); !ok || v.String() != test.want {
			t.Errorf("%s in %s = %s, %v, want %s", test.in, test.zone, v, ok, test.want)
		}
		if v, ok := NewZone(loc).ParseISODateTime(test.in); !ok || v.String() != test.want {
			t.Errorf("%s in the table of %s = %s, %v, want %s", test.in, test.zone, v, ok, test.want)
		}
	}
}

// The table of a zone and package time agree about every hour, and the table
// and the search without it about every wall time.
func TestZoneTable(t *testing.T) {
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/Caracas", "Antarctica/Troll"} {
		loc := location(t, name)
		z, slow := NewZone(loc), slowZone(loc)
		for at := int64(tableStart); at < tableEnd; at += 3571 * 29 {
			_, want := time.Unix(at, 0).In(loc).Zone()
			if got := z.Offset(at); got != int64(want) {
				t.Fatalf("%s at %d: offset %d, want %d", name, at, got, want)
			}
			if at%5 == 0 {
				u1, o1 := z.Instant(at)
				if u2, o2 := slow.Instant(at); u1 != u2 || o1 != o2 {
					t.Fatalf("%s at the wall time %d: %d%+d by the table, %d%+d without", name, at, u1, o1, u2, o2)
				}
			}
		}
	}
}

func TestLocalDateAndMidnight(t *testing.T) {
	v, _ := ParseISODateTime("2024-03-15T23:30:00-07:00", nil)
	for zone, want := range map[string]string{"UTC": "2024-03-16", "America/New_York": "2024-03-16", "America/Los_Angeles": "2024-03-15", "Asia/Tokyo": "2024-03-16"} {
		if got := LocalDate(v, location(t, zone)).String(); got != want {
			t.Errorf("%s in %s is %s, want %s", v, zone, got, want)
		}
	}
	if got := InZone(v, location(t, "Asia/Tokyo")).String(); got != "2024-03-16T15:30:00+09:00" {
		t.Errorf("in Tokyo it is %s", got)
	}
	day, _ := ParseISODate("2018-11-04")
	if got := Midnight(day, location(t, "America/Sao_Paulo")).String(); got != "2018-11-04T01:00:00-02:00" {
		t.Errorf("the skipped midnight is %s", got)
	}
	if got := Midnight(day, nil).String(); got != "2018-11-04T00:00:00Z" {
		t.Errorf("midnight in UTC is %s", got)
	}
	if got := OfTime(time.Date(2024, 3, 15, 10, 0, 0, 5, time.FixedZone("", 3600))).String(); got != "2024-03-15T10:00:00+01:00" {
		t.Errorf("OfTime gives %s", got)
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct {
		p             *Problem
		message, hint string
	}{
		{DateProblem("15/03/2024"), `"15/03/2024" is no date in ISO form`, `format: "%d/%m/%Y"`},
		{DateProblem("03/05/2024"), `"03/05/2024" is no date`, `"%d/%m/%Y" or "%m/%d/%Y"`},
		{DateProblem("2024-02-30"), `"2024-02-30" is no day of the calendar`, "correct the date"},
		{DateTimeProblem("2024-02-30T10:00:00"), `"2024-02-30T10:00:00" is no day of the calendar`, "correct the date"},
		{DateProblem("2024-03-15T10:00:00"), "a time of day that is not midnight", "type: datetime"},
		{DateProblem("2024-03-15T00:00:00Z"), "a date-time with an offset", "type: datetime"},
		{DateTimeProblem("2024-03-15"), "a date without a time", "type: date"},
		{DateTimeProblem("03/15/2024 10:30 AM"), "no date-time in ISO form", `format: "%m/%d/%Y %I:%M %p"`},
	} {
		if !strings.Contains(test.p.Message, test.message) || !strings.Contains(test.p.Hint, test.hint) {
			t.Errorf("problem %q, hint %q; want %q, %q", test.p.Message, test.p.Hint, test.message, test.hint)
		}
	}
}

// What package time reads as RFC 3339 is read as the same instant and offset.
func FuzzISOAgainstTime(f *testing.F) {
	for _, s := range []string{"2024-03-15T10:00:00Z", "2024-02-30T10:00:00Z", "2024-03-15T10:00:00.123+05:30", "0001-01-01T00:00:00+18:00", "9999-12-31T23:59:59.999999999-18:00", "2024-03-15T10:00:60Z", "1969-12-31T23:59:59Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := time.Parse(time.RFC3339Nano, s)
		got, ok := ParseISODateTime(s, nil)
		if err != nil {
			return
		}
		_, offset := want.Zone()
		inDomain := want.Year() >= 1 && offset <= maxOffset*60 && offset >= -maxOffset*60 && !strings.HasPrefix(s, "0000")
		if ok != inDomain {
			t.Fatalf("%q: read %v, want %v", s, ok, inDomain)
		}
		if !ok {
			return
		}
		sec, nano := got.Unix()
		if sec != want.Unix() || int(nano) != want.Nanosecond() || got.Offset()*60 != offset {
			t.Fatalf("%q is %s, want %s", s, got, want)
		}
		if out := got.String(); out != want.Format(time.RFC3339) {
			t.Fatalf("%q is written %s, want %s", s, out, want.Format(time.RFC3339))
		}
	})
}

// The parser never panics, and what it reads is read again from what is
// written.
func FuzzISO(f *testing.F) {
	for _, s := range []string{"2024-03-15 9:00", "20240315T1000", "2024-03-15T00:00:00.000", "2024-03-10 02:30:00", "2024-03-15T10:00:00,5 +0100", "20240315T10000"} {
		f.Add(s)
	}
	ny := NewZone(location(f, "America/New_York"))
	f.Fuzz(func(t *testing.T, s string) {
		DateProblem(s)
		DateTimeProblem(s)
		if v, ok := ParseISODate(s); ok {
			if again, ok := ParseISODate(v.String()); !ok || !Equal(v, again) {
				t.Fatalf("%q is %s", s, v)
			}
		}
		v, ok := ny.ParseISODateTime(s)
		if !ok {
			return
		}
		again, ok := ParseISODateTime(v.String(), nil)
		sec, _ := v.Unix()
		back, _ := again.Unix()
		if v.InYears() && (!ok || sec != back || v.Offset() != again.Offset()) {
			t.Fatalf("%q is %s, which is read as %s", s, v, again)
		}
	})
}
