package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rowsOf writes n rows, each made by a format with the row's number, and its
// remainders by 2, 3 and 5.
func rowsOf(n int, header, format string) string {
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		b.WriteString(strings.NewReplacer("#i", fmt.Sprint(i), "#2", fmt.Sprint(i%2), "#3", fmt.Sprint(i%3), "#5", fmt.Sprint(i%5), "#d", fmt.Sprintf("%02d", i%28+1), "#m", fmt.Sprintf("%02d", i%12+1)).Replace(format))
	}
	return b.String()
}

// TestInitBad: exports that lack what a mapping needs. What can be written
// checks without a warning, and the rest is said.
func TestInitBad(t *testing.T) {
	wide, cells := "取引先ID,会社名,ウェブサイト", "T#i,会社#i,kaisha#i.example"
	for i := range 300 {
		wide += fmt.Sprintf(",項目%d", i)
		cells += fmt.Sprintf(",x%d-#i", i)
	}
	for _, c := range []struct {
		name   string
		files  map[string]string
		status int
		says   []string // in the mapping, or on standard error where there is none
		never  []string
	}{
		{"no ids", map[string]string{
			"companies.csv": rowsOf(20, "Company,Web\n", "Acme #i,acme#i.example\n"),
			"people.csv":    rowsOf(20, "Full name,E-mail,Company,Role\n", "Ann Lee#i,ann#i@acme#i.example,Acme #i,Buyer\n"),
			"pipeline.csv":  rowsOf(40, "Customer,Opportunity,Value (EUR),Expected close,Phase\n", "Acme #5,Project #i,\"1#5.250,00\",#d.#m.2024,Phase#3\n"),
		}, 0, []string{"objectId: id(Company)", `objectId: 'id(row["E-mail"])'`, "objectId: id(Opportunity)", "name: Opportunity", "accountId: id(Customer)", `amount: 'row["Value (EUR)"]'`,
			`closeDate: 'row["Expected close"]'`, "pipeline.csv has no ids: export the record's id"}, nil},
		{"header rows missing", map[string]string{
			"contacts.csv": rowsOf(30, "", "Ann#i,Lee#i,ann#i@acme.example,+1 415 555 01#d\n"),
			"deals.csv":    rowsOf(30, "", "Deal #i,Acme #5,S#2 won,10#5.5,2024-#m-#d\n") + "Deal x,Acme 1,Lost,17.5,2024-01-01\nDeal y,Acme 1,Lost,17.5,2024-01-01\n",
		}, 0, []string{"header: none   # the first row holds values", "emailAddress: email(C)", "phoneNumber: D", "closeDate: E   # GUESS: the only date", "is E the close date?", "amount: D"}, nil},
		{"hundreds of foreign columns", map[string]string{
			"取引先.csv": rowsOf(30, wide+"\n", cells+"\n"),
			"商談.csv":  rowsOf(60, "商談ID,商談名,取引先ID,金額,完了予定日,フェーズ,作成日\n", "S#i,商談#i,T#5,1#i000,2024/#m/#d,段#3,2023/05/#d 10:00\n"),
		}, 0, []string{"accountId: '取引先ID'   # GUESS by the values: all 60 values match ids in accounts", "domains: 'domains(ウェブサイト)'", "stage: 'safeId(フェーズ)'   # GUESS", "amount: '金額'",
			"which is the close date: 完了予定日, 作成日?", "beyond the 25 fullest"}, []string{"\n      closeDate:"}},
		{"a report with a title and a footer", map[string]string{
			"report.csv": "My report,,,,,\nAs of 2024-06-30,,,,,\n,,,,,\n" + rowsOf(40, "Opportunity ID,Opportunity Name,Account Name,Amount,Close Date,Stage\n", "0068c00000TaB#i,Deal #i,Acme #5,#i.5,#m/#d/2024,Closed Won\n") +
				"Total,,,9999.5,,\n\nCopyright (c) 2000-2024 salesforce.com\n",
		}, 0, []string{"header: 4", `footer: 3   # the last rows are no data: "Total"`, "# 40 rows, by its columns"}, nil},
		{"dates of no field in no proven order", map[string]string{
			"deals.csv": rowsOf(40, "Deal ID,Deal Name,Stage,Renewal,Signed\n", "D#i,Deal #i,Closed Won,#m/11/2024,#d/11/2024\n"),
		}, 0, []string{"value: Renewal}   # as text: no row proves whether the day or the month stands first"}, []string{"value: Signed}   # as text"}},
		{"two files with the same columns", map[string]string{
			"leads_a.csv": rowsOf(20, "Id,Name,Email\n", "L#i,A B#i,l#i@x.example\n"), "leads_b.csv": rowsOf(20, "Id,Name,Email\n", "M#i,A B#i,m#i@x.example\n"),
			"contacts_new.csv": rowsOf(20, "Id,Last Name,Email\n", "C#i,B#i,a#i@x.example\n"), "contacts_old.csv": rowsOf(30, "Id,Last Name,Email\n", "C#i,B#i,a#i@x.example\n"),
		}, 0, []string{"file: [exports/leads_a.csv, exports/leads_b.csv]", "contacts_new.csv and contacts_old.csv hold the same records in part"}, nil},
		{"more records in a file with other columns", map[string]string{
			"contacts.csv":    rowsOf(20, "Id,First Name,Last Name,Email,Title\n", "C#i,A,B#i,a#i@x.example,CEO\n"),
			"people fair.csv": rowsOf(25, "Id,Last Name,Email\n", "C#i,B#i,a#i@x.example\n"),
		}, 0, []string{"people fair.csv holds contacts too, of which 20 of 25 are in contacts.csv"}, nil},
		{"an old encoding in the header", map[string]string{"Kunden.csv": "Kundennr;Firma;Stra\xdfe\nK1;M\xfcller;Weg\nK2;Gr\xf6\xdfe;Weg\n"}, 0, []string{"encoding: windows-1252", "name: Firma"}, nil},
		{"empty files", map[string]string{"a.csv": "", "Account.csv": "Id,Name,Website\n", "Contact.csv": "\ufeff", "Opportunity.csv": "Id,Name,AccountId,StageName,Amount,CloseDate\n006A,x,001,Open,1,2024-01-02\n"},
			0, []string{"# Not read: exports/a.csv: the file is empty", "# Not read: exports/Contact.csv: the file is empty", "# Not used: Account.csv: it has no rows", "closeDate: CloseDate"}, nil},
		{"nothing but headers", map[string]string{"Account.csv": "Id,Name,Website\n"}, 3, []string{"none of the files holds users", "Account.csv: it has no rows"}, nil},
		{"nothing that is known", map[string]string{"x.csv": "a\n1\n2\n", "bin.csv": "\x00\x01"}, 3, []string{"nothing in it tells what it holds", "NUL byte"}, nil},
		{"no order of day and month", map[string]string{"deals.csv": rowsOf(12, "Id,Name,Stage,Amount,Close Date\n", "D#i,n#i,Open,\"1#5,500\",#m/#m/2024\n")}, 0,
			[]string{`# Close Date: {type: date, format: "%d/%m/%Y"}`, `# Close Date: {type: date, format: "%m/%d/%Y"}`, "# closeDate:", "# amount:"}, []string{"\n      closeDate:", "\n      amount:"}},
		{"two orders of day and month", map[string]string{"deals.csv": rowsOf(12, "Id,Name,Stage,Modified,Close Date\n", "D#i,n#i,Open,2024-01-01,1#2/1#2/2024\n") + "D98,x,Open,2024-01-01,31/01/2024\nD99,x,Open,2024-01-01,01/31/2024\n"}, 0,
			[]string{"FILL IN: Close Date mixes two orders of day and month: row 14 can only have the day first, row 15 only the month"}, []string{"\n      closeDate:"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.Mkdir("exports", 0o700); err != nil {
				t.Fatal(err)
			}
			for name, text := range c.files {
				if err := os.WriteFile(filepath.Join("exports", name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, said, status := run(t, "", "init", "exports", "-o", "mapping.yaml")
			if status != c.status {
				t.Fatalf("init: status %d, want %d\n%s", status, c.status, said)
			}
			raw, err := os.ReadFile("mapping.yaml")
			if (err == nil) != (c.status == 0) {
				t.Fatalf("the mapping: %v", err)
			}
			text := string(raw)
			for _, s := range c.says {
				if !strings.Contains(flat(text+said), flat(s)) {
					t.Errorf("%q is not in\n%s\nnor in\n%s", s, text, said)
				}
			}
			for _, s := range c.never {
				if strings.Contains(text, s) {
					t.Errorf("%q is in\n%s", s, text)
				}
			}
			if c.status != 0 {
				return
			}
			if out, said, status := run(t, "", "check", "--fail-on", "warning", "mapping.yaml"); status != 0 {
				t.Errorf("check: status %d\n%s%s", status, out, said)
			}
			if out, said, status := run(t, "", "transform", "mapping.yaml", "-o", "out", "--as-of", asOf); status > 1 {
				t.Errorf("transform: status %d\n%s%s", status, out, said)
			}
		})
	}
}

// flat joins the lines of comments, so that where they break does not matter.
func flat(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == '#' }), " ")
}

