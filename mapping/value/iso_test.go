package value

import (
	"fmt"
	"testing"
	"time"
)

// TestISODateTimeAgainstTime holds the reader to package time: on each byte at
// each place of the usual forms, and on all days of some years.
func TestISODateTimeAgainstTime(t *testing.T) {
	for _, form := range []struct{ text, layout string }{
		{"2024-02-29T23:59:58Z", "2006-01-02T15:04:05Z07:00"},
		{"1969-12-31T09:10:11.000Z", "2006-01-02T15:04:05.000Z07:00"},
		{"2000-10-20T00:00:00.000+0000", "2006-01-02T15:04:05.000-0700"},
		{"1900-03-01T19:29:39+00:00", "2006-01-02T15:04:05-07:00"},
		{"2023-11-09T10:00:00+0000", "2006-01-02T15:04:05-0700"},
	} {
		for at := range 19 {
			for c := range 256 {
				b := []byte(form.text)
				b[at] = byte(c)
				if at == 10 && (c == 't' || c == ' ') || at == 11 && c == ' ' {
					continue // other forms that are read
				}
				v, ok := ParseISODateTime(string(b), time.UTC)
				want, err := time.Parse(form.layout, string(b))
				if valid := err == nil && want.Year() > 0; ok != valid {
					t.Fatalf("%q is read: %t, want %t", b, ok, valid)
				}
				if sec, nano := v.Unix(); ok && (sec != want.Unix() || nano != 0 || v.Offset() != 0) {
					t.Fatalf("%q is %d, want %d", b, sec, want.Unix())
				}
			}
		}
	}
	for _, year := range []int{1, 4, 100, 400, 1582, 1900, 1969, 1970, 2000, 2024, 2100, 9999} {
		for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			text := fmt.Sprintf("%04d-%02d-%02d", year, day.Month(), day.Day())
			if v, ok := ParseISODate(text); !ok || v.Days()*secondsPerDay != day.Unix() {
				t.Fatalf("%s is day %d, want %d", text, v.Days(), day.Unix()/secondsPerDay)
			}
			if v, ok := ParseISODateTime(text+"T00:00:00Z", time.UTC); !ok || v.num != day.Unix() {
				t.Fatalf("%s at midnight is %d, want %d", text, v.num, day.Unix())
			}
		}
	}
}
