package validate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
)

func newLog() *finding.Log { return &finding.Log{} }

// judgeFolder judges what files would be in an output folder, by their paths.
func judgeFolder(t *testing.T, files map[string]string) *Report {
	t.Helper()
	in := &Input{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch typ, content := gong.ParsePath(name); content {
		case gong.Records:
			in.Files[typ] = append(in.Files[typ], text(name, files[name]))
		case gong.Versions:
			in.History[typ] = append(in.History[typ], text(name, files[name]))
		case gong.Schema:
			var err error
			if in.Schemas[typ], err = ParseSchema(typ, []byte(files[name])); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("%s is no file of a folder", name)
		}
	}
	return judgeInput(t, in, Options{})
}

func TestFolder(t *testing.T) {
	p := judgeFolder(t, map[string]string{
		"ACCOUNT.ldjson": but(account, `"name"`, `"tier":"B","boss":"u1","name"`) + "\n" +
			but(account, "a1", "a2", "acme.com", "b.com", `"name"`, `"tier":"C","boss":"u9","Tier":"A","name"`) + "\n",
		"BUSINESS_USER.ldjson":        user, // without a line end
		"schema/ACCOUNT.json":         `[{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["A","B"]},{"uniqueName":"boss","label":"Boss","type":"REFERENCE","referenceTo":"USER"},{"uniqueName":"name","label":"Name","type":"STRING"}]`,
		"history/ACCOUNT.0001.ldjson": account + "\n" + but(account, "a1", "a9") + "\n" + account,
		"history/ACCOUNT.0002.ldjson": account,
	})
	if got := find(p, "picklist-value"); len(got) != 1 || got[0].Field != "tier" || got[0].Examples[0].Value != "C" || got[0].Examples[0].Row != 2 {
		t.Errorf("picklist-value %+v", got)
	}
	if got := find(p, "field-not-in-schema"); len(got) != 1 || got[0].Field != "Tier" {
		t.Errorf("field-not-in-schema %+v", got)
	}
	if got := find(p, "reference-unknown"); len(got) != 1 || got[0].Field != "boss" || got[0].Count != 1 {
		t.Errorf("reference-unknown %+v", got)
	}
	if c := p.References["ACCOUNT.boss"]; c.Linked != 1 || c.Unknown != 1 || c.Target != "BUSINESS_USER" {
		t.Errorf("coverage %+v", c)
	}
	if got := find(p, "history-record-unknown"); len(got) != 1 || got[0].Count != 1 || !got[0].History || got[0].Examples[0].Source != "history/ACCOUNT.0001.ldjson" {
		t.Errorf("history-record-unknown %+v", got)
	}
	if got := find(p, "object-id-duplicate"); len(got) != 1 || got[0].Count != 1 || !got[0].History || got[0].Examples[0].Row != 3 {
		t.Errorf("a version twice in a file, and once in another: %+v", got)
	}
	if h := p.History["ACCOUNT"]; h.Read != 4 || h.Written != 3 || h.Rejected != 1 {
		t.Errorf("history %+v", h)
	}
	if a := p.Entities["ACCOUNT"]; a.Read != 2 || a.Written != 2 {
		t.Errorf("entities %+v: schema findings reject nothing", a)
	}
}

