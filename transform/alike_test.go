package transform

import (
	"fmt"
	"strings"
	"testing"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

func TestFirstDifference(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"none", `{"objectId":"1","name":"a"}`, `{"objectId":"1","name":"a"}`, ""},
		{"a value", `{"objectId":"1","name":"a","n":1}`, `{"objectId":"1","name":"b","n":2}`, "name"},
		{"a list", `{"objectId":"1","domains":["a","b"]}`, `{"objectId":"1","domains":["a","c"]}`, "domains"},
		{"a field that the first lacks", `{"objectId":"1"}`, `{"objectId":"1","url":null}`, "url"},
		{"a field that the second lacks", `{"objectId":"1","url":"x","z":1}`, `{"objectId":"1","z":1}`, "url"},
		{"the first is not kept", ``, `{"objectId":"1"}`, ""},
	} {
		if got := firstDifference([]byte(c.a), []byte(c.b)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Beyond what is kept of lines the place is still known.
func TestDifferenceBeyondTheLinesKept(t *testing.T) {
	f := firsts{known: (*ids.Store)(nil).Map()}
	text := strings.Repeat("x", 1<<10)
	line := func(i int, text string) []byte {
		return fmt.Appendf(nil, `{"objectId":"%d","name":"%s"}`+"\n", i, text)
	}
	const most = 2 * maxFirstLines >> 10
	for i := range most {
		l := line(i, text)
		f.put(ids.Of(fmt.Sprint(i)), ids.Of(string(l)), l, &gong.Origin{Source: "orgs", File: fmt.Sprintf("%d.csv", i%3)}, i+2)
	}
	for i, want := range map[int]string{1: "in row 3 of 1.csv, with another name", most - 2: fmt.Sprintf("in row %d of %d.csv, with other fields", most, (most-2)%3)} {
		id := ids.Of(fmt.Sprint(i))
		if l := line(i, text); !f.same(id, ids.Of(string(l))) {
			t.Errorf("record %d is not the same as itself", i)
		}
		l := line(i, "y")
		if got := f.difference(id, l, &gong.Origin{Source: "orgs"}); f.same(id, ids.Of(string(l))) || got != want {
			t.Errorf("record %d: %q, want %q", i, got, want)
		}
	}
}
