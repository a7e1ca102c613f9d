package cmd_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"crm2gong/cmd"
)

// asOf fixes now() in tests that run the program.
const asOf = "2025-06-01T00:00:00Z"

// realRun is one mapping over one real export. The exports are not part of the
// repository: CRM2GONG_DATA names their folder.
type realRun struct {
	name    string
	mapping string   // folder under testdata/real
	data    string   // folder under the data folder
	args    []string // further options; DATA stands for the export's folder
	asOf    string   // the instant of the run, where not asOf
	stated  []stated
	counted func(t *testing.T, dir string) tally
}

// stated is a number that the export's PROVENANCE.md states.
type stated struct {
	sentence string // where it stands there
	sum      string // keys of a tally, joined by + and -
	want     int
}

// tally is what was counted: TYPE.read, .written, .filtered, .rejected,
// .merged, .extra, .deleted (lines), TYPE.FIELD.linked, .empty, .unknown,
// .invalid, .unjudged, .total (references), TYPE.FIELD.filled, .distinct (lines
// with the field), TYPE.FIELD=VALUE for DEAL.status, lookup.NAME.hits and
// .misses, source.NAME.dropped, and finding.CODE.TYPE.FIELD. For past versions TYPE is "DEAL
// history", with .files for the numbered files.
type tally map[string]int

func (c tally) sum(t *testing.T, keys string) (n int) {
	t.Helper()
	for _, k := range strings.Split(strings.ReplaceAll(keys, " - ", " + -"), " + ") {
		k, minus := strings.CutPrefix(k, "-")
		v, ok := c[k]
		if !ok && !strings.HasPrefix(k, "finding.") {
			t.Errorf("%q is not among what was counted", k)
		}
		if minus {
			v = -v
		}
		n += v
	}
	return n
}

