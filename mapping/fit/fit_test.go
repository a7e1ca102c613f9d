package fit

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func number(t testing.TB, s string) value.Value {
	t.Helper()
	v, ok := value.ParseNumber(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return v
}

func dateTime(t testing.TB, s string) value.Value {
	t.Helper()
	v, ok := value.ParseISODateTime(s, nil)
	if !ok {
		t.Fatalf("%q is no date-time", s)
	}
	return v
}

func texts(list ...string) value.Value {
	var items []value.Value
	for _, s := range list {
		items = append(items, value.OfText(s))
	}
	return value.OfList(items)
}

type record struct{}

func (record) Field(int) value.Value { return value.Value{} }

func TestFit(t *testing.T) {
	text, day := value.OfText, value.OfDate(19797) // 2024-03-15
	stages := gong.Field{Kind: gong.Picklist, Values: []string{"New", "Old"}}
	of := func(k gong.Kind) gong.Field { return gong.Field{Kind: k} }
	for _, test := range []struct {
		name string
		v    value.Value
		f    gong.Field
		want string // JSON; null where the field is left out
		bad  string // part of the problem
		hint string // part of its hint
	}{
		{"nil", value.Value{}, of(gong.Text), "null", "", ""},
		{"empty text", text(""), of(gong.Text), "null", "", ""},
		{"empty text in a number", text(""), of(gong.Number), "null", "", ""},
		{"empty list", texts(), of(gong.TextList), "null", "", ""},
		{"empty list in a text", texts(), of(gong.Text), "null", "", ""},
		{"record", value.OfRecord(record{}), of(gong.Text), "", "a record does not fit a field of text", "name a field"},
		{"failed evaluation", value.Error, of(gong.Text), "", "failed", ""},

		{"text", text("Acme \"Ltd\""), of(gong.Text), `"Acme \"Ltd\""`, "", ""},
		{"number in a text", number(t, "1234500.50"), of(gong.Text), `"1234500.5"`, "", ""},
		{"number in an id", value.OfInt(76340251), of(gong.ID), `"76340251"`, "", ""},
		{"number in a reference", value.OfInt(7), of(gong.Reference), `"7"`, "", ""},
		{"large number in a text", number(t, "100000000000000000000000"), of(gong.Text), `"100000000000000000000000"`, "", ""},
		{"true in a text", value.OfBool(true), of(gong.Text), "", `the true/false "true" does not fit a field of text`, `x ? "yes" : "no"`},
		{"date in a text", day, of(gong.Text), "", "2024-03-15", "formatDate"},
		{"list in a text", texts("a", "b"), of(gong.Text), "", `the list "a; b"`, "join(x"},
		{"illegal id is not judged here", text("a_b c"), of(gong.ID), `"a_b c"`, "", ""},
		{"phone", text("(912) 507-4395"), of(gong.Phone), `"(912) 507-4395"`, "", ""},

		{"date-time", dateTime(t, "2024-03-15T10:00:00.999-07:00"), of(gong.DateTime), `"2024-03-15T10:00:00-07:00"`, "", ""},
		{"date-time in UTC", dateTime(t, "2024-03-15T10:00:00+00:00"), of(gong.DateTime), `"2024-03-15T10:00:00Z"`, "", ""},
		{"text of a date-time", text("2024-03-15T10:00:00.000+0530"), of(gong.DateTime), `"2024-03-15T10:00:00+05:30"`, "", ""},
		{"text as it is written", text("2024-03-15T10:00:00Z"), of(gong.DateTime), `"2024-03-15T10:00:00Z"`, "", ""},
		{"text with an offset as written", text("2024-03-15T10:00:00+01:00"), of(gong.DateTime), `"2024-03-15T10:00:00+01:00"`, "", ""},
		{"text with a zero offset", text("2024-03-15T10:00:00-00:00"), of(gong.DateTime), `"2024-03-15T10:00:00Z"`, "", ""},
		{"text in small letters", text("2024-03-15t10:00:00z"), of(gong.DateTime), `"2024-03-15T10:00:00Z"`, "", ""},
		{"text with a blank", text("2024-03-15 10:00:00Z"), of(gong.DateTime), `"2024-03-15T10:00:00Z"`, "", ""},
		{"text without an offset", text("2024-03-15 9:05"), of(gong.DateTime), `"2024-03-15T09:05:00-04:00"`, "", ""},
		{"date in a date-time", day, of(gong.DateTime), "", "does not fit a field of date-time", "datetime(x)"},
		{"text of a date in a date-time", text("2024-03-15"), of(gong.DateTime), "", "date without a time", "datetime(x)"},
		{"text of a date with midnight is a date-time", text("2024-03-15 00:00:00"), of(gong.DateTime), `"2024-03-15T00:00:00-04:00"`, "", ""},
		{"number in a date-time", value.OfInt(1710498600), of(gong.DateTime), "", "does not fit", "datetime"},
		{"text that is no date-time", text("03/15/2024 10:00"), of(gong.DateTime), "", `"03/15/2024 10:00" is no date-time`, "type: datetime"},
		{"year 10000", value.OfDateTime(253402300800, 0, 0), of(gong.DateTime), "", "0001 to 9999", ""},

		{"date", day, of(gong.Date), `"2024-03-15"`, "", ""},
		{"text of a date", text("2024-03-15"), of(gong.Date), `"2024-03-15"`, "", ""},
		{"text of a date with midnight", text("2018-12-19 00:00:00"), of(gong.Date), `"2018-12-19"`, "", ""},
		{"text of a date with a time", text("2024-03-15T10:00:00"), of(gong.Date), "", "not midnight", "datetime(x)"},
		{"text with an offset in a date", text("2024-03-15T02:00:00Z"), of(gong.Date), `"2024-03-14"`, "", ""},
		{"text of midnight with an offset in a date", text("2024-03-15T00:00:00Z"), of(gong.Date), `"2024-03-14"`, "", ""},
		{"date-time in a date", dateTime(t, "2024-03-15T05:00:00+05:00"), of(gong.Date), `"2024-03-14"`, "", ""},
		{"text that is no date", text("15/03/2024"), of(gong.Date), "", `"15/03/2024" is no date`, "type: date"},
		{"number in a date", value.OfInt(45366), of(gong.Date), "", "does not fit a field of date", "date(x)"},
		{"date before year 1", value.OfDate(value.MinDays - 1), of(gong.Date), "", "0001 to 9999", ""},

		{"number", number(t, "-1234.50"), of(gong.Currency), "-1234.5", "", ""},
		{"text of a number", text("1234.50"), of(gong.Currency), "1234.5", "", ""},
		{"text of a number as written", text("-1234.5"), of(gong.Number), "-1234.5", "", ""},
		{"text with leading zeros", text("+0061"), of(gong.Number), "61", "", ""},
		{"text of minus zero", text("-0"), of(gong.Number), "0", "", ""},
		{"text of zero", text("0"), of(gong.Number), "0", "", ""},
		{"text of a fraction", text("0.5"), of(gong.Number), "0.5", "", ""},
		{"text of minus a fraction", text("-0.50"), of(gong.Number), "-0.5", "", ""},
		{"text of tens", text("100"), of(gong.Number), "100", "", ""},
		{"text with groups", text("1,234.50"), of(gong.Currency), "", `"1,234.50" is no plain decimal number`, "type: decimal"},
		{"true in a number", value.OfBool(true), of(gong.Number), "", "does not fit", "x ? 1 : 0"},
		{"percent", value.OfInt(100), of(gong.Percent), "100", "", ""},
		{"percent of zero", value.OfInt(0), of(gong.Percent), "0", "", ""},
		{"percent above", number(t, "100.01"), of(gong.Percent), "", "0 to 100", ""},
		{"percent below", text("-1"), of(gong.Percent), "", "0 to 100", ""},
		{"order", text("3.0"), of(gong.Integer), "3", "", ""},
		{"order zero", value.OfInt(0), of(gong.Integer), "", "whole number from 1", ""},
		{"order with a fraction", number(t, "1.5"), of(gong.Integer), "", "whole number from 1", ""},

		{"true", value.OfBool(true), of(gong.Bool), "true", "", ""},
		{"false", value.OfBool(false), of(gong.Bool), "false", "", ""},
		{"word", text("TRUE"), of(gong.Bool), "true", "", ""},
		{"no", text("No"), of(gong.Bool), "false", "", ""},
		{"other word", text("maybe"), of(gong.Bool), "", `"maybe" is neither true nor false`, "type: boolean"},
		{"digit", text("1"), of(gong.Bool), "", "neither true nor false", "type: boolean"},
		{"number in a boolean", value.OfInt(1), of(gong.Bool), "", "does not fit a field of true/false", "x == 1"},

		{"status", text("WON"), of(gong.Status), `"WON"`, "", ""},
		{"status in small letters", text("won"), of(gong.Status), "", "none of OPEN, WON, LOST", "enum"},
		{"number in a status", value.OfInt(1), of(gong.Status), "", "does not fit", "enum"},
		{"picklist", text("Old"), stages, `"Old"`, "", ""},
		{"picklist in the other case", text("old"), stages, "", `"old" is not in the field's list: New, Old`, "values"},
		{"picklist without a list", text("any"), of(gong.Picklist), `"any"`, "", ""},
		{"number in a picklist", value.OfInt(3), of(gong.Picklist), `"3"`, "", ""},

		{"list", texts("a.com", "", "b.com", "a.com"), of(gong.TextList), `["a.com","b.com","a.com"]`, "", ""},
		{"list of nothing", value.OfList([]value.Value{{}, text("")}), of(gong.TextList), "null", "", ""},
		{"text in a list", text("a.com"), of(gong.TextList), `["a.com"]`, "", ""},
		{"numbers in a list", value.OfList([]value.Value{value.OfInt(1), number(t, "2.50")}), of(gong.TextList), `["1","2.5"]`, "", ""},
		{"dates in a list", value.OfList([]value.Value{day}), of(gong.TextList), "", `the date "2024-03-15" in a list`, "map("},
		{"true in a list", value.OfBool(true), of(gong.TextList), "", "does not fit a field of list", ""},
		{"number in a URL", value.OfInt(1), of(gong.URL), "", "does not fit", "https://"},
		{"bad URL", text("acme.com"), of(gong.URL), "", "no absolute http or https URL", "url(x)"},
		{"bad e-mail", text("Ann <a@b.com>"), of(gong.Email), "", "no e-mail address", "email(x)"},
		{"long text is shortened", text(strings.Repeat("x", 500)), of(gong.Email), "", strings.Repeat("x", 60) + `…"`, ""},
	} {
		x := Fitter{Zone: location(t, "America/New_York")}
		got := gong.Value{Kind: gong.StringVal, Text: "left over", List: []string{"left over"}, Num: 99}
		p := x.Fit(&got, test.v, &test.f)
		if test.bad != "" {
			if p == nil || !strings.Contains(p.Message, test.bad) || !strings.Contains(p.Hint, test.hint) || got.Kind != gong.Absent {
				t.Errorf("%s: %s, %+v, want a problem with %q, %q", test.name, got.AppendJSON(nil), p, test.bad, test.hint)
			}
			continue
		}
		if p != nil || string(got.AppendJSON(nil)) != test.want || test.want == "null" && got.Kind != gong.Absent {
			t.Errorf("%s: %s, %+v, want %s", test.name, got.AppendJSON(nil), p, test.want)
		}
	}
}

func TestNum(t *testing.T) {
	x := Fitter{}
	for _, test := range []struct {
		v    value.Value
		k    gong.Kind
		want int64
	}{
		{value.OfText("2024-03-15T10:00:00Z"), gong.DateTime, 1710496800}, {dateTime(t, "2024-03-15T10:00:00+01:00"), gong.DateTime, 1710493200},
		{value.OfText("2024-03-15"), gong.Date, 19797}, {value.OfDate(19797), gong.Date, 19797}, {value.OfText("yes"), gong.Bool, 1}, {value.OfBool(false), gong.Bool, 0},
	} {
		var got gong.Value
		if p := x.Fit(&got, test.v, &gong.Field{Kind: test.k}); p != nil || got.Num != test.want {
			t.Errorf("%s as %s: Num %d, %v, want %d", test.v, test.k, got.Num, p, test.want)
		}
	}
}

// Texts that were fitted stay what they are while others follow.
func TestBuffer(t *testing.T) {
	x := Fitter{}
	var values [100]gong.Value
	var lists [100]gong.Value
	for i := range values {
		if p := x.Fit(&values[i], value.OfDate(int64(i)), &gong.Field{Kind: gong.Date}); p != nil {
			t.Fatal(p.Message)
		}
		if p := x.Fit(&lists[i], value.OfList([]value.Value{value.OfInt(int64(i)), value.OfInt(int64(-i)), value.OfText("x")}), &gong.Field{Kind: gong.TextList}); p != nil {
			t.Fatal(p.Message)
		}
	}
	for i := range values {
		if want := value.OfDate(int64(i)).String(); values[i].Text != want {
			t.Errorf("value %d is %s, want %s", i, values[i].Text, want)
		}
		if want := value.OfInt(int64(i)).String(); lists[i].List[0] != want || lists[i].List[2] != "x" {
			t.Errorf("list %d is %v, want %s first", i, lists[i].List, want)
		}
	}
}

func TestShapes(t *testing.T) {
	for in, want := range map[string]bool{
		"a@b.co": true, "ann.o'neil+crm@mail.example.com": true, "ünal@köln.de": true, "a@xn--kln-sna.de": true, "用户@例子.公司": true, "a_b@1.2.3.co": true,
		"": false, "a": false, "@b.co": false, "a@": false, "a@b": false, "a@b.": false, "a@.co": false, "a@b..co": false, "a@b@c.co": false, "a b@c.co": false, "a@b c.co": false,
		"<a@b.co>": false, "a@b.co;c@d.co": false, "a@b.co,": false, "a@-b.co": false, "a@b-.co": false, "a@b.co-": false, "a\u00a0b@c.co": false, "a@b_c.co": false, "a@b.c\u200bo": false, " a@b.co": false, "\"a\"@b.co": false,
		strings.Repeat("a", 247) + "@bcd.co": true, strings.Repeat("a", 248) + "@bcd.co": false,
	} {
		if got := IsEmail(in); got != want {
			t.Errorf("IsEmail(%q) = %v, want %v", in, got, want)
		}
	}
	for in, want := range map[string]bool{
		"https://acme.com": true, "http://acme.com/a?b=c#d": true, "HTTPS://Acme.com:8080/": true, "https://münchen.de/straße": true, "http://localhost/x": true, "https://user:pw@acme.com/": true, "http://[::1]:80/": true, "http://10.0.0.1": true,
		"": false, "acme.com": false, "https://": false, "https:///path": false, "ftp://acme.com": false, "https:/acme.com": false, "//acme.com": false, "https://acme .com": false, "https://acme.com/a b": false, "https://acme.com/\n": false,
		"https://acme.com:http": false, "https://.acme.com": false, "https://acme..com": false, "https://ac\u00a0me.com": false, "javascript:alert(1)": false, "https://a<b>.com": false, "https://?x": false, "http://[::1": false, "http://[xyz]/": false, "https://acme.com:123456": false,
	} {
		if got := IsURL(in); got != want {
			t.Errorf("IsURL(%q) = %v, want %v", in, got, want)
		}
	}
}

// Every address that is taken, package mail takes as one without a name.
func FuzzEmail(f *testing.F) {
	f.Add("a@b.co")
	f.Add("ann.o'neil+crm@mail.example.com")
	f.Fuzz(func(t *testing.T, s string) {
		if !IsEmail(s) || strings.HasPrefix(s, ".") || strings.Contains(s, "..") || strings.Contains(s, ".@") {
			return // dots that package mail refuses are found in real mailboxes
		}
		a, err := mail.ParseAddress(s)
		if err != nil || a.Address != s || a.Name != "" {
			t.Fatalf("%q: %v, %v", s, a, err)
		}
	})
}

// Every URL that is taken is one to package url too, but for its escapes and
// the zones of IPv6.
func FuzzURL(f *testing.F) {
	f.Add("https://acme.com/a?b=c#d")
	f.Add("http://user@[::1]:80/")
	f.Fuzz(func(t *testing.T, s string) {
		if !IsURL(s) || strings.Contains(s, "%") {
			return
		}
		u, err := url.Parse(s)
		if err != nil && strings.Contains(s, "@") {
			return // characters of user names
		}
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q: %+v, %v", s, u, err)
		}
	})
}

