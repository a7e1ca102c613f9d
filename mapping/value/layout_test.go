package value

import (
	"strings"
	"testing"
	"time"
)

func layout(t testing.TB, format string) *Layout {
	t.Helper()
	l, err := CompileLayout(format)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLayoutParse(t *testing.T) {
	for _, test := range []struct{ format, in, want string }{
		{"%d/%m/%Y", "15/03/2024", "2024-03-15T00:00:00-04:00"},
		{"%d/%m/%Y", "3/5/2024", "2024-05-03T00:00:00-04:00"},
		{"%m/%d/%Y", "3/5/2024", "2024-03-05T00:00:00-05:00"},
		{"%Y%m%d", "20240315", "2024-03-15T00:00:00-04:00"},
		{"%d.%m.%y", "01.02.68", "2068-02-01T00:00:00-05:00"},
		{"%d.%m.%y", "01.02.69", "1969-02-01T00:00:00-05:00"},
		{"%e %b %Y", " 5 Mar 2024", "2024-03-05T00:00:00-05:00"},
		{"%d %b, %Y %H:%M:%S", "15 Apr, 2021 00:03:00", "2021-04-15T00:03:00-04:00"},
		{"%B %d, %Y", "september 5, 2024", "2024-09-05T00:00:00-04:00"},
		{"%b %d, %Y", "Sept 5, 2024", "2024-09-05T00:00:00-04:00"},
		{"%B %d, %Y", "SEP 5, 2024", "2024-09-05T00:00:00-04:00"},
		{"%h %d %Y", "May 1 2024", "2024-05-01T00:00:00-04:00"},
		{"%a, %d %b %Y", "Fri, 15 Mar 2024", "2024-03-15T00:00:00-04:00"},
		{"%A %d %b %Y", "friday 15 Mar 2024", "2024-03-15T00:00:00-04:00"},
		{"%m/%d/%Y %I:%M %p", "2/24/2026 2:18 AM", "2026-02-24T02:18:00-05:00"},
		{"%m/%d/%Y %I:%M %p", "2/24/2026\u202f12:18\u00a0pm", "2026-02-24T12:18:00-05:00"},
		{"%m/%d/%Y %I:%M %p", "2/24/2026 12:18\u202fpm", "2026-02-24T12:18:00-05:00"},
		{"%m/%d/%Y %I:%M %p", "2/24/2026 12:00 a.m.", "2026-02-24T00:00:00-05:00"},
		{"%D %T", "02/24/26   23:59:59", "2026-02-24T23:59:59-05:00"},
		{"%F %R", "2024-03-15 10:30", "2024-03-15T10:30:00-04:00"},
		{"%Y-%m-%dT%H:%M:%S%z", "2024-03-15T10:30:00Z", "2024-03-15T10:30:00Z"},
		{"%Y-%m-%dT%H:%M:%S%z", "2024-03-15T10:30:00+05", "2024-03-15T10:30:00+05:00"},
		{"%Y-%m-%dT%H:%M:%S.%f%z", "2024-03-15T10:30:00.123-0730", "2024-03-15T10:30:00-07:30"},
		{"%Y-%m-%d %H:%M:%S %Z", "2024-03-15 10:30:00 UTC", "2024-03-15T10:30:00Z"},
		{"%Y-%m-%d %H:%M:%S %Z", "2024-03-15 10:30:00 gmt", "2024-03-15T10:30:00Z"},
		{"%s", "1710498600", "2024-03-15T10:30:00Z"},
		{"%s", "-1", "1969-12-31T23:59:59Z"},
		{"%Y %j", "2024 366", "2024-12-31T00:00:00-05:00"},
		{"%m/%Y", "3/2024", "2024-03-01T00:00:00-05:00"},
		{"%-d.%-m.%Y", "15.03.2024", "2024-03-15T00:00:00-04:00"},
		{"100%% %Y-%m-%d", "100% 2024-03-15", "2024-03-15T00:00:00-04:00"},
		{"%Y年%m月%d日", "2024年3月5日", "2024-03-05T00:00:00-05:00"},
		{"%Y-%m-%d %H:%M", "2024-03-10 02:30", "2024-03-10T03:30:00-04:00"},

		{"%d/%m/%Y", "15/03/24", ""}, {"%d/%m/%Y", "15/03/20245", ""}, {"%d/%m/%Y", "31/02/2024", ""}, {"%d/%m/%Y", "15/13/2024", ""}, {"%d/%m/%Y", "0/3/2024", ""},
		{"%d/%m/%Y", "15-03-2024", ""}, {"%d/%m/%Y", "15/03/2024 ", ""}, {"%d/%m/%Y", "", ""}, {"%d/%m/%Y", "15/03/", ""}, {"%d/%m/%Y", "115/03/2024", ""},
		{"%d/%m/%Y", "15/03/2024 10:00", ""}, {"%d/%m/%y", "15/03/2024", ""}, {"%d/%m/%y", "15/03/4", ""}, {"%Y%m%d", "2024111", ""}, {"%Y%m%d", "2024315", ""},
		{"%d/%m/%Y", "15/-3/2024", ""}, {"%d/%m/%Y", "١٥/03/2024", ""}, {"%d/%m/%Y %H:%M", "15/03/2024 24:00", ""}, {"%d/%m/%Y %T", "15/03/2024 10:00:60", ""},
		{"%d/%m/%Y %I:%M %p", "15/03/2024 13:00 PM", ""}, {"%d/%m/%Y %I:%M %p", "15/03/2024 0:30 AM", ""}, {"%d/%m/%Y %I:%M %p", "15/03/2024 1:00 XM", ""},
		{"%a %d %b %Y", "Thu 15 Mar 2024", ""}, {"%d %b %Y", "15 Mai 2024", ""}, {"%d %b %Y", "15 Marc 2024", ""}, {"%d %b %Y", "15Mar2024", ""},
		{"%Y-%m-%d %H:%M:%S %Z", "2024-03-15 10:30:00 EST", ""}, {"%Y-%m-%d%z", "2024-03-15+19:00", ""}, {"%s", "99999999999999", ""}, {"%Y %j", "2023 366", ""}, {"%Y %j", "2023 0", ""},
		{"%H:%M", "10:30", ""},
	} {
		v, ok := layout(t, test.format).Parse(test.in, location(t, "America/New_York"))
		if ok != (test.want != "") || ok && v.String() != test.want {
			t.Errorf("%s reads %q as %s, %v, want %q", test.format, test.in, v, ok, test.want)
		}
	}
}

func TestLayoutParseDate(t *testing.T) {
	for _, test := range []struct{ format, in, want string }{
		{"%Y-%m-%dT%H:%M:%S%z", "2024-03-15T23:30:00-07:00", "2024-03-15"},
		{"%m/%d/%Y %H:%M", "8/31/2024 7:42", "2024-08-31"},
		{"%s", "1710547199", "2024-03-15"},
		{"%b %Y", "March 2024", "2024-03-01"},
		{"%m/%d/%Y %H:%M", "8/31/2024 25:42", ""},
	} {
		v, ok := layout(t, test.format).ParseDate(test.in)
		if ok != (test.want != "") || ok && v.String() != test.want {
			t.Errorf("%s reads %q as %s, %v, want %q", test.format, test.in, v, ok, test.want)
		}
	}
}

func TestCompileLayoutErrors(t *testing.T) {
	for format, want := range map[string]string{
		"%Q": "unknown directive %Q", "%Y-%m-%d %c": "unknown directive %c", "%-b": "unknown directive %-b", "%é": "unknown directive %é",
		"%d/%m/%": "ends with", "%Y-%": "ends with", "%Y %y": "twice", "%d %d": "twice", "%m %b": "twice", "%H %I %p": "twice", "%j %d": "twice", "%z %Z": "twice",
		"%I:%M": "without %p", "%H:%M %p": "without %I", "%Y-%M-%d": "the month is %m", "%H:%S": "without the greater", "%s %Y": "beside %s",
	} {
		if _, err := CompileLayout(format); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CompileLayout(%q) = %v, want an error with %q", format, err, want)
		}
	}
}