func realRuns() []realRun {
	return []realRun{
		{
			name: "dbt_duckdb", mapping: "dbt_duckdb", data: "salesforce/dbt_duckdb", counted: countWeekly,
			stated: []stated{
				{"13 accounts", "ACCOUNT.read", 13},
				{"20 contacts", "CONTACT.read", 20},
				{"31 opportunities", "DEAL.read", 31},
				{"22 leads", "LEAD.read", 22},
				{"8 users", "BUSINESS_USER.read", 8},
				{"62 history rows", "DEAL history.read", 62},
				{"every AccountId resolves: contacts", "CONTACT.accountId.linked", 20},
				{"every AccountId resolves: opportunities", "DEAL.accountId.linked", 31},
				{"every OwnerId resolves: opportunities", "DEAL.ownerId.linked", 31},
				{"every OwnerId resolves: leads", "LEAD.owner.linked", 22},
				// One owner is a user without a usable address, and so refused.
				{"every OwnerId resolves: accounts", "ACCOUNT.owner.linked + ACCOUNT.owner.unknown", 13},
				{"every OpportunityId resolves", "finding.history-record-unknown.DEAL.objectId", 0},
				{"ParentId is the null sentinel on all rows", "ACCOUNT.parent.empty", 13},
				{"ContactId is the null sentinel on all rows", "DEAL.contact.empty", 31},
				{"Converted* are the null sentinel on all rows: account", "LEAD.convertedToAccountId.empty", 22},
				{"Converted* are the null sentinel on all rows: contact", "LEAD.convertedToContactId.empty", 22},
				{"Converted* are the null sentinel on all rows: opportunity", "LEAD.convertedToDealId.empty", 22},
				{"18 of 20 contacts have e-mail", "CONTACT.emailAddress.filled + finding.value-invalid.CONTACT.emailAddress", 18},
				{"18 closed = 18 won", "DEAL.status=WON", 18},
				{"18 closed = 18 won: none lost", "DEAL.status=LOST", 0},
				{"13 open", "DEAL.status=OPEN", 13},
				{"four of eight users have an e-mail without a dot", "BUSINESS_USER.rejected", 4},
			},
		},
		{
			name: "data-cloud-workshop", mapping: "data-cloud-workshop", data: "salesforce/data-cloud-workshop", counted: countWorkshop,
			stated: []stated{
				{"22 accounts", "ACCOUNT.written", 22},
				{"102 contacts", "CONTACT.written", 102},
				{"contacts: AccountId 18 resolved", "CONTACT.accountId.linked", 18},
				{"contacts: AccountId 84 empty", "CONTACT.accountId.empty", 84},
				{"50 opportunities", "DEAL.written", 50},
				{"50 opportunities: 50 resolved", "DEAL.accountId.linked", 50},
				{"60 leads", "LEAD.written", 60},
				{"22 AccountContactRelation rows resolve on both sides", "CONTACT.directAccount.linked + CONTACT.otherAccount.linked", 22},
				{"IsWon 12", "DEAL.status=WON", 12},
				{"IsClosed 15", "DEAL.status=WON + DEAL.status=LOST", 15},
				{"two owner ids, no User file", "DEAL.ownerId.unjudged", 50},
				{"Lead.Company holds an account id in all 60 rows", "LEAD.company.linked", 60},
			},
		},
		{
			name: "dbt_salesforce", mapping: "dbt_salesforce", data: "salesforce/dbt_salesforce", counted: countWarehouse(true),
			stated: []stated{
				{"is_deleted true on 9/10 accounts", "ACCOUNT.deleted", 9},
				{"is_deleted true on 10/10 opportunities", "DEAL.deleted", 10},
				{"contact.account_id 0/3 resolved", "CONTACT.accountId.linked", 0},
				{"contact.account_id 0/3 resolved: 3 orphans", "CONTACT.accountId.unknown", 3},
				{"contact.account_id (1 empty)", "CONTACT.accountId.empty", 1},
				{"two contact ids have 17 characters", "CONTACT.rejected", 0},
			},
		},
		{
			name: "dbt_salesforce without deletions", mapping: "dbt_salesforce", data: "salesforce/dbt_salesforce",
			args: []string{"--set", "deletions=ignore"}, counted: countWarehouse(false),
			stated: []stated{
				{"opportunity.account_id 0/10 resolved", "DEAL.accountId.linked", 0},
				{"opportunity.account_id 0/10 resolved: 10 orphans", "DEAL.accountId.unknown", 10},
				{"contact.account_id 0/3 resolved", "CONTACT.accountId.unknown", 3},
				{"sf_user_data.csv not kept", "DEAL.ownerId.unjudged", 10},
			},
		},
		{
			name: "hubspotdummydata", mapping: "hubspotdummydata", data: "hubspot/hubspotdummydata", counted: countHubSpot,
			stated: []stated{
				{"200/950/500: companies", "ACCOUNT.written", 200},
				{"200/950/500: contacts", "CONTACT.written + LEAD.written", 950},
				{"200/950/500: deals", "DEAL.written", 500},
				{"contact->company 679 resolved", "CONTACT.accountId.linked + LEAD.company.linked", 679},
				{"contact->company 271 empty", "CONTACT.accountId.empty + LEAD.company.empty", 271},
				{"deal->company 500/500", "DEAL.accountId.linked", 500},
				{"deal->contact 500/500", "DEAL.contact.linked + DEAL.lead.linked", 500},
				{"200 distinct domains", "ACCOUNT.domains.distinct", 200},
				{"950 distinct e-mails", "CONTACT.emailAddress.distinct + LEAD.emailAddress.distinct", 950},
				{"two pipelines with the same stage names", "STAGE.written", 14},
				{"owner is an e-mail address", "DEAL.ownerId.linked", 500},
			},
		},
		{
			name: "dbt_hubspot", mapping: "dbt_hubspot", data: "hubspot/dbt_hubspot", counted: countHubSpotWarehouse,
			stated: []stated{
				{"24 companies", "ACCOUNT.written", 24},
				{"22 contacts", "CONTACT.written - CONTACT.deleted + CONTACT.merged", 22},
				{"44 deals", "DEAL.written - DEAL.deleted", 44},
				{"100 owners", "BUSINESS_USER.written", 100},
				{"deal.owner_id 22 resolved", "DEAL.ownerId.linked", 22},
				{"deal.owner_id 22 empty", "DEAL.ownerId.empty", 22},
				{"link tables resolve 0 %: companies", "lookup.companyOf.hits", 0},
				{"link tables resolve 0 %: contacts", "lookup.contactOf.hits", 0},
				{"stage->pipeline resolves 0 %", "lookup.pipeline.hits", 0},
				// Four rows in the audit and fourteen merged deals, of which no row is here.
				{"merge audit resolves 0 %", "CONTACT.deleted - CONTACT.merged", 4},
				{"merged deals resolve 0 %", "DEAL.deleted - DEAL.merged", 14},
				{"71 stages (table of files)", "STAGE.written", 71},
				{"100 property changes and 14 stages (table of files)", "DEAL history.written", 114},
			},
		},
		{
			name: "Odoo-Demodaten", mapping: "Odoo-Demodaten", data: "odoo/Odoo-Demodaten", counted: countPartners("res.partner.csv", "Name", "Ist ein Unternehmen", "Verbundenes Unternehmen"),
			stated: odooStated(),
		},
		{
			name: "Odoo-Demodaten, technical names", mapping: "Odoo-Demodaten", data: "odoo/Odoo-Demodaten",
			args:    []string{"--source", "partners=DATA/Kaelin.res.partner.csv"},
			counted: countPartners("Kaelin.res.partner.csv", "name", "is_company", "parent_id"),
			stated:  odooStated(),
		},
		{
			name: "tech-challenge-part1", mapping: "tech-challenge-part1", data: "other/tech-challenge-part1", counted: countOneFile,
			stated: []stated{
				{"100 rows", "CONTACT.written + LEAD.written", 100},
				{"20 without e-mail", "finding.contact-unreachable.CONTACT.emailAddress + finding.lead-unreachable.LEAD.emailAddress", 20},
				{"3 e-mails used twice", "CONTACT.emailAddress.filled - CONTACT.emailAddress.distinct + LEAD.emailAddress.filled - LEAD.emailAddress.distinct", 3},
				{"26 companies by name", "ACCOUNT.written", 26},
			},
		},
		{
			name: "ExcelPCF", mapping: "ExcelPCF", data: "dynamics/ExcelPCF", counted: countWorkbook,
			stated: []stated{
				{"6 rows", "CONTACT.written", 6},
				{"1 parent id", "CONTACT.parent.distinct", 1},
				{"parent not in the set", "CONTACT.parent.unknown", 6},
				{"one row without last name", "CONTACT.written - CONTACT.lastName.filled", 1},
			},
		},
		{
			name: "monday-bi-agent", mapping: "monday-bi-agent", data: "monday/monday-bi-agent", asOf: "2026-06-01T00:00:00Z", counted: countBoards,
			stated: []stated{
				{"346 body rows", "DEAL.read + source.deals.dropped", 346},
				{"2 of them with header text in their cells", "source.deals.dropped", 2},
				{"12 exact duplicate rows", "DEAL.merged", 12},
				// The rows that stand twice are all won.
				{"status Won 165", "DEAL.status=WON + DEAL.merged", 165},
				{"Dead 127", "DEAL.status=LOST", 127},
				{"Open 49, On Hold 2", "DEAL.status=OPEN", 51},
				{"status empty 1", "DEAL.written - DEAL.status=WON - DEAL.status=LOST - DEAL.status=OPEN", 1},
			},
		},
	}
}

