package upload

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

// TestPartIsStreamed sends a part and holds the heap under 40 MiB all the while:
// 20 MB by default, 200 MB with CRM2GONG_PART_MB=200.
func TestPartIsStreamed(t *testing.T) {
	megabytes := 20
	if n, err := strconv.Atoi(os.Getenv("CRM2GONG_PART_MB")); err == nil {
		megabytes = n
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "ACCOUNT.ldjson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	size, lines := int64(0), 0
	for size < int64(megabytes)*1_000_000-2000 {
		n, _ := fmt.Fprintf(w, "%s\n", account(fmt.Sprintf("a%07d", lines), strings.Repeat("x", 900), day1))
		size += int64(n)
		lines++
	}
	w.Flush()
	f.Close()

	var sum, chunked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if r.ContentLength != size+frameSize("ACCOUNT.ldjson") {
				chunked.Add(1)
			}
			_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
			p, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
			if err == nil {
				n, _ := io.Copy(io.Discard, p)
				sum.Add(n)
			}
			rw.WriteHeader(http.StatusCreated)
		}
		fmt.Fprint(rw, `{"status":"DONE","totalErrorCount":0}`)
	}))
	defer server.Close()

	var peak atomic.Uint64
	stop := make(chan struct{})
	go func() {
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				if m.HeapInuse+m.StackInuse > peak.Load() {
					peak.Store(m.HeapInuse + m.StackInuse)
				}
			}
		}
	}()
	o := fastClient(server.URL)
	store := OpenStore(filepath.Join(dir, ".crm2gong"))
	c, err := NewClient(o, store)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	r, err := (&Session{Client: c, Store: store, Integration: 7}).Upload(context.Background(), Input{Dir: dir}, Options{})
	close(stop)
	if err != nil || r.Outcome != Done || sum.Load() != size || chunked.Load() != 0 || len(r.Parts) != 1 {
		t.Fatalf("%v: %d of %d bytes, %d parts", err, sum.Load(), size, len(r.Parts))
	}
	t.Logf("%d MB, %d lines, peak of heap and stacks %d KiB", megabytes, lines, peak.Load()/1024)
	if peak.Load() > 40<<20 {
		t.Errorf("peak of %d MiB", peak.Load()>>20)
	}
}

// TestRequestsAsGongWantsThem looks at the bytes of each kind of call.
func TestRequestsAsGongWantsThem(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	seen := map[string]*http.Request{}
	bodies := map[string]string{}
	spy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		key := r.Method + " " + r.URL.Path
		seen[key], bodies[key] = r, string(text)
		r.Body = io.NopCloser(strings.NewReader(string(text)))
		l.gong.ServeHTTP(w, r)
	}))
	defer spy.Close()
	l.client.BaseURL = spy.URL
	l.write("ACCOUNT.ldjson", account("a1", "Eins & <Zwei>", day1))
	l.write("schema/ACCOUNT.json", "["+sizeField+"]")
	l.mustUpload(Done)
	if _, err := l.session().Verify(context.Background(), l.input, VerifyOptions{}); err != nil {
		t.Fatal(err)
	}
	for key, r := range seen {
		if r.Header.Get("Authorization") != "Basic a2V5OnNlY3JldA==" || r.Header.Get("Idempotency-Key") != "" || len(r.TransferEncoding) > 0 {
			t.Errorf("%s: headers %v", key, r.Header)
		}
		if got := r.URL.Query().Get("integrationId"); got != "5517027188234205706" {
			t.Errorf("%s: integrationId %s", key, got)
		}
	}
	post := seen[gongtest.PostEntities]
	want := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"dataFile\"; filename=\"ACCOUNT.ldjson\"\r\nContent-Type: application/octet-stream\r\n\r\n" +
		account("a1", "Eins & <Zwei>", day1) + "\n\r\n--" + boundary + "--\r\n"
	if bodies[gongtest.PostEntities] != want || post.ContentLength != int64(len(want)) {
		t.Errorf("body %q", bodies[gongtest.PostEntities])
	}
	if bodies[gongtest.GetEntities] != `["a1"]` || seen[gongtest.GetEntities].Header.Get("Content-Type") != "application/json" {
		t.Errorf("read back: %q", bodies[gongtest.GetEntities])
	}
	if bodies[gongtest.PostSchema] != `[{"uniqueName":"size","label":"Size","type":"NUMBER"}]` {
		t.Errorf("schema: %s", bodies[gongtest.PostSchema])
	}
}

