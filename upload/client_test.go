package upload

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

func TestRetryDelays(t *testing.T) {
	r := Retry{Delay: time.Second, MaxDelay: 60 * time.Second, MaxAfter: 5 * time.Minute, Max: 8}
	for _, tt := range []struct {
		name   string
		n      int
		v      verdict
		random float64
		wait   time.Duration
		ok     bool
	}{
		{"first, least", 1, verdict{outcome: outcomeUnknown}, 0, 500 * time.Millisecond, true},
		{"first, most", 1, verdict{outcome: outcomeUnknown}, 1, time.Second, true},
		{"doubles", 4, verdict{outcome: outcomeLater}, 1, 8 * time.Second, true},
		{"is bounded", 8, verdict{outcome: outcomeLater}, 1, 60 * time.Second, true},
		{"ends", 9, verdict{outcome: outcomeLater}, 1, 0, false},
		{"refused", 1, verdict{outcome: outcomeRefused}, 1, 0, false},
		{"conflict", 1, verdict{outcome: outcomeConflict}, 1, 0, false},
		{"Retry-After is obeyed above the greatest delay", 1, verdict{outcome: outcomeLater, after: 4 * time.Minute}, 0, 4 * time.Minute, true},
		{"Retry-After too long", 1, verdict{outcome: outcomeLater, after: 6 * time.Minute}, 0, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wait, ok := r.next(tt.n, tt.v, tt.random)
			if wait != tt.wait || ok != tt.ok {
				t.Errorf("got %v %v, want %v %v", wait, ok, tt.wait, tt.ok)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	now := at("2026-03-01T12:00:00Z")
	for _, tt := range []struct {
		text, date string
		want       time.Duration
	}{
		{"", "", 0},
		{"0", "", 0},
		{"5", "", 5 * time.Second},
		{" 7 ", "", 7 * time.Second},
		{"-3", "", 0},
		{"1.5", "", 0},
		{"abc", "", 0},
		{"99999999999", "", maxDuration},
		{"99999999999999999999999", "", maxDuration},
		{"Sun, 01 Mar 2026 12:00:30 GMT", "", 30 * time.Second},
		{"Sun, 01 Mar 2026 13:00:30 GMT", "Sun, 01 Mar 2026 13:00:00 GMT", 30 * time.Second},
		{"Sun, 01 Mar 2026 11:00:30 GMT", "Sun, 01 Mar 2026 11:00:00 GMT", 30 * time.Second},
		{"Sun, 01 Mar 2026 11:00:00 GMT", "", 0},
	} {
		h := http.Header{}
		h.Set("Retry-After", tt.text)
		if tt.date != "" {
			h.Set("Date", tt.date)
		}
		if got := retryAfter(h, now); got != tt.want {
			t.Errorf("%q at %q: got %v, want %v", tt.text, tt.date, got, tt.want)
		}
	}
}

func TestQuotaCountsOverRunsAndForgetsByDay(t *testing.T) {
	now := at("2026-03-01T23:59:00Z")
	path := filepath.Join(t.TempDir(), "state", "calls.json")
	take := func(keep int) error {
		q := &quota{path: path, clock: Clock{Now: func() time.Time { return now }}, perDay: 3}
		_, err := q.turn(t.Context(), keep)
		return err
	}
	for i := range 2 {
		if err := take(1); err != nil {
			t.Fatalf("call %d: %v", i+1, err)
		}
	}
	if err := take(1); !errors.Is(err, ErrQuota) {
		t.Errorf("the last call should be kept back: %v", err)
	}
	if err := take(0); err != nil {
		t.Error(err)
	}
	if err := take(0); !errors.Is(err, ErrQuota) {
		t.Errorf("fourth call: %v", err)
	}
	now = now.Add(2 * time.Minute)
	if err := take(0); err != nil {
		t.Errorf("next day: %v", err)
	}
	if n, err := (&quota{path: path, clock: Clock{Now: func() time.Time { return now }}}).used(); n != 1 || err != nil {
		t.Errorf("used %d, %v", n, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := take(0); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
}

// TestOneCallAnswers holds the reaction to each answer of POST entities: how
// many requests it takes, the status, and what the state is then.
func TestOneCallAnswers(t *testing.T) {
	type fault = gongtest.Fault
	for _, tt := range []struct {
		name    string
		faults  []*fault // of POST entities in turn
		posts   int
		status  int
		outcome Outcome
		says    string
	}{
		{"201", nil, 1, 0, Done, ""},
		{"400", []*fault{status(400)}, 1, 3, Failed, "(400)"},
		{"401", []*fault{status(401)}, 1, 3, Failed, "(401)"},
		{"403", []*fault{status(403)}, 1, 3, Failed, "(403)"},
		{"404", []*fault{status(404)}, 1, 3, Failed, "(404)"},
		{"413", []*fault{status(413)}, 1, 3, Failed, "(413)"},
		{"401 before the body is read", []*fault{{Mode: gongtest.Early, Status: 401}}, 1, 3, Failed, "(401)"},
		{"redirect", []*fault{{Mode: gongtest.Redirect, Location: "https://evil.example/v2"}}, 1, 3, Failed, "https://evil.example/v2"},
		{"409 without a cause", []*fault{status(409)}, 1, 3, Failed, "has not sent it before"},
		{"409 after 500 is taken", []*fault{{Mode: gongtest.TakenStatus, Status: 500}}, 2, 0, Done, ""},
		{"500 then well", []*fault{status(500)}, 2, 0, Done, ""},
		{"502 503 504", []*fault{status(502), status(503), status(504)}, 4, 0, Done, ""},
		{"429", []*fault{{Mode: gongtest.TooMany, RetryAfter: "0"}}, 2, 0, Done, ""},
		{"429 bare", []*fault{{Mode: gongtest.TooMany}}, 2, 0, Done, ""},
		{"429 garbage", []*fault{{Mode: gongtest.TooMany, RetryAfter: "1.5"}}, 2, 0, Done, ""},
		{"429 then 409 is not taken", []*fault{{Mode: gongtest.TooMany}, status(409)}, 2, 3, Failed, "has not sent it before"},
		{"429 for ever", []*fault{{Mode: gongtest.TooMany, RetryAfter: "99999999999"}}, 1, 3, Failed, "wait for ever"},
		{"429 for long", []*fault{{Mode: gongtest.TooMany, RetryAfter: "date:3600"}}, 1, 3, Failed, "1h0m0s"},
		{"201 with a broken body is taken", []*fault{{Mode: gongtest.TakenTruncated}}, 1, 0, Done, ""},
		{"201 with no body is taken", []*fault{{Mode: gongtest.TakenEmpty}}, 1, 0, Done, ""},
		{"200 with a page", []*fault{{Mode: gongtest.HTML}}, 2, 0, Done, ""},
		{"200 with a page, taken", []*fault{{Mode: gongtest.TakenHTML}}, 2, 0, Done, ""},
		{"reset in the body", []*fault{{Mode: gongtest.Reset, Bytes: 50}}, 2, 0, Done, ""},
		{"reset at once", []*fault{{Mode: gongtest.Reset}}, 2, 0, Done, ""},
		{"closed", []*fault{{Mode: gongtest.Close}}, 2, 0, Done, ""},
		{"taken and closed", []*fault{{Mode: gongtest.TakenClose}}, 2, 0, Done, ""},
		{"taken and reset", []*fault{{Mode: gongtest.TakenReset}}, 2, 0, Done, ""},
		{"taken and silent", []*fault{{Mode: gongtest.TakenSilence}}, 2, 0, Done, ""},
		{"silent", []*fault{{Mode: gongtest.Silence}}, 2, 0, Done, ""},
		{"taken twice", []*fault{{Mode: gongtest.TakenTwice}}, 1, 0, Done, ""},
		{"500 and then 401: may have been taken", []*fault{status(500), status(401)}, 2, 3, Unfinished, "(401)"},
		{"500 for ever", []*fault{status(500), status(500), status(500), status(500), status(500), status(500)}, 4, 3, Unfinished, "given up after 4 tries"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, gongtest.Options{})
			l.client.MaxRetries = 3
			l.client.CallTimeout = 300 * time.Millisecond
			l.gong.SetFault(gongtest.Script(map[string][]*fault{gongtest.PostEntities: tt.faults}))
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			r, err := l.upload()
			if StatusOf(err) != tt.status || r.Outcome != tt.outcome || l.count(gongtest.PostEntities) != tt.posts {
				t.Errorf("status %d outcome %s posts %d: %v", StatusOf(err), r.Outcome, l.count(gongtest.PostEntities), err)
			}
			if err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("message %q lacks %q", err, tt.says)
			}
			if n := len(l.gong.Uploads()); n > 1 || n == 0 && tt.outcome == Done {
				t.Errorf("%d uploads taken", n)
			}
			if (r.Upload == "") != (tt.outcome == Failed) {
				t.Errorf("upload id %q", r.Upload)
			}
			if tt.outcome == Failed {
				l.gong.SetFault(nil)
				l.mustUpload(Done)
			}
			if tt.outcome == Unfinished {
				l.gong.SetFault(nil)
				if _, err := l.upload(); !errors.Is(err, ErrUnfinished) {
					t.Errorf("a plain upload should be refused: %v", err)
				}
				if r, err := l.resume(); r.Outcome != Done || err != nil {
					t.Errorf("resume: %s %v", r.Outcome, err)
				}
			}
			if got := l.contents(); got != "ACCOUNT a1 deleted=false "+account("a1", "One", day1)+"\n" {
				t.Errorf("Gong has %q", got)
			}
			if l.mustUpload(Nothing); live(l.state(), gong.Account) != 1 {
				t.Error("the state lacks the record")
			}
		})
	}
}

func TestPollAnswers(t *testing.T) {
	type fault = gongtest.Fault
	for _, tt := range []struct {
		name    string
		faults  []*fault
		timeout time.Duration
		status  int
		outcome Outcome
	}{
		{"strange word", []*fault{{Mode: gongtest.Strange}, {Mode: gongtest.Strange}}, 0, 0, Done},
		{"not known at first", []*fault{{Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}}, 0, 0, Done},
		{"500", []*fault{status(500)}, 0, 0, Done},
		{"page", []*fault{{Mode: gongtest.HTML}}, 0, 0, Done},
		{"empty object", []*fault{{Mode: gongtest.Answer, Body: "{}"}}, 0, 0, Done},
		{"numbers as text", []*fault{{Mode: gongtest.Answer, Body: `{"status":"done","errors":null,"totalErrorCount":"0","totalSuccessCount":"1","new":[]}`}}, 0, 0, Done},
		{"401", []*fault{status(401)}, 0, 4, Unfinished},
		{"never final", []*fault{nil, {Mode: gongtest.Strange}, {Mode: gongtest.Strange}, {Mode: gongtest.Strange}, {Mode: gongtest.Strange}, {Mode: gongtest.Strange}, {Mode: gongtest.Strange}}, time.Millisecond, 4, Unfinished},
		{"never known", []*fault{{Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}, {Mode: gongtest.Forgotten}}, time.Millisecond, 4, Unfinished},
		{"failed without reason", []*fault{{Mode: gongtest.Answer, Body: `{"status":"FAILED","errors":[]}`}}, 0, 4, Partial},
		{"failed, all named", []*fault{{Mode: gongtest.Answer, Body: `{"status":"FAILED","errors":[{"line":1,"description":"x"}]}`}}, 0, 4, Partial},
		{"line beyond the file", []*fault{{Mode: gongtest.Answer, Body: `{"status":"FAILED","errors":[{"line":7,"description":"x"}],"totalErrorCount":1}`}}, 0, 4, Partial},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, gongtest.Options{Pending: 1})
			l.gong.SetFault(gongtest.Script(map[string][]*fault{gongtest.GetStatus: tt.faults}))
			l.client.PollTimeout = tt.timeout
			l.client.MaxRetries = 2
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			r, err := l.upload()
			if StatusOf(err) != tt.status || r.Outcome != tt.outcome {
				t.Fatalf("status %d outcome %s: %v", StatusOf(err), r.Outcome, err)
			}
			if tt.outcome == Unfinished {
				l.gong.SetFault(nil)
				l.client.PollTimeout = 0
				if r, err := l.resume(); err != nil || r.Outcome != Done {
					t.Errorf("resume: %s %v", r.Outcome, err)
				}
			}
			if n := len(l.gong.Uploads()); n != 1 {
				t.Errorf("%d uploads", n)
			}
			if want := map[Outcome]int{Partial: 0, Done: 1, Unfinished: 1}[tt.outcome]; live(l.state(), gong.Account) != want {
				t.Errorf("%d records in the state", live(l.state(), gong.Account))
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.gong.Close()
	l.client.MaxRetries = 2
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	r, err := l.upload()
	wantStatus(t, err, StatusFailed)
	if r.Outcome != Failed || !strings.Contains(err.Error(), "given up after 3 tries") {
		t.Errorf("%s %v", r.Outcome, err)
	}
	if left, _ := filepath.Glob(l.store().path("uploads", "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTLS(t *testing.T) {
	serve := func(t *testing.T, change func(*httptest.Server)) (*lab, *httptest.Server) {
		l := newLab(t, gongtest.Options{})
		s := httptest.NewUnstartedServer(l.gong)
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		if change != nil {
			change(s)
		}
		s.StartTLS()
		t.Cleanup(s.Close)
		l.client.BaseURL = s.URL
		l.write("ACCOUNT.ldjson", account("a1", "One", day1))
		return l, s
	}
	t.Run("trusted", func(t *testing.T) {
		l, s := serve(t, nil)
		l.client.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		l.mustUpload(Done)
	})
	t.Run("not trusted", func(t *testing.T) {
		l, _ := serve(t, nil)
		_, err := l.upload()
		wantStatus(t, err, StatusFailed)
		if !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "tries") {
			t.Error(err)
		}
	})
	t.Run("old protocol", func(t *testing.T) {
		l, s := serve(t, func(s *httptest.Server) {
			s.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
		})
		l.client.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		l.client.MaxRetries = -1
		_, err := l.upload()
		wantStatus(t, err, StatusFailed)
		if len(l.gong.Calls()) != 0 {
			t.Error("a call went out over TLS 1.1")
		}
	})
}

func TestNoHiddenReplays(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 3})
	fault := &gongtest.Fault{Mode: gongtest.Reset}
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.GetStatus: {nil, fault, nil, fault}}))
	l.company()
	l.mustUpload(Done)
	used, _, err := l.session().Client.UsedToday()
	if n := len(l.gong.Calls()); err != nil || used != n {
		t.Errorf("the quota counts %d, and Gong saw %d calls; %v", used, n, err)
	}
}

