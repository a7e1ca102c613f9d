package source

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// row is what a test compares of a row.
type row struct {
	Row, Line int
	Cells     []string
	Ragged    int
}

// write makes a file and gives its path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(name)
}

// readAll reads a source with blocks of the given size and workers.
func readAll(spec Spec, opt Options, block, workers int) (header []string, rows []row, err error) {
	t, err := open(spec, opt, block)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close()
	type outcome struct {
		file        int
		rows        []row
		count, line int
		err         error
	}
	var mu sync.Mutex
	blocks := map[int]outcome{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var b Block
			var r Rows
			for {
				ok, err := t.Next(&b)
				if !ok && err == nil {
					return
				}
				o := outcome{file: b.File, err: err}
				if err == nil {
					for t.Rows(&b, &r); r.Next(); {
						o.rows = append(o.rows, row{r.Row, r.Line, texts(&r), r.Ragged})
					}
					o.count, o.line, o.err = r.Rows(), r.Lines(), r.Err()
				}
				mu.Lock()
				if kept, ok := blocks[b.Seq]; !ok || kept.err != nil {
					blocks[b.Seq] = o
				}
				mu.Unlock()
				if o.err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	file, before, lines := 0, 0, 0
	for seq := 0; seq < len(blocks); seq++ {
		o, ok := blocks[seq]
		if !ok {
			return nil, nil, fmt.Errorf("block %d is missing", seq)
		}
		if o.file != file {
			file, before, lines = o.file, 0, 0
		}
		for _, r := range o.rows {
			r.Row += before
			if r.Line > 0 {
				r.Line += lines
			}
			rows = append(rows, r)
		}
		before += o.count
		lines += o.line
		if o.err != nil {
			return t.Header(), rows, o.err
		}
	}
	return t.Header(), rows, nil
}

func texts(r *Rows) []string {
	cells := make([]string, len(r.Cells))
	for i, c := range r.Cells {
		cells[i] = strings.Clone(c.Text)
	}
	return cells
}

// reference reads text the slow and plain way: rune by rune, all in memory.
type reference struct {
	rows   [][]string
	lines  []int // line at which each row begins
	broken int   // row whose quote is never closed; 0: none
}

func read(text string, delim rune, noTrim bool) reference {
	var ref reference
	s := []rune(text)
	line, i := 1, 0
	newline := func(i int) int { // length of the line break at i
		if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			return 2
		}
		if s[i] == '\r' || s[i] == '\n' {
			return 1
		}
		return 0
	}
	for i < len(s) {
		ref.lines = append(ref.lines, line)
		var cells []string
		for {
			var cell []rune
			j := i
			for !noTrim && j < len(s) && (s[j] == ' ' || s[j] == '\t') && s[j] != delim {
				j++
			}
			if j < len(s) && s[j] == '"' {
				for i = j + 1; ; i++ {
					if i >= len(s) {
						ref.broken = len(ref.rows) + 1
						return ref
					}
					if s[i] == '"' {
						if i+1 < len(s) && s[i+1] == '"' {
							i++
						} else {
							break
						}
					}
					if n := newline(i); n == 1 || n == 2 {
						line++
						cell = append(cell, s[i:i+n]...)
						i += n - 1
						continue
					}
					cell = append(cell, s[i])
				}
				i++
			}
			for i < len(s) && s[i] != delim && newline(i) == 0 {
				cell = append(cell, s[i])
				i++
			}
			cells = append(cells, string(cell))
			if i < len(s) && s[i] == delim {
				i++
				continue
			}
			break
		}
		if i < len(s) {
			i += newline(i)
			line++
		}
		ref.rows = append(ref.rows, cells)
	}
	return ref
}

// want gives the rows that a table with the header in the first row has.
func (ref reference) want(noTrim bool) (header []string, rows []row) {
	for i, cells := range ref.rows {
		for k, c := range cells {
			if i == 0 && !noTrim {
				cells[k] = strings.TrimFunc(c, isBlank)
			}
		}
		if i == 0 {
			header = cells
			continue
		}
		r := row{Row: i + 1, Line: ref.lines[i], Cells: make([]string, len(header))}
		filled := false
		for k, c := range cells {
			filled = filled || noTrim && c != "" || strings.TrimFunc(c, isBlank) != ""
			if len(c) > 1 && c[0] == '\'' && strings.ContainsRune("=+-@", rune(c[1])) {
				c = c[1:]
			}
			if k < len(header) {
				r.Cells[k] = c
			} else if strings.TrimFunc(c, isBlank) != "" {
				r.Ragged++
			}
		}
		if filled {
			rows = append(rows, r)
		}
	}
	return header, rows
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a\n\"x\"\"y\"\n", "a,b\n\"1\n2\",3\n\n4,5", "a,b\n5\" x 7\",\"q\"\n\"x\"y,z\n",
		"a,b\n1, \"b, c\"\n", "a\n\"\"\n\"\"\"\"\n", "a,b\n,\n , \n'=1,'+2\n", "a,b\n\"open\n", "a,b\n\"1\r\n2\",\"\"\r\n\r\r\n3,4,5,6",
		"\"a\",\"b\"\n\"x\"\t,y\n", "a;b\n" + strings.Repeat("\"q,\"\"\n\";5\"\n", 40), "a,b\n\"" + strings.Repeat("long ", 60) + "\",2\n",
		strings.Repeat("\"c\",\"\"\"d\"\n", 30) + "\"e\nf\",g\r\n" + strings.Repeat("\"c\",\"d\"\r\n", 30) + "\"e\" ,\"f\"\r\n\r\n\"open",
		strings.Repeat("\"cc\",\"\"\r", 40) + "\n\"a\"\"\",\"\"\r\n" + strings.Repeat("\"1\r\n2\",\"3\"\r\n", 9) + "\"x\",\"y\"",
		"a,b\n" + strings.Repeat("\"c\",\"d\"\r\n", 60) + "x\"y,z\n" + strings.Repeat("\"c\",\"d\"\r\n", 60),
	} {
		f.Add(s, byte(0), byte(7), false)
		f.Add(s, byte(1), byte(64), true)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string, delim, block byte, noTrim bool) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00") || strings.HasPrefix(text, "\ufeff") {
			t.Skip("no text of a file that is read as UTF-8")
		}
		if _, n := separator([]byte(text)); n > 0 || strings.Contains(text, "_reason") {
			t.Skip("the first line says how the file is written, or that it holds rejects")
		}
		r := []rune{',', ';', '\t', '|', '§', ' '}[int(delim)%6]
		ref := read(text, r, noTrim)
		name := filepath.Join(dir, "t.csv")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		spec := Spec{Files: []string{filepath.ToSlash(name)}, Header: 1, Delimiter: r, Format: "csv", NoTrim: noTrim}
		for _, workers := range []int{1, 3} {
			header, rows, err := readAll(spec, Options{}, int(block)+1, workers)
			if ref.broken > 0 {
				if len(ref.rows) > 0 && isEmpty(strings.Join(ref.rows[0], "")) && err != nil {
					return
				}
				var e *Error
				if !errors.As(err, &e) || e.Row != ref.broken {
					t.Fatalf("a quote in row %d is not closed: %v", ref.broken, err)
				}
				return
			}
			wantHeader, wantRows := ref.want(noTrim)
			if len(wantHeader) == 0 || strings.TrimFunc(strings.Join(wantHeader, ""), isBlank) == "" {
				if err == nil {
					t.Fatal("an empty header is taken")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(wantHeader, header); d != "" {
				t.Fatalf("header (-want +got):\n%s", d)
			}
			if d := cmp.Diff(wantRows, rows); d != "" {
				t.Fatalf("%d workers, rows (-want +got):\n%s", workers, d)
			}
		}
		agree(t, text, r, ref)
	})
}