func odooStated() []stated {
	return []stated{
		{"10 rows", "ACCOUNT.read", 10},
		{"8 companies", "ACCOUNT.written", 8},
		{"2 persons", "CONTACT.written", 2},
		{"1 with parent, resolved by name", "CONTACT.accountId.linked", 1},
		{"1 without", "CONTACT.accountId.empty", 1},
		{"4 users", "BUSINESS_USER.written", 4},
	}
}

// realData gives the folder of the real exports, or skips the test.
func realData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CRM2GONG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		t.Skipf("no folder of real exports at %s; CRM2GONG_DATA names another", dir)
	}
	return dir
}

func TestRealExports(t *testing.T) {
	data := realData(t)
	for _, r := range realRuns() {
		t.Run(r.name, func(t *testing.T) {
			dir := filepath.Join(data, filepath.FromSlash(r.data))
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("the export is not at %s", dir)
			}
			mapping := filepath.Join("testdata", "real", r.mapping, "mapping.yaml")
			now := cmp.Or(r.asOf, asOf)
			args := []string{mapping, "--data", dir, "--as-of", now}
			for _, a := range r.args {
				args = append(args, strings.ReplaceAll(a, "DATA", dir))
			}
			one, four := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "out")
			program(t, append([]string{"transform", "-o", one, "--workers", "1", "--quiet"}, args...)...)
			program(t, append([]string{"transform", "-o", four, "--workers", "4", "--quiet"}, args...)...)
			sameTree(t, one, four)

			report := readReport(t, one)
			got := tallyOf(t, report, one)
			for _, s := range r.stated {
				if n := got.sum(t, s.sum); n != s.want {
					t.Errorf("PROVENANCE.md says %q, but %s is %d, want %d", s.sentence, s.sum, n, s.want)
				}
			}
			counted := r.counted(t, dir)
			for _, k := range slices.Sorted(maps.Keys(counted)) {
				if got[k] != counted[k] {
					t.Errorf("%s = %d, counted in the files: %d", k, got[k], counted[k])
				}
			}
			balanced(t, report)
			agreesWithLines(t, report, one)
			agreesWithValidate(t, report, one, now)
		})
	}
}

