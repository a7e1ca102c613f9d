package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// inDir makes files in a new folder; names may hold folders.
func inDir(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// joined gives rows as "row:cell,cell".
func joined(rows []row) []string {
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r.Cells, "|"))
	}
	return lines
}

func zipped(t testing.TB, members ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(members[i+1]))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func zstded(text string) string {
	z, _ := zstd.NewWriter(nil)
	return string(z.EncodeAll([]byte(text), nil))
}

func TestFiles(t *testing.T) {
	const ab = "a,b\n1,2\n"
	tests := []struct {
		name   string
		files  map[string]string
		spec   Spec
		header string
		rows   []string
	}{
		{"one file", map[string]string{"x.csv": ab}, Spec{Files: []string{"x.csv"}}, "a|b", []string{"1|2"}},
		{"a glob in name order, columns in any order", map[string]string{"x2.csv": "b,a,c\n4,3,5\n", "x1.csv": ab, "y.csv": "z\n9\n"},
			Spec{Files: []string{"x*.csv"}}, "a|b|c", []string{"1|2|", "3|4|5"}},
		{"a list keeps its order", map[string]string{"x2.csv": "a\n3\n", "x1.csv": ab}, Spec{Files: []string{"x2.csv", "x1.csv"}}, "a|b", []string{"3|", "1|2"}},
		{"a name with brackets", map[string]string{"x[1].csv": ab, "x1.csv": "c\n3\n"}, Spec{Files: []string{"x[1].csv"}}, "a|b", []string{"1|2"}},
		{"a glob over folders", map[string]string{"b/x.csv": "a\n2\n", "a/x.csv": "a\n1\n", "a/sub/x.csv": "a\n3\n"}, Spec{Files: []string{"*/x.csv"}}, "a", []string{"1", "2"}},
		{"gzip", map[string]string{"x.csv.gz": gzipped(ab)}, Spec{Files: []string{"x.csv.gz"}}, "a|b", []string{"1|2"}},
		{"zstd", map[string]string{"x.csv.zst": zstded(ab)}, Spec{Files: []string{"x.csv.zst"}}, "a|b", []string{"1|2"}},
		{"members of an archive", map[string]string{"d.zip": zipped(t, "out/", "", "out/Account2.csv", "a,b\n3,4\n", `out\Account1.csv`, ab, "Deal.csv", "z\n", "__MACOSX/out/Account3.csv", "x")},
			Spec{Files: []string{"d.zip/Account*.csv"}}, "a|b", []string{"1|2", "3|4"}},
		{"a member by its folder", map[string]string{"d.zip": zipped(t, "x/a.csv", "a\n1\n", "y/a.csv", "a\n2\n")}, Spec{Files: []string{"d.zip/y/a.csv"}}, "a", []string{"2"}},
		{"a compressed member", map[string]string{"d.zip": zipped(t, "a.csv.gz", gzipped(ab))}, Spec{Files: []string{"d.zip/*.gz"}}, "a|b", []string{"1|2"}},
		{"archives by a glob", map[string]string{"d2.zip": zipped(t, "a.csv", "a\n2\n"), "d1.zip": zipped(t, "a.csv", "a\n1\n")}, Spec{Files: []string{"d*.zip/a.csv"}}, "a", []string{"1", "2"}},
		{"a folder called .zip", map[string]string{"d.zip/a.csv": "a\n1\n"}, Spec{Files: []string{"d.zip/a.csv"}}, "a", []string{"1"}},
		{"double names keep apart", map[string]string{"1.csv": "a,a,\n1,2,3\n", "2.csv": "a,,a\n4,5,6\n"}, Spec{Files: []string{"?.csv"}}, "a|a||", []string{"1|2|3|", "4|6||5"}},
		{"a workbook in an archive", map[string]string{"d.zip": zipped(t, "a/x.xlsx", workbook(t, nameHeader+`<row r="2"><c r="B2"><v>7</v></c></row>`, nil))}, Spec{Files: []string{"d.zip/*.xlsx"}}, "name|b", []string{"|7"}},
		{"a compressed workbook beside CSV", map[string]string{"1.xlsx.gz": gzipped(workbook(t, nameHeader+`<row r="2"><c r="B2"><v>7</v></c></row>`, nil)), "2.csv": "b,name\n1,2\n"}, Spec{Files: []string{"1.*", "2.*"}}, "name|b", []string{"|7", "2|1"}},
		{"tabs by extension", map[string]string{"x.tsv": "a,b\tc\n1\t2\n"}, Spec{Files: []string{"x.tsv"}}, "a,b|c", []string{"1|2"}},
		{"no extension, JSON inside", map[string]string{"x": "{\"a\":1}\n"}, Spec{Files: []string{"x"}}, "a", []string{"1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.spec.Header = 1
			header, rows, err := readAll(tt.spec, Options{Dir: inDir(t, tt.files)}, 16, 2)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(header, "|"); got != tt.header {
				t.Errorf("header %q, want %q", got, tt.header)
			}
			if d := cmp.Diff(tt.rows, joined(rows)); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
		})
	}
}

