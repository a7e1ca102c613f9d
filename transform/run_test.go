package transform_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform"
)

// lenient are rules that find nothing wrong and remember what they are told.
type lenient struct {
	sets     [gong.NumTypes]ids.Set
	wanted   map[string]bool
	outcomes []string
}

func (l *lenient) Judge(gong.ObjectType, bool, []gong.Field) transform.Judge { return noJudge{} }
func (l *lenient) Note(any, int, int)                                        {}
func (l *lenient) Set(t gong.ObjectType) *ids.Set                            { return &l.sets[t] }
func (l *lenient) Close()                                                    {}
func (l *lenient) Wanted(t gong.ObjectType) func(string) bool {
	if l.wanted == nil {
		return nil
	}
	return func(id string) bool { return l.wanted[id] }
}
func (l *lenient) Outcome(t gong.ObjectType, id, cause, detail string) {
	l.outcomes = append(l.outcomes, fmt.Sprintf("%s %s %s %s", t, id, cause, detail))
}

type noJudge struct{}

func (noJudge) Entity(*gong.Entity, *finding.Log) *finding.Rejection { return nil }
func (noJudge) Take() any                                            { return nil }

// memory keeps what a run writes.
type memory struct {
	mu    sync.Mutex
	files map[string]*bytes.Buffer
}

