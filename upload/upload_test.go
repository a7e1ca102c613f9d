package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/limit"
	"crm2gong/upload/gongtest"
)

func TestUploadSendsTypesInOrder(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1, InProgress: 1})
	l.company()
	r := l.mustUpload(Done)
	var types []string
	for _, p := range r.Parts {
		types = append(types, p.Type)
		if p.State != PartDone || p.Taken != p.Lines || p.Failed != 0 {
			t.Errorf("part %+v", p)
		}
	}
	if diff := cmp.Diff([]string{"BUSINESS_USER", "STAGE", "ACCOUNT", "CONTACT", "DEAL", "LEAD"}, types); diff != "" {
		t.Error(diff)
	}
	l.noViolations()
	if got := len(l.gong.Records()); got != 11 {
		t.Errorf("Gong has %d records, want 11", got)
	}
	if r := l.mustUpload(Nothing); r.Upload != "" || len(r.Parts) != 0 {
		t.Errorf("second upload: %+v", r)
	}
	h, err := l.store().Status("")
	if err != nil || len(h.Uploads) != 1 || h.Uploads[0].Outcome != Done {
		t.Errorf("status: %+v, %v", h, err)
	}
	if left, _ := filepath.Glob(l.store().path("uploads", "*", "parts")); len(left) != 0 {
		t.Errorf("parts left behind: %v", left)
	}
}

func TestChangedIsEverythingButModifiedDate(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.mustUpload(Done)
	l.write("STAGE.ldjson", stage("s1", "Open", true, day2), stage("s2", "Old", true, day3))
	l.write("BUSINESS_USER.ldjson", user("u1", "a@x.com", day2), user("u2", "b@x.com", day1))
	l.mustUpload(Nothing)
	l.write("ACCOUNT.ldjson", account("a1", "Eins", day2), account("a2", "Two", day2), account("a3", "Three", day1), account("a4", "Four", day1))
	p, err := l.session().Plan(context.Background(), l.input, l.opt)
	if err != nil {
		t.Fatal(err)
	}
	got := *p.Entities["ACCOUNT"]
	got.Bytes = 0
	if diff := cmp.Diff(EntityPlan{New: 1, Changed: 1, Unchanged: 2, Parts: 1}, got); diff != "" {
		t.Error(diff)
	}
	l.mustUpload(Done)
	if n := l.gong.Uploads(); n[len(n)-1].Lines != 2 {
		t.Errorf("sent %d lines, want 2", n[len(n)-1].Lines)
	}
}

func TestChangedUserIsDeletedFirst(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1})
	l.write("BUSINESS_USER.ldjson", user("u1", "a@x.com", day1), user("u2", "b@x.com", day1))
	l.mustUpload(Done)
	l.opt.Now = at("2026-11-01T00:00:00Z")
	l.write("BUSINESS_USER.ldjson", user("u1", "new@x.com", day2), user("u2", "b@x.com", day1), user("u3", "c@x.com", day1))
	r := l.mustUpload(Done)
	if len(r.Parts) != 2 || r.Parts[0].Lines != 1 || r.Parts[1].Lines != 2 {
		t.Fatalf("parts %+v", r.Parts)
	}
	l.noViolations()
	// The deletion carries the record's own date: one stamped with the present
	// would outlive the details at Gong.
	want := fmt.Sprintf("BUSINESS_USER u1 deleted=false %s\n", user("u1", "new@x.com", day2))
	if got := l.contents(); !strings.HasPrefix(got, want) {
		t.Errorf("Gong has\n%s", got)
	}
}