func TestFilePaths(t *testing.T) {
	dir := inDir(t, map[string]string{"sub/x1.csv": "a\n1\n", "sub/d.zip": zipped(t, "m/x.csv", "a\n2\n")})
	table, err := Open(Spec{Files: []string{"sub/x*.csv", "sub/d.zip/x.csv"}, Header: 1}, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var got []string
	for _, f := range table.Files() {
		got = append(got, f.Path)
	}
	if d := cmp.Diff([]string{"sub/x1.csv", "sub/d.zip/m/x.csv"}, got); d != "" {
		t.Error(d)
	}
}

func TestReplace(t *testing.T) {
	dir := inDir(t, map[string]string{"own.csv": "a\n1\n", "other.csv": "a\n2\n"})
	spec := Spec{Files: []string{"own.csv"}, Header: 1}
	name := filepath.Join(dir, "other.csv")
	table, err := Open(spec, Options{Dir: "/nowhere", Replace: name})
	if err != nil {
		t.Fatal(err)
	}
	if got := table.Files()[0].Path; got != filepath.ToSlash(name) {
		t.Errorf("the path is %q, not as given", got)
	}
	table.Close()

	in := NewStdin(strings.NewReader("a\n3\n"))
	defer in.Close()
	for range 2 {
		_, rows, err := readAll(spec, Options{Replace: "-", Stdin: in}, 64, 1)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"3"}, joined(rows)); d != "" {
			t.Error(d)
		}
	}
	for name, text := range map[string]string{"gzip": gzipped("a\n3\n"), "zstd": zstded("a\n3\n"), "LDJSON": `{"a":3}`,
		"a workbook": workbook(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>3</v></c></row>`, nil)} {
		_, rows, err := readAll(spec, Options{Replace: "-", Stdin: strings.NewReader(text)}, 64, 1)
		if err != nil {
			t.Fatal(name, err)
		}
		if d := cmp.Diff([]string{"3"}, joined(rows)); d != "" {
			t.Error(name, d)
		}
	}
}

func TestInline(t *testing.T) {
	spec := Spec{Inline: true, InlineHeader: []string{"id", "label"}, InlineRows: [][]string{{"0061", "a \"b\"\nc"}, {"", ""}, {"'=x"}}}
	header, rows, err := readAll(spec, Options{}, 4, 2)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"id", "label"}, header); d != "" {
		t.Error(d)
	}
	want := []row{{Row: 1, Line: 1, Cells: []string{"0061", "a \"b\"\nc"}}, {Row: 3, Line: 4, Cells: []string{"'=x", ""}}}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

// encoded writes text in an encoding.
func encoded(t testing.TB, name, text string) string {
	t.Helper()
	var out string
	var err error
	switch name {
	case "utf-16le":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "utf-16be":
		out, err = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	case "utf-32le":
		out, err = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder().String(text)
	case "utf-32be":
		out, err = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder().String(text)
	case "windows-1252":
		out, err = charmap.Windows1252.NewEncoder().String(text)
	case "shift_jis":
		out, err = japanese.ShiftJIS.NewEncoder().String(text)
	default:
		out = text
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	const table = "name,größe\n\"Zoë\r\nß\",€5\n"
	tests := []struct{ name, given, written string }{
		{"UTF-8", "", table},
		{"UTF-8 with mark", "", "\ufeff" + table},
		{"mark before a quoted header", "", "\ufeff\"name\",größe\n" + strings.SplitN(table, "\n", 2)[1]},
		{"UTF-16LE with mark", "", encoded(t, "utf-16le", "\ufeff"+table)},
		{"UTF-16BE with mark", "", encoded(t, "utf-16be", "\ufeff"+table)},
		{"UTF-32LE with mark", "", encoded(t, "utf-32le", "\ufeff"+table)},
		{"UTF-32BE with mark", "", encoded(t, "utf-32be", "\ufeff"+table)},
		{"UTF-16LE as said", "UTF-16LE", encoded(t, "utf-16le", table)},
		{"UTF-32BE as said", "utf-32be", encoded(t, "utf-32be", table)},
		{"UTF-32BE as said, with the wrong mark", "utf-32be", "\xfe\xff" + encoded(t, "utf-32be", table)},
		{"windows-1252", "windows-1252", encoded(t, "windows-1252", table)},
		{"latin1 is windows-1252 to browsers", "latin1", encoded(t, "windows-1252", table)},
		{"a mark beats what is said", "windows-1252", "\ufeff" + table},
	}
	for _, tt := range tests {
		for _, block := range []int{3, 64} {
			t.Run(tt.name, func(t *testing.T) {
				spec := Spec{Files: []string{write(t, "x.csv", tt.written)}, Header: 1, Encoding: tt.given}
				header, rows, err := readAll(spec, Options{}, block, 2)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff([]string{"name", "größe"}, header); d != "" {
					t.Error(d)
				}
				if d := cmp.Diff([]row{{Row: 2, Line: 2, Cells: []string{"Zoë\r\nß", "€5"}}}, rows); d != "" {
					t.Error(d)
				}
			})
		}
	}
	t.Run("shift_jis", func(t *testing.T) {
		spec := Spec{Files: []string{write(t, "x.csv", encoded(t, "shift_jis", "名前\n表計算ソ\n"))}, Header: 1, Encoding: "sjis"}
		header, rows, err := readAll(spec, Options{}, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"名前", "表計算ソ"}, append(header, rows[0].Cells...)); d != "" {
			t.Error(d)
		}
	})
}

func TestLayout(t *testing.T) {
	tests := []struct {
		name, text string
		spec       Spec
		header     string
		rows       []row
	}{
		{"header in row 3", "Report\n\"of\ntoday\",x\na,b\n1,2\n", Spec{Header: 3}, "a|b", []row{{Row: 4, Line: 5, Cells: []string{"1", "2"}}}},
		{"no header", "1,2\n3\n", Spec{}, "A|B", []row{{1, 1, []string{"1", "2"}, 0}, {2, 2, []string{"3", ""}, 0}}},
		{"footer of two rows", "a\n1\n2\n3\n4\n\n\n", Spec{Header: 1, Footer: 2}, "a", []row{{2, 2, []string{"1"}, 0}, {3, 3, []string{"2"}, 0}}},
		{"footer larger than the data", "a\n1\n", Spec{Header: 1, Footer: 5}, "a", nil},
		{"a blank row within the footer counts", "a\n1\nsum\n\nnote", Spec{Header: 1, Footer: 3}, "a", []row{{2, 2, []string{"1"}, 0}}},
		{"stop at a blank row", "a,b\n1,\n , \n2,\n", Spec{Header: 1, FooterBlank: true}, "a|b", []row{{2, 2, []string{"1", ""}, 0}}},
		{"blank rows above the header are no end", "\n\na\n1\n\n2\n", Spec{Header: 3, FooterBlank: true}, "a", []row{{4, 4, []string{"1"}, 0}}},
		{"sep line", "sep=|\na|b,c\n1|2\n", Spec{Header: 1}, "a|b,c", []row{{2, 3, []string{"1", "2"}, 0}}},
		{"semicolons", "a;b,c;d\n1;2\n", Spec{Header: 1}, "a|b,c|d", []row{{2, 2, []string{"1", "2", ""}, 0}}},
		{"a delimiter in quotes does not count", "\"a,b,c\";d\n1;2\n", Spec{Header: 1}, "a,b,c|d", []row{{2, 2, []string{"1", "2"}, 0}}},
		{"as many of both: the row below decides", "a,b;c\n1,5;2,5\n", Spec{Header: 1}, "a,b|c", []row{{2, 2, []string{"1,5", "2,5"}, 0}}},
		{"headers are trimmed", " a ,\u00a0b\u00a0,\"c \"\n1,2,3", Spec{Header: 1}, "a|b|c", []row{{2, 2, []string{"1", "2", "3"}, 0}}},
		{"headers as they are", " a ,b\n1,2", Spec{Header: 1, NoTrim: true}, " a |b", []row{{2, 2, []string{"1", "2"}, 0}}},
		{"empty and double headers", "a,,a,\n1,2,3,4\n", Spec{Header: 1}, "a||a|", []row{{2, 2, []string{"1", "2", "3", "4"}, 0}}},
		{"surplus cells", "a\n1,,\n1, ,x,y\n", Spec{Header: 1, Delimiter: ','}, "a", []row{{2, 2, []string{"1"}, 0}, {3, 3, []string{"1"}, 2}}},
		{"only surplus cells", "a,b\n,,x\n", Spec{Header: 1}, "a|b", []row{{2, 2, []string{"", ""}, 1}}},
		{"guarded formulas", "a,b\n'=1,\"'+41\"\n''x,'\n", Spec{Header: 1}, "a|b", []row{{2, 2, []string{"=1", "+41"}, 0}, {3, 3, []string{"''x", "'"}, 0}}},
		{"guarded formulas kept", "a\n'=1\n", Spec{Header: 1, KeepApostrophe: true}, "a", []row{{2, 2, []string{"'=1"}, 0}}},
		{"header alone", "a,b", Spec{Header: 1}, "a|b", nil},
		{"CR CR LF", "a\r\r\n1\r\r\n", Spec{Header: 1}, "a", []row{{3, 3, []string{"1"}, 0}}},
		{"LDJSON", "{\"a\":1.50,\"b\":null,\"c\":\"x\\u00e9\\ud83d\\ude00\"}\n\n{\"d\":[\"x\",{\"y\":1}],\"a\":true}\n{}\n{\"a\":\"\"}", Spec{Format: "ldjson"},
			"a|b|c|d", []row{{1, 1, []string{"1.50", "", "xé😀", ""}, 0}, {3, 3, []string{"true", "", "", `["x",{"y":1}]`}, 0}}},
	}
	for _, tt := range tests {
		for _, block := range []int{1, 16, 1 << 10} {
			t.Run(tt.name, func(t *testing.T) {
				tt.spec.Files = []string{write(t, "x.csv", tt.text)}
				header, rows, err := readAll(tt.spec, Options{}, block, 2)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(header, "|"); got != tt.header {
					t.Errorf("header %q, want %q", got, tt.header)
				}
				if d := cmp.Diff(tt.rows, rows); d != "" {
					t.Errorf("block %d, rows (-want +got):\n%s", block, d)
				}
			})
		}
	}
}

func TestErrors(t *testing.T) {
	long := strings.Repeat("x", 3000)
	many := strings.Repeat("1,2\n", 50)
	tests := []struct {
		name, file, text string
		spec             Spec
		opt              Options
		row, line, col   int
		want             []string // in the message
	}{
		{name: "empty", file: "x.csv", text: "", want: []string{"empty"}},
		{name: "a mark alone", file: "x.csv", text: "\ufeff", want: []string{"empty"}},
		{name: "empty header", file: "x.csv", text: ",\n1,2\n", want: []string{"header in row 1 is empty", "header:"}},
		{name: "no header row", file: "x.csv", text: "a\n", spec: Spec{Header: 4}, want: []string{"no row 4", "has 1 rows"}},
		{name: "open quote", file: "x.csv", text: "a,b\n" + many + "1,\"2\n3\n4\n", row: 52, line: 52, col: 2, want: []string{"never closed"}},
		{name: "open quote after broken lines", file: "x.csv", text: "a,b\n\"1\n2\",3\n\"4\n", row: 3, line: 4, col: 1, want: []string{"row 3 (line 4)"}},
		{name: "record too large", file: "x.csv", text: "a\n1\n" + long + "\n", opt: Options{MaxRecord: 1000}, row: 3, line: 3, want: []string{"row 3", "1000 bytes", "--max-record"}},
		{name: "quote makes it too large", file: "x.csv", text: "a\n1\n\"" + long + "\n", opt: Options{MaxRecord: 1 << 10}, row: 3, line: 3, col: 1, want: []string{"1 KiB", "--max-record", "quote"}},
		{name: "no UTF-8", file: "x.csv", text: "name,town\n" + many + "Zo\xeb,\"Caf\xe9, here\"\n", row: 52, line: 52, col: 1, want: []string{"0xEB", "UTF-8", "windows-1252", "Zoë", "(name)"}},
		{name: "no UTF-8 in a quoted cell", file: "x.csv", text: "name,town\nx,\"\nCaf\xe9, here\"\n", row: 2, line: 3, col: 2, want: []string{`"Café"`}},
		{name: "no UTF-8 in the header", file: "x.csv", text: "n\xe4me\n", row: 1, line: 1, col: 1, want: []string{"näme"}},
		{name: "NUL", file: "x.csv", text: "a,b\n1,2\x00\n", row: 2, line: 2, col: 2, want: []string{"NUL"}},
		{name: "UTF-16 without mark", file: "x.csv", text: encoded(t, "utf-16le", "name,town\nZoë,Paris\n"), row: 1, line: 1, col: 1, want: []string{"utf-16le"}},
		{name: "UTF-16BE without mark", file: "x.csv", text: encoded(t, "utf-16be", "name,town\nZoë,Paris\n"), row: 1, line: 1, col: 1, want: []string{"utf-16be"}},
		{name: "half a pair in UTF-16", file: "x.csv", text: "\xff\xfe" + encoded(t, "utf-16le", "a,b\n1,x") + "\x00\xd8x\x00", row: 2, line: 2, col: 2, want: []string{"not valid utf-16le"}},
		{name: "odd end of UTF-16", file: "x.csv", text: "\xff\xfe" + encoded(t, "utf-16le", "a\n1\n") + "x", row: 3, line: 3, col: 1, want: []string{"not valid utf-16le"}},
		{name: "beyond Unicode in UTF-32", file: "x.csv", text: "\xff\xfe\x00\x00" + encoded(t, "utf-32le", "a\n1") + "\x00\x00\x20\x00", row: 2, line: 2, col: 1, want: []string{"not valid utf-32le"}},
		{name: "wrong mark", file: "x.csv", text: "\xfe\xff" + encoded(t, "utf-32be", "name,town\nx,y\n"), want: []string{"utf-16be", "utf-32be"}},
		{name: "byte without meaning", file: "x.csv", text: "a\nx\xff\n", spec: Spec{Encoding: "shift_jis"}, row: 2, line: 2, col: 1, want: []string{"0xFF", "shift_jis"}},
		{name: "unknown encoding", file: "x.csv", text: "a\n", spec: Spec{Encoding: "utf-9"}, want: []string{"utf-9", "not known"}},
		{name: "missing", want: []string{"no such file"}},
		{name: "workbook called CSV", file: "x.csv", text: zipped(t, "[Content_Types].xml", "x"), want: []string{"workbook", "format: xlsx"}},
		{name: "archive called CSV", file: "x.csv", text: zipped(t, "a.csv", "x"), want: []string{"ZIP"}},
		{name: "old workbook", file: "x.csv", text: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), want: []string{"old Excel"}},
		{name: "gzip called CSV", file: "x.csv", text: gzipped("a\n"), want: []string{"gzip", "x.csv.gz"}},
		{name: "zstd called CSV", file: "x.csv", text: zstded("a\n"), want: []string{"zstd"}},
		{name: "PDF", file: "x.csv", text: "%PDF-1.4", want: []string{"PDF"}},
		{name: "HTML called workbook", file: "x.xlsx", text: "<html><table>", want: []string{"HTML"}},
		{name: "CSV called workbook", file: "x.xlsx", text: "a,b\n", want: []string{"no workbook", "format: csv"}},
		{name: "cut gzip", file: "x.csv.gz", text: gzipped("a\n" + long)[:40], want: []string{"damaged"}},
		{name: "text called gzip", file: "x.csv.gz", text: "a,b\n", want: []string{"damaged"}},
		{name: "member is missing", file: "d.zip", text: zipped(t, "a.csv", "x"), spec: Spec{Files: []string{"d.zip/b.csv"}}, want: []string{"no such member", "a.csv"}},
		{name: "quote as delimiter", file: "x.csv", text: "a\n", spec: Spec{Delimiter: '"'}, want: []string{"delimiter"}},
		{name: "JSON list", file: "x.json", text: "[{\"a\":1}]", row: 1, line: 1, want: []string{"list", "jq"}},
		{name: "JSON document", file: "x.json", text: "{\n \"a\":1}", row: 1, line: 1, want: []string{"one object per line"}},
		{name: "JSON key twice", file: "x.ldjson", text: "{\"a\":1}\n{\"b\":1,\"\\u0062\":2}\n", row: 2, line: 2, want: []string{"twice", `"b"`}},
		{name: "JSON cut", file: "x.ldjson", text: "{\"a\":1}\n{\"b\":", row: 2, line: 2, want: []string{"value"}},
		{name: "JSON comment", file: "x.ldjson", text: "// x\n", row: 1, line: 1, want: []string{"comments"}},
		{name: "JSON half a pair", file: "x.ldjson", text: "{\"a\":\"\\ud800\"}\n", row: 1, line: 1, want: []string{"escape"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{}
			if tt.file != "" {
				files[tt.file] = tt.text
			}
			if tt.spec.Files == nil {
				tt.spec.Files = []string{tt.file}
				if tt.file == "" {
					tt.spec.Files = []string{"gone.csv"}
				}
			}
			if tt.spec.Header == 0 {
				tt.spec.Header = 1
			}
			tt.opt.Dir = inDir(t, files)
			for _, block := range []int{7, 1 << 10} {
				_, _, err := readAll(tt.spec, tt.opt, block, 2)
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("no *Error: %v", err)
				}
				for _, w := range tt.want {
					if !strings.Contains(e.Error(), w) {
						t.Errorf("%q lacks %q", e.Error(), w)
					}
				}
				if e.Row != tt.row || e.Line != tt.line || e.Column != tt.col {
					t.Errorf("row %d, line %d, column %d; want %d, %d, %d: %v", e.Row, e.Line, e.Column, tt.row, tt.line, tt.col, e)
				}
			}
		})
	}
}

func TestMissingIsNotExist(t *testing.T) {
	dir := inDir(t, map[string]string{"d.zip": zipped(t, "a.csv", "x")})
	for _, name := range []string{"gone.csv", "gone*.csv", "gone.zip/a.csv", "d.zip/gone.csv"} {
		if _, err := Open(Spec{Files: []string{name}, Header: 1}, Options{Dir: dir}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(Spec{Files: []string{"."}, Header: 1}, Options{Dir: dir}); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder: %v", err)
	}
}

func TestChangedFile(t *testing.T) {
	name := write(t, "x.csv", "a\n1\n")
	table, err := Open(Spec{Files: []string{name}, Header: 1}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if err := os.Chtimes(filepath.FromSlash(name), time.Now(), time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	var b Block
	for {
		ok, err := table.Next(&b)
		if err != nil {
			if !strings.Contains(err.Error(), "changed while it was read") {
				t.Error(err)
			}
			return
		}
		if !ok {
			t.Fatal("the change is not told")
		}
	}
}

func TestRejectsFedBack(t *testing.T) {
	text := "\ufeffa,b,_file,_row,_code,_field,_reason\n1,\"'=x\",exports/x.csv,17,value-invalid,amount,\"no, number\"\n2,y,,,,,\n"
	name := write(t, "x.csv", text)
	spec := Spec{Files: []string{"x.xlsx"}, Format: "xlsx", Header: 5, Footer: 3, Delimiter: ';', Encoding: "utf-16le"}
	table, err := Open(spec, Options{Replace: name})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if d := cmp.Diff([]string{"a", "b"}, table.Header()); d != "" {
		t.Error(d)
	}
	var b Block
	var r Rows
	type at struct {
		File  string
		Row   int
		Cells []string
	}
	var got []at
	for {
		ok, err := table.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		for table.Rows(&b, &r); r.Next(); {
			got = append(got, at{strings.Clone(r.File), r.Row, texts(&r)})
		}
		if r.Rows() != 0 {
			t.Error("the rows of rejects are not to be added up")
		}
	}
	want := []at{{"exports/x.csv", 17, []string{"1", "=x"}}, {name, 3, []string{"2", "y"}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A cell of 200 MB is refused in bounded memory.
func TestHugeCell(t *testing.T) {
	name := write(t, "x.csv.gz", gzipped("a\n\"")+strings.Repeat(gzipped(strings.Repeat("x", 1<<20)), 200))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, err := readAll(Spec{Files: []string{name}, Header: 1}, Options{}, blockSize, 1)
	runtime.ReadMemStats(&after)
	var e *Error
	if !errors.As(err, &e) || e.Row != 2 || !strings.Contains(e.Message, "16 MiB") {
		t.Fatal(err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 256<<20 {
		t.Errorf("%d MiB were asked for", n>>20)
	}
}

// What a caller writes into the cells of a row does not show in the next one.
func TestCellsAreFresh(t *testing.T) {
	dir := inDir(t, map[string]string{"1.csv": "a,b,c\n1,2,3\n", "2.csv": "c,a\n5,4\n6\n", "3.ldjson": "{\"a\":1}\n{\"c\":2}\n",
		"4.xlsx": workbook(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row><row r="3"><c r="A3"><v>8</v></c></row>`, nil)})
	table, err := Open(Spec{Files: []string{"*.*"}, Header: 1}, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var got []string
	var b Block
	var r Rows
	for {
		ok, err := table.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		for table.Rows(&b, &r); r.Next(); {
			got = append(got, strings.Join(texts(&r), "|"))
			for i := range r.Cells {
				r.Cells[i].Text = "x"
			}
		}
	}
	if d := cmp.Diff([]string{"1|2|3", "4||5", "||6", "1||", "||2", "7||", "8||"}, got); d != "" {
		t.Error(d)
	}
}