func TestInterruptIsPromptAndResumable(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults map[string][]*gongtest.Fault
		change func(*ClientOptions)
	}{
		{"while waiting for Gong's answer", map[string][]*gongtest.Fault{gongtest.PostEntities: {{Mode: gongtest.TakenSilence}}}, func(*ClientOptions) {}},
		{"while waiting to try again", map[string][]*gongtest.Fault{gongtest.PostEntities: {{Mode: gongtest.TakenStatus, Status: 500}}}, func(o *ClientOptions) { o.RetryDelay, o.MaxRetryDelay = time.Hour, time.Hour }},
		{"while waiting for Retry-After", map[string][]*gongtest.Fault{gongtest.GetStatus: {{Mode: gongtest.TooMany, RetryAfter: "200"}}}, func(*ClientOptions) {}},
		{"between polls", nil, func(o *ClientOptions) { o.PollInterval, o.PollMax = time.Hour, time.Hour }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, gongtest.Options{})
			usual := l.client
			tt.change(&l.client)
			l.gong.SetFault(gongtest.Script(tt.faults))
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(300*time.Millisecond, cancel)
			r, err := l.session().Upload(ctx, l.input, l.opt)
			wantStatus(t, err, StatusInterrupted)
			if r.Outcome != Unfinished || r.Upload == "" {
				t.Errorf("%+v", r)
			}
			l.client = usual
			if r, err := l.resume(); err != nil || r.Outcome != Done {
				t.Errorf("resume: %s %v", r.Outcome, err)
			}
			if n := len(l.gong.Uploads()); n != 1 {
				t.Errorf("%d uploads", n)
			}
		})
	}
}

