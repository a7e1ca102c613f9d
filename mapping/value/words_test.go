package value

import "testing"

func TestThousands(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "0": "0", "999": "999", "1000": "1,000", "-100": "-100", "-1000": "-1,000", "1234567": "1,234,567",
		"123456.7890": "123,456.7890", "-1234.5": "-1,234.5", ".5": ".5", "none": "none", "1e10": "1e10", "1,000": "1,000",
	} {
		if got := Thousands(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestDayOf(t *testing.T) {
	for sec, want := range map[int64]int64{0: 0, 86399: 0, 86400: 1, -1: -1, -86400: -1, -86401: -2} {
		if got := DayOf(sec); got != want {
			t.Errorf("%d: day %d, want %d", sec, got, want)
		}
	}
}