func TestDeletions(t *testing.T) {
	run := at("2026-06-01T00:00:00Z")
	l := newLab(t, gongtest.Options{})
	l.company()
	l.mustUpload(Done)
	l.opt = Options{Deletions: true, MaxDeletions: percent(50), Now: run}
	l.write("ACCOUNT.ldjson", account("a1", "One", day1), account("a2", "Two", day1))
	l.write("STAGE.ldjson", stage("s1", "Open", true, day1))
	l.write("BUSINESS_USER.ldjson", user("u1", "a@x.com", day1))
	l.mustUpload(Done)
	l.noViolations()
	for _, want := range []string{
		`ACCOUNT a3 deleted=true {"objectId":"a3","modifiedDate":"2026-06-01T00:00:00Z","isDeleted":true}`,
		`BUSINESS_USER u2 deleted=true {"objectId":"u2","modifiedDate":"2026-06-01T00:00:00Z","isDeleted":true}`,
		`STAGE s2 deleted=false {"objectId":"s2","name":"Old","isActive":false,"sortOrder":1,"modifiedDate":"2026-06-01T00:00:00Z"}`,
	} {
		if !strings.Contains(l.contents(), want) {
			t.Errorf("Gong lacks %s\n%s", want, l.contents())
		}
	}
	l.mustUpload(Nothing)

	// What comes back is younger than its deletion.
	l.opt.Now = at("2026-07-01T00:00:00Z")
	l.write("ACCOUNT.ldjson", account("a1", "One", day1), account("a2", "Two", day1), account("a3", "Three", day1))
	l.write("STAGE.ldjson", stage("s1", "Open", true, day1), stage("s2", "Old", true, day1))
	l.write("BUSINESS_USER.ldjson", user("u1", "a@x.com", day1), user("u2", "b@x.com", "2026-06-15T00:00:00Z"))
	p, err := l.session().Plan(context.Background(), l.input, l.opt)
	if err != nil || p.Entities["ACCOUNT"].New != 1 || p.Entities["BUSINESS_USER"].New != 1 {
		t.Errorf("plan %+v, %v", p.Entities["ACCOUNT"], err)
	}
	l.mustUpload(Done)
	for _, want := range []string{
		`ACCOUNT a3 deleted=false {"objectId":"a3","modifiedDate":"2026-07-01T00:00:00Z","name":"Three"}`,
		`BUSINESS_USER u2 deleted=false {"objectId":"u2","modifiedDate":"2026-06-15T00:00:00Z","emailAddress":"b@x.com"}`,
		`STAGE s2 deleted=false {"objectId":"s2","name":"Old","isActive":true,"sortOrder":1,"modifiedDate":"2026-07-01T00:00:00Z"}`,
	} {
		if !strings.Contains(l.contents(), want) {
			t.Errorf("Gong lacks %s\n%s", want, l.contents())
		}
	}
	l.mustUpload(Nothing)
}

func TestDeletionGuards(t *testing.T) {
	many := func(n int) (lines []string) {
		for i := range n {
			lines = append(lines, account(fmt.Sprintf("a%d", i), "A", day1))
		}
		return lines
	}
	for _, tt := range []struct {
		name  string
		keep  int
		limit string
		input func(*Input)
		want  Outcome
	}{
		{"default is ten per cent", 18, "", nil, Done},
		{"default above", 17, "", nil, Refused},
		{"percentage", 10, "50%", nil, Done},
		{"percentage above", 9, "50%", nil, Refused},
		{"nothing by a percentage", 19, "0%", nil, Refused},
		{"number", 15, "5", nil, Done},
		{"number above", 14, "5", nil, Refused},
		{"nothing at all", 0, "", nil, Refused},
		{"rejected rows have not vanished", 0, "", func(in *Input) {
			in.Rejected = func(gong.ObjectType, string) bool { return true }
		}, Nothing},
		{"rows without id hold deletions back", 0, "", func(in *Input) { in.Unidentified = func(gong.ObjectType) int { return 1 } }, Nothing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.write("ACCOUNT.ldjson", many(20)...)
			l.write("CONTACT.ldjson", `{"objectId":"c1","modifiedDate":"`+day1+`"}`)
			l.mustUpload(Done)
			before := len(l.gong.Calls())
			l.write("ACCOUNT.ldjson", many(tt.keep)...)
			l.write("CONTACT.ldjson", `{"objectId":"c1","modifiedDate":"`+day1+`","title":"changed"}`)
			if tt.want == Nothing {
				l.write("CONTACT.ldjson", `{"objectId":"c1","modifiedDate":"`+day1+`"}`)
			}
			if tt.input != nil {
				tt.input(&l.input)
			}
			l.opt.Deletions = true
			if tt.limit != "" {
				most, err := limit.Parse(tt.limit)
				if err != nil {
					t.Fatal(err)
				}
				l.opt.MaxDeletions = &most
			}
			r, err := l.upload()
			if r.Outcome != tt.want {
				t.Fatalf("outcome %s, want %s: %v", r.Outcome, tt.want, err)
			}
			if tt.want == Refused {
				wantStatus(t, err, StatusProblems)
				if len(l.gong.Calls()) != before {
					t.Error("something was sent")
				}
				p, err := l.session().Plan(context.Background(), l.input, l.opt)
				if p.Entities["ACCOUNT"].Deleted != 20-tt.keep || StatusOf(err) != StatusProblems {
					t.Errorf("plan %+v, %v", p.Entities["ACCOUNT"], err)
				}
			}
		})
	}
}