func TestLayoutHas(t *testing.T) {
	for _, test := range []struct {
		format                  string
		date, day, time, offset bool
	}{
		{"%d/%m/%Y", true, true, false, false}, {"%m/%Y", true, false, false, false}, {"%H:%M", false, false, true, false}, {"%Y", false, false, false, false},
		{"%d %b", false, true, false, false}, {"%Y-%j %I%p%z", true, true, true, true}, {"%s", true, true, true, true}, {"", false, false, false, false},
	} {
		l := layout(t, test.format)
		if l.HasDate() != test.date || l.HasDay() != test.day || l.HasTime() != test.time || l.HasOffset() != test.offset {
			t.Errorf("%s: date %v, day %v, time %v, offset %v", test.format, l.HasDate(), l.HasDay(), l.HasTime(), l.HasOffset())
		}
	}
}

func TestAppendFormat(t *testing.T) {
	at, _ := ParseISODateTime("2024-03-05T14:07:09.000250+05:30", nil)
	day, _ := ParseISODate("2024-03-05")
	for _, test := range []struct {
		v            Value
		format, want string
	}{
		{day, "%d/%m/%Y", "05/03/2024"}, {day, "%-d.%-m.%y", "5.3.24"}, {day, "%e %B %Y", " 5 March 2024"}, {day, "%a %A %b", "Tue Tuesday Mar"}, {day, "%j", "065"}, {day, "%-j", "65"},
		{day, "%H:%M:%S%z", "00:00:00+0000"}, {day, "%s", "1709596800"}, {day, "100%%%n%t", "100%\n\t"}, {day, "Q%m, «%Y»", "Q03, «2024»"},
		{at, "%F %T", "2024-03-05 14:07:09"}, {at, "%I:%M %p", "02:07 PM"}, {at, "%-I %P", "2 pm"}, {at, "%z %d", "+0530 05"}, {at, "%Z", "+05:30"}, {at, "%H%M%S%f", "140709000250"},
		{at, "%s", "1709627829"}, {at, "%R %D", "14:07 03/05/24"}, {at, "%_m", " 3"},
	} {
		l, err := CompileFormat(test.format)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendFormat(nil, test.v, l)); got != test.want {
			t.Errorf("%s of %s = %q, want %q", test.format, test.v, got, test.want)
		}
	}
	for hour, want := range map[int]string{0: "12 AM", 1: "1 AM", 11: "11 AM", 12: "12 PM", 13: "1 PM", 23: "11 PM"} {
		if got := string(AppendFormat(nil, OfDateTime(int64(hour)*3600, 0, 0), layout(t, "%-I %p"))); got != want {
			t.Errorf("hour %d is %s, want %s", hour, got, want)
		}
	}
}