// agree holds the reference to encoding/csv where both read alike: no blanks
// before quotes, nothing behind them, no CR.
func agree(t *testing.T, text string, delim rune, ref reference) {
	if strings.ContainsAny(text, "\r") || delim == ' ' {
		return
	}
	c := csv.NewReader(strings.NewReader(text))
	c.Comma, c.FieldsPerRecord = delim, -1
	got, err := c.ReadAll()
	if err != nil {
		return
	}
	want := slices.DeleteFunc(slices.Clone(ref.rows), func(r []string) bool { return len(r) == 1 && r[0] == "" })
	got = slices.DeleteFunc(got, func(r []string) bool { return len(r) == 1 && r[0] == "" })
	if len(want) == 0 && len(got) == 0 {
		return
	}
	for i := range want[0] {
		if i < len(got[0]) && want[0][i] != got[0][i] {
			want[0][i] = got[0][i] // the header was trimmed
		}
	}
	if d := cmp.Diff(got, want); d != "" {
		t.Fatalf("encoding/csv (-) and reference (+):\n%s", d)
	}
}

// FuzzIndex holds the index, which is made 64 bytes at a time, to that of cells
// read byte by byte.
func FuzzIndex(f *testing.F) {
	for _, s := range []string{"\"a\",\"b\"\n", "\"a\"\"\",\"\"\r\n", "\"a\",b\n", "\"a\nb\",\"c\"\r", "\"a\",\"b\"\n\n", "\"a\" ,\"b\"\n", "x\"y,\"z\n", "\"open", " \"a\",\n"} {
		f.Add(s, s, byte(0), byte(20), false)
		f.Add("\"aa\",\"bb\"\r\n", s, byte(0), byte(9), true)
	}
	f.Fuzz(func(t *testing.T, first, second string, delim, times byte, noTrim bool) {
		d := newDialect([]rune{',', ';', '\t', '|', ' '}[int(delim)%5], noTrim)
		text := strings.Repeat(first, int(times)) + second + first
		if len(text) > 1<<14 {
			t.Skip("long texts only take time")
		}
		data := room([]byte(text), len(text)+slack)
		var got, want index
		got.scan(data, &d)
		want.open = -1
		for at, ok := 0, true; ok && at < len(data); {
			at, ok = want.cell(data, at, &d)
		}
		if !slices.Equal(got.ends, want.ends) || !slices.Equal(got.rows, want.rows) || got.open != want.open || got.open < 0 && got.multi != want.multi {
			t.Fatalf("index of %q:\n%v %v %v %v, want\n%v %v %v %v", text, got.ends, got.rows, got.open, got.multi, want.ends, want.rows, want.open, want.multi)
		}
	})
}

