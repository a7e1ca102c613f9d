package compare_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"reflect"
	"runtime"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crm2gong/mapping/gong"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// input makes an input of texts by file name, such as DEAL.ldjson or
// history/DEAL.0001.ldjson.
func input(files map[string]string) *validate.Input {
	in := &validate.Input{}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		text := files[name]
		f := validate.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		base, past := strings.CutPrefix(name, "history/")
		t := gong.ParseType(strings.SplitN(base, ".", 2)[0])
		if past {
			in.History[t] = append(in.History[t], f)
		} else {
			in.Files[t] = append(in.Files[t], f)
		}
	}
	return in
}

func diff(t interface{ Fatal(...any) }, old, new map[string]string, opt compare.Options) *compare.Difference {
	d, err := compare.Compare(context.Background(), input(old), input(new), opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// summary writes a type's difference in short.
func summary(d *compare.TypeDifference) (lines []string) {
	lines = append(lines, fmt.Sprintf("%d→%d +%d -%d ~%d", d.Old, d.New, d.Added, d.Gone, d.Changed))
	if d.Repeated+d.Unreadable > 0 {
		lines = append(lines, fmt.Sprintf("repeated %d unreadable %d", d.Repeated, d.Unreadable))
	}
	var names []string
	for name := range d.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		f := d.Fields[name]
		line := fmt.Sprintf("%s %d", name, f.Count)
		for _, e := range f.Examples {
			line += fmt.Sprintf(" %s:%s→%s", e.ObjectID, e.Old, e.New)
		}
		lines = append(lines, line)
	}
	names = nil
	for name, r := range d.References {
		if r.Won+r.Lost > 0 {
			names = append(names, fmt.Sprintf("%s won %v lost %v", name, r.WonIDs, r.LostIDs))
		}
	}
	sort.Strings(names)
	lines = append(lines, names...)
	if len(d.AddedIDs)+len(d.GoneIDs) > 0 {
		lines = append(lines, fmt.Sprintf("added %v gone %v", d.AddedIDs, d.GoneIDs))
	}
	return lines
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string // of DEAL.ldjson
		want     []string
	}{
		{"nothing differs, in another order", `{"objectId":"1","name":"a"}` + "\n" + `{"objectId":"2"}`, `{"objectId":"2"}` + "\n" + `{"name":"a","objectId":"1"}`,
			[]string{"2→2 +0 -0 ~0"}},
		{"added, gone, changed", `{"objectId":"1","name":"a"}` + "\n" + `{"objectId":"2"}`, `{"objectId":"1","name":"b"}` + "\n" + `{"objectId":"3"}`,
			[]string{"2→2 +1 -1 ~1", `name 1 1:"a"→"b"`, "added [3] gone [2]"}},
		{"a field comes and one goes", `{"objectId":"1","name":"a"}`, `{"objectId":"1","amount":5}`,
			[]string{"1→1 +0 -0 ~1", `amount 1 1:→5`, `name 1 1:"a"→`}},
		{"null is not absent", `{"objectId":"1","name":null}`, `{"objectId":"1"}`, []string{"1→1 +0 -0 ~1", `name 1 1:null→`}},
		{"numbers and texts in other forms", `{"objectId":"1","amount":1.50,"name":"\u00e9\/","x":["a", "b"]}`, `{"objectId":"1","amount":1.5,"name":"é/","x":["a","b"]}`,
			[]string{"1→1 +0 -0 ~0"}},
		{"a number is no text", `{"objectId":"1","amount":1}`, `{"objectId":"1","amount":"1"}`, []string{"1→1 +0 -0 ~1", `amount 1 1:1→"1"`}},
		{"repeated and unreadable lines", `{"objectId":"1","name":"a"}` + "\n" + `{"objectId":"1","name":"b"}` + "\nx\n", `{"objectId":"1","name":"a"}` + "\n\n" + `{"name":"a"}`,
			[]string{"1→1 +0 -0 ~0", "repeated 1 unreadable 2"}},
		{"from nothing", "", `{"objectId":"1"}`, []string{"0→1 +1 -0 ~0", "added [1] gone []"}},
		{"three examples", `{"objectId":"1","name":"a"}` + "\n" + `{"objectId":"2","name":"a"}` + "\n" + `{"objectId":"3","name":"a"}` + "\n" + `{"objectId":"4","name":"a"}`,
			`{"objectId":"4","name":"b"}` + "\n" + `{"objectId":"3","name":"b"}` + "\n" + `{"objectId":"2","name":"b"}` + "\n" + `{"objectId":"1","name":"b"}`,
			[]string{"4→4 +0 -0 ~4", `name 4 4:"a"→"b" 3:"a"→"b" 2:"a"→"b"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := diff(t, map[string]string{"DEAL.ldjson": c.old}, map[string]string{"DEAL.ldjson": c.new}, compare.Options{})
			if d := cmp.Diff(c.want, summary(d.Types[gong.Deal])); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

// A record costs what it has itself, not what the records before it have: with
// a key of its own in each line there are as many fields as records.
func TestFieldsOfTheirOwn(t *testing.T) {
	const n = 20_000
	var old, new strings.Builder
	for i := range n {
		fmt.Fprintf(&old, `{"objectId":"a%d","k%d":1}`+"\n", i, i)
		fmt.Fprintf(&new, `{"objectId":"a%d","k%d":2}`+"\n", i, i)
	}
	var from, to runtime.MemStats
	runtime.ReadMemStats(&from)
	d := diff(t, map[string]string{"ACCOUNT.ldjson": old.String()}, map[string]string{"ACCOUNT.ldjson": new.String()}, compare.Options{})
	runtime.ReadMemStats(&to)
	if got := d.Types[gong.Account]; got.Changed != n || len(got.Fields) != n || got.Fields["k7"].Count != 1 {
		t.Errorf("%d changed in %d fields", got.Changed, len(got.Fields))
	}
	if mb := (to.TotalAlloc - from.TotalAlloc) >> 20; mb > 100 {
		t.Errorf("%d records took %d MB", n, mb)
	}
}

// Of a key that stands twice the last value counts, as in other readers of JSON.
func TestRepeatedKeys(t *testing.T) {
	d := diff(t,
		map[string]string{"ACCOUNT.ldjson": `{"objectId":"a1","name":"A","url":"u","name":"B"}` + "\n"},
		map[string]string{"ACCOUNT.ldjson": `{"url":"u","name":"B","objectId":"a1","name":"C"}` + "\n"}, compare.Options{})
	if got, want := summary(d.Types[gong.Account]), []string{"1→1 +0 -0 ~1", `name 1 a1:"B"→"C"`}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestReferences(t *testing.T) {
	old := map[string]string{
		"ACCOUNT.ldjson": `{"objectId":"a"}` + "\n" + `{"objectId":"b"}`,
		"DEAL.ldjson":    `{"objectId":"1","accountId":"a"}` + "\n" + `{"objectId":"2","accountId":"c"}` + "\n" + `{"objectId":"3","accountId":"b"}` + "\n" + `{"objectId":"4","accountId":"a"}`,
	}
	new := map[string]string{
		"ACCOUNT.ldjson": `{"objectId":"a"}` + "\n" + `{"objectId":"b","isDeleted":true}` + "\n" + `{"objectId":"c"}`,
		"DEAL.ldjson":    `{"objectId":"1","accountId":"c"}` + "\n" + `{"objectId":"2","accountId":"c"}` + "\n" + `{"objectId":"3","accountId":"b"}` + "\n" + `{"objectId":"4"}`,
	}
	want := []string{"4→4 +0 -0 ~2", `accountId 2 1:"a"→"c" 4:"a"→`, "accountId won [2] lost [3 4]"}
	if d := cmp.Diff(want, summary(diff(t, old, new, compare.Options{}).Types[gong.Deal])); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestHistoryIsByInstant(t *testing.T) {
	old := map[string]string{"history/DEAL.0001.ldjson": `{"objectId":"1","modifiedDate":"x","name":"a"}`, "history/DEAL.0002.ldjson": `{"objectId":"1","modifiedDate":"y","name":"a"}`}
	new := map[string]string{"history/DEAL.0001.ldjson": `{"objectId":"1","modifiedDate":"y","name":"b"}`}
	want := []string{"2→1 +0 -1 ~1", `name 1 1:"a"→"b"`, "added [] gone [1]"}
	if d := cmp.Diff(want, summary(diff(t, old, new, compare.Options{}).History[gong.Deal])); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestAmounts(t *testing.T) {
	a := diff(t,
		map[string]string{"DEAL.ldjson": `{"objectId":"1","status":"OPEN","stage":"s","amount":0.1}` + "\n" + `{"objectId":"2","status":"OPEN","amount":0.2}` + "\n" + `{"objectId":"3","isDeleted":true,"amount":9}`},
		map[string]string{"DEAL.ldjson": `{"objectId":"1","status":"WON","stage":"s","amount":0.1}` + "\n" + `{"objectId":"2","status":"OPEN"}`}, compare.Options{}).Amounts
	show := func(x *compare.Amount) string {
		return fmt.Sprintf("%d %s → %d %s", x.Old.Deals, x.Old.Amount(), x.New.Deals, x.New.Amount())
	}
	for _, c := range []struct {
		name, want string
		got        *compare.Amount
	}{
		{"all", "2 0.3 → 2 0.1", &a.Total},
		{"open", "2 0.3 → 1 0", a.Status["OPEN"]},
		{"won", "0 0 → 1 0.1", a.Status["WON"]},
		{"stage s", "1 0.1 → 1 0.1", a.Stage["s"]},
		{"no stage", "1 0.2 → 1 0", a.Stage[""]},
	} {
		if got := show(c.got); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLongLines(t *testing.T) {
	long := `{"objectId":"1","name":"` + strings.Repeat("x", 600<<10) + `"}`
	d := diff(t, map[string]string{"DEAL.ldjson": long}, map[string]string{"DEAL.ldjson": long + "\n"}, compare.Options{})
	if got := summary(d.Types[gong.Deal]); got[0] != "1→1 +0 -0 ~0" {
		t.Error(got)
	}
	_, err := compare.Compare(context.Background(), input(nil), input(map[string]string{"DEAL.ldjson": "{}\n" + long}), compare.Options{MaxLine: 1000})
	var tooLong *validate.LineTooLong
	if !errors.As(err, &tooLong) || tooLong.Line != 2 {
		t.Errorf("%v, want line 2 too long", err)
	}
}

// record is a line of the reference.
type record map[string]any

// decode reads a file into a map, as plainly as can be.
func decode(text string) (all map[string]record, repeated, unreadable int) {
	all = map[string]record{}
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var r record
		if d.Decode(&r) != nil || r == nil {
			unreadable++
			continue
		}
		id, _ := r["objectId"].(string)
		if id == "" {
			unreadable++
			continue
		}
		for k, v := range r {
			if n, ok := v.(json.Number); ok {
				x, _ := new(big.Rat).SetString(string(n))
				r[k] = x.RatString() + "#"
			}
		}
		if _, ok := all[id]; ok {
			repeated++
			continue
		}
		all[id] = r
	}
	return all, repeated, unreadable
}

// Compare agrees with a comparison of maps.
func TestCompareAgreesWithMaps(t *testing.T) {
	value := rapid.SampledFrom([]string{`"a"`, `"b"`, `"\u00e9"`, `"é"`, `1`, `1.0`, `-0.5`, `null`, `true`, `["x"]`, `["x" , "y"]`, `""`, `"a\"b{"`})
	key := rapid.SampledFrom([]string{"name", "amount", "k{y", `q\"`, "stage", "accountId"})
	lines := rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "lines") {
			if rapid.IntRange(0, 20).Draw(t, "bad") == 0 {
				b.WriteString(rapid.SampledFrom([]string{"x", "[]", "{", `{"name":"a"}`, `{"objectId":5}`, `""`, "null"}).Draw(t, "line") + "\n")
				continue
			}
			members := []string{fmt.Sprintf(`"objectId" : "%d"`, rapid.IntRange(0, 9).Draw(t, "id"))}
			used := map[string]bool{}
			for range rapid.IntRange(0, 4).Draw(t, "members") {
				if k := key.Draw(t, "key"); !used[k] {
					used[k] = true
					members = append(members, `"`+k+`": `+value.Draw(t, "value"))
				}
			}
			b.WriteString("{" + strings.Join(rapid.Permutation(members).Draw(t, "order"), ",") + " }\n")
		}
		return b.String()
	})
	rapid.Check(t, func(t *rapid.T) {
		old, new := lines.Draw(t, "old"), lines.Draw(t, "new")
		was, r1, u1 := decode(old)
		is, r2, u2 := decode(new)
		want := compare.TypeDifference{Old: len(was), New: len(is), Repeated: r1 + r2, Unreadable: u1 + u2}
		fields := map[string]int{}
		for id, n := range is {
			o, ok := was[id]
			if !ok {
				want.Added++
				continue
			}
			names := map[string]bool{}
			for k := range o {
				names[k] = true
			}
			for k := range n {
				names[k] = true
			}
			changed := 0
			for k := range names {
				a, hasA := o[k]
				b, hasB := n[k]
				if hasA != hasB || !reflect.DeepEqual(a, b) {
					fields[k]++
					changed = 1
				}
			}
			want.Changed += changed
		}
		for id := range was {
			if _, ok := is[id]; !ok {
				want.Gone++
			}
		}
		d := diff(t, map[string]string{"DEAL.ldjson": old}, map[string]string{"DEAL.ldjson": new}, compare.Options{Examples: 100}).Types[gong.Deal]
		got := compare.TypeDifference{Old: d.Old, New: d.New, Added: d.Added, Gone: d.Gone, Changed: d.Changed, Repeated: d.Repeated, Unreadable: d.Unreadable}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		counts := map[string]int{}
		for name, f := range d.Fields {
			counts[name] = f.Count
			for _, e := range f.Examples {
				for side, r := range map[string]record{e.Old: was[e.ObjectID], e.New: is[e.ObjectID]} {
					if (side == "") != (func() bool { _, ok := r[name]; return !ok }()) {
						t.Fatalf("%s of %s: example %+v, records %v and %v", name, e.ObjectID, e, was[e.ObjectID], is[e.ObjectID])
					}
				}
				if e.Old == e.New || e.Old != "" && !json.Valid([]byte(e.Old)) || e.New != "" && !json.Valid([]byte(e.New)) {
					t.Fatalf("%s of %s: example %+v", name, e.ObjectID, e)
				}
			}
			if len(f.Examples) != f.Count {
				t.Fatalf("%s: %d examples of %d", name, len(f.Examples), f.Count)
			}
		}
		if !reflect.DeepEqual(counts, fields) {
			t.Fatalf("fields %v, want %v", counts, fields)
		}
		if len(d.AddedIDs) != want.Added || len(d.GoneIDs) != want.Gone {
			t.Fatalf("added %v, gone %v, want %d and %d", d.AddedIDs, d.GoneIDs, want.Added, want.Gone)
		}
	})
}