// TestRealMappings checks the mappings with the headers of their files.
func TestRealMappings(t *testing.T) {
	data := realData(t)
	for _, r := range realRuns() {
		if len(r.args) > 0 {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			out, status := program(t, "check", filepath.Join("testdata", "real", r.mapping, "mapping.yaml"),
				"--data", filepath.Join(data, filepath.FromSlash(r.data)), "--format", "json")
			var got struct{ Diagnostics []any }
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("check printed no JSON: %v\n%s", err, out)
			}
			if status != 0 || len(got.Diagnostics) > 0 {
				t.Errorf("status %d, and the mapping is not clean:\n%s", status, out)
			}
		})
	}
}

// program runs the program and gives what it printed; only 0 and 1 end well.
func program(t *testing.T, args ...string) (stdout []byte, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = cmd.Main(context.Background(), append([]string{"crm2gong"}, args...), strings.NewReader(""), &out, &errs)
	if status > 1 {
		t.Fatalf("crm2gong %s: status %d\n%s", strings.Join(args, " "), status, errs.Bytes())
	}
	return out.Bytes(), status
}

// realReport is what the tests read of report.json.
type realReport struct {
	Entities   map[string]map[string]json.RawMessage
	History    map[string]map[string]json.RawMessage
	References map[string]map[string]json.RawMessage
	Findings   []struct {
		Code, Entity, Field string
		Count               int
	}
	Lookups map[string]struct{ Hits, Misses int }
	Sources map[string]struct{ Dropped int }
}

func readReport(t *testing.T, dir string) *realReport {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	return parseReport(t, text)
}

func parseReport(t *testing.T, text []byte) *realReport {
	t.Helper()
	r := new(realReport)
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatalf("report: %v\n%s", err, text)
	}
	return r
}

func numbers(c tally, prefix string, m map[string]json.RawMessage) {
	for k, v := range m {
		if n, err := strconv.Atoi(string(v)); err == nil {
			c[prefix+"."+k] = n
		}
	}
}

// tallyOf counts what a run gave: by its report, and in its lines.
func tallyOf(t *testing.T, r *realReport, dir string) tally {
	t.Helper()
	c := tally{"DEAL.status=OPEN": 0, "DEAL.status=WON": 0, "DEAL.status=LOST": 0}
	for name, m := range r.Entities {
		numbers(c, name, m)
		c[name+".deleted"] = 0
		distinct := map[string]map[string]bool{}
		for _, e := range readLines(t, filepath.Join(dir, name+".ldjson")) {
			if e["isDeleted"] == true {
				c[name+".deleted"]++
			}
			if s, ok := e["status"].(string); ok && name == "DEAL" {
				c["DEAL.status="+s]++
			}
			for field, v := range e {
				c[name+"."+field+".filled"]++
				if distinct[field] == nil {
					distinct[field] = map[string]bool{}
				}
				text, _ := json.Marshal(v)
				distinct[field][string(text)] = true
			}
		}
		for field, set := range distinct {
			c[name+"."+field+".distinct"] = len(set)
		}
	}
	for name, m := range r.History {
		numbers(c, name+" history", m)
		files, _ := filepath.Glob(filepath.Join(dir, "history", name+".*.ldjson"))
		c[name+" history.files"] = len(files)
	}
	for name, m := range r.References {
		numbers(c, name, m)
	}
	for name, u := range r.Lookups {
		c["lookup."+name+".hits"], c["lookup."+name+".misses"] = u.Hits, u.Misses
	}
	for name, u := range r.Sources {
		c["source."+name+".dropped"] = u.Dropped
	}
	for _, f := range r.Findings {
		c["finding."+f.Code+"."+f.Entity+"."+f.Field] += f.Count
	}
	return c
}

// readLines reads LDJSON; a missing file has no lines.
func readLines(t *testing.T, path string) (list []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%s: %v in %s", path, err, line)
		}
		list = append(list, e)
	}
	return list
}