// TestRateHoldsAtGong lets Gong enforce three calls a second, over two runs in a
// row, and meets no 429.
func TestRateHoldsAtGong(t *testing.T) {
	if testing.Short() {
		t.Skip("takes real time")
	}
	t.Parallel()
	l := newLab(t, gongtest.Options{CallsPerSecond: 3})
	l.client.CallsPerSecond = 3
	l.client.PollInterval, l.client.PollMax = time.Millisecond, time.Millisecond
	l.write("ACCOUNT.ldjson", account("a1", "A", day1))
	l.write("DEAL.ldjson", deal("d1", "a1", day1))
	l.mustUpload(Done)
	l.write("DEAL.ldjson", deal("d1", "a2", day1))
	l.mustUpload(Done)
	calls := l.gong.Calls()
	for i, c := range calls {
		if c.Status == http.StatusTooManyRequests {
			t.Errorf("call %d met the limit", c.Number)
		}
		if i >= 3 && c.At.Sub(calls[i-3].At) < time.Second {
			t.Errorf("calls %d to %d within %v", i-2, i+1, c.At.Sub(calls[i-3].At))
		}
	}
}

func TestRetryAfterIsKeptAtGong(t *testing.T) {
	t.Parallel()
	l := newLab(t, gongtest.Options{})
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{
		gongtest.PostEntities: {{Mode: gongtest.TooMany, RetryAfter: "1"}},
		gongtest.GetStatus:    {{Mode: gongtest.TooMany, RetryAfter: "date:1", Skew: time.Hour}},
	}))
	l.write("ACCOUNT.ldjson", account("a1", "A", day1))
	l.mustUpload(Done)
	calls := l.gong.Calls()
	if len(calls) != 4 {
		t.Fatalf("%d calls", len(calls))
	}
	for _, i := range []int{1, 3} {
		if gap := calls[i].At.Sub(calls[i-1].At); gap < time.Second || gap > 5*time.Second {
			t.Errorf("call %d after %v", i+1, gap)
		}
	}
}

func TestPartsOfATypeAreOnTheirWayTogether(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1})
	l.write("ACCOUNT.ldjson", account("a1", strings.Repeat("x", 500), day1), account("a2", strings.Repeat("x", 500), day1), account("a3", strings.Repeat("x", 500), day1))
	l.write("DEAL.ldjson", deal("d1", "a1", day1))
	l.opt.PartSize = 1000
	l.mustUpload(Done)
	var order []string
	for _, c := range l.gong.Calls() {
		order = append(order, strings.Fields(c.Operation)[0])
	}
	if got := strings.Join(order, " "); got != "POST POST POST GET GET GET GET GET GET POST GET GET" {
		t.Error(got)
	}
	l.noViolations()
}

// TestConflictInMidRun drops an id that Gong knows though it was never sent.
func TestConflictInMidRun(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PostEntities: {nil, nil, status(409)}}))
	r, err := l.upload()
	wantStatus(t, err, StatusPartial)
	if r.Outcome != Unfinished {
		t.Fatal(r.Outcome)
	}
	dropped := l.gong.Calls()[4].Request
	if r, err := l.resume(); err != nil || r.Outcome != Done || r.Parts[2].ClientRequestID == dropped {
		t.Errorf("%v: %s is used again", err, dropped)
	}
	if n := len(l.gong.Records()); n != 11 {
		t.Errorf("%d records", n)
	}
}

