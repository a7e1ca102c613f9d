package upload

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
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

// However much an answer says, little of it is told and kept.
func TestLongAnswersAreToldShortly(t *testing.T) {
	texts := strings.Repeat(`"`+strings.Repeat("e", 400)+`",`, 5_000)
	pages := strings.Repeat("\x01", 1<<18)
	for _, tt := range []struct {
		name, operation string
		fault           gongtest.Fault
		says            string
	}{
		{"many texts", gongtest.PostEntities, gongtest.Fault{Status: 503, Body: `{"errors":[` + texts + `"last"]}`}, "eee; 4,981 more texts; given up after 3 tries"},
		{"page of control characters", gongtest.PostEntities, gongtest.Fault{Status: 503, Body: pages}, `\u0001\u0001…"; given up`},
		{"request id", gongtest.PostEntities, gongtest.Fault{Status: 401, Body: `{"errors":["no"],"requestId":"` + strings.Repeat(`\u0001`, 1<<17) + `"}`}, `\u0001…)`},
		{"request id of a status", gongtest.GetStatus, gongtest.Fault{Body: `{"status":"FAILED","requestId":"` + strings.Repeat("r", 2<<20) + `","errors":[{"line":1,"description":"` + strings.Repeat("d", 2<<20) + `"}]}`}, "Gong refused 1 line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.client.MaxRetries = 2
			tt.fault.Mode = gongtest.Answer
			l.gong.SetFault(func(c gongtest.Call) *gongtest.Fault {
				if c.Operation == tt.operation {
					return &tt.fault
				}
				return nil
			})
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			r, err := l.upload()
			if err == nil || len(err.Error()) > 14_000 || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%.300v", err)
			}
			journal, err := os.ReadFile(filepath.Join(l.store().path("uploads", r.Upload), "journal"))
			if r.Upload != "" && (err != nil || len(journal) > 100_000) {
				t.Errorf("a journal of %d bytes, %v", len(journal), err)
			}
		})
	}
}

// A page is not escaped before it is cut.
func TestLongAnswersTakeNoMemory(t *testing.T) {
	k := &call{method: http.MethodGet, path: "/", read: func(int, []byte) error { return nil }}
	r := &reply{status: 503, header: http.Header{}, body: []byte(strings.Repeat("\x01", 8<<20))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	v := classify(k, r, true, nil, time.Time{})
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 || !strings.Contains(v.err.Message, `\u0001`) {
		t.Errorf("%d bytes for %.100s", n, v.err.Message)
	}
}
