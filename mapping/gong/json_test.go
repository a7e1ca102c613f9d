package gong

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// reference encodes a text as the standard library does without its escapes
// for HTML, and with the two line separators of JavaScript as they are.
func reference(t testing.TB, s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSuffix(b.String(), "\n")
	// A backslash before them would be doubled, so these are the escapes.
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out.WriteByte(text[i])
			continue
		}
		switch {
		case strings.HasPrefix(text[i:], `\u2028`):
			out.WriteString("\u2028")
			i += 5
		case strings.HasPrefix(text[i:], `\u2029`):
			out.WriteString("\u2029")
			i += 5
		default:
			out.WriteString(text[i : i+2])
			i++
		}
	}
	return out.String()
}

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{
		"", "a", "1234567", "12345678", "123456789", "Bücher & <Büro>", "a\u2028b\u2029", `quo"te`, `back\slash`, "tab\tline\nreturn\r",
		"\b\f\x00\x1f\x7f", "long enough to be copied by words, with a \" behind", "\"", "abcdefg\"", "abcdefgh\"", "abcdefgh\x01ijklmno",
	} {
		f.Add(s, 0)
		f.Add(s, 30)
	}
	f.Fuzz(func(t *testing.T, s string, room int) {
		if !utf8.ValidString(s) {
			t.Skip("sources prove that texts are UTF-8")
		}
		start := append(make([]byte, 0, 5+min(max(room, 0), 100)), "start"...)
		got := AppendString(start, s)
		if want := "start" + reference(t, s); string(got) != want {
			t.Errorf("AppendString(%q) = %s, want %s", s, got, want)
		}
	})
}

// TestAppendString looks at each byte at each place of texts about as long as
// the words they are copied in.
func TestAppendString(t *testing.T) {
	for n := 1; n <= 20; n++ {
		for at := range n {
			for c := range utf8.RuneSelf {
				b := bytes.Repeat([]byte{'x'}, n)
				b[at] = byte(c)
				if got, want := string(AppendString(nil, string(b))), reference(t, string(b)); got != want {
					t.Fatalf("AppendString(%q) = %s, want %s", b, got, want)
				}
			}
		}
	}
}