// TestInitFolders: a folder without exports points to where there are some.
func TestInitFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("exports/2024-06-30", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"exports/2024-06-30/Account.csv": "Id,Name\n1,x\n", "exports/all.zip": ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{"init", "inspect"} {
		_, said, status := run(t, "", command, "exports")
		if want := "there are some in exports/2024-06-30, exports/all.zip/*.csv"; status != 3 || !strings.Contains(said, want) {
			t.Errorf("%s: status %d, said %q, want 3 and %q", command, status, said, want)
		}
	}
}

// initExamples are the companies of the folder examples: what init must find in
// their exports, in which much is wrong on purpose.
var initExamples = []struct {
	folder string
	status int // of transform
	must   []string
	never  []string
}{
	{"zoho/exports", 1, []string{
		`bare: {of: [id], value: 'replacePattern(id, "^zcrm_", "")'}`, `objectId: 'bare(row["Record Id"])'`, `accountId: 'bare(row["Account Name.id"])'`, `"5.805028E+18": those rows are rejected`,
		`amount: {value: Amount, onError: omit}   # 1 of 10 cells is no number, such as "€ 2.900,00", and left out`, `Amount: {type: decimal, group: ",", strip: true, suffix: {K: 1000, M: 1000000, B: 1000000000}}`,
		`closeDate: {value: 'row["Closing Date"]', onError: omit}   # 1 of 10 cells is no date, such as "31 Nov, 2024", and left out`, "amounts in several currencies ($, €) in one column",
		"annualRevenue: {label: Annual Revenue, type: CURRENCY,", "emailOptOut: {label: Email Opt Out, type: BOOLEAN,", `onError: 'email(row["Secondary Email"])'`, "names of records whose ids stand beside them: Account Owner, Parent Account",
		`convertedToDealId: 'dealOfLead(bare(row["Record Id"]))'`, `convertedToContactId: 'contactOfLead(bare(row["Record Id"]))'`, `convertedToAccountId: 'accountOfLead(bare(row["Record Id"]))'`,
	}, []string{"safeId"}},
	{"dynamics/exports", 1, []string{ // names of an account and a user that the exports lack
		`closeDate: 'row["Actual Close Date"] ?? row["Est. Close Date"]'`, `convert(row["Actual Revenue"] ?? row["Est. revenue"], currencyCode(Currency))`, "# Bitcoin: FILL IN the code", `"Bitcoin" is no currency that is known (1 deal)`,
		`?? accountOfPerson(lower(row["Potential Customer"]))`, "mixes two orders of day and month: row 9 can only have the day first, row 2 only the month", `modifiedDate: now()   # (Do Not Modify) Modified On can't be read: see the source`,
		`converted: 'Status == "Qualified"'`, "convertedToDealId: dealOfLead(Name)", "convertedToAccountId: {value: accountOfLead(Name), onError: omit}", "1 name stands for several records of My Active Accounts 6-30-2024 8-15-02 AM.xlsx", "Propose: 3", "Close: 4",
	}, nil},
	{"pipedrive/exports", 1, []string{
		"Organization - People: {type: integer}", "people: {label: People, type: NUMBER,", "rates: {from: rates, wide: true, date: Date}", "quote: units-per-base", "1 NOK is not worth 11.3965 EUR", "rates.csv has no rate of SGD",
		`closeDate: 'row["Deal - Won time"] ?? row["Deal - Lost time"] ?? row["Deal - Expected close date"]'`, `deleted: 'row["Deal - Status"] == "deleted"'`, "accountByNameAnyCase(lower(", `accountId: {value: 'accountByName(row["Person - Organization"])', onError: omit}`,
		`emailAddress: {value: 'mailOfPerson(row["Lead - Person"])', onError: omit}`, `first(emails(row["Person - Email - Work"]))`, "contactPerson: {label: Contact Person, type: REFERENCE, referenceTo: CONTACT,",
	}, []string{"title: 'row[\"Lead - Title\"]'"}},
	{"salesforce/exports/2024-06-30", 1, []string{
		"file: [exports/Account.csv, exports/Account_2.csv]", "emailAddress: email(Email)", `rates: {from: rates, currency: Currency, date: Month, rate: 'row["USD per unit"]'}`, "quote: base-per-unit",
		"convert(Amount, currencyOfDeal(OpportunityId), CloseDate ?? today())", "convertedToDealId: ConvertedOpportunityId", "rates.csv has no rate of JPY",
	}, []string{"email(Username)"}},
	{"hubspot/exports", 1, []string{
		`accountId: 'first(split(row["Associated Company IDs"], ";"))'`, "of several in a cell the first", `row["Amount in company currency"] ?? convert(Amount, Currency)`, "contactAmongLeads(", "are taken for leads, the others for contacts: is that so?",
		"hubspot-crm-exports-trade-fair-2024-06-28.csv holds contacts too",
	}, []string{"safeId"}},
}

