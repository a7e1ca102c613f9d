package upload

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crm2gong/upload/gongtest"
)

// An answer that names one line again and again is read in a time that its
// length explains, and told in a few words.
func TestManyTextsOfOneLine(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	var b strings.Builder
	b.WriteString(`{"status":"FAILED","totalErrorCount":1,"errors":[{"line":1,"description":"other"}`)
	for i := range 60_000 {
		fmt.Fprintf(&b, `,{"line":1,"description":"text %d"},{"line":1,"description":"other"}`, i%40)
	}
	b.WriteString("]}")
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.GetStatus: {{Mode: gongtest.Answer, Body: b.String()}}}))
	began := time.Now()
	r, err := l.upload()
	wantStatus(t, err, StatusPartial)
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
	text := r.FailedLines[0].Description
	if n := strings.Count(text, "; ") + 1; n != maxNamed || strings.Count(text, "other") != 1 || !strings.HasPrefix(text, "other; text 0; text 1; ") {
		t.Errorf("%d texts: %.200s", n, text)
	}
}
