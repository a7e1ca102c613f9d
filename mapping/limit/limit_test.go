package limit

import "testing"

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"25": "25", "0": "0", " 7 ": "7", "10%": "10%", "10 %": "10%", "0.57%": "0.57%", "0%": "0%", "100%": "100%",
		"": "", "%": "", "-1": "", "-1%": "", "101%": "", "NaN%": "", "Inf%": "", "many": "", "1.5": "", "10%%": "", "99999999999999999999": "",
	} {
		l, err := Parse(text)
		if (err == nil) != (want != "") || err == nil && l.String() != want {
			t.Errorf("%q: got %s %v, want %q", text, l, err, want)
		}
	}
}

// A percentage allows what it says to the record, also where it has no exact
// form in binary; a number does whatever all are.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		limit    string
		all, max int
	}{
		{"10%", 30, 3}, {"10%", 39, 3}, {"0.57%", 10_000, 57}, {"0.57%", 9_999, 56}, {"1.1%", 1000, 11}, {"100%", 7, 7}, {"0%", 7, 0},
		{"33.3%", 1000, 333}, {"10%", 0, 0}, {"25", 3, 25}, {"0", 100, 0},
	} {
		l, err := Parse(tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Of(tt.all); got != tt.max || l.Exceeded(tt.max, tt.all) || !l.Exceeded(tt.max+1, tt.all) {
			t.Errorf("%s of %d is %d, want %d", l, tt.all, got, tt.max)
		}
	}
	if (Limit{}).Of(100) != 0 {
		t.Error("the zero value allows some")
	}
}