func TestExplicitDeletionIsSentOnce(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	gone := `{"objectId":"a1","modifiedDate":"` + day2 + `","isDeleted":true}`
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	l.mustUpload(Done)
	l.write("ACCOUNT.ldjson", gone)
	l.mustUpload(Done)
	l.mustUpload(Nothing)
	if got := l.contents(); got != "ACCOUNT a1 deleted=true "+gone+"\n" {
		t.Error(got)
	}
}

func TestPartsAreCutAtLines(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	var lines []string
	for i := range 500 {
		lines = append(lines, account(fmt.Sprintf("a%04d", i), strings.Repeat("x", i%50), day1))
	}
	l.write("ACCOUNT.ldjson", lines...)
	l.opt.PartSize = 4000
	r := l.mustUpload(Done)
	total := 0
	for _, p := range r.Parts {
		total += p.Lines
		if p.Bytes+frameSize("ACCOUNT.ldjson") >= 4000 {
			t.Errorf("part of %d bytes", p.Bytes)
		}
	}
	if total != 500 || len(r.Parts) < 10 || len(l.gong.Records()) != 500 {
		t.Errorf("%d lines in %d parts, %d records", total, len(r.Parts), len(l.gong.Records()))
	}
	l.write("ACCOUNT.ldjson", account("big", strings.Repeat("x", 5000), day1))
	before := len(l.gong.Calls())
	receipt, err := l.upload()
	wantStatus(t, err, StatusProblems)
	if receipt.Outcome != Refused || len(l.gong.Calls()) != before || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%+v %v", receipt, err)
	}
}

