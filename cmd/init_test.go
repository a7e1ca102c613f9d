package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/cmd"
)

var updateInit = flag.Bool("update-init", false, "write testdata/init/*/want.yaml anew")

// run runs the program and gives all that it said.
func run(t *testing.T, stdin string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return runWith(stdin, args...)
}

// runOf is run without an input, for benchmarks too.
func runOf(t testing.TB, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	return runWith("", args...)
}

func runWith(stdin string, args ...string) (stdout, stderr string, status int) {
	var out, errs bytes.Buffer
	status = cmd.Main(context.Background(), append([]string{"crm2gong"}, args...), strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), status
}

// copied gives a folder with copies of the files of dir but want.yaml.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Name() == "want.yaml" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.Name()), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// initCases are exports made by hand, one folder each, with what a mapping of
// them must have.
var initCases = []struct {
	folder, crm string
	status      int // of transform
	must        []string
	never       []string
}{
	{folder: "salesforce-weekly", crm: "salesforce", must: []string{
		`empty: ["000000000000000AAA"]`, "deleted: IsDeleted", "converted: IsConverted", "CloseDate: {type: date}", "IsWon: {type: boolean}",
		`status: 'IsWon ? "WON" : IsClosed ? "LOST" : "OPEN"'`, "sortOrder: StageSortOrder", "stage: slug(StageName)", `empty: ["000"]`,
		"EUR: 1   # FILL IN", "'convert(Amount, CurrencyIsoCode)'", "convertedToDealId: ConvertedOpportunityId   # all 1 value match ids in deals",
		"parentId: {label: Parent Id, type: REFERENCE, referenceTo: ACCOUNT, value: ParentId}", "history:", "objectId: OpportunityId", "duplicates: keep",
	}, never: []string{"FILL IN: date-times"}},
	{folder: "salesforce-query", crm: "salesforce", status: 1, must: []string{
		`IsDeleted: {type: boolean, default: "false"}`, `IsWon: {type: boolean, default: "false"}`, "Not placed, nested data: BillingAddress", "ownerId: OwnerId   # no file of users",
	}, never: []string{"timezone"}},
	{folder: "salesforce-dataloader", crm: "salesforce", must: []string{"objectId: ID", `'ISWON ? "WON" : ISCLOSED ? "LOST" : "OPEN"'`, "closeDate: CLOSEDATE", "accountId: ACCOUNTID"}},
	{folder: "salesforce-report", crm: "salesforce", must: []string{
		"encoding: windows-1252", `Close Date: {type: date, format: "%d.%m.%Y"}   # the day stands first: row 3`, `Amount: {type: decimal, decimal: ",", group: "."}`,
		`objectId: 'sfid18(row["Opportunity ID"])'`, `accountId: 'sfid18(row["Account ID"])'`, `ownerId: 'userByName(row["Opportunity Owner"])'`, "Closed Won: WON", "all amounts are in EUR",
		"FILL IN: date-times without an offset",
	}},
	{folder: "salesforce-warehouse", crm: "salesforce", must: []string{
		"objectId: safeId(id)", "accountId: safeId(account_id)", "modifiedDate: _fivetran_synced   # no column says when", "closeDate: close_date", "stage: slug(stage_name)", "region: {label: Region, ",
	}},
	{folder: "hubspot-ui", crm: "hubspot", must: []string{
		`'slug(join([Pipeline, row["Deal Stage"]], " "))'`, `ownerId: 'userByName(row["Deal owner"])'`, `'row["Lifecycle Stage"] in ["Lead"]'`, "Closed Lost: LOST",
		`accountId: 'row["Associated Company IDs"]'`, "Contract Sent: 1",
	}},
	{folder: "hubspot-warehouse", crm: "hubspot", must: []string{
		"stage: safeId(deal_pipeline_stage_id)", "objectId: safeId(stage_id)", "sortOrder: 'display_order + 1'", "isActive: 'active and not _fivetran_deleted'", "pipelineName(pipeline_id)",
		"accountId: accountOfDeal(deal_id)", "ownerId: owner_id", "closeDate: property_closedate",
	}},
	{folder: "dynamics", crm: "dynamics", must: []string{
		`objectId: 'row["(Do Not Modify) Opportunity"]'`, `modifiedDate: 'row["(Do Not Modify) Modified On"]'`, `format: "%m/%d/%Y"}   # the month stands first: row 2`,
		`Est. revenue: {type: decimal, group: ",", strip: true}`, "US Dollar: USD", `accountId: 'accountByName(row["Potential Customer"])'`, "Lost: LOST",
	}},
	{folder: "pipedrive", crm: "pipedrive", must: []string{
		`name: 'row["Deal - Title"]'`, `accountId: 'accountByName(row["Deal - Organization"])'`, `ownerId: 'userByName(row["Deal - Owner"])'`, `emailAddress: 'email(row["Person - Email - Work"])'`,
		`modifiedDate: 'row["Deal - Update time"]'`, "Won: WON",
	}},
	{folder: "zoho", crm: "zoho", must: []string{
		`accountId: 'row["Account Name.id"]'`, `ownerId: 'row["Deal Owner.id"]'`, `Amount: {type: decimal, decimal: ",", group: ".", strip: true}`, `convertedToDealId: 'dealOfLead(row["Record Id"])'`, "converted: CONVERTED",
	}},
	{folder: "foreign", must: []string{
		"objectId: Kundennr", "name: Firma", "domains: domains(Webseite)", "firstName: Vorname", "lastName: Nachname", `emailAddress: 'email(row["E-Mail"])'`, "accountId: accountByName(Firma)",
		`format: "%d.%m.%Y"}   # the day stands first: row 2`, `Umsatz: {type: decimal, decimal: ",", group: "."}`,
	}},
	{folder: "awkward", must: []string{
		"# Not read: empty.csv: the file is empty", "header: 3", "header: none", `# Close Date: {type: date, format: "%d/%m/%Y"}`, `# Close Date: {type: date, format: "%m/%d/%Y"}`, "# closeDate:", "# amount:",
		"closeDateText: {label: Close Date as text, type: STRING", "empty: [N/A]", "objectId: id(Name)", "emailAddress: email(A)", "# Not used: notes.csv",
	}, never: []string{"\n      closeDate:", "\n      amount:"}},
}

