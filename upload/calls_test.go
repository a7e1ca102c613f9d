package upload

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

const tierField = `{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["A","B"]}`
const sizeField = `{"uniqueName":"size","label":"Size","type":"NUMBER"}`

func (l *lab) schemas() []Schema {
	l.t.Helper()
	s, err := ReadSchemas(l.input.Dir + "/schema")
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

func TestSchemaPush(t *testing.T) {
	ctx := context.Background()
	l := newLab(t, gongtest.Options{})
	l.write("schema/DEAL.json", "["+tierField+","+sizeField+"]")
	p, err := l.session().SchemaPlan(ctx, l.schemas(), Options{})
	want := &SchemaChanges{Add: []string{"tier", "size"}, Change: []string{}, Same: []string{}, Keep: []string{}, Destroy: []Destruction{}}
	if diff := cmp.Diff(want, p.Types["DEAL"]); err != nil || diff != "" || p.Sent || l.count(gongtest.PostSchema) != 0 {
		t.Fatal(err, diff)
	}
	if p, err := l.session().SchemaPush(ctx, l.schemas(), Options{}); err != nil || !p.Sent {
		t.Fatal(err)
	}
	if p, err := l.session().SchemaPush(ctx, l.schemas(), Options{}); err != nil || p.Sent || l.count(gongtest.PostSchema) != 1 {
		t.Fatal("pushed again though the same", err)
	}
	// Another mapping's fields are kept: Gong refuses a list without them.
	l.write("schema/DEAL.json", `[{"uniqueName":"extra","label":"Extra","type":"STRING"},`+strings.Replace(sizeField, "Size", "Größe", 1)+"]")
	p, err = l.session().SchemaPush(ctx, l.schemas(), Options{})
	want = &SchemaChanges{Add: []string{"extra"}, Change: []string{"size"}, Same: []string{}, Keep: []string{"tier"}, Destroy: []Destruction{}}
	if diff := cmp.Diff(want, p.Types["DEAL"]); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if diff := cmp.Diff([]string{"extra", "size", "tier"}, l.gong.SchemaNames(gong.Deal)); diff != "" {
		t.Error(diff)
	}
	// A type change destroys data, and stops the push of every type.
	l.write("schema/ACCOUNT.json", "["+sizeField+"]")
	l.write("schema/DEAL.json", `[{"uniqueName":"size","label":"Size","type":"STRING"}]`)
	posts := l.count(gongtest.PostSchema)
	p, err = l.session().SchemaPush(ctx, l.schemas(), Options{})
	wantStatus(t, err, StatusProblems)
	if l.count(gongtest.PostSchema) != posts || p.Sent || !p.Destroys() || !strings.Contains(err.Error(), "NUMBER to STRING") {
		t.Error(err)
	}
	_, err = l.session().SchemaPlan(ctx, l.schemas(), Options{})
	wantStatus(t, err, StatusProblems)
	p, err = l.session().SchemaPush(ctx, l.schemas(), Options{AllowDataLoss: []string{"DEAL.size", "tier"}})
	if err != nil || len(p.Types["DEAL"].Destroy) != 2 || p.Types["ACCOUNT"].Add[0] != "size" {
		t.Fatal(err, p.Types["DEAL"])
	}
	if diff := cmp.Diff([]string{"size", "extra"}, l.gong.SchemaNames(gong.Deal)); diff != "" {
		t.Error(diff)
	}
}

// An answer that is no object does not say that a schema was taken.
func TestSchemaAnswersThatSayNothing(t *testing.T) {
	for _, body := range []string{"null", " null ", "[]", `"x"`, "7", ""} {
		l := newLab(t, gongtest.Options{})
		l.write("schema/DEAL.json", "["+sizeField+"]")
		l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PostSchema: {{Mode: gongtest.Answer, Body: body}}}))
		if _, err := l.session().SchemaPush(t.Context(), l.schemas(), Options{}); err != nil || l.count(gongtest.PostSchema) != 2 || len(l.gong.SchemaNames(gong.Deal)) != 1 {
			t.Errorf("%q: %d calls, %v", body, l.count(gongtest.PostSchema), err)
		}
	}
}