var kinds = []gong.Kind{gong.ID, gong.Reference, gong.Text, gong.DateTime, gong.Date, gong.Bool, gong.Number, gong.Currency, gong.Percent, gong.Integer,
	gong.URL, gong.Email, gong.Phone, gong.Status, gong.Picklist, gong.TextList}

// Fitting never panics; what it takes is JSON, is taken again from its own
// text, and is then the same.
func FuzzFit(f *testing.F) {
	for _, s := range []string{"", "2024-03-15", "2024-03-15T10:00:00.5+0100", "2024-03-15 00:00", "-00012.500", "+0", "yes", "a@b.co", "https://x", "WON", "0.0", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00"} {
		f.Add(s, int64(len(s)), uint32(7), 60)
	}
	ny := location(f, "America/New_York")
	f.Fuzz(func(t *testing.T, s string, n int64, nano uint32, offset int) {
		values := []value.Value{value.OfText(s), value.OfInt(n), value.OfBool(n > 0), value.OfDate(n % 4000000), value.OfDateTime(n%(1<<38), nano%1e9, offset%1081),
			texts(s, "x"), value.OfList(nil), value.OfRecord(record{}), value.Error, {}}
		if v, ok := value.ParseNumber(s); ok {
			values = append(values, v)
		}
		x := Fitter{Zone: ny}
		for _, v := range values {
			for _, k := range kinds {
				field := gong.Field{Kind: k}
				var got gong.Value
				p := x.Fit(&got, v, &field)
				if _, ok := Check(value.Type{Kind: v.Kind()}, &field); !ok && p == nil && got.Kind != gong.Absent {
					t.Fatalf("%s %q fits %s, which Check denies", v.Kind(), v, k)
				}
				if p != nil || got.Kind == gong.Absent {
					if got.Kind != gong.Absent {
						t.Fatalf("%q is set in %s beside the problem %s", v, k, p.Message)
					}
					continue
				}
				out := got.AppendJSON(nil)
				var decoded any
				if err := json.Unmarshal(out, &decoded); err != nil {
					t.Fatalf("%q in %s is %s: %v", v, k, out, err)
				}
				if got.Kind == gong.ListVal {
					continue
				}
				again := got.Text
				if got.Kind == gong.BoolVal {
					again = string(out)
				}
				var second gong.Value
				if p := x.Fit(&second, value.OfText(again), &field); p != nil || string(second.AppendJSON(nil)) != string(out) || second.Num != got.Num {
					t.Fatalf("%q in %s is %s, then %s, %v", v, k, out, second.AppendJSON(nil), p)
				}
			}
		}
	})
}

