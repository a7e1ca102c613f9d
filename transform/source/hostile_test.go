package source

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// claiming changes the size that the directory of an archive gives for a
// member; above 4 GiB it stands in a zip64 field.
func claiming(t testing.TB, archive, member string, size uint64) string {
	t.Helper()
	return claimingSizes(t, archive, member, 0, size)
}

// claimingSizes is claiming for the size in the archive too; 0 leaves it.
func claimingSizes(t testing.TB, archive, member string, packed uint32, size uint64) string {
	t.Helper()
	b := []byte(archive)
	tail := strings.LastIndex(archive, "PK\x05\x06")
	first := int(binary.LittleEndian.Uint32(b[tail+16:]))
	out := append([]byte(nil), b[:first]...)
	found := false
	for at := first; at < tail; {
		n, extra := int(binary.LittleEndian.Uint16(b[at+28:])), int(binary.LittleEndian.Uint16(b[at+30:]))
		end := at + 46 + n + extra + int(binary.LittleEndian.Uint16(b[at+32:]))
		entry := append([]byte(nil), b[at:end]...)
		if string(entry[46:46+n]) == member {
			found = true
			if packed > 0 {
				binary.LittleEndian.PutUint32(entry[20:], packed)
			}
			binary.LittleEndian.PutUint32(entry[24:], uint32(min(size, 1<<32-1)))
			if size >= 1<<32-1 {
				field := binary.LittleEndian.AppendUint64([]byte{1, 0, 8, 0}, size)
				binary.LittleEndian.PutUint16(entry[30:], uint16(len(field)))
				entry = append(append(entry[:46+n:46+n], field...), b[at+46+n+extra:end]...)
			}
		}
		out = append(out, entry...)
		at = end
	}
	if !found {
		t.Fatal("the archive has no member " + member)
	}
	end := append([]byte(nil), b[tail:]...)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(out)-first))
	return string(append(out, end...))
}

