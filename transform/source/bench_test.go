package source

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// quotedTable makes a CSV file of rows with 24 quoted cells and 385 bytes each.
func quotedTable(b testing.TB, rows int, crlf bool) string {
	name := filepath.Join(b.TempDir(), "quoted.csv")
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	end := "\n"
	if crlf {
		end = "\r\n"
	}
	for i := range 24 {
		fmt.Fprintf(f, `"Column_%d__c"`, i)
		if i < 23 {
			io.WriteString(f, ",")
		}
	}
	io.WriteString(f, end)
	for i := range rows {
		fmt.Fprintf(f, `"006Ec%012dIAM","false","001Ec%012dIAG","Big Deal %d, renewal","","Closed Won","%d.50","100","2024-03-%02d","New Business","","Web","true","true","Closed","Closed","","false","01sEc000000XyZ","EUR","005Ec000000AbCdIAK","2024-03-15T10:00:00.000Z","005Ec000000AbCdIAK","2024-05-15T10:00:00.000Z"%s`,
			i, i%1000, i, i%99991, i%28+1, end)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return name
}

func csvSpec(name string) Spec { return Spec{Files: []string{filepath.ToSlash(name)}, Header: 1} }

func BenchmarkCSV(b *testing.B) {
	for _, crlf := range []bool{false, true} {
		name := quotedTable(b, 100_000, crlf)
		info, _ := os.Stat(name)
		b.Run(fmt.Sprintf("source/crlf=%v", crlf), func(b *testing.B) {
			b.SetBytes(info.Size())
			b.ReportAllocs()
			var block Block
			var r Rows
			for b.Loop() {
				t, err := Open(csvSpec(name), Options{})
				if err != nil {
					b.Fatal(err)
				}
				n, total := 0, 0
				for {
					ok, err := t.Next(&block)
					if err != nil {
						b.Fatal(err)
					}
					if !ok {
						break
					}
					t.Rows(&block, &r)
					for r.Next() {
						n++
						total += len(r.Cells[3].Text)
					}
				}
				t.Close()
				if n != 100_000 || total == 0 {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/row")
		})
		b.Run(fmt.Sprintf("encoding-csv/crlf=%v", crlf), func(b *testing.B) {
			b.SetBytes(info.Size())
			for b.Loop() {
				f, err := os.Open(name)
				if err != nil {
					b.Fatal(err)
				}
				r := csv.NewReader(f)
				r.ReuseRecord = true
				for {
					if _, err := r.Read(); err != nil {
						break
					}
				}
				f.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/row")
		})
	}
}
