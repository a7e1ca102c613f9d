package starter

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
)

// textTable makes a table of texts: the first row is the header.
func textTable(name string, rows ...[]string) *Table {
	t := &Table{Files: []string{name + ".csv"}, Name: name, Rows: len(rows) - 1}
	for i, h := range rows[0] {
		c := &Column{Name: h, Exact: true, Unique: true}
		at := map[string]int{}
		for _, r := range rows[1:] {
			s := r[i]
			if s == "" {
				c.Empty++
				continue
			}
			c.Kind = Text
			c.Filled++
			if k, ok := at[s]; ok {
				c.Keys[k].Count++
				c.Values[k].Count++
				c.Unique = false
				continue
			}
			at[s] = len(c.Keys)
			c.Keys = append(c.Keys, Key{s, 1, uint64(len(s))})
			c.Values = append(c.Values, Count{s, 1})
			c.Samples = append(c.Samples, s)
			c.Longest = max(c.Longest, len(s))
		}
		c.Distinct = len(c.Keys)
		if c.Kind == Text {
			for _, k := range c.Keys {
				if legal(k.Text) {
					c.Legal += k.Count
				}
				if strings.Count(k.Text, "@") == 1 && strings.Contains(k.Text, ".") {
					c.Email += k.Count
				}
			}
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func legal(s string) bool {
	return len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// checked loads a mapping and binds it to the headers of its tables.
func checked(t testing.TB, r *Result) diag.List {
	t.Helper()
	m, list, err := mapping.Load("mapping.yaml", mapping.LoadOptions{ReadFile: func(name string) ([]byte, error) {
		if name == "mapping.yaml" {
			return []byte(r.Text), nil
		}
		return nil, os.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	if list.HasErrors() {
		return list
	}
	headers := map[string][]string{}
	for _, u := range r.Tables {
		if u.Source != "" && headers[u.Source] == nil {
			for _, c := range u.Table.Columns {
				headers[u.Source] = append(headers[u.Source], c.Name)
			}
		}
	}
	_, more := m.Bind(headers)
	return append(list, more...)
}

func mustCheck(t testing.TB, r *Result) {
	t.Helper()
	if list := checked(t, r); len(list) > 0 {
		for _, d := range list {
			t.Errorf("%s: %s\n%s", d.Severity, d.Message, d.Snippet())
		}
		t.Logf("the mapping:\n%s", r.Text)
	}
}

// expression gives what a field was set to, "" for none.
func expression(r *Result, typ, field string) string {
	for _, p := range r.Placed {
		if p.Type == typ && p.Field == field && !p.History {
			return p.Expression
		}
	}
	return ""
}

func TestJoins(t *testing.T) {
	accounts := textTable("accounts", []string{"Id", "Name"}, []string{"A1", "Acme"}, []string{"A2", "Bolt"}, []string{"A3", "Cord"})
	for _, c := range []struct {
		name   string
		header string
		values []string
		want   string
		says   string
	}{
		{"all ids", "AccountId", []string{"A1", "A2", "A2"}, "AccountId", "all 3 values match ids in accounts"},
		{"some ids", "AccountId", []string{"A1", "A2", "A9"}, "AccountId", "AccountId matches 2 of 3 ids in accounts"},
		{"no ids", "AccountId", []string{"X1", "X2", "X9"}, "AccountId", "none of 3 values is an id in accounts"},
		{"ids that are not legal", "AccountId", []string{"X/1", "X2", "X9"}, "safeId(AccountId)", ""},
		{"names", "Account", []string{"Acme", "Bolt", "Bolt"}, "accountByName(Account)", "Account matches 3 of 3 by Name in accounts"},
		{"names in another case", "Account", []string{"ACME", "bolt", "x"}, "accountByNameAnyCase(lower(Account))", "Account matches 2 of 3 by Name in accounts"},
		{"names of others", "Account", []string{"x", "y", "z"}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			deals := textTable("deals", []string{"Id", "Name", c.header, "Stage", "Amount", "Close Date"})
			for i, v := range c.values {
				deals.Rows++
				row := []string{fmt.Sprintf("D%d", i), "deal", v, "Open", "", ""}
				deals = appendRow(deals, row)
			}
			r := Make([]*Table{accounts, deals}, Options{})
			mustCheck(t, r)
			if got := expression(r, "DEAL", "accountId"); got != c.want {
				t.Errorf("accountId is %q, want %q", got, c.want)
			}
			if !strings.Contains(r.Text, c.says) {
				t.Errorf("%q is not said in\n%s", c.says, r.Text)
			}
		})
	}
}

// appendRow adds a row by making the table anew.
func appendRow(t *Table, row []string) *Table {
	rows := [][]string{nil}
	for _, c := range t.Columns {
		rows[0] = append(rows[0], c.Name)
	}
	for n := 0; ; n++ {
		var old []string
		for _, c := range t.Columns {
			if old = append(old, cellOf(c, n)); cellOf(c, n) == "\x00" {
				return textTable(t.Name, append(rows, row)...)
			}
		}
		rows = append(rows, old)
	}
}

// cellOf gives a cell of a table whose first column has no value twice; "\x00"
// behind the last row. Rows with an empty cell behind filled ones come out in
// the order of the values, which is all that the tests need.
func cellOf(c *Column, n int) string {
	for _, k := range c.Keys {
		if n < k.Count {
			return k.Text
		}
		n -= k.Count
	}
	if n < c.Empty {
		return ""
	}
	return "\x00"
}

func TestShortAndLongIDs(t *testing.T) {
	const long, short = "001Hp00002g1VGbIAM", "001Hp00002g1VGb"
	accounts := textTable("accounts", []string{"Id", "Name"}, []string{long, "Acme"})
	accounts.Columns[0].Salesforce18 = 1
	deals := textTable("deals", []string{"Id", "Name", "AccountId", "Stage"}, []string{"006Hp000015Yh7k", "x", short, "Open"})
	deals.Columns[2].Salesforce15, deals.Columns[0].Salesforce15 = 1, 1
	r := Make([]*Table{accounts, deals}, Options{})
	mustCheck(t, r)
	for field, want := range map[string]string{"objectId": "sfid18(Id)", "accountId": "sfid18(AccountId)"} {
		if got := expression(r, "DEAL", field); got != want {
			t.Errorf("DEAL.%s is %q, want %q", field, got, want)
		}
	}
	if got := expression(r, "ACCOUNT", "objectId"); got != "Id" {
		t.Errorf("ACCOUNT.objectId is %q, want Id", got)
	}
}

// TestMatchInParts: of large columns only those texts are compared that are in
// the samples of both, and the result is that of the whole.
func TestMatchInParts(t *testing.T) {
	const top = uint64(1) << 63
	a := &Column{Kind: Text, Filled: 400, Level: 0, Keys: []Key{{"a", 50, 1}, {"b", 50, 1}, {"c", 200, top}, {"d", 100, top}}}
	b := &Column{Kind: Text, Level: 1, Keys: []Key{{"a", 1, 1}}}
	if h := match(a, b); h.rows != 200 || h.all != 400 || !h.about || h.String() != "about 200 of 400" {
		t.Errorf("got %+v", h)
	}
	b.Level = 0
	if h := match(a, b); h.rows != 50 || h.all != 400 || h.about {
		t.Errorf("got %+v", h)
	}
}

func TestTwoFilesOfOneKind(t *testing.T) {
	head := []string{"Id", "Name", "Website"}
	a := textTable("accounts_2023", head, []string{"A1", "Acme", ""})
	b := textTable("accounts_2024", head, []string{"A2", "Bolt", ""})
	r := Make([]*Table{a, b}, Options{})
	mustCheck(t, r)
	if !strings.Contains(r.Text, "file: [accounts_2023.csv, accounts_2024.csv]") {
		t.Errorf("the files are not read as one source:\n%s", r.Text)
	}
	c := textTable("accounts_2024", head, []string{"A1", "Acme", ""})
	if r = Make([]*Table{a, c}, Options{}); !strings.Contains(r.Text, "# Not used: accounts_2024.csv") || len(r.Open) == 0 {
		t.Errorf("the same records twice are not told:\n%s", r.Text)
	}
	mustCheck(t, r)
}

func TestNothingUsable(t *testing.T) {
	r := Make([]*Table{textTable("notes", []string{"a", "b"}, []string{"x", "y"}), {Name: "empty", Files: []string{"empty.csv"}}}, Options{})
	for _, want := range []string{"# Not used: notes.csv", "# Not used: empty.csv: it has no rows", "sources:\n  # FILL IN"} {
		if !strings.Contains(r.Text, want) {
			t.Errorf("%q is not in\n%s", want, r.Text)
		}
	}
}

// TestManyForeignColumns: hundreds of columns in another language, of which a
// bounded number become fields and every other one is listed.
func TestManyForeignColumns(t *testing.T) {
	header, row, other := []string{"Номер", "Название", "Почта"}, []string{"K1", "Альфа", "a@alfa.example"}, []string{"K2", "Бета", "b@beta.example"}
	for i := range 400 {
		header = append(header, fmt.Sprintf("Поле № %d", i))
		row, other = append(row, fmt.Sprint("x", i)), append(other, fmt.Sprint("y", i))
	}
	r := Make([]*Table{textTable("выгрузка", header, row, other)}, Options{})
	mustCheck(t, r)
	if got := expression(r, "CONTACT", "emailAddress"); got != "email(Почта)" {
		t.Errorf("emailAddress is %q", got)
	}
	custom := 0
	for _, p := range r.Placed {
		if p.Custom {
			custom++
		}
	}
	if custom != maxCustom {
		t.Errorf("%d custom fields, want %d", custom, maxCustom)
	}
	for _, h := range header[3:] {
		if !strings.Contains(strings.Join(strings.Fields(strings.ReplaceAll(r.Text, "#", " ")), " "), strings.Join(strings.Fields(h), " ")) {
			t.Fatalf("the column %s is neither placed nor listed", h)
		}
	}
}

func TestPlainHeaders(t *testing.T) {
	for in, want := range map[string]string{"Last Modified Date": "lastmodifieddate", "last_modified_date": "lastmodifieddate", "Zuletzt geändert am": "zuletztgeandertam", "Est. revenue": "estrevenue", "№": "no"} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"SLASerialNumber__c": "slaSerialNumber", "Annual Revenue": "annualRevenue", "billing_city": "billingCity", "ACCOUNT_ID": "accountid", "Straße": "strasse", "№ 1": "no1", "§": "", "URL": "url"} {
		if got := camel(bareName(in)); got != want {
			t.Errorf("camel(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"SLASerialNumber__c": "SLA Serial Number", "billing_city": "Billing City", "Deal owner": "Deal Owner", "": "Column"} {
		if got := label(in); got != want {
			t.Errorf("label(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSlugOrSafe(t *testing.T) {
	for _, c := range []struct {
		texts []string
		want  string
	}{{[]string{"Closed Won", "Closed Lost"}, "slug"}, {[]string{"A B", "A-B"}, "safeId"}, {[]string{"Größe"}, "safeId"}, {[]string{"+"}, "safeId"}, {[]string{strings.Repeat("x", 65)}, "safeId"}} {
		col := &Column{Exact: true}
		for _, s := range c.texts {
			col.Keys = append(col.Keys, Key{Text: s})
		}
		if got := slugOrSafe(col); got != c.want {
			t.Errorf("%q: %s, want %s", c.texts, got, c.want)
		}
	}
	if slugOrSafe(&Column{Keys: []Key{{Text: "a"}}}) != "safeId" {
		t.Error("texts that are not all known are slugged")
	}
}

func TestStatusWords(t *testing.T) {
	for in, want := range map[string]string{"Closed Won": "WON", "closedwon": "WON", "Gewonnen": "WON", "Closed Lost": "LOST", "Verloren": "LOST", "Dead": "LOST", "Open": "OPEN", "Negotiation": "OPEN", "G. Project Won": "WON", "Wonderful": "OPEN", "Canceled": "LOST"} {
		if got := statusOf(in); got != want {
			t.Errorf("statusOf(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestReplaceRef(t *testing.T) {
	for _, c := range []struct {
		x, old, with, want string
		ok                 bool
	}{{"slug(A)", "A", "B", "slug(B)", true}, {"A", "A", "B", "B", true}, {"f(lower(A))", "A", `row["B"]`, `f(lower(row["B"]))`, true}, {`slug(join([A, C], " "))`, "A", "B", "", false}} {
		if got, ok := replaceRef(c.x, c.old, c.with); got != c.want || ok != c.ok {
			t.Errorf("replaceRef(%q) = %q, %v", c.x, got, ok)
		}
	}
}

func TestCRMsAreKnown(t *testing.T) {
	if !slices.Equal(CRMs(), []string{"salesforce", "hubspot", "dynamics", "pipedrive", "zoho"}) {
		t.Error(CRMs())
	}
}

// FuzzMake: whatever headers, names and cells are, the mapping loads and binds
// without a fault.
func FuzzMake(f *testing.F) {
	f.Add("deals", "Id", "Name", "Stage", "Amount", "a", "b")
	f.Add("contacts", "in", "Email", "Last Name", "a\"b", "x@y.example", "N/A")
	f.Add("accounts", "Id", "Id", "", "a: b # c", "{x}", "- y")
	f.Add("leads", "row", "nil", "Company", "Email", "'", `\`)
	f.Add("users", "ID", "E-Mail", "email", "\u202e", "\u2028", "null")
	f.Add("opportunity", "true", "123", "StageName", "Status", "Closed Won", "~")
	f.Add("deals", "Two\nlines", "Na\u00adme", "Stage\t2", "Deal\nStage", "Won\nlost", "\u200d")
	f.Add("x", "Deal - Title", "Deal - ID", "Deal - Stage", "Deal - Status", "Won: x", "#")
	f.Fuzz(func(t *testing.T, name, a, b, c, d, x, y string) {
		header := []string{a, b, c, d, "Company", "Status"}
		for i, h := range header {
			header[i] = strings.TrimSpace(strings.ToValidUTF8(h, "?"))
		}
		x, y = strings.TrimSpace(strings.ToValidUTF8(x, "?")), strings.TrimSpace(strings.ToValidUTF8(y, "?"))
		row := []string{x, y, x, y, x, y}
		other := []string{y, x, y, x, x, ""}
		main := textTable("main", header, row, other, row, other, row)
		main.Name = strings.ToValidUTF8(name, "?")
		accounts := textTable("accounts", []string{"Id", "Name", header[1]}, []string{x, y, x}, []string{"k", "m", y})
		r := Make([]*Table{main, accounts}, Options{Tuples: func(*Table, []int, int) ([]Tuple, bool) { return nil, false }})
		if r.Sources == 0 {
			return
		}
		for _, d := range checked(t, r) {
			t.Errorf("%s: %s\n%s\nin\n%s", d.Severity, d.Message, d.Snippet(), r.Text)
		}
	})
}