// What an archive says of its members is not believed, and what becomes large
// is refused by the name of its part and with the flag that lifts the limit.
func TestHostileArchives(t *testing.T) {
	const member = "xl/worksheets/sheet1.xml"
	book := workbook(t, nameHeader+`<row r="2"><c r="A2"><v>1</v></c></row>`, nil)
	blanks := workbook(t, nameHeader+strings.Repeat(" ", 12<<20), nil)
	strings1 := workbook(t, nameHeader, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si/>", 12<<20/5) + "</sst>"})
	wide := strings.Repeat(strings.Repeat("1", 63)+"\n", 2<<20/64)
	table := zipped(t, "x.csv", "a\n"+strings.Repeat("1\n", 1000))
	tests := []struct {
		name, file, content string
		opt                 Options
		want                []string // parts of the message; none: it is read
	}{
		{"less than there is", "x.xlsx", claiming(t, book, member, 100), Options{}, []string{member, "longer than the archive says"}},
		{"more than there is", "x.xlsx", claiming(t, book, member, 9000), Options{}, []string{member, "early"}},
		{"a size above 8 EiB", "x.xlsx", claiming(t, book, member, 1<<63+5), Options{}, []string{member, "larger than 10 MiB", "--max-uncompressed"}},
		{"blanks", "x.xlsx", blanks, Options{}, []string{member, "larger than 10 MiB", "--max-uncompressed"}},
		{"blanks said to be few", "x.xlsx", claiming(t, blanks, member, 1<<20), Options{}, []string{member}},
		{"blanks said to take much room", "x.xlsx", claimingSizes(t, blanks, member, 1<<31, uint64(12<<20+len(nameHeader))), Options{}, []string{member, "larger than 10 MiB"}},
		{"blanks, limit lifted", "x.xlsx", blanks, Options{MaxUncompressed: 1 << 30}, nil},
		{"blanks, limit lifted for one part", "x.xlsx", blanks, Options{MaxUncompressed: 1 << 30, MaxRecord: 1 << 20}, []string{member, "larger than 6 MiB", "--max-record"}},
		{"many texts", "x.xlsx", strings1, Options{}, []string{"xl/sharedStrings.xml", "larger than", "--max-uncompressed"}},
		{"many texts, limit lifted", "x.xlsx", strings1, Options{MaxUncompressed: 1 << 30}, nil},
		{"a table said to be short", "x.zip", claiming(t, table, "x.csv", 100), Options{}, []string{"x.zip/x.csv", "damaged"}},
		{"a table said to be large", "x.zip", claiming(t, table, "x.csv", 1<<40), Options{}, []string{"x.zip/x.csv", "larger than 256 MiB", "--max-uncompressed"}},
		{"a table above the limit", "x.zip", table, Options{MaxUncompressed: 1 << 10}, []string{"x.zip/x.csv", "larger than", "--max-uncompressed"}},
		{"a table above the limit, gzip", "x.csv.gz", gzipped(wide), Options{MaxUncompressed: 1 << 20}, []string{"x.csv.gz", "larger than 1 MiB", "--max-uncompressed"}},
		{"a table above the limit, zstd", "x.csv.zst", zstded(wide), Options{MaxUncompressed: 1 << 20}, []string{"x.csv.zst", "larger than 1 MiB", "--max-uncompressed"}},
		{"an archive as a table", "x.zip", table, Options{}, []string{"x.zip: the file is a ZIP archive, but no workbook (name the member to read, such as"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := write(t, tt.file, tt.content)
			if strings.HasSuffix(file, ".zip") && !strings.HasPrefix(tt.name, "an archive") {
				file += "/*.csv"
			}
			_, _, err := readAll(Spec{Files: []string{file}, Header: 1}, tt.opt, 1<<16, 2)
			var e *Error
			if len(tt.want) == 0 {
				if err != nil {
					t.Error(err)
				}
			} else if !errors.As(err, &e) {
				t.Fatalf("no *Error: %v", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(e.Error(), w) {
					t.Errorf("%q lacks %q", e, w)
				}
			}
		})
	}
}

// A workbook that was cut short anywhere is refused.
func TestCutArchives(t *testing.T) {
	book := workbook(t, nameHeader+`<row r="2"><c r="A2"><v>1</v></c></row>`, nil)
	file := write(t, "x.xlsx", book)
	step := 7
	if testing.Short() {
		step = 37
	}
	for n := len(book) - 1; n >= 0; n -= step {
		if err := os.Truncate(filepath.FromSlash(file), int64(n)); err != nil {
			t.Fatal(err)
		}
		_, _, err := readAll(Spec{Files: []string{file}, Header: 1}, Options{}, 64, 1)
		var e *Error
		if !errors.As(err, &e) || e.Hint == "" {
			t.Fatalf("%d of %d bytes: %v", n, len(book), err)
		}
	}
}

// What grows too much is refused where it does: much text that does not shrink
// behind it changes nothing, and some before it moves the place only so far.
func TestRunningRatio(t *testing.T) {
	row := gzipped(strings.Repeat("x", 1<<20-1) + "\n")
	bomb := strings.Repeat(row, textFree>>20+40)
	var b strings.Builder
	z, _ := gzip.NewWriterLevel(&b, gzip.NoCompression)
	io.WriteString(z, strings.Repeat("y", 4<<20))
	z.Close()
	plain := b.String()
	tests := []struct {
		name, content, want string
		opt                 Options
	}{
		{"alone", bomb, "larger than 256 MiB", Options{}},
		{"before text", bomb + plain, "larger than 256 MiB", Options{}},
		{"behind text", plain + bomb, "", Options{}},
		{"behind text, longer", plain + strings.Repeat(bomb, 2), "larger than", Options{}},
		{"with a limit of its own", bomb + plain, "", Options{MaxUncompressed: 1 << 30}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if testing.Short() && i != 1 && i != 2 {
				t.Skip("inflates much")
			}
			table, err := Open(Spec{Files: []string{write(t, "x.csv.gz", tt.content)}, Header: 1}, tt.opt)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			s, err := table.parts[0].stream()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			_, err = io.Copy(io.Discard, s)
			var e *Error
			if tt.want == "" && err != nil || tt.want != "" && (!errors.As(err, &e) || !strings.Contains(e.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