func TestFailedLines(t *testing.T) {
	refuse := func(ids ...string) func(gong.ObjectType, string) string {
		return func(_ gong.ObjectType, id string) string {
			for _, r := range ids {
				if r == id {
					return "no \x1b[31m" + id
				}
			}
			return ""
		}
	}
	t.Run("named lines stay out, the rest and later types go on", func(t *testing.T) {
		l := newLab(t, gongtest.Options{Refuse: refuse("a2")})
		l.company()
		r, err := l.upload()
		wantStatus(t, err, StatusPartial)
		want := []FailedLine{{Type: "ACCOUNT", Line: 2, ObjectID: "a2", Source: "ACCOUNT.ldjson", Row: 2, Description: `no \u001b[31ma2`}}
		if diff := cmp.Diff(want, r.FailedLines); diff != "" || r.Outcome != Partial || r.FailedUnnamed != 0 {
			t.Errorf("%s %s", diff, r.Outcome)
		}
		if got := len(l.gong.Records()); got != 10 {
			t.Errorf("%d records", got)
		}
		var set ids.Set
		st := l.state()
		st.Known(gong.Account, &set)
		if set.Len() != 2 || set.Get(ids.Of("a2")) != ids.None {
			t.Error("the state has the refused line")
		}
		// The next upload tries it again, and nothing else.
		_, err = l.upload()
		wantStatus(t, err, StatusPartial)
		u := l.gong.Uploads()
		if last := u[len(u)-1]; last.Lines != 1 {
			t.Errorf("sent %d lines", last.Lines)
		}
	})
	many := func() (lines, bad []string) {
		for i := range 200 {
			lines = append(lines, account(fmt.Sprintf("a%d", i), "A", day1))
			if i%4 == 1 {
				bad = append(bad, fmt.Sprintf("a%d", i))
			}
		}
		return lines, bad
	}
	t.Run("more than named: nothing of the part is sure", func(t *testing.T) {
		lines, bad := many()
		l := newLab(t, gongtest.Options{Refuse: refuse(bad...)})
		l.write("ACCOUNT.ldjson", lines...)
		r, err := l.upload()
		wantStatus(t, err, StatusPartial)
		if len(r.FailedLines) != 20 || r.FailedUnnamed != 30 || r.Parts[0].Failed != 50 || r.Parts[0].Taken != 150 {
			t.Errorf("%d named, %d not, %+v", len(r.FailedLines), r.FailedUnnamed, r.Parts[0])
		}
		if n := live(l.state(), gong.Account); n != 0 {
			t.Errorf("%d records in the state", n)
		}
	})
	t.Run("bisect finds them all", func(t *testing.T) {
		lines, bad := many()
		l := newLab(t, gongtest.Options{Refuse: refuse(bad...)})
		l.write("ACCOUNT.ldjson", lines...)
		l.opt.Bisect = true
		r, err := l.upload()
		wantStatus(t, err, StatusPartial)
		if len(r.FailedLines) != 50 || r.FailedUnnamed != 0 {
			t.Fatalf("%d named, %d not", len(r.FailedLines), r.FailedUnnamed)
		}
		for i, f := range r.FailedLines {
			if f.ObjectID != bad[i] || f.Row != 4*i+2 || f.Line != 4*i+2 {
				t.Errorf("%+v, want %s", f, bad[i])
			}
		}
		if n := l.count(gongtest.PostEntities); n != 3 {
			t.Errorf("%d requests, want 3", n)
		}
		if n := live(l.state(), gong.Account); n != 150 {
			t.Errorf("%d records in the state", n)
		}
	})
	for name, bisect := range map[string]bool{"general failure stops later types and ends the upload": false, "it does with bisect too": true} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.opt.Bisect = bisect
			l.company()
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			l.gong.SetFault(func(c gongtest.Call) *gongtest.Fault {
				if c.Operation == gongtest.GetStatus && strings.HasPrefix(c.Request, "ACCOUNT") {
					return &gongtest.Fault{Mode: gongtest.Answer, Body: `{"status":"FAILED","errors":[{"line":0,"description":"File is broken"}],"totalErrorCount":1,"totalSuccessCount":0}`}
				}
				return nil
			})
			r, err := l.upload()
			wantStatus(t, err, StatusPartial)
			var u *Error
			if !errors.As(err, &u) || strings.Contains(u.Hint, "bisect") {
				t.Errorf("hint %q: no lines are to be found", u.Hint)
			}
			if r.Outcome != Partial || r.Parts[3].State != Pending || !strings.Contains(r.Message, "File is broken") {
				t.Errorf("%+v", r)
			}
			l.gong.SetFault(nil)
			if r := l.mustUpload(Done); len(r.Parts) != 4 {
				t.Errorf("parts %+v", r.Parts)
			}
		})
	}
}

func TestRejectsFile(t *testing.T) {
	l := newLab(t, gongtest.Options{Refuse: func(_ gong.ObjectType, id string) string {
		if id == "a1" {
			return ""
		}
		return "bad"
	}})
	l.write("ACCOUNT.ldjson", account("a1", "One", day1), account("a2", "Two", day1), account("a3", "Three", day1))
	// Records of another type come from the same rows: such a row stands once.
	l.write("DEAL.ldjson", deal("a1", "a1", day1), deal("d2", "a2", day1))
	l.input.Origin = func(_ gong.ObjectType, _ string, line int) Provenance {
		return Provenance{"accounts", "exports/a.xlsx", "Sheet1", 10 * line}
	}
	l.opt.Rows = func(source, stamp string, rows []Provenance) ([]string, [][]string, error) {
		return []string{"Id", "Name"}, [][]string{{"a2", "Two, the"}, {"a3", "Three"}}, nil
	}
	r := l.mustUpload(Partial)
	if len(r.Rejects) != 1 {
		t.Fatalf("rejects %v", r.Rejects)
	}
	text, err := os.ReadFile(r.Rejects[0])
	want := "Id,Name,_file,_row,_code,_field,_reason\na2,\"Two, the\",exports/a.xlsx,20,gong-refused,,bad\na3,Three,exports/a.xlsx,30,gong-refused,,bad\n"
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
	if f := r.FailedLines[1]; f.Source != "accounts" || f.Sheet != "Sheet1" || f.Row != 30 {
		t.Errorf("%+v", f)
	}
	// Status tells the same later, without any input.
	os.RemoveAll(l.input.Dir)
	h, err := l.store().Status(r.Upload)
	if err != nil || cmp.Diff(r.FailedLines, h.Uploads[0].FailedLines) != "" {
		t.Errorf("%v %+v", err, h.Uploads)
	}
	// Its paths are those of the state folder as it is named now.
	moved := filepath.Join(l.dir, "moved")
	if err := os.Rename(l.store().Dir(), moved); err != nil {
		t.Fatal(err)
	}
	h, err = OpenStore(moved).Status(r.Upload)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(h.Uploads[0].Rejects[0]); err != nil || string(now) != want {
		t.Errorf("rejects %v: %v", h.Uploads[0].Rejects, err)
	}
}