func TestEntityAppendJSON(t *testing.T) {
	e := Entity{Fields: []Field{
		{Name: "objectId"}, {Name: "short"}, {Name: `quo"ted`}, {Name: "a_name_that_is_longer_than_most_others"}, {Name: "list"}, {Name: "last"},
	}}
	e.Values = make([]Value, len(e.Fields))
	for _, tt := range []struct {
		name   string
		values []Value
		want   string
	}{
		{"nothing", nil, `{}`},
		{"one", []Value{{}, {Kind: BoolVal, Num: 1}}, `{"short":true}`},
		{"left out", []Value{{Kind: Unknown, Text: "x"}, {Kind: Invalid, Text: "x"}, {Kind: Null}}, `{"quo\"ted":null}`},
		{"all", []Value{
			{Kind: StringVal, Text: "1"}, {Kind: BoolVal}, {Kind: NumberVal, Text: "1.5"}, {Kind: StringVal, Text: "a\"b"},
			{Kind: ListVal, List: []string{"x", "y"}}, {Kind: ListVal},
		}, `{"objectId":"1","short":false,"quo\"ted":1.5,"a_name_that_is_longer_than_most_others":"a\"b","list":["x","y"],"last":[]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e.Reset()
			copy(e.Values, tt.values)
			for _, room := range []int{0, 10, 30, 1000} {
				if got := string(e.AppendJSON(append(make([]byte, 0, room), "\n"...))); got != "\n"+tt.want {
					t.Errorf("with room for %d: %s, want %s", room, got, tt.want)
				}
			}
		})
	}
}

// TestEntityTexts looks at each byte at each place of the values of an entity,
// behind keys of many lengths, against the library.
func TestEntityTexts(t *testing.T) {
	var e Entity
	for n := 1; n <= 40; n++ {
		e.Fields = append(e.Fields, Field{Name: strings.Repeat("k", n)})
	}
	e.Values = make([]Value, len(e.Fields))
	around := `,"behind"` // what stands in the buffer must not matter
	for n := range 41 {
		for at := range max(n, 1) {
			for c := range utf8.RuneSelf {
				s := []byte(strings.Repeat("ü", 21)[:n&^1] + "x"[:n&1])
				if n > 0 {
					from := at &^ 1
					s[from] = 'x'
					if from+1 < n {
						s[from+1] = 'x'
					}
					s[at] = byte(c)
				}
				f := (n*7 + at + c) % len(e.Fields)
				e.Values[f] = Value{Kind: StringVal, Text: string(s)}
				b := append(make([]byte, 0, (c%4)*40), "{}"...)
				b = append(b, around...)[:2]
				if got, want := string(e.AppendJSON(b)), `{}{"`+e.Fields[f].Name+`":`+reference(t, string(s))+`}`; got != want {
					t.Fatalf("%q at %d of the fields: %s, want %s", s, f, got, want)
				}
				e.Values[f] = Value{}
			}
		}
	}
}

// TestEntityNumbers writes numbers of all lengths, and other values, between
// each other.
func TestEntityNumbers(t *testing.T) {
	e := Entity{Fields: []Field{{Name: "a"}, {Name: strings.Repeat("b", 40)}, {Name: "c"}, {Name: "d"}, {Name: "e"}}}
	for n := 1; n < 50; n++ {
		digits := strings.Repeat("9876543210", 5)[:n]
		e.Values = []Value{
			{Kind: NumberVal, Text: digits}, {Kind: NumberVal, Text: "-" + digits}, {Kind: BoolVal, Num: 1}, {Kind: Null}, {Kind: BoolVal},
		}
		want := `{"a":` + digits + `,"` + e.Fields[1].Name + `":-` + digits + `,"c":true,"d":null,"e":false}`
		if got := string(e.AppendJSON(nil)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// BenchmarkAppendJSON writes deals as a CRM has them: names of many lengths,
// some beyond ASCII, few with something to escape, here and there no amount.
func BenchmarkAppendJSON(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func(s string) Value { return Value{Kind: StringVal, Text: s} }
	e := Entity{Type: Deal, Fields: append(slices.Clone(Deal.Fields()), Field{Name: "probability", Kind: Percent, Custom: true})}
	e.Values = []Value{
		text("0065g0AAAA00000A4X"), text("2024-03-15T10:00:00Z"), {Kind: BoolVal}, text("https://crm.example.com/0065g0AAAA00000A4X"),
		text("0015g0AAAA00000A4X"), text("0055g0AAAA00000A4X"), {}, text("2024-03-15T10:00:00Z"),
		text("2024-03-15"), {}, text("01J5g0000001PrsEAE"), {}, {Kind: NumberVal, Text: "35"},
	}
	var names, amounts, statuses []string
	for range 4000 {
		name := "Nordlicht Textiles KK - Migration & Renewal for the year"[:22+r.IntN(10)+r.IntN(10)]
		switch r.IntN(50) {
		case 0:
			name = name[:10] + "\"quoted\"" + name[10:]
		case 1, 2, 3, 4, 5, 6, 7:
			name = "Ø" + name[1:]
		}
		amount := ""
		if r.IntN(20) > 0 {
			amount = strconv.Itoa(r.IntN(200_000)) + ".25"
		}
		names, amounts, statuses = append(names, name), append(amounts, amount), append(statuses, Statuses[max(0, r.IntN(4)-1)])
	}
	buf := make([]byte, 0, 1<<20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		k := i % len(names)
		e.Values[6].Kind, e.Values[6].Text = StringVal, names[k]
		e.Values[9].Kind, e.Values[9].Text = StringVal, statuses[k]
		if e.Values[11].Kind, e.Values[11].Text = Absent, amounts[k]; amounts[k] != "" {
			e.Values[11].Kind = NumberVal
		}
		if len(buf) > 1<<20-1000 {
			buf = buf[:0]
		}
		buf = e.AppendJSON(buf)
	}
}