func TestDayQuotaEndsResumably(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1})
	l.company()
	l.client.CallsPerDay = 7
	r, err := l.upload()
	wantStatus(t, err, StatusPartial)
	if !errors.Is(err, ErrQuota) || r.Outcome != Unfinished || len(l.gong.Calls()) > 7 || len(r.Warnings) != 1 {
		t.Fatalf("%v %+v", err, r)
	}
	l.client.CallsPerDay = 100
	if r, err := l.resume(); err != nil || r.Outcome != Done || len(r.Parts) != 6 {
		t.Fatalf("%v %+v", err, r)
	}
	if n := len(l.gong.Uploads()); n != 6 {
		t.Errorf("%d uploads", n)
	}
}

func TestSecretsNeverShow(t *testing.T) {
	const key, secret, bearer = "CANARYkey77", "CANARY/secret+88==", "CANARYbearer99"
	s := NewSecret(secret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{s, &s, Credentials{NewSecret(key), s, NewSecret(bearer)}, []Secret{s}, map[string]Secret{"a": s}} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, "CANARY") || strings.Contains(text, hex.EncodeToString([]byte("CANARY"))) {
				t.Errorf("%s of %T shows %s", verb, v, text)
			}
		}
	}
	text, err := json.Marshal(map[string]any{"a": s, "b": &s})
	if err != nil || strings.Contains(string(text), "CANARY") {
		t.Errorf("%s %v", text, err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "credentials", Credentials{KeySecret: s})
	if strings.Contains(log.String(), "CANARY") {
		t.Error(log.String())
	}

	forms := []string{key, secret, bearer, base64.StdEncoding.EncodeToString([]byte(key + ":" + secret)), url.QueryEscape(secret), hex.EncodeToString([]byte(secret)), "PROXYCANARY"}
	for _, tt := range []struct {
		name string
		c    Credentials
	}{
		{"basic", Credentials{Key: NewSecret(key), KeySecret: NewSecret(secret)}},
		{"bearer", Credentials{Bearer: NewSecret(bearer)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{Key: key, KeySecret: secret, Bearer: bearer})
			// Gong repeats the header in its error texts.
			echo, err := json.Marshal(map[string]any{"errors": []string{"bad header " + tt.c.authorization()}})
			if err != nil {
				t.Fatal(err)
			}
			l.gong.SetFault(func(c gongtest.Call) *gongtest.Fault {
				if c.Number%2 == 1 {
					return &gongtest.Fault{Mode: gongtest.Answer, Status: 500, Body: string(echo)}
				}
				return nil
			})
			l.client.Credentials = tt.c
			var seen bytes.Buffer
			l.client.Notify = func(e Event) { fmt.Fprintf(&seen, "%+v\n", e) }
			l.company()
			r, err := l.upload()
			fmt.Fprintf(&seen, "%+v %v %+v\n", r, err, err)
			l.client.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("me", "PROXYCANARY")})
			l.client.MaxRetries = -1
			l.write("ACCOUNT.ldjson", account("a9", "Nine", day1))
			r, err = l.upload()
			wantStatus(t, err, StatusFailed)
			fmt.Fprintf(&seen, "%+v %v %#v\n", r, err, err)
			filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					text, _ := os.ReadFile(path)
					seen.Write(text)
				}
				return err
			})
			for _, f := range forms {
				if i := strings.Index(seen.String(), f); i >= 0 {
					t.Errorf("%s shows in …%s", f, seen.String()[max(0, i-80):i+len(f)])
				}
			}
		})
	}
}