func (m *memory) Create(name string) (io.WriteCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string]*bytes.Buffer{}
	}
	m.files[name] = &bytes.Buffer{}
	return closer{m.files[name]}, nil
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// lines gives the lines of a file, and fails the test if it was not written.
func (m *memory) lines(t *testing.T, name string) []string {
	t.Helper()
	b, ok := m.files[name]
	if !ok {
		t.Fatalf("%s was not written", name)
	}
	if b.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// bound loads and binds dir/mapping.yaml; replace gives other files for its
// sources.
func bound(t testing.TB, dir string, replace map[string]string) (*mapping.Plan, *transform.Inputs) {
	t.Helper()
	m, diags, err := mapping.Load(filepath.Join(dir, "mapping.yaml"), mapping.LoadOptions{})
	if err != nil || diags.HasErrors() {
		t.Fatal("the mapping does not check: ", err, diags)
	}
	in, err := transform.OpenInputs(m, m.NeededSources(), transform.InputOptions{Dir: dir, Replace: replace})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	plan, diags := m.Bind(in.Headers())
	if diags.HasErrors() {
		t.Fatal("the mapping does not bind: ", diags)
	}
	return plan, in
}

// convert runs a mapping over files and gives all that came of it.
func convert(t *testing.T, text string, files map[string]string, workers int, rules *lenient) (*transform.Summary, *memory) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	plan, in := bound(t, dir, nil)
	out := &memory{}
	if rules == nil {
		rules = &lenient{}
	}
	sum, err := transform.Run(context.Background(), plan, in, transform.Options{
		Rules: rules, Output: out, Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Workers: workers,
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum, out
}

// deals is a mapping for records with an id, a time and a name.
func deals(policy, objectID string) string {
	return `version: 1
sources:
  deals: {file: deals.csv}
entities:
  DEAL:
    from: deals
    duplicates: ` + policy + `
    fields:
      objectId: ` + objectID + `
      modifiedDate: at
      name: name
`
}

// records makes n rows with about as many ids as asked, over several blocks.
func records(n, distinct int) [][]string {
	r := rand.New(rand.NewPCG(1, uint64(distinct)))
	rows := make([][]string, n)
	for i := range rows {
		at := time.Date(2024, 1, 1, 0, 0, r.IntN(100), 0, time.UTC).Format(time.RFC3339)
		rows[i] = []string{fmt.Sprintf("id-%d", r.IntN(distinct)), at, fmt.Sprintf("name %d, \"quoted\" %s", r.IntN(3), strings.Repeat("x", 40))}
	}
	return rows
}

func inCSV(header []string, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(header)
	w.WriteAll(rows)
	return b.String()
}

// expected settles repeated ids in the plainest way: it looks at all rows.
func expected(rows [][]string, policy string) (kept []string, rejected, merged int) {
	type seen struct{ at int }
	first := map[string]seen{}
	for i, row := range rows {
		id := row[0]
		old, ok := first[id]
		switch {
		case !ok:
			first[id] = seen{i}
		case policy == "error":
			rejected++
		case policy == "first":
			merged++
		case policy == "last":
			merged++
			first[id] = seen{i}
		case policy == "latest":
			merged++
			if row[1] >= rows[old.at][1] {
				first[id] = seen{i}
			}
		case policy == "same":
			if strings.Join(row, "|") == strings.Join(rows[old.at], "|") {
				merged++
			} else {
				rejected++
			}
		}
	}
	var at []int
	for _, s := range first {
		at = append(at, s.at)
	}
	sort.Ints(at)
	for _, i := range at {
		kept = append(kept, fmt.Sprintf(`{"objectId":"%s","modifiedDate":"%s","name":"%s"}`,
			rows[i][0], rows[i][1], strings.ReplaceAll(rows[i][2], `"`, `\"`)))
	}
	return kept, rejected, merged
}

func TestDuplicates(t *testing.T) {
	header := []string{"id", "at", "name"}
	for _, distinct := range []int{5, 4000, 1 << 30} {
		rows := records(12000, distinct)
		text := inCSV(header, rows)
		for _, policy := range []string{"error", "first", "last", "latest", "same"} {
			want, rejected, merged := expected(rows, policy)
			for _, workers := range []int{1, 3} {
				t.Run(fmt.Sprintf("%s of %d by %d", policy, distinct, workers), func(t *testing.T) {
					sum, out := convert(t, deals(policy, "id"), map[string]string{"deals.csv": text}, workers, nil)
					got := out.lines(t, "DEAL.ldjson")
					if len(got) != len(want) {
						t.Fatalf("%d lines, want %d", len(got), len(want))
					}
					for i := range got {
						if got[i] != want[i] {
							t.Fatalf("line %d:\n got %s\nwant %s", i+1, got[i], want[i])
						}
					}
					c := sum.Counts[gong.Deal]
					if c.Rejected != rejected || c.Merged != merged || c.Written != len(want) || c.Read != len(rows) {
						t.Errorf("counts %+v, want %d rejected, %d merged", c, rejected, merged)
					}
					if rejected > 0 {
						if n := len(out.lines(t, "rejects/deals.csv")); n != rejected+1 {
							t.Errorf("%d lines of rejects, want %d", n, rejected+1)
						}
					}
				})
			}
		}
	}
}

// Findings of repeated ids name the ids of their rows, however an id was made and
// though the block is converted in another way the second time, since it is not
// sparse as the one before.
func TestRepeatedIDsAreNamed(t *testing.T) {
	var rows [][]string
	var want []string
	for i := range 9500 { // a block of rows that are left out, before one of rows that mostly are not
		rows = append(rows, []string{fmt.Sprint("t", i), "2024-03-15T10:00:00Z", "n"})
	}
	kept := 0
	for i := range 6000 {
		id, keep := fmt.Sprint("s", i), "n"
		if i%3 != 0 {
			id, keep = strings.Repeat("z", kept%40+1)+fmt.Sprint(kept%40), "y"
			if kept++; kept > 40 && len(want) < finding.MaxExamples {
				want = append(want, "k-"+id)
			}
		}
		rows = append(rows, []string{id, "2024-03-15T10:00:00Z", keep})
	}
	text := inCSV([]string{"id", "at", "keep"}, rows)
	for _, id := range []string{`'"k-" + id'`, `'"k-" + (id ?? at)'`} {
		mapped := "version: 1\nsources: {deals: {file: deals.csv}}\nentities:\n  DEAL: {from: deals, where: {kept: keep == \"y\"}, fields: {objectId: " + id + ", modifiedDate: at}}\n"
		sum, _ := convert(t, mapped, map[string]string{"deals.csv": text}, 1, nil)
		for _, g := range sum.Log.Groups() {
			var ids, values []string
			for _, x := range g.Examples {
				ids, values = append(ids, x.ObjectID), append(values, x.Value)
			}
			if fmt.Sprint(ids) != fmt.Sprint(want) || fmt.Sprint(values) != fmt.Sprint(want) || g.Count != kept-40 || g.Distinct() != 40 {
				t.Errorf("with %s %d of %d ids are repeated, such as %q (%q), want %q", id, g.Count, g.Distinct(), ids, values, want)
			}
		}
		if len(sum.Log.Groups()) != 1 {
			t.Errorf("%d findings, want 1", len(sum.Log.Groups()))
		}
	}
}

// TestRejectsKeepTheirRows checks that a rejects file names the rows that the
// source has there, over blocks and quoted line breaks.
func TestRejectsKeepTheirRows(t *testing.T) {
	rows := records(12000, 1<<30)
	for i := range rows {
		if i%7 == 0 {
			rows[i][2] = "two\nlines"
		}
		if i%1000 == 999 {
			rows[i][1] = "yesterday"
		}
	}
	text := inCSV([]string{"id", "at", "name"}, rows)
	_, out := convert(t, deals("error", "id"), map[string]string{"deals.csv": text}, 4, nil)
	got, err := csv.NewReader(out.files["rejects/deals.csv"]).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 13 {
		t.Fatalf("%d rows of rejects, want 12 and a header", len(got))
	}
	for k, row := range got[1:] {
		i := k*1000 + 999
		want := append(append([]string(nil), rows[i]...), "deals.csv", fmt.Sprint(i+2), "value-invalid", "modifiedDate")
		if strings.Join(row[:7], "|") != strings.Join(want, "|") {
			t.Errorf("rejected row %d is %q, want %q", k, row[:7], want)
		}
	}
}

func TestSlugsThatMeet(t *testing.T) {
	sum, out := convert(t, deals("same", "slug(name)"), map[string]string{
		"deals.csv": "id,at,name\n1,2024-01-01T00:00:00Z,Closed Won\n2,2024-01-01T00:00:00Z,Closed Won\n3,2024-01-01T00:00:00Z,Closed/Won\n",
	}, 1, nil)
	if got := out.lines(t, "DEAL.ldjson"); len(got) != 1 {
		t.Errorf("wrote %q", got)
	}
	c := sum.Counts[gong.Deal]
	if c.Merged != 1 || c.Rejected != 1 {
		t.Errorf("counts %+v, want one merged and one rejected", c)
	}
	if got := out.lines(t, "rejects/deals.csv")[1]; !strings.HasPrefix(got, "3,2024-01-01T00:00:00Z,Closed/Won,deals.csv,4,value-invalid,objectId,") {
		t.Errorf("rejects %q", got)
	}
}

// TestUseOfRepeats checks that enums count evaluations, also those of records
// that are folded into others.
func TestUseOfRepeats(t *testing.T) {
	text := `version: 1
sources:
  deals: {file: deals.csv}
enums:
  state: {values: {Won: WON, Lost: LOST}}
entities:
  DEAL:
    from: deals
    duplicates: same
    fields: {objectId: id, modifiedDate: now(), status: state(s)}
`
	sum, _ := convert(t, text, map[string]string{"deals.csv": "id,s\n1,Won\n1,Won\n2,Lost\n"}, 1, nil)
	if got := fmt.Sprint(sum.Enums[0].Used); got != "map[Lost:1 Won:2]" {
		t.Errorf("used %s", got)
	}
}

func TestForEach(t *testing.T) {
	text := `version: 1
sources:
  people: {file: people.csv, columns: {mails: {type: list}}}
entities:
  CONTACT:
    from: people
    where: {a person: kind == "p"}
    forEach: mails
    fields: {objectId: item, modifiedDate: now(), emailAddress: item, lastName: name}
`
	sum, out := convert(t, text, map[string]string{
		"people.csv": "name,kind,mails\nA,p,a@x.io;b@x.io;a@x.io\nB,p,\nC,q,c@x.io\nD,p,nobody\n",
	}, 1, nil)
	c := sum.Counts[gong.Contact]
	if c.Read != 4 || c.Extra != 2 || c.Written != 2 || c.Filtered != 2 || c.Rejected != 2 || c.Merged != 0 || !c.Holds() {
		t.Errorf("counts %+v", c)
	}
	want := []transform.FilterCount{{Name: "a person", Rows: 1}, {Name: "forEach", Rows: 1}}
	if fmt.Sprint(c.Filters) != fmt.Sprint(want) {
		t.Errorf("filters %v, want %v", c.Filters, want)
	}
	if got := out.lines(t, "CONTACT.ldjson"); len(got) != 2 || !strings.Contains(got[1], `"b@x.io"`) {
		t.Errorf("wrote %q", got)
	}
}

func TestHistoryFiles(t *testing.T) {
	text := `version: 1
sources:
  versions: {file: versions.csv}
entities: {ACCOUNT: {from: versions, where: "false", fields: {objectId: id, modifiedDate: at}}}
history:
  DEAL:
    from: versions
    duplicates: POLICY
    fields: {objectId: id, modifiedDate: at, name: name}
`
	file := "id,at,name\n" +
		"a,2024-01-03T00:00:00Z,a3\n" +
		"b,2024-01-01T02:00:00+02:00,b1\n" +
		"a,2024-01-01T00:00:00Z,a1\n" +
		"a,2024-01-02T00:00:00Z,a2\n" +
		"b,2024-01-01T00:00:00Z,b1 again\n"
	for _, c := range []struct {
		policy           string
		files            []string
		rejected, merged int
	}{
		{"error", []string{"b1 a1", "a2", "a3"}, 1, 0},
		{"first", []string{"b1 a1", "a2", "a3"}, 0, 1},
		{"last", []string{"a1 b1 again", "a2", "a3"}, 0, 1},
		{"keep", []string{"b1 a1", "a2 b1 again", "a3"}, 0, 0},
	} {
		t.Run(c.policy, func(t *testing.T) {
			sum, out := convert(t, strings.Replace(text, "POLICY", c.policy, 1), map[string]string{"versions.csv": file}, 2, nil)
			for i, want := range c.files {
				var names []string
				for _, l := range out.lines(t, fmt.Sprintf("history/DEAL.%04d.ldjson", i+1)) {
					_, name, _ := strings.Cut(l, `"name":"`)
					names = append(names, strings.TrimSuffix(name, `"}`))
				}
				if got := strings.Join(names, " "); got != want {
					t.Errorf("file %d has %q, want %q", i+1, got, want)
				}
			}
			h := sum.History[0]
			if h.Files != len(c.files) || h.Counts.Rejected != c.rejected || h.Counts.Merged != c.merged || !h.Counts.Holds() {
				t.Errorf("history %+v", h)
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	rules := &lenient{wanted: map[string]bool{"1": true, "2": true, "3": true}}
	text := strings.Replace(deals("error", "id"), "    duplicates", "    where: {kept: name != \"no\"}\n    duplicates", 1)
	convert(t, text, map[string]string{
		"deals.csv": "id,at,name\n1,2024-01-01T00:00:00Z,yes\n2,2024-01-01T00:00:00Z,no\n3,never,yes\n4,2024-01-01T00:00:00Z,no\n",
	}, 1, rules)
	want := []string{"DEAL 1 written ", "DEAL 2 filtered kept", "DEAL 3 rejected value-invalid"}
	if fmt.Sprint(rules.outcomes) != fmt.Sprint(want) {
		t.Errorf("outcomes %q, want %q", rules.outcomes, want)
	}
}

func TestFillDown(t *testing.T) {
	text := `version: 1
sources:
  deals: {file: deals.csv, fillDown: [name], where: id != "total"}
entities:
  DEAL:
    from: deals
    fields: {objectId: id, modifiedDate: at, name: name}
`
	var b strings.Builder
	b.WriteString("id,at,name\n")
	for i := range 9000 {
		name := ""
		if i%1000 == 0 {
			name = fmt.Sprintf("group %d %s", i/1000, strings.Repeat("y", 50))
		}
		fmt.Fprintf(&b, "%d,2024-01-01T00:00:00Z,%s\n", i, name)
		if i%500 == 0 {
			b.WriteString("total,,never\n")
		}
	}
	sum, out := convert(t, text, map[string]string{"deals.csv": b.String()}, 4, nil)
	if sum.Dropped["deals"] != 18 {
		t.Errorf("%d rows dropped, want 18", sum.Dropped["deals"])
	}
	got := out.lines(t, "DEAL.ldjson")
	if len(got) != 9000 {
		t.Fatalf("%d lines, want 9000", len(got))
	}
	for i, l := range got {
		if !strings.Contains(l, fmt.Sprintf(`"name":"group %d `, i/1000)) {
			t.Fatalf("line %d is %s", i+1, l)
		}
	}
}

func TestPicklistFromData(t *testing.T) {
	text := `version: 1
sources:
  deals: {file: deals.csv}
entities:
  DEAL:
    from: deals
    duplicates: first
    fields: {objectId: id, modifiedDate: now()}
    custom:
      kind: {label: Kind, type: PICKLIST, values: auto, value: kind}
`
	var b strings.Builder
	b.WriteString("id,kind\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "%d,k%d %s\n", i%15000, (i*7)%40, strings.Repeat("z", 30))
	}
	b.WriteString("0,never written\n")
	var want []string
	for _, workers := range []int{1, 4} {
		sum, _ := convert(t, text, map[string]string{"deals.csv": b.String()}, workers, nil)
		got := sum.Picked[gong.Deal]["kind"]
		if len(got) != 40 || !strings.HasPrefix(got[0], "k0 ") || !strings.HasPrefix(got[1], "k7 ") {
			t.Fatalf("%d workers: values %.80q", workers, got)
		}
		if want != nil && strings.Join(want, "|") != strings.Join(got, "|") {
			t.Errorf("the order depends on the number of workers")
		}
		want = got
	}
}
