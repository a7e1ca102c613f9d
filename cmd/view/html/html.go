// Package html writes a report as one page: report.html. The page stands
// alone, works offline and without its script, and prints. The same report
// gives the same bytes, of a size that is bounded whatever the data.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"sync"

	"crm2gong/validate"
)

// Options say what the page shows beside the report.
type Options struct {
	// AsOf is the instant by which the run judged dates, where it was given;
	// "" when it was the clock's.
	AsOf string
	// Rejects are the rows in the rejects file of each source.
	Rejects map[string]int
	// RejectsFormat is the extension of those files; "": .csv.
	RejectsFormat string
}

var (
	//go:embed page.html
	layout string
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

// ready is the page's template with what its texts need in their places, which
// html/template works out when it is first used.
var ready = sync.OnceValues(func() (*template.Template, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"table": newTable, "unit": unit}).Parse(layout)
	if err == nil {
		err = t.Execute(io.Discard, &page{})
	}
	return t, err
})

// Prepare does what Page needs before it knows the report, half of its time for
// a small one, so that a run can do it beside other work. Without it Page does
// it.
func Prepare() { _, _ = ready() }

// Page gives the page of a report.
func Page(r *validate.Report, o Options) ([]byte, error) {
	t, err := ready()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, newPage(r, o)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// policy is the page's Content-Security-Policy: it loads nothing. The script
// may run by its hash; browsers that know hashes then ignore 'unsafe-inline',
// so that a script smuggled in would not run even so.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}