func FuzzMasks(f *testing.F) {
	f.Add([]byte("a,\"b\"\r\n\t;x"), byte(','))
	f.Fuzz(func(t *testing.T, data []byte, delim byte) {
		n := min((len(data)+63)/64, batch)
		data = append(data, make([]byte, 64)...)
		var q, s, l, alone [batch]uint64
		masks(&q, &s, &l, data, n, delim)
		if quoteMasks(&alone, data, n); alone != q {
			t.Fatalf("quotes alone: %x, want %x", alone, q)
		}
		for i := range 64 * n {
			c := data[i]
			if (q[i/64]>>(i%64)&1 == 1) != (c == '"') || (l[i/64]>>(i%64)&1 == 1) != endsLine(c) || (s[i/64]>>(i%64)&1 == 1) != (endsLine(c) || c == delim) {
				t.Fatalf("byte %d (%q) is taken wrong", i, c)
			}
		}
	})
}

// The last cell of a row loses its doubled quotes wherever the row's CR and LF
// stand, at the end of a chunk of 64 bytes too.
func TestQuotesBeforeCRLF(t *testing.T) {
	for pad := range 130 {
		dir := inDir(t, map[string]string{"1.csv": "id,name\r\n" + strings.Repeat("x", pad) + ",\"a \"\"b\"\"\"\r\nlast,plain\r\n"})
		table, err := Open(Spec{Files: []string{"1.csv"}, Header: 1}, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		var b Block
		var r Rows
		if ok, err := table.Next(&b); err != nil || !ok {
			t.Fatal(ok, err)
		}
		table.Rows(&b, &r)
		if !r.Next() || r.Cells[1].Text != `a "b"` {
			t.Errorf("behind %d bytes the cell is %q", pad, r.Cells[1].Text)
		}
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	}
}