func TestInit(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join("testdata", "init"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != len(initCases) {
		t.Errorf("%d folders of exports, %d cases", len(folders), len(initCases))
	}
	for _, c := range initCases {
		t.Run(c.folder, func(t *testing.T) {
			golden, err := filepath.Abs(filepath.Join("testdata", "init", c.folder, "want.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(copied(t, filepath.Dir(golden)))
			out, said, status := run(t, "", "init", ".", "-o", "mapping.yaml")
			if status != 0 || out != "" {
				t.Fatalf("init: status %d, printed %q, said\n%s", status, out, said)
			}
			if c.crm != "" && !strings.Contains(said, "CRM: "+c.crm+",") {
				t.Errorf("init took the CRM for another than %s:\n%s", c.crm, said)
			}
			text, err := os.ReadFile("mapping.yaml")
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema=./crm2gong.schema.json\n")) {
				t.Error("the mapping does not begin with the line for editors")
			}
			for _, m := range c.must {
				if !strings.Contains(string(text), m) {
					t.Errorf("the mapping lacks %s", m)
				}
			}
			for _, m := range c.never {
				if strings.Contains(string(text), m) {
					t.Errorf("the mapping must not have %s", m)
				}
			}
			if *updateInit {
				if err := os.WriteFile(golden, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(text)); d != "" {
				t.Errorf("the mapping is not %s:\n%s", filepath.Base(golden), d)
			}
			if out, said, status := run(t, "", "check", "--fail-on", "warning", "mapping.yaml"); status != 0 {
				t.Errorf("check: status %d\n%s%s", status, out, said)
			}
			if out, said, status := run(t, "", "transform", "mapping.yaml", "-o", "out", "--as-of", asOf); status != c.status {
				t.Errorf("transform: status %d, want %d\n%s%s", status, c.status, out, said)
			}
			again, _, _ := run(t, "", "init", "--quiet", ".")
			if again != string(text) {
				t.Error("without -o another mapping was written")
			}
		})
	}
}

func TestInitRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"deals.csv": "Id,Name\n1,a\n2,b\n", "there.yaml": "mine\n", "empty.csv": ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("nothing", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"no export", nil, 2, "no EXPORT given"},
		{"the output is there", []string{"deals.csv", "-o", "there.yaml"}, 3, "hint: take another name with -o"},
		{"unknown CRM", []string{"deals.csv", "--crm", "salesforec"}, 2, `did you mean "salesforce"?`},
		{"no such file", []string{"absent.csv"}, 3, "there is no such file"},
		{"a folder without exports", []string{"nothing"}, 3, "holds no exports"},
		{"nothing can be read", []string{"empty.csv"}, 3, "the file is empty"},
		{"standard input", []string{"-"}, 2, "can not read standard input"},
		{"JSON and mapping to one stream", []string{"deals.csv", "--json"}, 2, "name the mapping's file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, said, status := run(t, "", append([]string{"init"}, c.args...)...)
			if status != c.status || !strings.Contains(said, c.says) || out != "" {
				t.Errorf("status %d, printed %q, said %q; want status %d and %q", status, out, said, c.status, c.says)
			}
		})
	}
	if text, _ := os.ReadFile("there.yaml"); string(text) != "mine\n" {
		t.Errorf("the file that was there is now %q", text)
	}
}