// A record that no part can hold is named by its row where there is one, and
// nothing is sent, be it found by the reader of lines or the cutter of parts.
func TestRecordLongerThanPart(t *testing.T) {
	for name, tt := range map[string]struct {
		size   int64
		from   *Provenance
		length int
		want   string
	}{
		"line of LDJSON":       {500, nil, 600, "ACCOUNT.ldjson line 2: the line is longer"},
		"row":                  {500, &Provenance{"accounts", "a.csv", "", 7}, 600, "ACCOUNT of a.csv row 7: the line is longer"},
		"row of a sheet":       {500, &Provenance{"accounts", "a.xlsx", "Kunden", 7}, 600, "ACCOUNT of a.xlsx ▸ Kunden row 7: the line is longer"},
		"row of a table":       {500, &Provenance{"accounts", "", "", 7}, 600, "ACCOUNT of row 7 of source accounts: the line is longer"},
		"longer than a buffer": {500, &Provenance{"accounts", "a.csv", "", 7}, 100_000, "ACCOUNT of a.csv row 7: the line is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.write("ACCOUNT.ldjson", account("a1", "One", day1), account("a2", strings.Repeat("x", tt.length), day1))
			l.opt.PartSize = tt.size
			if tt.from != nil {
				l.input.Origin = func(gong.ObjectType, string, int) Provenance { return *tt.from }
			}
			r, err := l.upload()
			wantStatus(t, err, StatusProblems)
			if r.Outcome != Refused || !strings.Contains(err.Error(), tt.want) || len(l.gong.Calls()) != 0 {
				t.Errorf("%s: %v, want %s", r.Outcome, err, tt.want)
			}
		})
	}
}

// A resumed upload asks for the rows of the files that its own run read.
func TestResumeGivesStamps(t *testing.T) {
	l := newLab(t, gongtest.Options{Refuse: func(gong.ObjectType, string) string { return "bad" }})
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	l.input.Origin = func(gong.ObjectType, string, int) Provenance {
		return Provenance{Source: "accounts", File: "a.csv", Row: 2}
	}
	l.input.Stamps = map[string]string{"accounts": "as first read"}
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.GetStatus: {status(401)}}))
	if r, _ := l.upload(); r.Outcome != Unfinished {
		t.Fatal(r.Outcome)
	}
	l.input.Stamps["accounts"] = "as now"
	got := ""
	l.opt.Rows = func(source, stamp string, rows []Provenance) ([]string, [][]string, error) {
		got = source + " " + stamp
		return []string{"Id"}, [][]string{{"a1"}}, nil
	}
	if r, _ := l.resume(); r.Outcome != Partial || got != "accounts as first read" {
		t.Errorf("%s %q", r.Outcome, got)
	}
}