// TestUnsureLinesAreSentAgain holds that a record goes out again whose last line
// Gong may have taken, even when it is what it was before.
func TestUnsureLinesAreSentAgain(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	l.mustUpload(Done)
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.GetStatus: {nil, status(401)}}))
	l.write("ACCOUNT.ldjson", account("a1", "Two", day2))
	_, err := l.upload()
	wantStatus(t, err, StatusPartial)
	if r, err := l.session().Abandon(context.Background()); err != nil || r.Outcome != Partial {
		t.Fatal(r.Outcome, err)
	}
	l.write("ACCOUNT.ldjson", account("a1", "One", day3))
	l.mustUpload(Done)
	if !strings.Contains(l.contents(), "One") {
		t.Error(l.contents())
	}
	l.mustUpload(Nothing)
}

func TestFullSendsEverything(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.mustUpload(Done)
	l.opt.Full = true
	r := l.mustUpload(Done)
	lines := 0
	for _, p := range r.Parts {
		lines += p.Lines
	}
	if lines != 11 || len(r.Parts) != 6 {
		t.Errorf("%d lines in %d parts", lines, len(r.Parts))
	}
	l.noViolations()
	p, err := l.session().Plan(context.Background(), l.input, l.opt)
	if err != nil || p.Entities["ACCOUNT"].New != 3 {
		t.Errorf("%v %+v", err, p.Entities["ACCOUNT"])
	}
}

func TestPlanWritesNothing(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	p, err := l.session().Plan(context.Background(), l.input, Options{})
	if err != nil || p.Entities["DEAL"].New != 2 || p.Calls.Needed != 12 || p.Calls.PerDay != l.client.CallsPerDay {
		t.Errorf("%v %+v", err, p)
	}
	if len(l.gong.Calls()) != 0 {
		t.Error("Gong was called")
	}
	if _, err := os.Stat(l.store().Dir()); !os.IsNotExist(err) {
		t.Errorf("the state folder was made: %v", err)
	}
}

func TestFilesAreClosedToOthers(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1})
	l.company()
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PostEntities: {nil, nil, nil, status(400)}}))
	_, _ = l.upload() // left unfinished, so that the parts are there
	n := 0
	err := filepath.WalkDir(l.store().Dir(), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		n++
		return err
	})
	if err != nil || n < 15 {
		t.Errorf("%d files, %v", n, err)
	}
}

func TestSkippedLinesAreNotSent(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.write("ACCOUNT.ldjson", account("a1", "A", day1), account("bad id", "B", day1), account("a3", "C", day1))
	l.input.Skip = func(_ gong.ObjectType, file string, line int) bool { return file == "ACCOUNT.ldjson" && line == 2 }
	if r := l.mustUpload(Done); r.Parts[0].Lines != 2 {
		t.Errorf("%+v", r.Parts)
	}
}

func TestReaderTakesForeignFiles(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.write("ACCOUNT.ldjson", "\ufeff"+account("a1", "A", day1)+"\r", "", "  "+account("a2", "B", day1)+" \r")
	r := l.mustUpload(Done)
	if r.Parts[0].Lines != 2 || l.gong.Uploads()[0].Bytes != int64(len(account("a1", "A", day1))*2+2) {
		t.Errorf("%+v", r.Parts)
	}
}

func FuzzLooseAnswers(f *testing.F) {
	f.Add([]byte(`{"status":"DONE","errors":[{"line":1,"description":null}],"totalErrorCount":"2"}`))
	f.Add([]byte(`{"integrations":[{"integrationId":5517027188234205706}]}`))
	f.Add([]byte(`{"objectTypeToSelectedFields":{"DEAL":[{"name":"x","orderedValueList":null,"isDeleted":null}]}}`))
	f.Add([]byte(`{"crmObjectsMap":{"a":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, v := range []any{&requestStatus{}, &integrationList{}, &schemaAnswer{}, &objectsAnswer{}, &accepted{}} {
			_ = decode(body, v) // must not panic
		}
		r := &reply{status: 400, header: http.Header{}, body: body}
		for _, c := range gongText(r) + escape(requestID(r)) {
			if unsafeRune(c) {
				t.Fatalf("%q would be printed", c)
			}
		}
	})
}