func TestCredentials(t *testing.T) {
	none := func(string) string { return "" }
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	for _, tt := range []struct {
		name string
		env  func(string) string
		file string
		mode fs.FileMode
		want string // of the header; "" for an error
		says string
	}{
		{"pair", env(KeyVariable, "a", KeySecretVariable, "b"), "", 0, "Basic YTpi", ""},
		{"bearer", env(BearerVariable, "t"), "", 0, "Bearer t", ""},
		{"none", none, "", 0, "", "no credentials"},
		{"both", env(KeyVariable, "a", KeySecretVariable, "b", BearerVariable, "t"), "", 0, "", "both"},
		{"half", env(KeyVariable, "a"), "", 0, "", "no GONG_ACCESS_KEY_SECRET"},
		{"file wins", env(BearerVariable, "t"), "# mine\nGONG_ACCESS_KEY = a\r\nGONG_ACCESS_KEY_SECRET=\"b\"\n\n", 0o600, "Basic YTpi", ""},
		{"file for all", none, "GONG_BEARER_TOKEN=t", 0o640, "", "others may read"},
		{"file of others", none, "PASSWORD=canary", 0o600, "", "line 1"},
		{"control character", env(BearerVariable, "t\x01"), "", 0, "", "control character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := ""
			if tt.file != "" {
				path = filepath.Join(t.TempDir(), "credentials")
				if err := os.WriteFile(path, []byte(tt.file), tt.mode); err != nil {
					t.Fatal(err)
				}
			}
			c, err := LoadCredentials(path, tt.env)
			if tt.want != "" {
				if err != nil || c.authorization() != tt.want {
					t.Errorf("%v %s", err, c.authorization())
				}
				return
			}
			wantStatus(t, err, StatusUsage)
			if !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "canary") {
				t.Error(err)
			}
		})
	}
}