// balanced checks read + extra = written + filtered + rejected + merged.
func balanced(t *testing.T, r *realReport) {
	t.Helper()
	for _, m := range []map[string]map[string]json.RawMessage{r.Entities, r.History} {
		for name, raw := range m {
			c := tally{}
			numbers(c, "n", raw)
			if c["n.read"]+c["n.extra"] != c["n.written"]+c["n.filtered"]+c["n.rejected"]+c["n.merged"] {
				t.Errorf("%s: %v does not add up", name, c)
			}
		}
	}
}

// agreesWithLines counts lines and links in the files themselves.
func agreesWithLines(t *testing.T, r *realReport, dir string) {
	t.Helper()
	ids := map[string]map[string]bool{}
	lines := map[string][]map[string]any{}
	for name, m := range r.Entities {
		lines[name] = readLines(t, filepath.Join(dir, name+".ldjson"))
		ids[name] = map[string]bool{}
		for _, e := range lines[name] {
			id := e["objectId"].(string)
			if _, twice := ids[name][id]; twice {
				t.Errorf("%s %s is written twice", name, id)
			}
			ids[name][id] = e["isDeleted"] != true
		}
		if got := string(m["written"]); got != strconv.Itoa(len(lines[name])) {
			t.Errorf("report: %s %s written, the file has %d lines", got, name, len(lines[name]))
		}
	}
	for name, raw := range r.References {
		c := tally{}
		numbers(c, "n", raw)
		entity, field, _ := strings.Cut(name, ".")
		var target string
		_ = json.Unmarshal(raw["target"], &target)
		if target == "USER" {
			target = "BUSINESS_USER"
		}
		var total, linked, empty, dangling int
		for _, e := range lines[entity] {
			if e["isDeleted"] == true {
				continue
			}
			total++
			switch id, ok := e[field].(string); {
			case !ok:
				empty++
			case ids[target][id]:
				linked++
			default:
				dangling++
			}
		}
		if c["n.total"] != total || c["n.linked"] != linked || c["n.empty"]+c["n.invalid"] != empty || c["n.unknown"]+c["n.unjudged"] != dangling {
			t.Errorf("report: %s %v; the files have total %d, linked %d, without %d, dangling %d", name, c, total, linked, empty, dangling)
		}
	}
	for name := range r.History {
		files, _ := filepath.Glob(filepath.Join(dir, "history", name+".*.ldjson"))
		n := 0
		for _, f := range files {
			seen := map[any]bool{}
			for _, e := range readLines(t, f) {
				if seen[e["objectId"]] {
					t.Errorf("%s has %v twice", f, e["objectId"])
				}
				seen[e["objectId"]] = true
				n++
			}
		}
		if got := string(r.History[name]["written"]); got != strconv.Itoa(n) {
			t.Errorf("report: %s past versions of %s written, the files have %d lines", got, name, n)
		}
	}
}

// agreesWithValidate judges the output folder as anyone's LDJSON.
func agreesWithValidate(t *testing.T, r *realReport, dir, now string) {
	t.Helper()
	out, _ := program(t, "validate", dir, "--json", "--as-of", now)
	v := parseReport(t, out)
	for name, m := range r.Entities {
		if got, want := string(v.Entities[name]["read"]), string(m["written"]); got != want {
			t.Errorf("validate: %s %s read, %s were written", got, name, want)
		}
		if got := string(v.Entities[name]["rejected"]); got != "0" {
			t.Errorf("validate refuses %s %s that transform wrote", got, name)
		}
	}
	for name, raw := range r.References {
		want, got := tally{}, tally{}
		numbers(want, "n", raw)
		numbers(got, "n", v.References[name])
		want["n.empty"] += want["n.invalid"] // a file does not tell why a value is not there
		for _, k := range []string{"n.total", "n.linked", "n.empty", "n.unknown", "n.unjudged"} {
			if got[k] != want[k] {
				t.Errorf("validate: %s %s is %d, transform says %d", name, k[2:], got[k], want[k])
			}
		}
	}
}

// sameTree compares two folders byte for byte.
func sameTree(t *testing.T, a, b string) {
	t.Helper()
	left, right := tree(t, a), tree(t, b)
	for _, name := range slices.Sorted(maps.Keys(left)) {
		if other, ok := right[name]; !ok {
			t.Errorf("%s is written by one worker only", name)
		} else if !bytes.Equal(left[name], other) {
			t.Errorf("%s differs between 1 and 4 workers", name)
		}
	}
	if len(left) < 2 || len(left) != len(right) {
		t.Errorf("1 worker wrote %d files, 4 workers %d", len(left), len(right))
	}
}

func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