func TestInitJSON(t *testing.T) {
	t.Chdir(copied(t, filepath.Join("testdata", "init", "zoho")))
	out, said, status := run(t, "", "init", "--json", ".", "-o", "m.yaml")
	var doc struct {
		FormatVersion int `json:"format_version"`
		CRM           string
		Files         []struct{ Role string }
		Fields        []struct{ Type, Field string }
		ToDo          []string `json:"to_do"`
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != 0 || said != "" {
		t.Fatalf("%v, status %d, said %q", err, status, said)
	}
	var roles []string
	for _, f := range doc.Files {
		roles = append(roles, f.Role)
	}
	if want := []string{"accounts", "deals", "leads", "users"}; doc.FormatVersion != 1 || doc.CRM != "zoho" || !slices.Equal(roles, want) || len(doc.Fields) == 0 || doc.ToDo == nil {
		t.Errorf("got %+v, want the roles %v", doc, want)
	}
}

// initReal says for each folder of real exports for which fields of Gong it has
// a source, as counted by hand from the headers and values. Fields that the
// export leaves empty in all rows do not count, nor does what init can only make
// up, such as the modifiedDate of a table that does not say when a row changed,
// or the order of stages that no column holds.
var initReal = []struct {
	folder string
	status int
	fields map[string]string
}{
	{"salesforce/dbt_duckdb", 1, map[string]string{ // four users have no usable address
		"BUSINESS_USER": "objectId modifiedDate emailAddress",
		"STAGE":         "objectId name sortOrder",
		"ACCOUNT":       "objectId modifiedDate isDeleted name domains",
		"CONTACT":       "objectId modifiedDate isDeleted accountId emailAddress firstName lastName title phoneNumber",
		"DEAL":          "objectId modifiedDate isDeleted accountId ownerId name createdDate closeDate status stage amount",
		"LEAD":          "objectId modifiedDate isDeleted emailAddress firstName lastName title phoneNumber",
		"DEAL history":  "objectId modifiedDate closeDate stage amount",
	}},
	{"salesforce/data-cloud-workshop", 0, map[string]string{
		"STAGE":   "objectId name",
		"ACCOUNT": "objectId modifiedDate name domains",
		"CONTACT": "objectId modifiedDate accountId emailAddress firstName lastName title phoneNumber", // the title is Designation__c
		"DEAL":    "objectId modifiedDate accountId ownerId name createdDate closeDate status stage amount",
		"LEAD":    "objectId modifiedDate emailAddress firstName lastName phoneNumber",
	}},
	{"salesforce/dbt_salesforce", 1, map[string]string{ // all references are orphans
		"STAGE":           "objectId name",
		"ACCOUNT":         "objectId isDeleted name domains",
		"CONTACT":         "objectId modifiedDate accountId emailAddress firstName lastName title phoneNumber",
		"DEAL":            "objectId isDeleted accountId ownerId name createdDate closeDate status stage amount",
		"LEAD":            "objectId modifiedDate isDeleted emailAddress firstName lastName convertedToContactId convertedToAccountId",
		"ACCOUNT history": "objectId modifiedDate name domains",
		"CONTACT history": "objectId modifiedDate accountId emailAddress firstName lastName title phoneNumber",
		"DEAL history":    "objectId modifiedDate accountId ownerId name createdDate closeDate status stage amount",
	}},
	{"hubspot/hubspotdummydata", 0, map[string]string{ // owners are e-mail addresses; deals do not say when they changed
		"BUSINESS_USER": "objectId emailAddress",
		"STAGE":         "objectId name",
		"ACCOUNT":       "objectId modifiedDate name domains",
		"CONTACT":       "objectId modifiedDate accountId emailAddress firstName lastName title phoneNumber",
		"DEAL":          "objectId accountId ownerId name createdDate closeDate status stage amount",
		"LEAD":          "objectId modifiedDate emailAddress firstName lastName title phoneNumber",
	}},
	{"hubspot/dbt_hubspot", 1, map[string]string{ // links, history and merges name records that are not there
		"BUSINESS_USER": "objectId modifiedDate emailAddress",
		"STAGE":         "objectId name isActive sortOrder modifiedDate",
		"ACCOUNT":       "objectId isDeleted name",
		"CONTACT":       "objectId isDeleted accountId emailAddress firstName lastName", // one row names a company
		"DEAL":          "objectId isDeleted accountId ownerId name createdDate",
		"DEAL history":  "objectId modifiedDate stage",
	}},
	{"odoo/Odoo-Demodaten", 0, map[string]string{
		"BUSINESS_USER": "objectId emailAddress",
		"ACCOUNT":       "objectId name",
		"CONTACT":       "objectId accountId emailAddress firstName lastName",
	}},
	{"dynamics/ExcelPCF", 0, map[string]string{"CONTACT": "objectId emailAddress firstName lastName"}},
	{"monday/monday-bi-agent", 0, map[string]string{ // owners are codes without addresses, so that they can't be users
		"STAGE":   "objectId name",
		"ACCOUNT": "objectId name",
		"DEAL":    "objectId accountId ownerId name createdDate closeDate status stage amount",
	}},
	{"other/tech-challenge-part1", 0, map[string]string{
		"ACCOUNT": "objectId name",
		"CONTACT": "objectId accountId emailAddress firstName lastName",
		"LEAD":    "objectId emailAddress firstName lastName",
	}},
	{"salesforce/dataloader", 0, map[string]string{"ACCOUNT": "objectId name domains"}},
}

// TestInitReal: init alone makes a mapping of each real export that checks, runs
// and has most of the fields that the export has a source for.
func TestInitReal(t *testing.T) {
	data, err := filepath.Abs(realData(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range initReal {
		t.Run(c.folder, func(t *testing.T) {
			dir := filepath.Join(data, filepath.FromSlash(c.folder))
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("the export is not at %s", dir)
			}
			t.Chdir(t.TempDir())
			out, said, status := run(t, "", "init", dir, "-o", "mapping.yaml", "--json")
			if status != 0 {
				t.Fatalf("init: status %d\n%s", status, said)
			}
			var doc struct {
				Fields []struct {
					Type, Field, Expression string
					Custom, History         bool
				}
			}
			if err := json.Unmarshal([]byte(out), &doc); err != nil {
				t.Fatal(err)
			}
			placed := map[string]bool{}
			for _, f := range doc.Fields {
				typ := f.Type
				if f.History {
					typ += " history"
				}
				if !f.Custom {
					placed[typ+"."+f.Field] = true
				}
			}
			n, all := 0, 0
			for typ, fields := range c.fields {
				for _, f := range strings.Fields(fields) {
					all++
					if placed[typ+"."+f] {
						n++
					} else {
						t.Logf("not placed: %s.%s", typ, f)
					}
				}
			}
			t.Logf("%d of %d fields placed", n, all)
			if 5*n < 4*all {
				t.Errorf("only %d of %d fields are placed", n, all)
			}
			if out, said, status := run(t, "", "check", "mapping.yaml", "--fail-on", "warning"); status != 0 {
				t.Errorf("check: status %d\n%s%s", status, out, said)
			}
			if out, said, status := run(t, "", "transform", "mapping.yaml", "-o", "out", "--as-of", asOf); status != c.status {
				t.Errorf("transform: status %d, want %d\n%.3000s%s", status, c.status, out, said)
			}
			var report struct {
				Entities map[string]struct{ Read, Filtered, Rejected, Merged, Written int }
			}
			text, err := os.ReadFile(filepath.Join("out", "report.json"))
			if err == nil {
				err = json.Unmarshal(text, &report)
			}
			if err != nil {
				t.Fatal(err)
			}
			for typ := range c.fields {
				if e := report.Entities[typ]; !strings.HasSuffix(typ, "history") && (e.Written == 0 || 2*e.Rejected > e.Read) {
					t.Errorf("%s: %+v: too little is written", typ, e)
				}
			}
		})
	}
}