func TestSchemaMerge(t *testing.T) {
	field := func(text string) (f schemaField) {
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	want := Schema{Type: gong.Deal, Fields: []Field{{UniqueName: "a", Label: "A", Type: "STRING"}}}
	for _, tt := range []struct {
		name    string
		have    []string
		fields  []string
		missing []string
	}{
		{"standard fields are not sent back", []string{`{"uniqueName":"amount","label":"Amount","type":"CURRENCY"}`, `{"name":"lastModified","label":"x","type":"DATE"}`}, []string{"a"}, nil},
		{"name is read for uniqueName", []string{`{"name":"b","label":"B","type":"NUMBER","lastModified":null,"referenceTo":null,"orderedValueList":null}`}, []string{"a", "b"}, nil},
		{"deleted ones are gone", []string{`{"uniqueName":"b","label":"B","type":"NUMBER","isDeleted":true}`}, []string{"a"}, nil},
		{"picklist without values", []string{`{"uniqueName":"b","label":"B","type":"PICKLIST","orderedValueList":null}`}, []string{"a", "b"}, []string{"b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var have []schemaField
			for _, h := range tt.have {
				have = append(have, field(h))
			}
			m := merge(want, have, nil)
			var names []string
			for _, f := range m.fields {
				names = append(names, f.UniqueName)
			}
			if diff := cmp.Diff(tt.fields, names); diff != "" || cmp.Diff(tt.missing, m.missing) != "" {
				t.Error(diff, m.missing)
			}
			if r := m.refusal(gong.Deal, ""); (r != nil) != (tt.missing != nil) {
				t.Error(r)
			}
		})
	}
}

// A list that comes from the data only grows, from Gong's or, where Gong does
// not tell it, from the one last pushed. One that the mapping declares is sent
// as it stands.
func TestPicklistsGrow(t *testing.T) {
	ctx := context.Background()
	l := newLab(t, gongtest.Options{})
	l.write("ACCOUNT.ldjson", account("a1", "One", day1))
	l.input.Grows = func(t gong.ObjectType, field string) bool { return t == gong.Account && field == "region" }
	silent := func(c gongtest.Call) *gongtest.Fault {
		if c.Operation == gongtest.GetSchema {
			return &gongtest.Fault{Mode: gongtest.Answer, Body: `{"objectTypeToSelectedFields":{"ACCOUNT":[{"uniqueName":"region","label":"Region","type":"PICKLIST","orderedValueList":null},{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["A"]}]}}`}
		}
		return nil
	}
	for i, step := range []struct {
		region, tier string // as the data or the mapping have them
		silent       bool   // Gong does not tell the values
		want         string // at Gong
		looks        int    // at the schema
	}{
		{`"north","south"`, `"A","B"`, false, "north south; A B", 1},
		{`"east","south"`, `"A","B"`, false, "north south east; A B", 1},
		{`"south"`, `"A","B"`, false, "north south east; A B", 0},
		{`"west"`, `"B"`, true, "north south east west; B", 1},
		{`"east"`, `"B"`, false, "north south east west; B", 0},
	} {
		l.write("schema/ACCOUNT.json", `[{"uniqueName":"region","label":"Region","type":"PICKLIST","orderedValueList":[`+step.region+`]},{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":[`+step.tier+`]}]`)
		l.gong.SetFault(nil)
		if step.silent {
			l.gong.SetFault(silent)
		}
		before := l.count(gongtest.GetSchema)
		if _, err := l.upload(); err != nil {
			t.Fatal(err)
		}
		if n := l.count(gongtest.GetSchema) - before; n != step.looks {
			t.Errorf("step %d: %d looks at the schema, want %d", i, n, step.looks)
		}
		l.gong.SetFault(nil)
		fields, err := l.session().Client.schema(ctx, l.session().Integration, gong.Account)
		if err != nil {
			t.Fatal(err)
		}
		var lists []string
		for _, f := range fields {
			lists = append(lists, strings.Join(f.field().OrderedValueList, " "))
		}
		if got := strings.Join(lists, "; "); got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
	// schema push does likewise.
	want := []Schema{{Type: gong.Account, Fields: []Field{
		{UniqueName: "region", Label: "Region", Type: "PICKLIST", OrderedValueList: []string{"new", "north"}, Grows: true},
		{UniqueName: "tier", Label: "Tier", Type: "PICKLIST", OrderedValueList: []string{"B"}},
	}}}
	p, err := l.session().SchemaPlan(ctx, want, Options{})
	if diff := cmp.Diff([]string{"region"}, p.Types["ACCOUNT"].Change); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if p, err = l.session().SchemaPush(ctx, want, Options{}); err != nil || !p.Sent {
		t.Fatal(err)
	}
	want[0].Fields[0].OrderedValueList = []string{"west", "new"}
	if p, err = l.session().SchemaPush(ctx, want, Options{}); err != nil || p.Sent {
		t.Error("pushed again though no value is new", err)
	}
}

func TestUploadPushesSchemaFirstAndOnce(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.write("schema/DEAL.json", "["+sizeField+"]")
	p, err := l.session().Plan(context.Background(), l.input, l.opt)
	if err != nil || len(p.Schema) != 1 || p.Schema[0] != "DEAL" || p.Calls.Needed != 14 || len(l.gong.Calls()) != 0 {
		t.Fatalf("%v %+v", err, p)
	}
	l.mustUpload(Done)
	seenPost := false
	for _, c := range l.gong.Calls() {
		seenPost = seenPost || c.Operation == gongtest.PostEntities
		if c.Operation == gongtest.PostSchema && seenPost {
			t.Error("schema after entities")
		}
	}
	l.mustUpload(Nothing)
	if n := l.count(gongtest.GetSchema); n != 1 {
		t.Errorf("%d looks at the schema", n)
	}
	// A schema that would destroy data stops everything before the first byte.
	l.write("schema/DEAL.json", `[{"uniqueName":"size","label":"Size","type":"STRING"}]`)
	l.write("ACCOUNT.ldjson", account("a9", "Nine", day1))
	posts := l.count(gongtest.PostEntities)
	r, err := l.upload()
	wantStatus(t, err, StatusProblems)
	if r.Outcome != Refused || l.count(gongtest.PostEntities) != posts || !strings.Contains(err.(*Error).Hint, "schema push") {
		t.Error(err)
	}
}

func TestIntegrations(t *testing.T) {
	ctx := context.Background()
	l := newLab(t, gongtest.Options{Empty: true, InProgress: 2})
	s := l.session()
	if list, err := s.Client.Integrations(ctx); err != nil || len(list.Integrations) != 0 {
		t.Fatal(err)
	}
	s.Integration = 0
	_, err := s.Plan(ctx, l.input, l.opt)
	wantStatus(t, err, StatusFailed)
	if !strings.Contains(err.(*Error).Hint, "integration register") {
		t.Error(err)
	}
	list, err := s.Client.Register(ctx, "CRM", "o@x.com")
	if err != nil || len(list.Integrations) != 1 {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(list); !strings.Contains(string(text), fmt.Sprintf(`"id":"%d"`, gongtest.DefaultIntegration)) {
		t.Errorf("%s", text)
	}
	again, err := s.Client.Register(ctx, "Other", "o@x.com")
	if err != nil || again.Integrations[0].Name != "CRM" || again.Note == "" || l.count(gongtest.PutIntegration) != 1 {
		t.Errorf("%+v %v", again, err)
	}
	l.company()
	l.mustUpload(Done)
	id := gongtest.DefaultIntegration
	typed := func(name string) Deletion {
		return Deletion{Confirm: func(Integration) (string, error) { return name, nil }}
	}
	_, err = l.session().DeleteIntegration(ctx, id, typed("crm"))
	wantStatus(t, err, StatusUsage)
	if l.count(gongtest.DelIntegration) != 0 {
		t.Error("deleted without the exact name")
	}
	if _, err = l.session().DeleteIntegration(ctx, id, typed("CRM")); err != nil {
		t.Fatal(err)
	}
	if l.count(gongtest.GetStatus) < 3 || len(l.gong.Records()) != 0 {
		t.Error("not waited for")
	}
	if ids, err := l.store().Integrations(); err != nil || len(ids) != 0 {
		t.Errorf("state still there: %v %v", ids, err)
	}
	_, err = l.session().DeleteIntegration(ctx, id, typed("CRM"))
	wantStatus(t, err, StatusFailed)
}

func TestRegisterUnderFaults(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []*gongtest.Fault
		status int
		says   string
	}{
		{"answer lost", []*gongtest.Fault{{Mode: gongtest.TakenClose}}, 0, ""},
		{"answer empty", []*gongtest.Fault{{Mode: gongtest.TakenEmpty}}, 0, ""},
		{"500", []*gongtest.Fault{status(500)}, 0, ""},
		{"native connection", []*gongtest.Fault{status(409)}, 3, "refused the registration (409): Conflict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{Empty: true})
			l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PutIntegration: tt.faults}))
			list, err := l.session().Client.Register(context.Background(), "CRM", "o@x.com")
			wantStatus(t, err, tt.status)
			if err == nil && list.Integrations[0].ID != gongtest.DefaultIntegration || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%+v %v", list, err)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	ctx := context.Background()
	l := newLab(t, gongtest.Options{})
	var lines []string
	for i := range 250 {
		lines = append(lines, fmt.Sprintf(`{"objectId":"d%d","modifiedDate":"%s","closeDate":"2026-01-31","createdDate":"2026-01-01T01:00:00+01:00","amount":12.50}`, i, day1))
	}
	lines[0] = `{"objectId":"d0","modifiedDate":"` + day1 + `","name":"D","status":"WON"}`
	l.write("DEAL.ldjson", lines...)
	l.write("ACCOUNT.ldjson", `{"objectId":"a1","modifiedDate":"`+day1+`","name":"A","domains":["a.com","b.com"]}`)
	l.mustUpload(Done)
	v, err := l.session().Verify(ctx, l.input, VerifyOptions{Sample: 300})
	if err != nil || *v.Types["DEAL"] != (VerifyCounts{Asked: 250, Same: 250}) || !v.Recent || l.count(gongtest.GetEntities) != 4 {
		t.Fatalf("%v %+v", err, v.Types["DEAL"])
	}
	if v, err := l.session().Verify(ctx, l.input, VerifyOptions{}); err != nil || v.Types["DEAL"].Asked != 100 {
		t.Errorf("%v %+v", err, v.Types["DEAL"])
	}
	// Gong writes things its own way, and one record otherwise.
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.GetEntities: {
		nil, nil, nil, nil, nil, nil,
		{Mode: gongtest.Answer, Body: `{"crmObjectsMap":{"a1":{"objectId":"a1","name":"B","domains":["b.com","a.com"],"url":"x","isDeleted":false}}}`},
		{Mode: gongtest.Answer, Body: `{"crmObjectsMap":{"d0":{"objectId":"d0","name":"D","status":"WON","closeDate":"2026-05-05","amount":0},"d1":{"objectId":"d1","closeDate":"2026-01-31","createdDate":"2026-01-01T00:00:00Z","amount":"12.5","status":"OPEN","name":"Deal_#d1"},"d2":null}}`},
	}}))
	l.write("DEAL.ldjson", lines[:4]...)
	changed := strings.Replace(lines[3], "12.50", "13", 1)
	l.write("DEAL.ldjson", lines[0], lines[1], lines[2], changed)
	v, err = l.session().Verify(ctx, l.input, VerifyOptions{})
	wantStatus(t, err, StatusProblems)
	want := []Difference{
		{"ACCOUNT", "a1", "name", json.RawMessage(`"A"`), json.RawMessage(`"B"`)},
		{"DEAL", "d0", "closeDate", json.RawMessage(`null`), json.RawMessage(`"2026-05-05"`)},
		{"DEAL", "d2", "", json.RawMessage(`null`), json.RawMessage(`null`)},
	}
	if diff := cmp.Diff(want, v.Differences); diff != "" || *v.Types["DEAL"] != (VerifyCounts{3, 1, 1, 1}) {
		t.Errorf("%s %+v", diff, v.Types["DEAL"])
	}
}

