package value

import (
	"testing"
	"time"
)

func benchReader(b *testing.B, t ColumnType, zone string, cell string) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		b.Fatal(err)
	}
	r, err := t.Compile(loc)
	if err != nil {
		b.Fatal(err)
	}
	c := Cell{Text: cell}
	b.ReportAllocs()
	for b.Loop() {
		if _, p := r.Read(c); p != nil {
			b.Fatal(p.Message)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, bench := range []struct {
		name string
		t    ColumnType
		cell string
	}{
		{"text", ColumnType{Kind: Text}, "0061X00000abcDEF"},
		{"decimal", ColumnType{Kind: Number}, "1234567.89"},
		{"decimal whole", ColumnType{Kind: Number}, "12500.00"},
		{"decimal continental", ColumnType{Kind: Number, Decimal: ',', Group: '.'}, "1.234.567,89"},
		{"decimal stripped", ColumnType{Kind: Number, Group: ',', Strip: true}, "$1,234,567.89"},
		{"boolean", ColumnType{Kind: Bool}, "true"},
		{"boolean own words", ColumnType{Kind: Bool, Truthy: []string{"ja"}, Falsy: []string{"nein"}}, "nein"},
		{"date", ColumnType{Kind: Date}, "2024-03-15"},
		{"date with midnight", ColumnType{Kind: Date}, "2024-03-15 00:00:00"},
		{"date format", ColumnType{Kind: Date, Formats: []string{"%d/%m/%Y"}}, "15/03/2024"},
		{"date two formats", ColumnType{Kind: Date, Formats: []string{"%d/%m/%Y", "%Y-%m-%d"}}, "15/03/2024"},
		{"datetime Z", ColumnType{Kind: DateTime}, "2024-03-15T10:00:00Z"},
		{"datetime fraction offset", ColumnType{Kind: DateTime}, "2024-03-15T10:00:00.000+0000"},
		{"datetime in zone", ColumnType{Kind: DateTime}, "2024-03-15 10:00:00"},
		{"datetime format", ColumnType{Kind: DateTime, Formats: []string{"%m/%d/%Y %I:%M %p"}}, "03/15/2024 10:30 AM"},
	} {
		b.Run(bench.name, func(b *testing.B) { benchReader(b, bench.t, "America/New_York", bench.cell) })
	}
}

func BenchmarkNumbers(b *testing.B) {
	x, _ := ParseNumber("1234567.89")
	y, _ := ParseNumber("1.0875")
	hundred := OfInt(100)
	var buf [64]byte
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ParseNumber("1234567.89")
		}
	})
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x.AppendNumber(buf[:0])
		}
	})
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Add(x, y)
		}
	})
	b.Run("mul round", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v, _ := Mul(x, y)
			Round(v, 2)
		}
	})
	b.Run("div even", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Div(x, hundred)
		}
	})
	b.Run("div 34 digits", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Div(x, y)
		}
	})
	b.Run("compare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Compare(x, y)
		}
	})
}

func BenchmarkDates(b *testing.B) {
	loc, _ := time.LoadLocation("America/New_York")
	zone := NewZone(loc)
	v, _ := ParseISODateTime("2024-03-15T10:00:00Z", nil)
	l, _ := CompileLayout("%d %b %Y %H:%M")
	var buf [64]byte
	b.Run("AppendRFC3339", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			AppendRFC3339(buf[:0], v)
		}
	})
	b.Run("AppendFormat", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			AppendFormat(buf[:0], v, l)
		}
	})
	b.Run("LocalDate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			LocalDate(v, loc)
		}
	})
	b.Run("Zone.LocalDate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			zone.LocalDate(v)
		}
	})
	b.Run("Midnight", func(b *testing.B) {
		b.ReportAllocs()
		d := LocalDate(v, loc)
		for b.Loop() {
			Midnight(d, loc)
		}
	})
	b.Run("NewZone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			NewZone(loc)
		}
	})
}
