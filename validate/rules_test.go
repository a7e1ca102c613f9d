package validate

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// lines are ready-made LDJSON by type.
type lines map[gong.ObjectType][]string

// text is a file of the given text.
func text(name, s string) File {
	return File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }}
}

func (l lines) input() *Input {
	in := &Input{}
	for t, rows := range l {
		in.Files[t] = []File{text(t.String()+".ldjson", strings.Join(rows, "\n")+"\n")}
	}
	return in
}

// judge judges lines as of noon of 15 March 2024.
func judgeLines(t testing.TB, l lines, o Options) *Report {
	t.Helper()
	return judgeInput(t, l.input(), o)
}

func judgeInput(t testing.TB, in *Input, o Options) *Report {
	t.Helper()
	if o.AsOf.IsZero() {
		o.AsOf = time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC)
	}
	report, err := New(o).Files(context.Background(), in, FilesOptions{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range report.Entities {
		if c.Read+c.Extra != c.Written+c.Filtered+c.Rejected+c.Merged {
			t.Errorf("%s: the counts do not add up: %+v", name, c)
		}
	}
	for name, c := range report.References {
		if c.Total != c.Linked+c.Empty+c.Unknown+c.Invalid+c.Unjudged {
			t.Errorf("%s: the coverage does not add up: %+v", name, c)
		}
	}
	return report
}

// find gives the findings of a code.
func find(p *Report, code string) (out []Finding) {
	for _, f := range p.Findings {
		if f.Code == code {
			out = append(out, f)
		}
	}
	return out
}

const (
	user    = `{"objectId":"u1","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"u1@acme.com"}`
	stage   = `{"objectId":"s1","name":"New","sortOrder":1,"modifiedDate":"2024-01-01T00:00:00Z"}`
	account = `{"objectId":"a1","modifiedDate":"2024-01-01T00:00:00Z","name":"Acme","domains":["acme.com"]}`
	contact = `{"objectId":"c1","modifiedDate":"2024-01-01T00:00:00Z","accountId":"a1","emailAddress":"c1@acme.com"}`
	deal    = `{"objectId":"d1","modifiedDate":"2024-01-01T00:00:00Z","accountId":"a1","ownerId":"u1","name":"Big","createdDate":"2023-12-01T00:00:00Z","closeDate":"2024-04-01","status":"OPEN","stage":"s1","amount":10}`
	lead    = `{"objectId":"l1","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"l1@x.com","convertedToDealId":"d1","convertedToContactId":"c1","convertedToAccountId":"a1"}`
)

// clean is a line of each type, in which nothing is wrong.
func clean() lines {
	return lines{gong.BusinessUser: {user}, gong.Stage: {stage}, gong.Account: {account}, gong.Contact: {contact}, gong.Deal: {deal}, gong.Lead: {lead}}
}

// with gives clean lines in which those of one type are replaced.
func with(t gong.ObjectType, rows ...string) lines {
	l := clean()
	l[t] = rows
	return l
}

// but changes texts of a line: pairs of old and new.
func but(line string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(line) }

func TestCleanLinesHaveNoFindings(t *testing.T) {
	p := judgeLines(t, clean(), Options{})
	if len(p.Findings) != 0 || p.Status != "ok" {
		t.Errorf("status %s, findings %+v", p.Status, p.Findings)
	}
	for name, c := range p.References {
		if c.Linked != 1 || c.Total != 1 {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if len(p.References) != 7 {
		t.Errorf("%d references", len(p.References))
	}
}

// ruleCases hold for each rule lines that break it and lines that nearly do.
var ruleCases = []struct {
	code  string
	fires lines
	count int
	field string
	near  lines
}{
	{"missing-mandatory", with(gong.BusinessUser, user, but(user, `"u1"`, `"u2"`, `"u1@acme.com"`, `""`)), 1, "emailAddress",
		with(gong.BusinessUser, user, `{"objectId":"u2","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true}`)},
	{"missing-mandatory", with(gong.Stage, stage, `{"objectId":"s2","modifiedDate":"2024-01-01T00:00:00Z","sortOrder":2,"name":null}`), 1, "name",
		with(gong.Stage, stage, `{"objectId":"s2","modifiedDate":"2024-01-01T00:00:00Z","sortOrder":2,"name":"x"}`)},
	{"missing-mandatory", with(gong.Lead, lead, `{"modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"a@b.com"}`, `{"objectId":null,"modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"b@b.com"}`), 2, "objectId",
		with(gong.Lead, lead, `{"objectId":"l2","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"a@b.com"}`)},
	{"object-id-invalid", with(gong.Lead, lead, but(lead, `"l1"`, `"l/1"`), but(lead, `"l1"`, `"`+strings.Repeat("x", 65)+`"`), but(lead, `"l1"`, `"é"`), but(lead, `"l1"`, `"a@b"`)), 4, "objectId",
		with(gong.Lead, lead, but(lead, `"l1"`, `"l-1"`), but(lead, `"l1"`, `"`+strings.Repeat("x", 64)+`"`), but(lead, `"l1"`, `"a+b_c@b.com"`))},
	{"object-id-underscore", with(gong.Lead, lead, but(lead, `"l1"`, `"l_1"`)), 1, "objectId", with(gong.Lead, lead, but(lead, `"l1"`, `"l_1@x.com"`))},
	{"object-id-duplicate", with(gong.Lead, lead, lead, but(lead, `"l1"`, `"l2"`), lead), 2, "objectId", with(gong.Lead, lead, but(lead, `"l1"`, `"L1"`))},
	{"value-invalid", with(gong.Deal, deal, but(deal, "d1", "d2", "2024-04-01", "2024-02-30")), 1, "closeDate", with(gong.Deal, deal, but(deal, "d1", "d2", "2024-04-01", "2024-02-29"))},
	{"value-invalid", with(gong.Deal, deal, but(deal, "d1", "d2", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000Z")), 1, "modifiedDate", with(gong.Deal, deal, but(deal, "d1", "d2", "01T00:00:00Z", "01T00:00:00-07:00"))},
	{"value-invalid", with(gong.Deal, deal, but(deal, "d1", "d2", "OPEN", "Open")), 1, "status", with(gong.Deal, deal, but(deal, "d1", "d2", "OPEN", "LOST", "2024-04-01", "2024-03-01"))},
	{"value-invalid", with(gong.Deal, deal, but(deal, "d1", "d2", ":10", `:"10"`)), 1, "amount", with(gong.Deal, deal, but(deal, "d1", "d2", ":10", `:1.0e1`))},
	{"value-invalid", with(gong.Lead, lead, "// a comment"), 1, "", with(gong.Lead, lead, " "+but(lead, "l1", "l2")+"\r")},
	{"value-invalid", with(gong.Stage, stage, but(stage, "s1", "s2", ":1", ":0")), 1, "sortOrder", with(gong.Stage, stage, but(stage, "s1", "s2", ":1", ":2.0"))},
	{"contact-account-unknown", with(gong.Contact, contact, but(contact, "c1", "c2", `"a1"`, `"a9"`)), 1, "accountId", with(gong.Contact, contact, but(contact, "c1", "c2", `"a1"`, `""`))},
	{"deal-account-unknown", with(gong.Deal, deal, but(deal, "d1", "d2", `"a1"`, `"A1"`)), 1, "accountId", with(gong.Deal, deal, but(deal, "d1", "d2", `"accountId":"a1",`, ""))},
	{"deal-owner-unknown", with(gong.Deal, deal, but(deal, "d1", "d2", `"u1"`, `"u9"`)), 1, "ownerId", with(gong.Deal, deal, but(deal, "d1", "d2", `"u1"`, `null`))},
	{"deal-stage-unknown", with(gong.Deal, deal, but(deal, "d1", "d2", `"s1"`, `"New"`)), 1, "stage", with(gong.Deal, deal, but(deal, "d1", "d2", `"s1"`, `""`))},
	{"lead-account-unknown", with(gong.Lead, lead, but(lead, "l1", "l2", `"a1"`, `"a2"`)), 1, "convertedToAccountId", clean()},
	{"lead-contact-unknown", with(gong.Lead, lead, but(lead, "l1", "l2", `"c1"`, `"c2"`)), 1, "convertedToContactId", clean()},
	{"lead-deal-unknown", with(gong.Lead, lead, but(lead, "l1", "l2", `"d1"`, `"d2"`)), 1, "convertedToDealId", clean()},
	{"contact-account-missing", with(gong.Contact, contact, but(contact, "c1", "c2", `"a1"`, "null")), 1, "accountId", with(gong.Contact, contact, but(contact, "c1", "c2", `"a1"`, `"a2"`))},
	{"deal-account-missing", with(gong.Deal, deal, but(deal, "d1", "d2", `"a1"`, `""`)), 1, "accountId", with(gong.Deal, deal, but(deal, "d1", "d2", `"a1"`, `"a2"`))},
	{"deal-owner-missing", with(gong.Deal, deal, but(deal, "d1", "d2", `"ownerId":"u1",`, ``)), 1, "ownerId", with(gong.Deal, deal, but(deal, "d1", "d2", `"u1"`, `"u2"`))},
	{"deal-close-date-missing", with(gong.Deal, deal, but(deal, "d1", "d2", `"2024-04-01"`, `null`)), 1, "closeDate", with(gong.Deal, deal, but(deal, "d1", "d2", `"2024-04-01"`, `"x"`))},
	{"deal-stage-missing", with(gong.Deal, deal, but(deal, "d1", "d2", `"stage":"s1",`, ``)), 1, "stage", with(gong.Deal, deal, but(deal, "d1", "d2", `"s1"`, `"s2"`))},
	{"contact-unreachable", with(gong.Contact, contact, but(contact, `"c1"`, `"c2"`, `"emailAddress":"c1@acme.com"`, `"phoneNumber":""`)), 1, "emailAddress",
		with(gong.Contact, contact, but(contact, `"c1"`, `"c2"`, `"emailAddress":"c1@acme.com"`, `"phoneNumber":"1"`))},
	{"lead-unreachable", with(gong.Lead, but(lead, `"l1@x.com"`, `null`)), 1, "emailAddress", with(gong.Lead, but(lead, `"emailAddress":"l1@x.com"`, `"phoneNumber":"+1"`))},
	{"account-domain-shared", with(gong.Account, account, but(account, "a1", "a2", "acme.com", "ACME.com"), but(account, "a1", "a3")), 3, "domains",
		with(gong.Account, but(account, `["acme.com"]`, `["acme.com","Acme.com"]`), but(account, "a1", "a2", "acme.com", "acme.org"))},
	{"account-domain-free-mail", with(gong.Account, but(account, "acme.com", `acme.com","Gmail.com`)), 1, "domains", with(gong.Account, but(account, "acme.com", `notgmail.com`))},
	{"email-shared", with(gong.Contact, contact, but(contact, `"c1"`, `"c2"`, "c1@", "C1@"), but(contact, `"c1"`, `"c3"`)), 3, "emailAddress", with(gong.Contact, contact, but(contact, "c1", "c2"))},
	{"user-email-shared", with(gong.BusinessUser, user, but(user, `"u1"`, `"u2"`)), 2, "emailAddress",
		with(gong.BusinessUser, user, but(user, `"u1"`, `"u2"`, `"modifiedDate"`, `"isDeleted":true,"modifiedDate"`))},
	{"stage-order", with(gong.Stage, stage, but(stage, "s1", "s2"), but(stage, "s1", "s3", ":1", ":3")), 2, "sortOrder",
		with(gong.Stage, stage, but(stage, "s1", "s2", `"sortOrder"`, `"isActive":false,"sortOrder"`), but(stage, "s1", "s3", ":1", ":3"))},
	{"stage-inactive-open-deal", with(gong.Stage, but(stage, `"name"`, `"isActive":false,"name"`)), 1, "stage", lines{
		gong.BusinessUser: {user}, gong.Account: {account}, gong.Stage: {but(stage, `"name"`, `"isActive":false,"name"`)},
		gong.Deal: {but(deal, "OPEN", "WON", "2024-04-01", "2024-03-01")}}},
	{"account-name-missing", with(gong.Account, but(account, `"Acme"`, `""`)), 1, "name", clean()},
	{"deal-name-missing", with(gong.Deal, but(deal, `"Big"`, `null`)), 1, "name", clean()},
	{"deal-amount-negative", with(gong.Deal, but(deal, ":10", ":-0.01")), 1, "amount", with(gong.Deal, but(deal, ":10", ":-0.0"))},
	{"deal-won-without-close-date", with(gong.Deal, but(deal, "OPEN", "WON", `"2024-04-01"`, "null")), 1, "closeDate", with(gong.Deal, but(deal, "OPEN", "LOST", `"2024-04-01"`, "null"))},
	{"closed-date-future", with(gong.Deal, but(deal, "OPEN", "LOST", "2024-04-01", "2024-03-16")), 1, "closeDate", with(gong.Deal, but(deal, "OPEN", "LOST", "2024-04-01", "2024-03-15"))},
	{"open-date-past", with(gong.Deal, but(deal, `"status":"OPEN",`, "", "2024-04-01", "2024-03-14")), 1, "closeDate", with(gong.Deal, but(deal, "2024-04-01", "2024-03-15"))},
	{"modified-before-created", with(gong.Deal, but(deal, "2023-12-01T00:00:00Z", "2024-01-01T00:00:01Z")), 1, "modifiedDate", with(gong.Deal, but(deal, "2023-12-01T00:00:00Z", "2024-01-01T01:00:00+01:00"))},
	{"modified-future", with(gong.Lead, but(lead, "2024-01-01T00:00:00Z", "2024-03-15T12:00:01Z")), 1, "modifiedDate", with(gong.Lead, but(lead, "2024-01-01T00:00:00Z", "2024-03-15T12:00:00Z"))},
	{"reference-not-judged", lines{gong.Account: {account}, gong.Contact: {contact}, gong.Deal: {deal, but(deal, "d1", "d2"), but(deal, "d1", "d3", `"u1"`, `""`)}, gong.Stage: {stage}}, 2, "ownerId",
		lines{gong.Account: {account}, gong.Stage: {stage}, gong.Deal: {but(deal, `"u1"`, `""`)}}},
	{"account-none", lines{gong.BusinessUser: {user}}, 1, "", lines{gong.Account: {account}}},
}

func TestRules(t *testing.T) {
	for _, c := range ruleCases {
		t.Run(c.code+" "+c.field, func(t *testing.T) {
			got := find(judgeLines(t, c.fires, Options{}), c.code)
			if len(got) != 1 || got[0].Count != c.count || got[0].Field != c.field {
				t.Fatalf("got %+v, want one finding with count %d in %q", got, c.count, c.field)
			}
			f := got[0]
			if f.Summary == "" || f.Hint == "" {
				t.Errorf("summary %q, hint %q", f.Summary, f.Hint)
			}
			if want := finding.FindRule(c.code); f.Rejects != want.Rejects {
				t.Errorf("rejects %v", f.Rejects)
			}
			if near := find(judgeLines(t, c.near, Options{}), c.code); len(near) > 0 {
				t.Errorf("the near miss gives %+v", near)
			}
			if rule := finding.FindRule(c.code); !rule.Rejects {
				off := Options{Severities: map[string]diag.Severity{c.code: diag.Off}}
				if got := find(judgeLines(t, c.fires, off), c.code); len(got) > 0 {
					t.Errorf("switched off it gives %+v", got)
				}
			}
		})
	}
}

// elsewhere are the rules whose cases need more than lines.
var elsewhere = []string{"reference-unknown", "lead-converted-empty", "history-record-unknown", "field-not-in-schema", "picklist-value"}

func TestEveryRuleHasACase(t *testing.T) {
	for _, code := range codes {
		if !slices.Contains(elsewhere, code) && !slices.ContainsFunc(ruleCases, func(c struct {
			code  string
			fires lines
			count int
			field string
			near  lines
		}) bool {
			return c.code == code
		}) {
			t.Errorf("no case for %s", code)
		}
		if finding.FindRule(code) == nil {
			t.Errorf("the rule %s is not in the table", code)
		}
	}
}

func TestUnderscoreRejectsWhereItIsAnError(t *testing.T) {
	l := with(gong.Lead, but(lead, `"l1"`, `"l_1"`))
	p := judgeLines(t, l, Options{Severities: map[string]diag.Severity{"object-id-underscore": diag.Error}})
	got := find(p, "object-id-underscore")
	if len(got) != 1 || !got[0].Rejects || p.Entities["LEAD"].Rejected != 1 {
		t.Errorf("findings %+v, counts %+v", got, p.Entities["LEAD"])
	}
}

func TestStageWithoutModifiedDateIsAnInfo(t *testing.T) {
	p := judgeLines(t, with(gong.Stage, `{"objectId":"s1","name":"New"}`), Options{})
	got := find(p, "missing-mandatory")
	if len(got) != 1 || got[0].Severity != "info" || got[0].Rejects || p.Entities["STAGE"].Written != 1 {
		t.Errorf("findings %+v, counts %+v", got, p.Entities["STAGE"])
	}
}

func TestStageOrderIsAnInfoWhereNoStageHasOne(t *testing.T) {
	none := but(stage, `"sortOrder":1,`, "")
	got := find(judgeLines(t, with(gong.Stage, none, but(none, "s1", "s2")), Options{}), "stage-order")
	if len(got) != 1 || got[0].Severity != "info" || got[0].Count != 2 {
		t.Errorf("none has one: %+v", got)
	}
	got = find(judgeLines(t, with(gong.Stage, stage, but(none, "s1", "s2")), Options{}), "stage-order")
	if len(got) != 1 || got[0].Severity != "warning" || got[0].Count != 2 {
		t.Errorf("one has 1, which the other takes by default: %+v", got)
	}
	if got = find(judgeLines(t, with(gong.Stage, none), Options{}), "stage-order"); len(got) > 0 {
		t.Errorf("a single stage: %+v", got)
	}
}

func TestNotJudgedSeverity(t *testing.T) {
	p := judgeLines(t, lines{gong.Contact: {contact}, gong.Deal: {deal}}, Options{})
	want := map[string]string{"CONTACT.accountId": "info", "DEAL.accountId": "info", "DEAL.ownerId": "warning", "DEAL.stage": "warning"}
	for _, f := range find(p, "reference-not-judged") {
		name := f.Entity + "." + f.Field
		if want[name] != f.Severity {
			t.Errorf("%s is %q", name, f.Severity)
		}
		delete(want, name)
		if c := p.References[name]; c.Unjudged != 1 || c.Unknown != 0 || c.Total != 1 {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestKnownRecordsAreLinked(t *testing.T) {
	var sent ids.Set
	sent.Put(ids.Of("a1"), ids.Sent)
	sent.Put(ids.Of("a2"), ids.Deleted)
	known := &KnownSets{gong.Account: &sent}
	p := judgeLines(t, lines{gong.Contact: {contact, but(contact, "c1", "c2", "a1", "a2"), but(contact, "c1", "c3", "a1", "a3")}}, Options{Known: known})
	if c := p.References["CONTACT.accountId"]; c.Linked != 1 || c.Unknown != 2 {
		t.Errorf("coverage %+v", c)
	}
	causes := map[string]int{}
	for _, f := range find(p, "contact-account-unknown") {
		causes[f.Cause] = f.Count
	}
	if causes["deleted"] != 1 || causes["absent"] != 1 {
		t.Errorf("causes %v", causes)
	}
	if got := find(p, "account-none"); len(got) > 0 {
		t.Errorf("account-none although one was sent")
	}
}

func TestDeletionsAreJudgedForIdAndDateAlone(t *testing.T) {
	gone := `{"objectId":"d2","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true,"accountId":"nowhere"}`
	p := judgeLines(t, with(gong.Deal, deal, gone), Options{})
	if len(p.Findings) > 0 {
		t.Errorf("findings %+v", p.Findings)
	}
	if c := p.References["DEAL.accountId"]; c.Total != 1 {
		t.Errorf("a deletion is counted: %+v", c)
	}
	p = judgeLines(t, with(gong.Deal, deal, `{"objectId":"d2","isDeleted":true}`), Options{})
	if got := find(p, "missing-mandatory"); len(got) != 1 {
		t.Errorf("a deletion without date: %+v", p.Findings)
	}
}

func TestTodayIsInTheZone(t *testing.T) {
	tokyo := time.FixedZone("", 9*3600)
	l := with(gong.Deal, but(deal, "2024-04-01", "2024-03-15"))
	late := Options{AsOf: time.Date(2024, 3, 15, 15, 0, 0, 0, time.UTC), Zone: tokyo} // midnight of the 16th
	if got := find(judgeLines(t, l, late), "open-date-past"); len(got) != 1 {
		t.Error("at midnight in Tokyo the 15th is not past")
	}
	late.AsOf = late.AsOf.Add(-time.Second)
	if got := find(judgeLines(t, l, late), "open-date-past"); len(got) != 0 {
		t.Error("a second before midnight in Tokyo the 15th is past")
	}
}

func TestChecksAreWorded(t *testing.T) {
	r := New(Options{Checks: []*mapping.Check{{Name: "small", Type: gong.Deal, Severity: diag.Info, Message: "a very small deal"}}})
	var log finding.Log
	log.Add(finding.Key{Code: "check:small", Entity: gong.Deal})
	got := find(r.Report(&log), "check:small")
	if len(got) != 1 || got[0].Severity != "info" || got[0].Summary != `1 deal fails the check "small": a very small deal` {
		t.Errorf("%+v", got)
	}
}