func TestAbandon(t *testing.T) {
	ctx := context.Background()
	l := newLab(t, gongtest.Options{})
	if r, err := l.session().Abandon(ctx); err != nil || r.Outcome != Nothing {
		t.Fatal(err)
	}
	if r, err := l.resume(); err != nil || r.Outcome != Nothing || len(l.gong.Calls()) != 0 {
		t.Fatal(err)
	}
	l.company()
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PostEntities: {nil, nil, nil, status(400)}}))
	r, err := l.upload()
	wantStatus(t, err, StatusPartial)
	if r.Outcome != Unfinished {
		t.Fatal(r.Outcome)
	}
	if p, err := l.session().Plan(ctx, l.input, l.opt); err != nil || len(p.Warnings) != 1 {
		t.Errorf("plan does not tell of the unfinished upload: %v", err)
	}
	other := l.client
	l.client.BaseURL = strings.Replace(other.BaseURL, "127.0.0.1", "localhost", 1)
	_, err = l.resume()
	wantStatus(t, err, StatusUsage)
	l.client = other
	s := l.session()
	s.Integration++
	_, err = s.Resume(ctx, l.opt)
	wantStatus(t, err, StatusUsage)
	if r, err := l.session().Abandon(ctx); err != nil || r.Outcome != Partial {
		t.Fatal(r.Outcome, err)
	}
	if r := l.mustUpload(Done); len(r.Parts) != 3 {
		t.Errorf("%d parts", len(r.Parts))
	}
	if h, err := l.store().Status(""); err != nil || len(h.Uploads) != 2 || h.Uploads[0].Outcome != Done || h.Uploads[1].Outcome != Partial {
		t.Errorf("%+v %v", h, err)
	}
	_, err = l.store().Status("nope")
	wantStatus(t, err, StatusFailed)
}

func TestChangedSpoolIsNotSent(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.gong.SetFault(gongtest.Script(map[string][]*gongtest.Fault{gongtest.PostEntities: {nil, nil, status(400)}}))
	r, _ := l.upload()
	path := l.store().path("uploads", r.Upload, "parts", "ACCOUNT.0001.ldjson")
	text := strings.Replace(string(mustRead(t, path)), "One", "Two", 1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := l.resume()
	wantStatus(t, err, StatusPartial)
	if !strings.Contains(err.Error(), "not as it was planned") || strings.Contains(l.contents(), "ACCOUNT") {
		t.Error(err)
	}
}
