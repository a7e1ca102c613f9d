package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/xuri/excelize/v2"
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

// BenchmarkCSV reads a file of 100,000 rows with one goroutine, every cell of
// every row taken out, beside encoding/csv with ReuseRecord on the same file:
//
//	go test ./transform/source -run '^$' -bench CSV -count 5
//
// At least twice the rows per second of encoding/csv are wanted, with LF and
// with CRLF; about four times and three and a half are usual. Compare figures of
// one run only, on a machine that does nothing else.
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

// sharedWorkbook makes a workbook as spreadsheets write it: texts shared,
// numbers and dates in the cells.
func sharedWorkbook(b *testing.B, rows int) string {
	var texts, cells strings.Builder
	n := 0
	text := func(s string) int {
		fmt.Fprintf(&texts, "<si><t>%s</t></si>", s)
		n++
		return n - 1
	}
	var common []int
	for i := range 50 {
		common = append(common, text(fmt.Sprintf("Some usual text %d", i)))
	}
	cells.WriteString(`<row r="1" spans="1:20">`)
	for c := range 20 {
		fmt.Fprintf(&cells, `<c r="%s1" t="s"><v>%d</v></c>`, columnName(c), text(fmt.Sprintf("Column %d", c)))
	}
	cells.WriteString("</row>")
	for r := 2; r < rows+2; r++ {
		fmt.Fprintf(&cells, `<row r="%d" spans="1:20" x14ac:dyDescent="0.25">`, r)
		for c := range 20 {
			ref := columnName(c) + strconv.Itoa(r)
			switch {
			case c < 3:
				fmt.Fprintf(&cells, `<c r="%s" t="s"><v>%d</v></c>`, ref, text(fmt.Sprintf("006Ec%08dIAM%d", r, c)))
			case c < 12:
				fmt.Fprintf(&cells, `<c r="%s" t="s"><v>%d</v></c>`, ref, common[(r*7+c)%50])
			case c < 16:
				fmt.Fprintf(&cells, `<c r="%s"><v>%d.%d</v></c>`, ref, r*37%100000, c)
			case c < 18:
				fmt.Fprintf(&cells, `<c r="%s" s="1"><v>%d</v></c>`, ref, 45000+r%700)
			default:
				fmt.Fprintf(&cells, `<c r="%s" t="b"><v>%d</v></c>`, ref, r&1)
			}
		}
		cells.WriteString("</row>")
	}
	return write(b, "x.xlsx", workbook(b, cells.String(), map[string]string{"xl/sharedStrings.xml": `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + texts.String() + "</sst>"}))
}

// BenchmarkXLSX reads a sheet of 50,000 rows and 20 columns beside excelize's row
// iterator with raw values on the same file:
//
//	go test ./transform/source -run '^$' -bench XLSX
//
// At least eight times the rows per second of excelize are wanted. What inflate
// alone takes is the least that any reader can.
func BenchmarkXLSX(b *testing.B) {
	const rows = 50_000
	name := sharedWorkbook(b, rows)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("source/workers=%d", workers), func(b *testing.B) {
			for b.Loop() {
				t, err := Open(csvSpec(name), Options{})
				if err != nil {
					b.Fatal(err)
				}
				var n atomic.Int64
				var wg sync.WaitGroup
				for range workers {
					wg.Go(func() {
						var block Block
						var r Rows
						for {
							ok, err := t.Next(&block)
							if err != nil {
								b.Error(err)
							}
							if !ok {
								return
							}
							for t.Rows(&block, &r); r.Next(); {
								n.Add(1)
							}
							if r.Err() != nil {
								b.Error(r.Err())
							}
						}
					})
				}
				wg.Wait()
				t.Close()
				if n.Load() != rows {
					b.Fatal(n.Load())
				}
			}
		})
	}
	b.Run("inflate", func(b *testing.B) {
		for b.Loop() {
			f, err := openFile(name)
			if err != nil {
				b.Fatal(err)
			}
			z, err := openZip(f)
			if err != nil {
				b.Fatal(err)
			}
			for _, m := range z.File {
				r, err := m.Open()
				if err != nil {
					b.Fatal(err)
				}
				io.Copy(io.Discard, r)
				r.Close()
			}
			f.Close()
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			x, err := excelize.OpenFile(name)
			if err != nil {
				b.Fatal(err)
			}
			it, err := x.Rows("Data")
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for it.Next() {
				if _, err := it.Columns(excelize.Options{RawCellValue: true}); err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != rows+1 {
				b.Fatal(n)
			}
			x.Close()
		}
	})
}

// BenchmarkSplit measures the stages of a block alone, without reading: the end
// of its last row, which is found under the lock, the index, the cells; and
// beside them encoding/csv with ReuseRecord. Rows have 24 cells and about 385
// bytes, all cells quoted or only one:
//
//	go test ./transform/source -run '^$' -bench Split -count 5
//
// "index and cells" is the whole work on a row and should take at most half the
// time of "encoding-csv" in the same run; a third is usual. "last row" must stay
// a few nanoseconds a row, for all workers wait for it.
// The cells are of many lengths, as branches that can be foretold cost nothing.
func BenchmarkSplit(b *testing.B) {
	for _, quoted := range []bool{true, false} {
		random := rand.New(rand.NewPCG(1, 2))
		var data []byte
		rows := 0
		for ; len(data) < blockSize; rows++ {
			for i := range 24 {
				if i > 0 {
					data = append(data, ',')
				}
				text := strings.Repeat("x", 1+random.IntN(2+i*7%23))
				if quoted || i == 3 {
					text = `"` + text + `"`
				}
				data = append(data, text...)
			}
			data = append(data, '\n')
		}
		b.Run(map[bool]string{true: "quoted", false: "minimal"}[quoted], func(b *testing.B) { splitStages(b, data, rows) })
	}
}

func splitStages(b *testing.B, data []byte, rows int) {
	t := &Table{header: make([]string, 24)}
	p := &part{table: t, width: 24, dialect: newDialect(',', false), inPlace: true}
	for i := range 24 {
		p.perm = append(p.perm, int32(i))
	}
	block := Block{part: p, Data: room(data, len(data)+slack)}
	var r Rows
	stage := func(name string, fn func() int) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if n := fn(); n != rows {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
		})
	}
	stage("last row", func() int {
		if cut, _ := p.dialect.lastRow(block.Data, &block.cells, false); cut != len(data) {
			return -1
		}
		return rows
	})
	stage("index", func() int {
		block.cells.scan(block.Data, &p.dialect)
		return len(block.cells.rows)
	})
	stage("index and cells", func() int {
		block.cells.scan(block.Data, &p.dialect)
		n := 0
		for t.Rows(&block, &r); r.Next(); {
			n++
		}
		return n
	})
	stage("encoding-csv", func() int {
		c := csv.NewReader(bytes.NewReader(data))
		c.ReuseRecord = true
		n := 0
		for {
			if _, err := c.Read(); err != nil {
				return n
			}
			n++
		}
	})
}
