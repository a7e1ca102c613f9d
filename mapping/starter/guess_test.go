package starter

import (
	"strings"
	"testing"
)

// typedColumn makes the facts of a column hold a type.
func typedColumn(t *Table, name string, kind Kind) *Column {
	for _, c := range t.Columns {
		if c.Name == name {
			c.Kind = kind
			if kind == Integer || kind == Decimal {
				c.Decimals = '.'
			}
			return c
		}
	}
	return nil
}

func TestPrefixOfIDs(t *testing.T) {
	for _, c := range []struct {
		name string
		ids  []string
		want string
	}{
		{"all", []string{"zcrm_1", "zcrm_2"}, "zcrm_"},
		{"none", []string{"1", "2"}, ""},
		{"some", []string{"zcrm_1", "2", "3"}, ""},
		{"a lost one", []string{"zcrm_1", "zcrm_2", "zcrm_3", "zcrm_4", "5.8E+18"}, "zcrm_"},
		{"the rest is not legal", []string{"mp_pipeline_a", "mp_pipeline_b"}, ""},
		{"two records would meet", []string{"a_1", "a_2", "a_3", "a_4", "1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			col := &Column{Kind: Text}
			for _, id := range c.ids {
				col.Keys = append(col.Keys, Key{Text: id, Count: 1})
			}
			if got := commonPrefix(col); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRates: which way a file of rates is quoted, and in what.
func TestRates(t *testing.T) {
	for _, c := range []struct {
		name  string
		table [][]string
		codes string // of deals
		says  []string
		never string
	}{
		{"as the central bank has it", [][]string{{"Date", "USD", "NOK"}, {"2024-06-28", "1.07", "11.39"}}, "EUR USD NOK",
			[]string{"base: EUR", "rates: {from: rates, wide: true, date: Date}", "quote: units-per-base", "1 NOK is not worth 11.39 EUR"}, "FILL IN: the sizes"},
		{"the other way round", [][]string{{"Date", "JPY", "NOK"}, {"2024-06-28", "0.0062", "0.094"}}, "EUR JPY",
			[]string{"quote: base-per-unit", "1 EUR is not worth 0.0062 JPY"}, ""},
		{"no size tells", [][]string{{"Date", "USD", "GBP"}, {"2024-06-28", "1.07", "0.84"}}, "EUR USD", []string{"FILL IN: the sizes of the rates do not tell", "or how many units one EUR is worth?"}, ""},
		{"a header that says it", [][]string{{"Month", "Currency", "RateToUSD"}, {"2024-01", "EUR", "1.1"}, {"2024-01", "GBP", "1.3"}}, "USD EUR",
			[]string{"base: USD", "quote: base-per-unit", `Month: {type: date, format: "%Y-%m"}`, "rate: RateToUSD"}, "FILL IN: the sizes"},
		{"a currency whose rate is one", [][]string{{"IsoCode", "ConversionRate", "IsActive"}, {"USD", "1", "1"}, {"MXN", "17.1", "1"}}, "USD MXN",
			[]string{"base: USD", "rates: {from: rates, currency: IsoCode, rate: ConversionRate}", "quote: units-per-base"}, ""},
		{"no base", [][]string{{"Currency", "Rate"}, {"EUR", "1.1"}, {"GBP", "1.3"}}, "USD EUR", []string{"the currency that the rates are quoted in can't be told", "EUR: 1   # FILL IN"}, "from: rates"},
		{"a currency without a rate", [][]string{{"Date", "USD", "NOK"}, {"2024-06-28", "1.07", "11.39"}}, "EUR USD SGD", []string{"has no rate of SGD", "onError: omit}"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := textTable("rates", c.table...)
			for _, col := range table.Columns {
				switch {
				case col.Name == "Date":
					col.Kind = Date
				case strings.Trim(col.Samples[0], "0123456789.") == "":
					col.Kind, col.Decimals = Decimal, '.'
				case len(col.Samples[0]) == 3:
					col.Code = col.Filled
				}
			}
			rows := [][]string{{"Id", "Name", "Stage", "Amount", "Currency", "Close Date"}}
			for i, code := range strings.Fields(c.codes) {
				for k := range 3 - i {
					rows = append(rows, []string{strings.Repeat("D", 3*i+k+1), "n", "Open", "10.5", code, ""})
				}
			}
			deals := textTable("deals", rows...)
			typedColumn(deals, "Amount", Decimal)
			r := Make([]*Table{deals, table}, Options{Tuples: func(t *Table, columns []int, limit int) (list []Tuple, ok bool) {
				if t != table {
					return nil, false
				}
				for _, row := range c.table[1:] {
					u := Tuple{Count: 1}
					for _, i := range columns {
						u.Texts = append(u.Texts, row[i])
					}
					list = append(list, u)
				}
				return list, true
			}})
			mustCheck(t, r)
			for _, s := range c.says {
				if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(r.Text, "\n#   ", " "), "\n# ", " "), s) {
					t.Errorf("%q is not in\n%s", s, r.Text)
				}
			}
			if c.never != "" && strings.Contains(r.Text, c.never) {
				t.Errorf("%q is in\n%s", c.never, r.Text)
			}
		})
	}
}

func TestWayOfRates(t *testing.T) {
	for _, c := range []struct {
		base, code string
		rate       float64
		want       int
	}{{"EUR", "JPY", 170, 1}, {"EUR", "JPY", 0.006, -1}, {"NOK", "EUR", 0.087, 1}, {"NOK", "EUR", 11.4, -1}, {"EUR", "USD", 1.07, 0}, {"EUR", "NOK", 0, 0}, {"NOK", "SEK", 1, 0}} {
		if got := wayOf(c.base, c.code, c.rate); got != c.want {
			t.Errorf("wayOf(%s, %s, %v) = %d, want %d", c.base, c.code, c.rate, got, c.want)
		}
	}
}

// TestNearlyTyped: a column with a cell that does not fit is read where a field
// needs it, and kept as a text elsewhere.
func TestNearlyTyped(t *testing.T) {
	deals := textTable("deals", []string{"Id", "Name", "Stage", "Amount", "Close Date", "Score"},
		[]string{"D1", "a", "Open", "$10.5", "2024-01-31", "1"}, []string{"D2", "b", "Won", "€ 1", "2024-02-30", "x"}, []string{"D3", "c", "Open", "$2", "2024-03-01", "3"}, []string{"D4", "d", "Open", "$3", "2024-03-01", "4"})
	for name, near := range map[string]*Column{"Amount": {Kind: Decimal, Decimals: '.', Strip: true, Money: []string{"$", "€"}}, "Close Date": {Kind: Date}, "Score": {Kind: Integer, Decimals: '.'}} {
		c := typedColumn(deals, name, Text)
		c.Near, c.Misses, c.Miss, c.MissRow = near, 1, c.Samples[1], 3
	}
	r := Make([]*Table{deals}, Options{})
	mustCheck(t, r)
	for _, s := range []string{
		`closeDate: {value: 'row["Close Date"]', onError: omit}   # 1 of 4 cells is no date, such as "2024-02-30", and left out`,
		`amount: {value: Amount, onError: omit}   # 1 of 4 cells is no number, such as "€ 1", and left out`,
		"score: {label: Score, type: STRING, value: Score}", "Amount: {type: decimal, strip: true}",
	} {
		if !strings.Contains(r.Text, s) {
			t.Errorf("%q is not in\n%s", s, r.Text)
		}
	}
	open := strings.Join(r.Open, "\n")
	for _, s := range []string{`Close Date of deals.csv: 1 of 4 cells is no date and can't be read, such as "2024-02-30" in row 3`, "several currencies ($, €)"} {
		if !strings.Contains(open, s) {
			t.Errorf("%q is not to do:\n%s", s, open)
		}
	}
}

// TestLookupNames: two lookups of one name differ, or one of them would answer
// for the other.
func TestLookupNames(t *testing.T) {
	b := &builder{lookups: map[string]string{}}
	a, again, other := b.declare("userByName", "{from: users, key: A}", ""), b.declare("userByName", "{from: users, key: A}", ""), b.declare("userByName", "{from: users, key: B}", "why")
	if a != "userByName" || again != a || other != "userByName2" || len(b.lookupLines) != 2 || b.lookupLines[1] != "userByName2: {from: users, key: B}   # why" {
		t.Errorf("got %s, %s, %s: %q", a, again, other, b.lookupLines)
	}
}

func TestSeveralIDs(t *testing.T) {
	accounts := textTable("accounts", []string{"Id", "Name"}, []string{"11", "Acme"}, []string{"12", "Bolt"}, []string{"13", "Cord"})
	deals := textTable("deals", []string{"Id", "Name", "Associated Company IDs", "Stage"}, []string{"D1", "a", "11;12", "Open"}, []string{"D2", "b", "12", "Open"}, []string{"D3", "c", "99;13", "Open"})
	r := Make([]*Table{accounts, deals}, Options{})
	mustCheck(t, r)
	if got, want := expression(r, "DEAL", "accountId"), `first(split(row["Associated Company IDs"], ";"))`; got != want {
		t.Errorf("accountId is %q, want %q", got, want)
	}
	if s := "Associated Company IDs matches 2 of 3 ids in accounts, of several in a cell the first"; !strings.Contains(r.Text, s) {
		t.Errorf("%q is not in\n%s", s, r.Text)
	}
}

func TestZeroAndOne(t *testing.T) {
	for _, c := range []struct {
		crm, header string
		truth       bool
	}{
		{"salesforce", "Has_Contract__c", true}, {"salesforce", "Hot__c", true}, {"salesforce", "NumberOfSeats", false}, {"salesforce", "Seat_Count__c", false},
		{"pipedrive", "Organization - People", false}, {"pipedrive", "Organization - Won deals", false}, {"hubspot", "Hot", false}, {"", "Is customer", true}, {"", "Rang", false}, {"zoho", "Email Opt Out", true},
	} {
		b := &builder{result: &Result{CRM: c.crm}}
		s := newSrc(textTable("t", []string{c.header}, []string{"1"}, []string{"0"}), accounts)
		if got := b.bitsAreTruths(s, 0); got != c.truth {
			t.Errorf("%s %q: %v, want %v", c.crm, c.header, got, c.truth)
		}
	}
}