func TestParseSchema(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"no list", `{}`, "no list"},
		{"no name", `[{"type":"STRING"}]`, "field 1 has no uniqueName"},
		{"unknown type", `[{"uniqueName":"x","type":"STRINGARRAY"}]`, "STRINGARRAY"},
		{"no target", `[{"uniqueName":"x","type":"REFERENCE","referenceTo":"BUSINESS_USER"}]`, "USER"},
		{"twice", `[{"uniqueName":"x","type":"STRING"},{"name":"x","type":"STRING"}]`, "twice"},
	} {
		if _, err := ParseSchema(gong.Deal, []byte(c.json)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	s, err := ParseSchema(gong.Deal, []byte(`[{"name":"x","type":"DATE","label":"X"},{"uniqueName":"y","type":"DATE","isDeleted":true}]`))
	if err != nil || len(s.Fields) != 1 || s.Fields[0].Kind != gong.Date || s.Fields[0].Label != "X" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestFilesGiveCauses(t *testing.T) {
	p := judgeLines(t, lines{
		gong.Account: {account, but(account, `"a1"`, `"a2"`, "2024-01-01", "2024-13-01"), but(account, `"a1"`, `"a3"`, "acme.com", "b.com"), but(account, `"a1"`, `"a/4"`)},
		gong.Contact: {
			but(contact, `"a1"`, `"a2"`, "c1", "c2"), but(contact, `"a1"`, `"A3"`, "c1", "c3"), but(contact, `"a1"`, `"a9"`, "c1", "c4"), but(contact, `"a1"`, `"a/4"`, "c1", "c5"),
		},
	}, Options{})
	got := map[string]int{}
	for _, f := range find(p, "contact-account-unknown") {
		got[f.Cause+" "+f.Detail] = f.Count
	}
	want := map[string]int{"rejected value-invalid": 1, "rejected object-id-invalid": 1, "case ": 1, "absent ": 1}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAllFaultsOfALineAreTold(t *testing.T) {
	p := judgeLines(t, with(gong.Deal, deal, `{"objectId":"d/2","modifiedDate":"2024-01-01T00:00:00Z","closeDate":"x","amount":"1"}`), Options{})
	var got []string
	for _, f := range p.Findings {
		got = append(got, f.Code+" "+f.Field)
	}
	slices.Sort(got)
	if want := []string{"object-id-invalid objectId", "value-invalid amount", "value-invalid closeDate"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if p.Entities["DEAL"].Rejected != 1 {
		t.Errorf("%+v", p.Entities["DEAL"])
	}
}

// many is a large file with all sorts of faults, over several blocks.
func many(n int) lines {
	l := lines{gong.BusinessUser: {user}, gong.Stage: {stage}}
	for i := range n {
		id := fmt.Sprintf(`"a%d"`, i)
		if i%1000 == 999 {
			id = `"a5"` // a duplicate
		}
		l[gong.Account] = append(l[gong.Account], but(account, `"a1"`, id, "acme.com", fmt.Sprintf("x%d.com", i%(n-10))))
		d := but(deal, `"d1"`, fmt.Sprintf(`"d%d"`, i), `"a1"`, fmt.Sprintf(`"a%d"`, i+i%7*n))
		if i%500 == 3 {
			d = "// " + d
		}
		if i%700 == 3 {
			d = but(d, `"u1"`, `"u9"`, ":10", ":-0.5")
		}
		l[gong.Deal] = append(l[gong.Deal], d)
	}
	return l
}

// alike judges the input with each number of workers, and gives the one report
// that all must give, and its JSON.
func alike(t *testing.T, in *Input, workers ...int) (report *Report, want []byte) {
	t.Helper()
	for _, n := range workers {
		p, err := New(Options{}).Files(context.Background(), in, FilesOptions{Workers: n})
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			report, want = p, got
		} else if !bytes.Equal(got, want) {
			t.Fatalf("the report of %d workers differs:\n%s\nwant\n%s", n, got, want)
		}
	}
	return report, want
}

func TestWorkersDoNotShow(t *testing.T) {
	in := many(12_000).input()
	_, want := alike(t, in, 1, 2, 5)
	var p Report
	if err := json.Unmarshal(want, &p); err != nil {
		t.Fatal(err)
	}
	if got := find(&p, "object-id-duplicate"); len(got) != 1 || got[0].Count != 12 || got[0].Examples[1].Row != 2000 {
		t.Errorf("duplicates %+v", got)
	}
	if got := find(&p, "account-domain-shared"); len(got) != 1 || got[0].Count != 18 { // 10 domains come again, one of them on a rejected duplicate
		t.Errorf("shared domains %+v", got)
	}
	if c := p.References["DEAL.accountId"]; c.Total != 12_000-24 || c.Unknown == 0 || c.Linked == 0 {
		t.Errorf("coverage %+v", c)
	}
}

func TestAllExamples(t *testing.T) {
	l := lines{}
	for i := range 20 {
		l[gong.Contact] = append(l[gong.Contact], but(contact, `"c1"`, fmt.Sprintf(`"c%d"`, i), `"a1"`, `""`, "c1@", fmt.Sprintf("c%d@", i)))
	}
	for all, want := range map[bool]int{false: finding.MaxExamples, true: 20} {
		if got := find(judgeLines(t, l, Options{All: all}), "contact-account-missing"); len(got) != 1 || len(got[0].Examples) != want {
			t.Errorf("all %v: %d examples", all, len(got[0].Examples))
		}
	}
	l[gong.Account] = []string{account}
	for i := range l[gong.Contact] {
		l[gong.Contact][i] = but(l[gong.Contact][i], `""`, `"nowhere"`)
	}
	for all, want := range map[bool]int{false: finding.MaxExamples, true: 20} {
		got := find(judgeLines(t, l, Options{All: all}), "contact-account-unknown")
		if len(got) != 1 || got[0].Count != 20 || len(got[0].Examples) != want || got[0].Examples[2].Row != 3 {
			t.Errorf("all %v: %d examples", all, len(got[0].Examples))
		}
	}
}

type brokenReader struct{ io.Reader }

var errBroken = errors.New("the disk is gone")

func (b brokenReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		err = errBroken
	}
	return n, err
}

func TestReadErrorsEndTheRun(t *testing.T) {
	in := &Input{}
	in.Files[gong.Lead] = []File{{Name: "LEAD.ldjson", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(brokenReader{strings.NewReader(strings.Repeat(lead+"\n", 20_000))}), nil
	}}}
	if _, err := New(Options{}).Files(context.Background(), in, FilesOptions{}); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "LEAD.ldjson") {
		t.Errorf("%v", err)
	}
	in.Files[gong.Lead] = []File{{Name: "LEAD.ldjson", Open: func() (io.ReadCloser, error) { return nil, errBroken }}}
	if _, err := New(Options{}).Files(context.Background(), in, FilesOptions{}); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(Options{}).Files(ctx, many(100).input(), FilesOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestLongLines(t *testing.T) {
	long := but(lead, "l1@x.com", strings.Repeat("x", 2*blockSize)+"@x.com")
	p := judgeLines(t, lines{gong.Lead: {lead, long, but(lead, "l1", "l3")}}, Options{})
	if got := find(p, "value-invalid"); len(got) != 1 || got[0].Count != 1 || got[0].Examples[0].Row != 2 || p.Entities["LEAD"].Read != 3 {
		t.Errorf("%+v, %+v", got, p.Entities)
	}
	_, err := New(Options{}).Files(context.Background(), lines{gong.Lead: {lead, long}}.input(), FilesOptions{MaxLine: 1000})
	var tooLong *LineTooLong
	if !errors.As(err, &tooLong) || tooLong.Line != 2 || tooLong.File != "LEAD.ldjson" {
		t.Errorf("%v", err)
	}
}

func TestExamplesOfLinesNameTheKey(t *testing.T) {
	p := judgeLines(t, with(gong.Contact, but(contact, "a1", "a9", "c1@acme.com", ""), but(contact, "a1", "a8", `"c1"`, `"c_2"`)), Options{})
	for _, f := range p.Findings {
		for _, e := range f.Examples {
			if e.Column != f.Field || e.Cell != "" || e.Row == 0 || e.Source != "CONTACT.ldjson" {
				t.Errorf("%s: %+v", f.Code, e)
			}
		}
	}
}

func TestStandardInputIsReadOnce(t *testing.T) {
	in := lines{gong.Account: {account}, gong.Contact: {but(contact, "a1", "A1")}}.input()
	opened := 0
	open := in.Files[gong.Account][0].Open
	in.Files[gong.Account][0].Once = true
	in.Files[gong.Account][0].Open = func() (io.ReadCloser, error) { opened++; return open() }
	if got := find(judgeInput(t, in, Options{}), "contact-account-unknown"); len(got) != 1 || got[0].Cause != "absent" || opened != 1 {
		t.Errorf("%+v, opened %d times", got, opened)
	}
}

func TestReportJSON(t *testing.T) {
	p := &Report{
		FormatVersion: FormatVersion, Mapping: "m<a>.yaml",
		Entities: map[string]Counts{"DEAL": {Read: 2, Rejected: 1, Written: 1}},
		Findings: []Finding{
			{Code: "b", Severity: "warning", Count: 9}, {Code: "z", Severity: "error", Count: 1}, {Code: "a", Severity: "error", Count: 1}, {Code: "i", Severity: "info", Count: 50},
		},
		Enums: map[string]EnumUse{"e": {}}, Lookups: map[string]LookupUse{"l": {}},
	}
	p.Finish()
	got, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(got, []byte("null")) {
		t.Errorf("null in %s", got)
	}
	if !bytes.Contains(got, []byte(`"mapping": "m<a>.yaml"`)) || !bytes.HasSuffix(got, []byte("}\n")) || !bytes.HasPrefix(got, []byte("{\n  \"format_version\": 1,")) {
		t.Errorf("%s", got)
	}
	var order []string
	for _, f := range p.Findings {
		order = append(order, f.Code)
	}
	if strings.Join(order, "") != "azbi" {
		t.Errorf("order %v", order)
	}
	if p.Totals != (Totals{Errors: 2, Warnings: 9, Infos: 50, Rejected: 1}) || p.Status != "errors" {
		t.Errorf("totals %+v, status %s", p.Totals, p.Status)
	}
}

func TestFailed(t *testing.T) {
	rejecting := Finding{Code: "value-invalid", Severity: "error", Count: 2, Rejects: true}
	for _, c := range []struct {
		name     string
		findings []Finding
		rejected int
		failOn   diag.Severity
		allowed  int
		want     bool
	}{
		{"nothing", nil, 0, diag.Error, 0, false},
		{"a warning", []Finding{{Severity: "warning", Count: 1}}, 0, diag.Error, 0, false},
		{"a warning that counts", []Finding{{Severity: "warning", Count: 1}}, 0, diag.Warning, 0, true},
		{"an info", []Finding{{Severity: "info", Count: 1}}, 0, diag.Warning, 0, false},
		{"an error", []Finding{{Severity: "error", Count: 1}}, 0, diag.Error, 5, true},
		{"rejects", []Finding{rejecting}, 2, diag.Error, 1, true},
		{"rejects within the limit", []Finding{rejecting}, 2, diag.Error, 2, false},
	} {
		p := &Report{Findings: c.findings, Entities: map[string]Counts{"DEAL": {Rejected: c.rejected}}}
		p.Finish()
		if got := p.Failed(c.failOn, c.allowed); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
