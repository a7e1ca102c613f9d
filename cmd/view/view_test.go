package view

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/diag"
	"crm2gong/validate"
)

// faults is a list with an error, a warning and a fault without a place, whose
// texts hold what formats give a meaning to.
func faults() diag.List {
	f := diag.NewFile("my, mapping:1.yaml", []byte("version: 1\nname: \"ä%\"\n"))
	var list diag.List
	list.Error(diag.Span{File: f, Start: 17, End: 22}, "wrong-name", "100% <wrong>\nreally", "write: this")
	list.Warn(diag.Span{File: f, Start: 0, End: 7}, "unused", "not used", "")
	list.Error(diag.Span{}, "unknown-param", "no such parameter", "none")
	return list
}

func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := Diagnostics(&b, faults(), "github"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"::error file=my%2C mapping%3A1.yaml,line=2,endLine=2,col=7,endColumn=11,title=wrong-name::100%25 <wrong>%0Areally%0Ahint: write: this",
		"::warning file=my%2C mapping%3A1.yaml,line=1,endLine=1,col=1,endColumn=8,title=unused::not used",
		"::error title=unknown-param::no such parameter%0Ahint: none",
		"",
	}
	if d := cmp.Diff(want, strings.Split(b.String(), "\n")); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
}

// TestSARIF holds the log to what SARIF 2.1.0 demands of it: sections 3.13
// (log), 3.14 (run), 3.18 (tool), 3.27 (result), 3.29 (location).
func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := Diagnostics(&b, faults(), "sarif"); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			ColumnKind string
			Tool       struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID    string
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn, EndLine, EndColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || !strings.Contains(log.Schema, "sarif-2.1.0") || len(log.Runs) != 1 {
		t.Fatalf("version %q, schema %q, %d runs", log.Version, log.Schema, len(log.Runs))
	}
	run := log.Runs[0]
	if run.Tool.Driver.Name != "crm2gong" || run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("tool %q, columns in %q", run.Tool.Driver.Name, run.ColumnKind)
	}
	rules := map[string]bool{}
	for _, r := range run.Tool.Driver.Rules {
		if rules[r.ID] {
			t.Errorf("rule %s stands twice", r.ID)
		}
		rules[r.ID] = true
	}
	levels := []string{"error", "warning", "error"}
	for i, r := range run.Results {
		if r.Level != levels[i] || !rules[r.RuleID] || r.Message.Text == "" {
			t.Errorf("result %d: level %q, rule %q, text %q", i, r.Level, r.RuleID, r.Message.Text)
		}
	}
	if len(run.Results) != 3 || len(run.Results[0].Locations) != 1 || len(run.Results[2].Locations) != 0 {
		t.Fatalf("results %+v", run.Results)
	}
	place := run.Results[0].Locations[0].PhysicalLocation
	if place.ArtifactLocation.URI != "./my,%20mapping:1.yaml" {
		t.Errorf("URI %q", place.ArtifactLocation.URI)
	}
	if r := place.Region; r.StartLine != 2 || r.StartColumn != 7 || r.EndLine != 2 || r.EndColumn != 11 {
		t.Errorf("region %+v", r)
	}
}

func TestDiagnosticsJSON(t *testing.T) {
	var b bytes.Buffer
	if err := Diagnostics(&b, faults(), "json"); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		FormatVersion int `json:"format_version"`
		Diagnostics   []diagnosticJSON
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	want := diagnosticJSON{File: "my, mapping:1.yaml", Line: 2, Column: 7, EndLine: 2, EndColumn: 11, Severity: "error", Code: "wrong-name", Message: "100% <wrong>\nreally", Hint: "write: this"}
	if len(doc.Diagnostics) != 3 {
		t.Fatalf("%d diagnostics", len(doc.Diagnostics))
	}
	if d := cmp.Diff(want, doc.Diagnostics[0]); doc.FormatVersion != 1 || d != "" {
		t.Errorf("version %d, first (-want +got):\n%s", doc.FormatVersion, d)
	}
	if doc.Diagnostics[2].Line != 0 || doc.Diagnostics[2].File != "" {
		t.Errorf("a fault without a place has %+v", doc.Diagnostics[2])
	}
}

func TestNothingIsAnEmptyList(t *testing.T) {
	for format, want := range map[string]string{"text": "", "github": "", "json": `"diagnostics": []`, "sarif": `"results": []`} {
		var b bytes.Buffer
		if err := Diagnostics(&b, nil, format); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) || strings.Contains(b.String(), "null") || want == "" && b.Len() > 0 {
			t.Errorf("%s: %s", format, b.String())
		}
	}
}

func TestFiltersOfPastVersionsAreShown(t *testing.T) {
	counts := validate.Counts{Read: 3, Written: 1, Filtered: 2, Filters: map[string]int{"a test": 2}}
	r := &validate.Report{Entities: map[string]validate.Counts{"DEAL": counts}, History: map[string]validate.Counts{"DEAL": counts}}
	r.Finish()
	var b bytes.Buffer
	Report(&b, r, Options{})
	for _, want := range []string{"  DEAL: 2 rows left out by \"a test\"\n", "  DEAL history: 2 rows left out by \"a test\"\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, b.String())
		}
	}
}
