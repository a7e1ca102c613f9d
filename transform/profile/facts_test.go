package profile

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/value"
)

// oneColumn profiles a column of cells, of which none may hold a line break.
func oneColumn(t testing.TB, cells ...string) *Column {
	t.Helper()
	return read(t, table([][]string{{"col"}}, cells), 1).Columns[0]
}

// table writes rows; a column of its own keeps rows with an empty cell from
// being empty rows.
func table(header [][]string, cells []string) string {
	var b strings.Builder
	b.WriteString("\"" + header[0][0] + "\",keep\n")
	for _, c := range cells {
		b.WriteString("\"" + strings.ReplaceAll(c, `"`, `""`) + "\",1\n")
	}
	return b.String()
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		want  Column // Kind and what follows from it
	}{
		{"empty", []string{"", " "}, Column{Kind: Empty}},
		{"text", []string{"a", "1"}, Column{Kind: Text}},
		{"whole numbers", []string{"1", "-20", "300"}, Column{Kind: Integer, Decimals: '.'}},
		{"a lone 1 is no truth", []string{"1", ""}, Column{Kind: Integer, Decimals: '.'}},
		{"numbers", []string{"1", "2.5"}, Column{Kind: Decimal, Decimals: '.'}},
		{"three places and no other sign", []string{"1.234", "2.500"}, Column{Kind: Decimal, Decimals: '.', Unclear: true}},
		{"a fourth digit clears it", []string{"1.2345", "2.500"}, Column{Kind: Decimal, Decimals: '.'}},
		{"a zero ahead clears it", []string{"0.125", "0.250"}, Column{Kind: Decimal, Decimals: '.'}},
		{"a comma before three digits", []string{"1,234"}, Column{Kind: Integer, Decimals: '.', Group: ',', Unclear: true}},
		{"groups and a point", []string{"1,234.50", "7"}, Column{Kind: Decimal, Decimals: '.', Group: ','}},
		{"two commas", []string{"1,234,567"}, Column{Kind: Integer, Decimals: '.', Group: ','}},
		{"continental", []string{"1.234,50", "7"}, Column{Kind: Decimal, Decimals: ',', Group: '.'}},
		{"comma alone", []string{"1234,5"}, Column{Kind: Decimal, Decimals: ','}},
		{"blanks between groups", []string{"1 234,5"}, Column{Kind: Decimal, Decimals: ',', Group: ' '}},
		{"Swiss", []string{"1'234.50"}, Column{Kind: Decimal, Decimals: '.', Group: '\''}},
		{"dollars", []string{"$1,200.50", "$3"}, Column{Kind: Decimal, Decimals: '.', Group: ',', Strip: true, Money: []string{"$"}}},
		{"code behind", []string{"12.5 EUR"}, Column{Kind: Decimal, Decimals: '.', Strip: true, Money: []string{"EUR"}}},
		{"thousands", []string{"$342.09K", "$1,117.1234K"}, Column{Kind: Decimal, Decimals: '.', Group: ',', Strip: true, Suffix: true, Money: []string{"$"}}},
		{"signs that contradict", []string{"1.5", "1,5"}, Column{Kind: Text}},
		{"percent is no number", []string{"10%"}, Column{Kind: Text}},
		{"true and false", []string{"true", "FALSE"}, Column{Kind: Boolean, Truthy: "true", Falsy: "FALSE"}},
		{"0 and 1", []string{"0", "1", ""}, Column{Kind: Boolean, Truthy: "1", Falsy: "0"}},
		{"yes alone", []string{"yes", ""}, Column{Kind: Boolean, Truthy: "yes"}},
		{"ja und nein", []string{"Ja", "Nein"}, Column{Kind: Boolean, Truthy: "Ja", Falsy: "Nein"}},
		{"two vocabularies", []string{"false", "true", "1", "0", "1"}, Column{Kind: Boolean, Truthy: "1", Falsy: "false"}},
		{"one side of two vocabularies", []string{"true", "1", "yes"}, Column{Kind: Text}},
		{"three words", []string{"yes", "no", "maybe"}, Column{Kind: Text}},
		{"ISO dates", []string{"2024-03-15", "2024-02-29"}, Column{Kind: Date}},
		{"no such day", []string{"2023-02-29"}, Column{Kind: Text}},
		{"midnights", []string{"2023-09-06 00:00:00", ""}, Column{Kind: Date}},
		{"midnight with an offset is an instant", []string{"2023-09-06T00:00:00Z"}, Column{Kind: DateTime}},
		{"ISO date-times", []string{"2023-10-28 20:45:25", "2024-01-22T14:49:34.000+0000", "2020-12-30 3:15:52"}, Column{Kind: DateTime}},
		{"dates among date-times", []string{"2023-10-28 20:45:25", "2023-10-29"}, Column{Kind: DateTime, Formats: []string{"iso", "%Y-%m-%d"}}},
		{"UTC by name", []string{"2023-11-11 08:18:16.519000 UTC"}, Column{Kind: DateTime, Formats: []string{"%Y-%m-%d %H:%M:%S.%f %Z"}}},
		{"day first", []string{"01/02/2024", "13/02/2024"}, Column{Kind: Date, Formats: []string{"%d/%m/%Y"}, Order: DayFirst, OrderRow: 3}},
		{"month first", []string{"1/2/2024", "", "2/13/2024"}, Column{Kind: Date, Formats: []string{"%m/%d/%Y"}, Order: MonthFirst, OrderRow: 4}},
		{"either", []string{"01/02/2024", "02/03/2024"}, Column{Kind: Date, Formats: []string{"%d/%m/%Y"}, Either: []string{"%m/%d/%Y"}, Order: Ambiguous}},
		{"both", []string{"13/02/2024", "02/13/2024"}, Column{Kind: Text, Order: Mixed, OrderRow: 2, OtherRow: 3}},
		{"one form proves the other", []string{"5/2/2024 7:42", "8/31/2024"}, Column{Kind: DateTime, Formats: []string{"%m/%d/%Y %H:%M", "%m/%d/%Y"}, Order: MonthFirst, OrderRow: 3}},
		{"two digits of a year", []string{"24.12.99"}, Column{Kind: Date, Formats: []string{"%d.%m.%y"}, Order: DayFirst, OrderRow: 2}},
		{"twelve hours", []string{"02/24/2026, 2:18 AM"}, Column{Kind: DateTime, Formats: []string{"%m/%d/%Y, %I:%M %p"}, Order: MonthFirst, OrderRow: 2}},
		{"month names", []string{"15 Apr, 2021 00:03:00"}, Column{Kind: DateTime, Formats: []string{"%d %b, %Y %H:%M:%S"}}},
		{"months ahead", []string{"April 15, 2021", "May 1, 2021"}, Column{Kind: Date, Formats: []string{"%b %d, %Y"}}},
		{"weekdays", []string{"Thu, 15 Apr 2021"}, Column{Kind: Date, Formats: []string{"%a, %d %b %Y"}}},
		{"the wrong weekday", []string{"Fri, 15 Apr 2021"}, Column{Kind: Text}},
		{"eight digits", []string{"20240315", "20240229"}, Column{Kind: Date, Formats: []string{"%Y%m%d"}}},
		{"eight digits that are no dates", []string{"20240315", "99999999"}, Column{Kind: Integer, Decimals: '.'}},
		{"years are numbers", []string{"2023", "2024"}, Column{Kind: Integer, Decimals: '.'}},
		{"telephone numbers", []string{"831.605.2433x72946", "(512) 757-6000"}, Column{Kind: Text}},
		{"lists", []string{"a;b", "c;d;e", "f"}, Column{Kind: List, Separator: ";"}},
		{"words for nothing", []string{"NULL", "1", "N/A", "2", "NULL"}, Column{Kind: Integer, Decimals: '.', Nulls: []Count{{"NULL", 2}, {"N/A", 1}}}},
		{"ids of zeros", []string{"000000000000000AAA", "001Hp00002g1VGbIAM"}, Column{Kind: Text, Nulls: []Count{{"000000000000000AAA", 1}}}},
		{"the header again", []string{"1", "col", "2"}, Column{Kind: Integer, Decimals: '.', Nulls: []Count{{"col", 1}}}},
		{"nothing but words for nothing", []string{"None", "None"}, Column{Kind: Text, Nulls: []Count{{"None", 2}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oneColumn(t, c.cells...)
			have := Column{Kind: got.Kind, Formats: got.Formats, Order: got.Order, OrderRow: got.OrderRow, OtherRow: got.OtherRow, Either: got.Either, Decimals: got.Decimals, Group: got.Group,
				Strip: got.Strip, Suffix: got.Suffix, Unclear: got.Unclear, Money: got.Money, Truthy: got.Truthy, Falsy: got.Falsy, Separator: got.Separator, Nulls: got.Nulls}
			if fmt.Sprintf("%+v", have) != fmt.Sprintf("%+v", c.want) {
				t.Errorf("got  %+v\nwant %+v", have, c.want)
			}
		})
	}
}

