package gong

import (
	"bytes"
	"encoding/json"
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

func BenchmarkAppendJSON(b *testing.B) {
	e := Entity{Fields: []Field{
		{Name: "objectId"}, {Name: "modifiedDate"}, {Name: "isDeleted"}, {Name: "url"}, {Name: "name"}, {Name: "amount"},
	}}
	e.Values = []Value{
		{Kind: StringVal, Text: "0065g00000AbCdEAAV"}, {Kind: StringVal, Text: "2024-03-15T10:00:00Z"}, {Kind: BoolVal},
		{Kind: StringVal, Text: "https://crm.example.com/0065g00000AbCdEAAV"}, {Kind: StringVal, Text: "Müller & Söhne – renewal"},
		{Kind: NumberVal, Text: "12500.75"},
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = e.AppendJSON(buf[:0])
	}
	b.SetBytes(int64(len(buf)))
}