func TestUsualFormats(t *testing.T) {
	if len(usualFormats()) != 18*8 {
		t.Errorf("%d formats to suggest, want all that are listed", len(usualFormats()))
	}
}

// What a layout writes it reads as the same value, for every value that the
// layout can express.
func FuzzLayoutRoundTrip(f *testing.F) {
	formats := []string{"%Y-%m-%d %H:%M:%S.%f %z", "%d/%m/%Y %I:%M:%S.%f %p %z", "%A, %e %B %Y %-H:%-M:%-S.%f%z", "%j %Y %T.%f%z", "%Y%m%dT%H%M%S.%f%z", "%a%d%b%Y%_H:%_M:%_S,%f %z"}
	f.Add(int64(1710498600), uint32(0), 0)
	f.Add(int64(-62135596800), uint32(999999999), 90)
	f.Add(int64(253402300799), uint32(1000), -1080)
	f.Fuzz(func(t *testing.T, sec int64, nano uint32, offset int) {
		v := OfDateTime(sec%(1<<38), nano%1_000_000_000, offset%(maxOffset+1))
		if !v.InYears() {
			return
		}
		for _, format := range formats {
			l := layout(t, format)
			text := string(AppendFormat(nil, v, l))
			back, ok := l.Parse(text, nil)
			if !ok || !Equal(v, back) || back.Offset() != v.Offset() {
				t.Fatalf("%s writes %s as %q and reads %s, %v", format, v, text, back, ok)
			}
			day, ok := l.ParseDate(text)
			y, m, d := v.Civil()
			if want, _ := DaysOf(y, m, d); !ok || day.Days() != want {
				t.Fatalf("%s reads the date of %q as %s", format, text, day)
			}
		}
	})
}

// No format and no text make the parser panic, and what package time reads by
// the same layout is read as the same day.
func FuzzLayout(f *testing.F) {
	f.Add("%d/%m/%Y", "15/03/2024")
	f.Add("%m/%d/%y %I:%M %p", "2/24/26 2:18 AM")
	f.Add("%e%b%y%j%s%f%z", "x")
	f.Add("%d %b %Y %H:%M:%S.%f %z %n%t%%", "15 Mar 2024 10:00:00.5 +0100 \t%")
	f.Fuzz(func(t *testing.T, format, s string) {
		l, err := CompileLayout(format)
		if err != nil {
			return
		}
		v, ok := l.Parse(s, time.UTC)
		if _, isDate := l.ParseDate(s); ok != isDate {
			t.Fatalf("%q reads %q as a date-time: %v, as a date: %v", format, s, ok, isDate)
		}
		if ok {
			AppendFormat(nil, v, l)
		}
		if format != "%d/%m/%Y" {
			return
		}
		want, err := time.Parse("2/1/2006", s)
		if want.Year() == 0 || err != nil {
			return
		}
		if !ok || v.String() != want.Format(time.RFC3339) {
			t.Fatalf("%q is %s, %v, want %s", s, v, ok, want)
		}
	})
}