// TestInitExamples: init alone, on the exports of the examples.
func TestInitExamples(t *testing.T) {
	examples, err := filepath.Abs(filepath.Join("..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range initExamples {
		t.Run(c.folder, func(t *testing.T) {
			from := copied(t, filepath.Join(examples, filepath.FromSlash(c.folder)))
			t.Chdir(t.TempDir())
			if err := os.Rename(from, "exports"); err != nil {
				t.Fatal(err)
			}
			if _, said, status := run(t, "", "init", "exports", "-o", "mapping.yaml"); status != 0 {
				t.Fatalf("init: status %d\n%s", status, said)
			}
			text, err := os.ReadFile("mapping.yaml")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range c.must {
				if !strings.Contains(flat(string(text)), flat(s)) {
					t.Errorf("the mapping lacks %s", s)
				}
			}
			for _, s := range c.never {
				if strings.Contains(string(text), s) {
					t.Errorf("the mapping must not have %s", s)
				}
			}
			everyColumn(t, string(text))
			if t.Failed() {
				t.Logf("the mapping:\n%s", text)
			}
			if out, said, status := run(t, "", "check", "--fail-on", "warning", "mapping.yaml"); status != 0 {
				t.Errorf("check: status %d\n%s%s", status, out, said)
			}
			if out, said, status := run(t, "", "transform", "mapping.yaml", "-o", "out", "--as-of", asOf); status != c.status {
				t.Errorf("transform: status %d, want %d\n%.3000s%s", status, c.status, out, said)
			}
		})
	}
}

// everyColumn checks that each column with values is placed or listed, for the
// files in the folder exports that the mapping reads.
func everyColumn(t *testing.T, mapping string) {
	t.Helper()
	bare := func(s string) string { return flat(strings.NewReplacer(`"`, "", `\`, "").Replace(s)) }
	text := bare(mapping)
	out, said, status := run(t, "", "inspect", "--json", "exports")
	var doc struct {
		Files []struct {
			File    string
			Columns []struct {
				Name   string
				Filled int
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != 0 || len(doc.Files) == 0 {
		t.Fatalf("%v, status %d\n%s", err, status, said)
	}
	for _, f := range doc.Files {
		if strings.Contains(text, bare("Not used: "+filepath.Base(f.File))) {
			continue
		}
		for _, c := range f.Columns {
			if c.Filled > 0 && !strings.Contains(text, bare(c.Name)) {
				t.Errorf("the column %s of %s is neither placed nor listed", c.Name, f.File)
			}
		}
	}
}

// salesTables writes exports of a Salesforce weekly form, about 35 MB: in small
// files the first texts of each column cost more than all others.
func salesTables(b *testing.B) (dir string, size int64) {
	dir = b.TempDir()
	for name, text := range map[string]string{
		"Account.csv":     rowsOf(80_000, "Id,IsDeleted,Name,Website,Industry,Description,LastModifiedDate\n", `"001A#i","0","Acme #i","acme#i.example","I#5","Made of steel, wood and stone since 19#d","2024-#m-#d 10:00:00"`+"\n"),
		"Opportunity.csv": rowsOf(160_000, "Id,IsDeleted,AccountId,Name,StageName,Amount,CloseDate,IsWon,IsClosed,Description,CreatedDate,LastModifiedDate\n", `"006A#i","0","001A#i","Deal #i","Stage #5","#i.50","2024-#m-#d","#2","#2","A renewal, with #5 seats more","2023-#m-#d 10:00:00","2024-#m-#d 10:00:00"`+"\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		size += int64(len(text))
	}
	return dir, size
}

func BenchmarkInit(b *testing.B) {
	dir, size := salesTables(b)
	b.SetBytes(size)
	for b.Loop() {
		if out, said, status := runOf(b, "init", "--quiet", dir); status != 0 || out == "" {
			b.Fatal(status, said)
		}
	}
}

func BenchmarkInspect(b *testing.B) {
	dir, size := salesTables(b)
	b.SetBytes(size)
	for b.Loop() {
		if out, said, status := runOf(b, "inspect", dir); status != 0 || out == "" {
			b.Fatal(status, said)
		}
	}
}