func TestCheck(t *testing.T) {
	elem := func(k value.Kind) *value.Type { return &value.Type{Kind: k} }
	for _, test := range []struct {
		t    value.Type
		k    gong.Kind
		ok   bool
		hint string
	}{
		{value.Type{Kind: value.Any}, gong.DateTime, true, ""}, {value.Type{Kind: value.Nil}, gong.Date, true, ""}, {value.Type{Kind: value.Text}, gong.Number, true, ""},
		{value.Type{Kind: value.Number}, gong.Text, true, ""}, {value.Type{Kind: value.Number}, gong.ID, true, ""}, {value.Type{Kind: value.Number}, gong.Bool, false, "x == 1"},
		{value.Type{Kind: value.Number}, gong.Date, false, "date(x)"}, {value.Type{Kind: value.Number}, gong.Email, false, "email"}, {value.Type{Kind: value.Number}, gong.Status, false, "enum"},
		{value.Type{Kind: value.Bool}, gong.Date, false, "date(x)"}, {value.Type{Kind: value.Bool}, gong.Bool, true, ""}, {value.Type{Kind: value.Bool}, gong.Text, false, "yes"},
		{value.Type{Kind: value.Bool}, gong.Currency, false, "? 1 : 0"}, {value.Type{Kind: value.Bool}, gong.Status, false, "WON"},
		{value.Type{Kind: value.Date}, gong.Date, true, ""}, {value.Type{Kind: value.Date}, gong.DateTime, false, "datetime(x)"}, {value.Type{Kind: value.Date}, gong.Text, false, "formatDate"},
		{value.Type{Kind: value.DateTime}, gong.Date, true, ""}, {value.Type{Kind: value.DateTime}, gong.DateTime, true, ""}, {value.Type{Kind: value.DateTime}, gong.Number, false, "number"},
		{value.Type{Kind: value.List}, gong.TextList, true, ""}, {value.Type{Kind: value.List}, gong.Text, false, "join"}, {value.Type{Kind: value.List, Elem: elem(value.Text)}, gong.TextList, true, ""},
		{value.Type{Kind: value.List, Elem: elem(value.Record)}, gong.TextList, false, "string(#)"}, {value.Type{Kind: value.Record}, gong.Text, false, "x.name"}, {value.Type{Kind: value.Number}, gong.TextList, true, ""},
	} {
		hint, ok := Check(test.t, &gong.Field{Kind: test.k})
		if ok != test.ok || !strings.Contains(hint, test.hint) || ok && hint != "" {
			t.Errorf("%s in %s: %q, %v, want %q, %v", test.t.Kind, test.k, hint, ok, test.hint, test.ok)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for _, bench := range []struct {
		name string
		v    value.Value
		k    gong.Kind
	}{
		{"text", value.OfText("Acme"), gong.Text}, {"date-time", dateTime(b, "2024-03-15T10:00:00Z"), gong.DateTime}, {"date-time text as written", value.OfText("2024-03-15T10:00:00Z"), gong.DateTime},
		{"date-time text", value.OfText("2024-01-22T14:49:34.000+0000"), gong.DateTime}, {"date-time text in zone", value.OfText("2024-01-22 14:49:34"), gong.DateTime}, {"date", value.OfDate(19797), gong.Date},
		{"date text", value.OfText("2024-03-15"), gong.Date}, {"number", number(b, "1234567.89"), gong.Currency}, {"number text", value.OfText("1234567.89"), gong.Currency}, {"e-mail", value.OfText("ann.smith@mail.example.com"), gong.Email},
		{"URL", value.OfText("https://acme.my.salesforce.com/0061X00000abcDEF"), gong.URL}, {"boolean text", value.OfText("true"), gong.Bool}, {"list", texts("acme.com", "acme.de"), gong.TextList},
	} {
		b.Run(bench.name, func(b *testing.B) {
			x := Fitter{Zone: location(b, "America/New_York")}
			f := gong.Field{Kind: bench.k}
			var dst gong.Value
			b.ReportAllocs()
			for b.Loop() {
				x.Buf = x.Buf[:0]
				if p := x.Fit(&dst, bench.v, &f); p != nil {
					b.Fatal(p.Message)
				}
			}
		})
	}
}