// A table that stands in the mapping has rejects like any other source; lines
// of ready-made LDJSON have none.
func TestRejectsWithoutFile(t *testing.T) {
	for name, tt := range map[string]struct {
		origin func(t gong.ObjectType, file string, line int) Provenance
		want   []string
	}{
		"table of the mapping": {func(gong.ObjectType, string, int) Provenance { return Provenance{Source: "stages", Row: 2} },
			[]string{"Id,_file,_row,_code,_field,_reason\ns1,,2,gong-refused,,bad\n"}},
		"LDJSON": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{Refuse: func(gong.ObjectType, string) string { return "bad" }})
			l.write("STAGE.ldjson", stage("s1", "One", true, day1))
			l.input.Origin = tt.origin
			l.opt.Rows = func(string, string, []Provenance) ([]string, [][]string, error) {
				return []string{"Id"}, [][]string{{"s1"}}, nil
			}
			var got []string
			for _, path := range l.mustUpload(Partial).Rejects {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(text))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	l := newLab(t, gongtest.Options{Pending: 1})
	l.company()
	l.write("DEAL.ldjson", deal("d1", "a1", day3), deal("d2", "a2", day3))
	l.write("history/DEAL.0001.ldjson", deal("d1", "a3", day1), deal("d2", "a3", day1))
	l.write("history/DEAL.0002.ldjson", deal("d1", "a2", day2))
	l.opt.ResendCurrent = true
	r := l.mustUpload(Done)
	l.noViolations()
	n := len(r.Parts)
	if n != 9 || r.Parts[n-3].Type != "DEAL" || r.Parts[n-1].Lines != 2 {
		t.Fatalf("parts %+v", r.Parts)
	}
	if got := l.contents(); !strings.Contains(got, "DEAL d1 deleted=false "+deal("d1", "a1", day3)) {
		t.Error(got)
	}
	l.mustUpload(Nothing)
	l.write("history/DEAL.0002.ldjson", deal("d1", "a2", day2), deal("d2", "a2", day2))
	p, err := l.session().Plan(context.Background(), l.input, l.opt)
	if err != nil || p.History["DEAL"].New != 1 || p.History["DEAL"].Unchanged != 3 || p.History["DEAL"].Parts != 2 {
		t.Errorf("%+v %v", p.History["DEAL"], err)
	}
	l.opt.Full = true
	if r := l.mustUpload(Done); len(r.Parts) != 9 {
		t.Errorf("full sends %d parts", len(r.Parts))
	}
}

func TestReceiptJSON(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	text, err := json.Marshal(l.mustUpload(Done))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got["integration"] != fmt.Sprint(gongtest.DefaultIntegration) || got["format_version"] != 1.0 {
		t.Errorf("%s", text)
	}
	for _, v := range []any{Receipt{}, newReceipt("1"), History{Uploads: []*Receipt{}}, Verification{Types: map[string]*VerifyCounts{}, Differences: []Difference{}}} {
		text, _ := json.Marshal(v)
		if strings.Contains(string(text), "s\":null") {
			t.Errorf("a null list in %s", text)
		}
	}
}

func TestLockKeepsSecondUploadAway(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	release, err := l.store().lock(gongtest.DefaultIntegration, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.upload()
	wantStatus(t, err, StatusFailed)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) || strings.Contains(err.Error(), `\u`) {
		t.Error(err)
	}
	release()
	l.mustUpload(Done)
}

func TestBadLines(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no JSON", account("a1", "A", day1) + "\nOPEN\n", "line 2: it is no JSON object"},
		{"cut", account("a1", "A", day1)[:30], "line 1: it is no JSON object"},
		{"two objects on a line", account("a1", "A", day1) + account("a2", "A", day1), "line 1: it is no JSON object"},
		{"no id", `{"modifiedDate":"` + day1 + `"}`, "line 1: it has no objectId"},
		{"id is a number", `{"objectId":5}`, "line 1: objectId is no text"},
		{"date", account("a1", "A", "yesterday"), "modifiedDate \"yesterday\" is no date-time"},
		{"twice", account("a1", "A", day1) + "\n\n" + account("a1", "B", day1), "line 3: objectId \"a1\" stands in an earlier line too"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.write("ACCOUNT.ldjson", tt.text)
			r, err := l.upload()
			wantStatus(t, err, StatusProblems)
			if r.Outcome != Refused || !strings.Contains(err.Error(), tt.want) || len(l.gong.Calls()) != 0 {
				t.Errorf("%v", err)
			}
		})
	}
}
