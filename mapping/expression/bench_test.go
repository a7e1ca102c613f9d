package expression

import (
	"testing"
	"time"

	"crm2gong/mapping/value"
)

// conversion is a usual mapping of opportunities to deals.
var conversion = []struct{ field, src string }{
	{"objectId", `Id`},
	{"modifiedDate", `LastModifiedDate`},
	{"isDeleted", `IsDeleted`},
	{"url", `"https://crm.example.com/" + Id`},
	{"accountId", `AccountId`},
	{"ownerId", `OwnerId`},
	{"name", `Name ?? ("Deal_" + Id)`},
	{"createdDate", `CreatedDate`},
	{"closeDate", `CloseDate`},
	{"status", `dealStatus(StageName)`},
	{"stage", `stageId(StageName)`},
	{"amount", `convert(Amount, CurrencyIsoCode, CloseDate)`},
	{"probability", `Probability`},
}

// longhand says the same with more of the language.
var longhand = []struct{ field, src string }{
	{"modifiedDate", `LastModifiedDate[:19] + "Z"`},
	{"isDeleted", `AccountId == "true"`},
	{"url", `"https://crm.example.com/" + Id + "?a=" + AccountId`},
	{"name", `let n = trim(Name ?? ""); n == "" ? "Deal_" + Id : n`},
	{"status", `StageName == "Closed Won" ? "WON" : StageName == "Closed Lost" ? "LOST" : "OPEN"`},
	{"amount", `Amount == nil ? nil : round(Amount * 1.085 * 100) / 100`},
	{"filter", `Name != nil and not (Name startsWith "TEST") and Amount >= 10`},
	{"in", `StageName in ["a", "b", "Closed Won"]`},
	{"lower", `lower(StageName)`},
	{"matches", "Id matches `^006`"},
	{"date", `CloseDate < today()`},
	{"lookup", `stageRow(StageName).Name`},
	{"list", `any(split(Id, "x"), # startsWith "0")`},
}

func benchWorld(b *testing.B) (*Frame, *Scope) {
	frame := &Frame{Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Zone: time.UTC}
	for _, c := range []struct {
		name, cell string
		kind       value.Kind
	}{
		{"Id", "0061U00000abcDEFQA", value.Text}, {"LastModifiedDate", "2024-03-15T10:00:00.000+0000", value.Text}, {"IsDeleted", "false", value.Bool},
		{"AccountId", "0011U00000abcDEFQA", value.Text}, {"OwnerId", "0051U00000abcDEFQA", value.Text}, {"Name", "Acme - 200 seats", value.Text},
		{"CreatedDate", "2024-01-15T10:00:00.000+0000", value.Text}, {"CloseDate", "2024-04-30", value.Date}, {"StageName", "Closed Won", value.Text},
		{"Amount", "12345.67", value.Number}, {"CurrencyIsoCode", "EUR", value.Text}, {"Probability", "75", value.Number},
	} {
		typ := value.ColumnType{Kind: c.kind}
		reader, err := typ.Compile(time.UTC)
		if err != nil {
			b.Fatal(err)
		}
		frame.Layout = append(frame.Layout, Column{Name: c.name, Index: len(frame.Cells), Type: reader.Type(), Read: reader})
		frame.Cells = append(frame.Cells, value.Cell{Text: c.cell})
	}
	status := map[string]value.Value{"Closed Won": value.OfText("WON")}
	rate, _ := value.ParseNumber("1.085")
	stage := value.OfRecord(rowFields{value.OfText("won"), value.OfText("Berlin"), value.OfInt(2)})
	table := func(f *Frame, args []value.Value) value.Value { return status[args[0].Text()] }
	frame.Tables = []Table{tableFunc(table), tableFunc(table),
		tableFunc(func(f *Frame, args []value.Value) value.Value {
			v, _ := value.Mul(args[0], rate)
			return value.Round(v, 2)
		}), tableFunc(func(f *Frame, args []value.Value) value.Value { return stage })}
	callees := map[string]*Callee{
		"dealStatus": {Kind: Enum, Table: 0, Params: []string{"value"}, Result: typeText},
		"stageId":    {Kind: Lookup, Table: 1, Params: []string{"key"}, Result: typeText},
		"convert":    {Kind: Money, Table: 2, Params: []string{"amount", "currency", "date"}, Result: typeNum},
		"stageRow":   {Kind: Lookup, Table: 3, Params: []string{"key"}, Result: value.Type{Kind: value.Record, Record: accountType, Nullable: true}},
	}
	scope := &Scope{Callee: func(name string) *Callee { return callees[name] }, Column: func(name string) (int, Column, *Fault) {
		for i, c := range frame.Layout {
			if c.Name == name {
				return i, c, nil
			}
		}
		return 0, Column{}, &Fault{Message: "no column " + name}
	}}
	return frame, scope
}

func benchPrograms(b *testing.B, sources []struct{ field, src string }) {
	frame, scope := benchWorld(b)
	var all []*Program
	for _, s := range sources {
		p, faults := mustParse(b, s.src).Compile(scope)
		if p == nil {
			b.Fatal(s.src, faults)
		}
		all = append(all, p)
		b.Run(s.field, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				frame.Next()
				if _, x := p.Eval(frame); x != nil {
					b.Fatal(x.Message)
				}
			}
		})
	}
	b.Run("all", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			frame.Next()
			for _, p := range all {
				if _, x := p.Eval(frame); x != nil {
					b.Fatal(x.Message)
				}
			}
		}
	})
}

func BenchmarkConversion(b *testing.B) { benchPrograms(b, conversion) }
func BenchmarkLonghand(b *testing.B)   { benchPrograms(b, longhand) }

func BenchmarkCompile(b *testing.B) {
	_, scope := benchWorld(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range conversion {
			if p, _ := mustParse(b, s.src).Compile(scope); p == nil {
				b.Fatal(s.src)
			}
		}
	}
}

// TestConversionDoesNotAllocate holds the usual paths to no allocation.
func TestConversionDoesNotAllocate(t *testing.T) {
	var b testing.B
	frame, scope := benchWorld(&b)
	for _, s := range append(conversion[:len(conversion):len(conversion)], longhand[:6]...) {
		p, faults := mustParse(t, s.src).Compile(scope)
		if p == nil {
			t.Fatal(faults)
		}
		if n := testing.AllocsPerRun(100, func() { frame.Next(); p.Eval(frame) }); n > 0 {
			t.Errorf("%s: %v allocations", s.src, n)
		}
	}
}
