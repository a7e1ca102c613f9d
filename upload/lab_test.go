package upload

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/limit"
	"crm2gong/upload/gongtest"
)

// lab is a stand-in for Gong with a state folder and an input folder beside it.
type lab struct {
	t      testing.TB
	gong   *gongtest.Server
	dir    string
	client ClientOptions
	step   func(string) error
	opt    Options
	input  Input
}

func newLab(t testing.TB, o gongtest.Options) *lab {
	t.Helper()
	g := gongtest.New(o)
	s, err := g.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	dir := quickDir(t)
	l := &lab{t: t, gong: s, dir: dir, client: fastClient(s.URL), input: Input{Dir: filepath.Join(dir, "out")}}
	if err := os.Mkdir(l.input.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return l
}

// quickDir is a temporary folder in memory where the machine has such: on a
// disk, the thousands of small files here take minutes.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "crm2gong")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func fastClient(url string) ClientOptions {
	return ClientOptions{
		BaseURL:     url,
		Credentials: Credentials{Key: NewSecret("key"), KeySecret: NewSecret("secret")},
		RetryDelay:  200 * time.Microsecond, MaxRetryDelay: time.Millisecond, MaxRetries: 12,
		PollInterval: 100 * time.Microsecond, PollMax: time.Millisecond,
		CallsPerSecond: -1, CallsPerDay: 1_000_000, CallTimeout: 10 * time.Second,
	}
}

func (l *lab) store() *Store { return OpenStore(filepath.Join(l.dir, ".crm2gong")) }

func (l *lab) session() *Session {
	l.t.Helper()
	c, err := NewClient(l.client, l.store())
	if err != nil {
		l.t.Fatal(err)
	}
	return &Session{Client: c, Store: l.store(), Integration: gongtest.DefaultIntegration, step: l.step}
}

func (l *lab) write(file string, lines ...string) {
	l.t.Helper()
	path := filepath.Join(l.input.Dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		l.t.Fatal(err)
	}
	text := strings.Join(lines, "\n")
	if len(lines) > 0 && strings.HasSuffix(file, ".ldjson") {
		text += "\n"
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) upload() (*Receipt, error) {
	return l.session().Upload(context.Background(), l.input, l.opt)
}

func (l *lab) resume() (*Receipt, error) { return l.session().Resume(context.Background(), l.opt) }

// mustUpload uploads and wants outcome.
func (l *lab) mustUpload(want Outcome) *Receipt {
	l.t.Helper()
	r, err := l.upload()
	if r.Outcome != want || (want == Done || want == Nothing) != (err == nil) {
		l.t.Fatalf("upload: outcome %q, want %q; error %v", r.Outcome, want, err)
	}
	return r
}

func (l *lab) state() *State {
	l.t.Helper()
	st, err := l.store().State(gongtest.DefaultIntegration)
	if err != nil {
		l.t.Fatal(err)
	}
	return st
}

// live is the number of records of a type that Gong has.
func live(st *State, t gong.ObjectType) int {
	n := 0
	for i := range st.entries {
		if st.entries[i].kind == t && st.entries[i].standing.live() {
			n++
		}
	}
	return n
}

func percent(p float64) *limit.Limit {
	l := limit.Percent(p)
	return &l
}

// count counts the calls of an operation.
func (l *lab) count(operation string) int {
	n := 0
	for _, c := range l.gong.Calls() {
		if c.Operation == operation {
			n++
		}
	}
	return n
}

// contents writes what Gong has, one record a line.
func (l *lab) contents() string {
	var b strings.Builder
	for _, r := range l.gong.Records() {
		fmt.Fprintf(&b, "%s %s deleted=%t %s\n", r.Type, r.ObjectID, r.Deleted, r.Line)
	}
	return b.String()
}

func (l *lab) noViolations() {
	l.t.Helper()
	for _, v := range l.gong.Violations() {
		l.t.Errorf("violation: %s", v)
	}
}

func account(id, name, date string) string {
	return fmt.Sprintf(`{"objectId":%q,"modifiedDate":%q,"name":%q}`, id, date, name)
}

func user(id, mail, date string) string {
	return fmt.Sprintf(`{"objectId":%q,"modifiedDate":%q,"emailAddress":%q}`, id, date, mail)
}

func stage(id, name string, active bool, date string) string {
	return fmt.Sprintf(`{"objectId":%q,"name":%q,"isActive":%t,"sortOrder":1,"modifiedDate":%q}`, id, name, active, date)
}

func deal(id, account, date string) string {
	return fmt.Sprintf(`{"objectId":%q,"modifiedDate":%q,"accountId":%q,"name":"D"}`, id, date, account)
}

const (
	day1 = "2026-01-01T00:00:00Z"
	day2 = "2026-01-02T00:00:00Z"
	day3 = "2026-01-03T00:00:00Z"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// company writes a small company of every type.
func (l *lab) company() {
	l.t.Helper()
	l.write("BUSINESS_USER.ldjson", user("u1", "a@x.com", day1), user("u2", "b@x.com", day1))
	l.write("STAGE.ldjson", stage("s1", "Open", true, day1), stage("s2", "Old", true, day1))
	l.write("ACCOUNT.ldjson", account("a1", "One", day1), account("a2", "Two", day1), account("a3", "Three", day1))
	l.write("CONTACT.ldjson", `{"objectId":"c1","modifiedDate":"`+day1+`","accountId":"a1","emailAddress":"c@x.com"}`)
	l.write("DEAL.ldjson", deal("d1", "a1", day1), deal("d2", "a2", day1))
	l.write("LEAD.ldjson", `{"objectId":"l1","modifiedDate":"`+day1+`","emailAddress":"l@x.com"}`)
}

func status(code int) *gongtest.Fault { return &gongtest.Fault{Mode: gongtest.Status, Status: code} }

func wantStatus(t testing.TB, err error, want int) {
	t.Helper()
	if got := StatusOf(err); got != want {
		t.Fatalf("status %d, want %d; error %v", got, want, err)
	}
}

var _ http.Handler = (*gongtest.Gong)(nil)