func TestBaseURL(t *testing.T) {
	for _, tt := range []struct {
		text    string
		mapping bool
		want    string // "" for an error
	}{
		{"https://us-1.api.gong.io/", false, "https://us-1.api.gong.io"},
		{"https://gong.io", true, "https://gong.io"},
		{"https://us-1.api.gong.io//", true, "https://us-1.api.gong.io"},
		{"https://proxy.example/gong/", false, "https://proxy.example/gong"},
		{"https://proxy.example", true, ""},
		{"https://evilgong.io", true, ""},
		{"https://gong.io.evil.example", true, ""},
		{"http://gong.io", false, ""},
		{"http://127.0.0.1:8080", true, "http://127.0.0.1:8080"},
		{"http://127.9.9.9", false, "http://127.9.9.9"},
		{"http://[::1]:80", false, "http://[::1]:80"},
		{"http://localhost:1", false, "http://localhost:1"},
		{"http://localhost.evil.example", false, ""},
		{"http://127.0.0.1.evil.example", false, ""},
		{"http://2130706433", false, ""},
		{"http://0x7f.1", false, ""},
		{"http://127.1", false, ""},
		{"https://user:pw@gong.io", false, ""},
		{"https://gong.io?a=b", false, ""},
		{"https://gong.io#x", false, ""},
		{"gong.io", false, ""},
		{"ftp://gong.io", false, ""},
		{"https://", false, ""},
		{"", false, ""},
		{"https://a b", false, ""},
	} {
		got, err := ParseBaseURL(tt.text, tt.mapping)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q %v, want %q", tt.text, got, err, tt.want)
		}
		if err != nil && (StatusOf(err) != StatusUsage || strings.Contains(err.Error(), "pw")) {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
}