func TestFindings(t *testing.T) {
	f := func(code, severity string, n int) validate.Finding {
		return validate.Finding{Code: code, Severity: severity, Entity: "DEAL", Count: n}
	}
	old := &validate.Report{Findings: []validate.Finding{f("a", "error", 2), f("b", "warning", 1), f("same", "error", 5), f("d", "info", 9)}}
	new := &validate.Report{Findings: []validate.Finding{f("b", "warning", 3), f("same", "error", 5), f("c", "error", 1), f("d", "info", 2)}}
	var got []string
	for _, x := range compare.Findings(old, new) {
		got = append(got, fmt.Sprintf("%s %s %d %d", x.Change(), x.Code, x.Old, x.New))
	}
	want := []string{"new c 0 1", "more b 1 3", "cured a 2 0", "fewer d 9 2"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// A line of any bytes is compared without a panic, and equals itself.
func FuzzSame(f *testing.F) {
	for _, s := range []string{`{"objectId":"1"}`, `{"objectId":"\u0031","a":{"b":[1,{"c":"}"}]}}`, "{}", `{"":1}`, `{"objectId":"1","a":"\\"}`, `{"objectId":"1","a":1e400,"a":-0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = bytes.ReplaceAll(b, []byte{'\n'}, nil)
		d := diff(t, map[string]string{"DEAL.ldjson": string(b)}, map[string]string{"DEAL.ldjson": string(b)}, compare.Options{}).Types[gong.Deal]
		if d.Moved() != 0 || json.Valid(b) != (d.Unreadable == 0) && d.Old > 0 {
			t.Errorf("%q differs from itself: %+v", b, d)
		}
	})
}