// TestNearly: a few cells that do not fit are told apart from a text.
func TestNearly(t *testing.T) {
	many := func(n int, cells ...string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("a %d", i))
		}
		return append(list, cells...)
	}
	for _, c := range []struct {
		name  string
		cells []string
		want  *Column // Kind, Formats, Order, Decimals, Group, Money, Misses, Miss, MissRow
	}{
		{"a day that is none", []string{"15 Mar, 2024", "30 Sep, 2024", "31 Nov, 2024", "1 Dec, 2024"}, &Column{Kind: Date, Formats: []string{"%d %b, %Y"}, Misses: 1, Miss: "31 Nov, 2024", MissRow: 4}},
		{"a form of a bad date does not count", []string{"2024-03-15", "2024-03-16", "2024-03-17", "99/99/2024"}, &Column{Kind: Date, Misses: 1, Miss: "99/99/2024", MissRow: 5}},
		{"money of another country", []string{"$1,200.50", "$2.00", "€ 2.900,00", "$3.00", "", "$3.00"}, &Column{Kind: Decimal, Decimals: '.', Group: ',', Strip: true, Money: []string{"$", "€"}, Misses: 1, Miss: "€ 2.900,00", MissRow: 4}},
		{"cells, not texts", []string{"1", "2", "3", "4", "5", "x", "x"}, nil},
		{"cells again", []string{"1", "2", "3", "4", "5", "6", "x", "x"}, &Column{Kind: Integer, Decimals: '.', Misses: 2, Miss: "x", MissRow: 8}},
		{"half", []string{"2024-03-15", "x"}, nil},
		{"texts ahead", many(maxLost+1, many(0, strings.Fields(strings.Repeat("1 2 3 4 ", 100))...)...), nil},
		{"dates rather than numbers", []string{"20240315", "20240316", "20240317", "x"}, &Column{Kind: Date, Formats: []string{"%Y%m%d"}, Misses: 1, Miss: "x", MissRow: 5}},
		{"two orders are no date", []string{"13/02/2024", "02/13/2024", "01/01/2024", "02/01/2024"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := oneColumn(t, c.cells...)
			if got.Kind != Text {
				t.Errorf("the kind is %s", got.Kind)
			}
			if d := cmp.Diff(c.want, got.Nearly); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		cell string
		want Shapes
	}{
		{"001Hp00002g1VGbIAM", Shapes{Salesforce18: 1, Legal: 1}},
		{"001Hp00002g1VGbIAN", Shapes{Legal: 1}}, // a wrong checksum
		{"001Hp00002g1VGb", Shapes{Salesforce15: 1, Legal: 1}},
		{"4f59ed0d-0000-4000-8000-000000000001", Shapes{GUID: 1, Legal: 1}},
		{"{4f59ed0d-0000-4000-8000-000000000001}", Shapes{GUID: 1}},
		{"ada@acme.example", Shapes{Email: 1, Legal: 1}},
		{"autoproc@00dhp", Shapes{}},
		{"https://acme.example/x", Shapes{URL: 1}},
		{"acme.example", Shapes{Host: 1}},
		{"0061", Shapes{Digits: 1, LeadingZero: 1, Legal: 1}},
		{"2182162682", Shapes{Digits: 1, Phone: 1, Legal: 1}},
		{"+41 44 668 18 00", Shapes{Phone: 1}},
		{"2024-03-15", Shapes{Legal: 1}},
		{"EUR", Shapes{Code: 1, Legal: 1}},
		{"a_b", Shapes{}},
		{"two\nlines", Shapes{Multiline: 1}},
	} {
		t.Run(c.cell, func(t *testing.T) {
			if got := oneColumn(t, c.cell).Shapes; got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

// randomTable makes columns of many kinds; the last one holds anything.
func randomTable(seed uint64, rows int) (text string, cells [][]string) {
	r := rand.New(rand.NewPCG(seed, 1))
	makers := []func() string{
		func() string { return fmt.Sprint(r.IntN(1_000_000)) },
		func() string { return fmt.Sprintf("%d.%02d", r.IntN(1000), r.IntN(100)) },
		func() string { return fmt.Sprintf("%d.%03d,%02d €", r.IntN(99)+1, r.IntN(1000), r.IntN(100)) },
		func() string { return fmt.Sprintf("%02d/%02d/2024", r.IntN(28)+1, r.IntN(12)+1) },
		func() string {
			return fmt.Sprintf("%d/%d/24 %d:%02d PM", r.IntN(12)+1, r.IntN(12)+1, r.IntN(12)+1, r.IntN(60))
		},
		func() string {
			return fmt.Sprintf("2024-%02d-%02dT10:%02d:00Z", r.IntN(12)+1, r.IntN(28)+1, r.IntN(60))
		},
		func() string { return []string{"Yes", "no"}[r.IntN(2)] },
		func() string { return []string{"Open", "Won", "Lost", "NULL"}[r.IntN(4)] },
		func() string { return []string{"", "a;b", `say "hi"`, "x\ny", "Zürich", " pad "}[r.IntN(6)] },
		func() string {
			return []string{"", "1", "1.5", "01/02/2024", "true", "2024-01-01", "x@y.example"}[r.IntN(7)]
		},
		func() string {
			return []string{"$1,200.50", fmt.Sprint(r.IntN(5000)), "€ 1.200,5"}[min(2, r.IntN(12))%3]
		},
		func() string {
			return []string{"31 Nov, 2024", fmt.Sprintf("%02d Nov, 2024", r.IntN(30)+1)}[min(1, r.IntN(9))]
		},
	}
	var b strings.Builder
	for i := range makers {
		fmt.Fprintf(&b, "c%d,", i)
	}
	b.WriteString("keep\n")
	cells = make([][]string, len(makers))
	for range rows {
		for i, f := range makers {
			s := f()
			cells[i] = append(cells[i], s)
			b.WriteString(`"` + strings.ReplaceAll(s, `"`, `""`) + `",`)
		}
		b.WriteString("k\n")
	}
	return b.String(), cells
}

// readerOf is the reader that a mapping would read the column with.
func readerOf(t *testing.T, c *Column) *value.Reader {
	t.Helper()
	ct := value.ColumnType{Kind: value.Text}
	switch c.Kind {
	case Integer, Decimal:
		ct = value.ColumnType{Kind: value.Number, Integer: c.Kind == Integer, Decimal: c.Decimals, Group: c.Group, Strip: c.Strip}
		if c.Suffix {
			ct.Suffix = Suffixes()
		}
	case Boolean:
		ct = value.ColumnType{Kind: value.Bool, Truthy: []string{c.Truthy}, Falsy: []string{c.Falsy}}
		words := map[string]bool{}
		for _, v := range c.Values {
			if !slices.ContainsFunc(c.Nulls, func(n Count) bool { return n.Text == v.Text }) {
				words[strings.ToLower(v.Text)] = true
			}
		}
		if len(words) > 2 { // several vocabularies, which the type reads without being told
			ct.Truthy, ct.Falsy = nil, nil
		}
	case Date:
		ct = value.ColumnType{Kind: value.Date, Formats: c.Formats}
	case DateTime:
		ct = value.ColumnType{Kind: value.DateTime, Formats: c.Formats}
	case List:
		ct = value.ColumnType{Kind: value.List, Separator: c.Separator}
	}
	r, err := ct.Compile(nil)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return r
}

// TestAgainstReference counts everything again in the plainest way, and reads
// every cell with the reader that the found type makes.
func TestAgainstReference(t *testing.T) {
	for seed := range uint64(20) {
		rows := []int{1, 3, 50, 4000}[seed%4]
		text, cells := randomTable(seed, rows)
		p := read(t, text, 2)
		if p.Rows != rows {
			t.Fatalf("seed %d: %d rows, want %d", seed, p.Rows, rows)
		}
		for i, list := range cells {
			c := p.Columns[i]
			reader := readerOf(t, c)
			counts := map[string]int{}
			var order []string
			shortest, longest, nulls := 0, 0, 0
			for _, s := range list {
				s = value.Trim(s)
				if s == "" {
					continue
				}
				if counts[s]++; counts[s] == 1 {
					order = append(order, s)
				}
				n := utf8.RuneCountInString(s)
				if shortest == 0 || n < shortest {
					shortest = n
				}
				longest = max(longest, n)
				if isNull(s) {
					nulls++
					continue
				}
				if _, problem := reader.Read(value.Cell{Text: s}); problem != nil {
					t.Fatalf("seed %d, %s: taken for %s %v, but %q is none: %s", seed, c.Name, c.Kind, c.Formats, s, problem.Message)
				}
			}
			filled := 0
			for _, n := range counts {
				filled += n
			}
			if c.Filled != filled || c.Empty != rows-filled || c.Distinct != len(counts) || !c.Exact || c.Shortest != shortest || c.Longest != longest || c.Unique != (filled > 0 && len(counts) == filled) {
				t.Errorf("seed %d, %s: got %d filled, %d empty, %d distinct, lengths %d to %d, unique %v; want %d, %d, %d, %d to %d", seed, c.Name,
					c.Filled, c.Empty, c.Distinct, c.Shortest, c.Longest, c.Unique, filled, rows-filled, len(counts), shortest, longest)
			}
			if want := order[:min(len(order), maxSamples)]; len(want)+len(c.Samples) > 0 && !reflect.DeepEqual(c.Samples, want) {
				t.Errorf("seed %d, %s: samples %q, want %q", seed, c.Name, c.Samples, want)
			}
			found := 0
			for _, n := range c.Nulls {
				found += n.Count
			}
			if found != nulls {
				t.Errorf("seed %d, %s: %d words for nothing, want %d", seed, c.Name, found, nulls)
			}
			if len(counts) <= maxValues {
				sort.SliceStable(order, func(a, b int) bool { return counts[order[a]] > counts[order[b]] })
				for k, v := range c.Values {
					if v.Text != order[k] || v.Count != counts[order[k]] {
						t.Errorf("seed %d, %s: value %d is %v, want %q %d", seed, c.Name, k, v, order[k], counts[order[k]])
						break
					}
				}
			} else if c.Values != nil {
				t.Errorf("seed %d, %s: %d values are listed", seed, c.Name, len(c.Values))
			}
		}
	}
}

// TestWorkers: what is found does not depend on the number of workers.
func TestWorkers(t *testing.T) {
	text, _ := randomTable(7, 20_000)
	one := read(t, text, 1)
	for _, n := range []int{2, 5} {
		if d := cmp.Diff(one, read(t, text, n)); d != "" {
			t.Errorf("%d workers find other facts than one:\n%.2000s", n, d)
		}
	}
}

func TestEstimate(t *testing.T) {
	const rows = 60_000
	var b strings.Builder
	b.WriteString("id,pair,few\n")
	for i := range rows {
		fmt.Fprintf(&b, "a%d,P%d,%d\n", i, i/2, i%7)
	}
	p := read(t, b.String(), 2)
	id, pair, few := p.Columns[0], p.Columns[1], p.Columns[2]
	near := func(got, want int) bool { return got > want*95/100 && got < want*105/100 }
	if id.Exact || !near(id.Distinct, rows) || !id.Unique || id.Level == 0 || len(id.Keys) > maxDistinct || id.Values != nil {
		t.Errorf("id: %d distinct, exact %v, unique %v, level %d, %d keys", id.Distinct, id.Exact, id.Unique, id.Level, len(id.Keys))
	}
	if pair.Exact || !near(pair.Distinct, rows/2) || pair.Unique {
		t.Errorf("pair: %d distinct, exact %v, unique %v", pair.Distinct, pair.Exact, pair.Unique)
	}
	if !few.Exact || few.Distinct != 7 || few.Values[0].Count != (rows+6)/7 {
		t.Errorf("few: %+v", few.Values)
	}
	for _, k := range id.Keys {
		if k.Rank>>(64-id.Level) != 0 {
			t.Fatalf("%q has the rank %x at level %d", k.Text, k.Rank, id.Level)
		}
	}
}

// TestRank: what starter joins by has one rank in both columns.
func TestRank(t *testing.T) {
	rank := func(s string) uint64 {
		r, _ := rankOf(s, shapeOfText(s), nil)
		return r
	}
	if rank("Ada@Acme.example") != rank("ada@acme.example") {
		t.Error("case changes the rank")
	}
	if rank("001Hp00002g1VGbIAM") != rank("001Hp00002g1VGb") {
		t.Error("the two lengths of an id have two ranks")
	}
	if rank("a") == rank("b") {
		t.Error("two texts have one rank")
	}
}

func FuzzForm(f *testing.F) {
	for _, s := range []string{"2024-03-15", "15/03/2024 10:12", "Apr 15, 2021", "15 Apr, 2021 00:03:00", "2/24/2026, 2:18 AM", "Thu, 15 Apr 2021 10:00:00.5 +0200", "20240315", "1.2.24", "2024-03-15 10:00 UTC", "01. 02. 2024"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form, ok := formOf(s)
		if !ok || form.kind == isoTime {
			return
		}
		for _, first := range []bool{false, true} {
			if _, err := value.CompileLayout(form.format(first)); err != nil {
				t.Errorf("%q makes the format %q: %v", s, form.format(first), err)
			}
		}
	})
}

func FuzzColumn(f *testing.F) {
	f.Add("1", "2.5", "$3")
	f.Add("01/02/2024", "13/02/2024", "2/3/24 10:00 AM")
	f.Add("yes", "no", "NULL")
	f.Add("1,234", "1.5K", "(2)")
	f.Add("Y", "0", "true")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		list := []string{a, b, c}
		for _, s := range list {
			if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n") {
				return
			}
		}
		col := oneColumn(t, list...)
		reader := readerOf(t, col)
		for _, s := range list {
			if s = value.Trim(s); s == "" || isNull(s) || s == "col" {
				continue
			}
			if s[0] == '\'' {
				return // the source drops an apostrophe before a formula
			}
			if _, problem := reader.Read(value.Cell{Text: s}); problem != nil {
				t.Errorf("taken for %s %v %c %c, but %q is none: %s", col.Kind, col.Formats, col.Decimals, col.Group, s, problem.Message)
			}
		}
	})
}
