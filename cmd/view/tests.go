package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"crm2gong/transform/mappingtest"
)

// Tests writes the results of mapping tests for people: a line for each test
// that failed, under it what was wanted and what came, and a last line that
// sums up. With quiet tests that all hold say nothing.
func Tests(w io.Writer, results []*mappingtest.Result, quiet bool) error {
	w = Terminal(w)
	failed := 0
	for _, r := range results {
		if r.OK() {
			continue
		}
		failed++
		if err := failure(w, r); err != nil {
			return err
		}
	}
	switch {
	case failed > 0:
		_, err := fmt.Fprintf(w, "%d of %s failed\n", failed, Count(len(results), "test", "tests"))
		return err
	case quiet:
		return nil
	case len(results) == 0:
		_, err := fmt.Fprintln(w, "no tests")
		return err
	}
	_, err := fmt.Fprintf(w, "%s passed\n", Count(len(results), "test", "tests"))
	return err
}

func failure(w io.Writer, r *mappingtest.Result) error {
	file, line := testPlace(r)
	if _, err := fmt.Fprintf(w, "%s:%d: FAIL %s: %s\n", file, line, r.Test.Type, r.Test.Name); err != nil {
		return err
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "    field\twant\tgot")
	for _, d := range r.Differences {
		fmt.Fprintf(tw, "    %s\t%s\t%s\n", d.Field, shown(&d, d.Want), shown(&d, d.Got))
	}
	return tw.Flush()
}

// shown puts one side of a difference into words.
func shown(d *mappingtest.Difference, j json.RawMessage) string {
	var s string
	switch {
	case string(j) == "null":
		return "no value"
	case d.Field == mappingtest.OutcomeField && json.Unmarshal(j, &s) == nil:
		return strings.Join(strings.Fields(s), " ")
	}
	return string(j)
}

// testPlace is where a test stands: its file and line.
func testPlace(r *mappingtest.Result) (file string, line int) {
	at := r.Test.Node.Span
	line, _, _, _ = at.Position()
	return at.File.Name, line
}

// testJSON is one test in the document of TestsJSON.
type testJSON struct {
	Name        string           `json:"name"`
	Entity      string           `json:"entity"`
	File        string           `json:"file"`
	Line        int              `json:"line"`
	OK          bool             `json:"ok"`
	Outcome     string           `json:"outcome"`
	Differences []differenceJSON `json:"differences"`
}

// differenceJSON is one thing that is not as a test says. Want and got have the
// JSON of the field; null is no value. The field is "outcome" where the row was
// written, filtered or rejected and should not have been.
type differenceJSON struct {
	Field string          `json:"field"`
	Want  json.RawMessage `json:"want"`
	Got   json.RawMessage `json:"got"`
}

// TestsJSON writes the results of mapping tests as one document, and what they
// reach where that was asked for.
func TestsJSON(w io.Writer, results []*mappingtest.Result, coverage []TestCoverage) error {
	doc := struct {
		FormatVersion int         `json:"format_version"`
		Tests         []testJSON  `json:"tests"`
		Passed        int         `json:"passed"`
		Failed        int         `json:"failed"`
		Coverage      []reachJSON `json:"coverage,omitempty"`
	}{FormatVersion: 1, Tests: []testJSON{}, Coverage: coverageDocument(coverage)}
	for _, r := range results {
		x := testJSON{Name: r.Test.Name, Entity: r.Test.Type.String(), OK: r.OK(), Outcome: r.Outcome.String(), Differences: []differenceJSON{}}
		x.File, x.Line = testPlace(r)
		for _, d := range r.Differences {
			x.Differences = append(x.Differences, differenceJSON(d))
		}
		if doc.Tests = append(doc.Tests, x); r.OK() {
			doc.Passed++
		} else {
			doc.Failed++
		}
	}
	return writeJSON(w, doc)
}
