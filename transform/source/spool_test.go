package source

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// endless gives text, and then x for ever.
type endless struct {
	text string
	n    int // bytes given
	most int // bytes after which it fails; 0: never
}

var errBroken = errors.New("cut off")

func (e *endless) Read(p []byte) (int, error) {
	if e.most > 0 && e.n >= e.most {
		return 0, errBroken
	}
	for i := range p {
		p[i] = 'x'
	}
	if e.n < len(e.text) {
		copy(p, e.text[e.n:])
	}
	e.n += len(p)
	return len(p), nil
}

// What is wrong with a stream is told where it is, not when all of it is copied.
func TestEndlessStream(t *testing.T) {
	const limit = 1 << 20
	tests := []struct {
		name, text, want string
		most             int // bytes that may be read
	}{
		{"a quote never closed", "a,b\n1,\"", "row 2, column 2 (b): the row is larger than 1 MiB, and a quote that opens in it is not closed by then", 2 * limit},
		{"a row without end", "a,b\n1,2\n3,", "row 3: the row is larger than 1 MiB", 2 * limit},
		{"bytes that are no UTF-8", "a,b\n1,\xff\n2,3\n" + strings.Repeat("4,5\n", blockSize), "0xFF is not valid UTF-8", 2*limit + blockSize},
		{"a header alone without end", "a,", "row 1: the row is larger than 1 MiB", 2 * limit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := &endless{text: tt.text}
			_, _, err := readAll(Spec{Header: 1}, Options{Replace: "-", Stdin: NewStdin(src), MaxRecord: limit}, blockSize, 1)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if src.n > tt.most {
				t.Errorf("%d bytes were read of what fails in the first %d", src.n, tt.most)
			}
		})
	}
}

// A stream that breaks off is an error, not the end of a table, however often
// and in whichever way it is opened.
func TestBrokenStream(t *testing.T) {
	const text = "a,b\n1,2\n"
	for _, most := range []int{1, len(text), 3 * spoolChunk} {
		in := NewStdin(&endless{text: text + strings.Repeat("3,4\n", 1<<20), most: most})
		for range 2 {
			_, _, err := readAll(Spec{Header: 1}, Options{Replace: "-", Stdin: in}, 1<<12, 1)
			if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "cut off") {
				t.Errorf("after %d bytes: %v", most, err)
			}
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A copy under way gives the bytes of its stream at any place, in any order.
func TestSpool(t *testing.T) {
	text := strings.Repeat("0123456789abcde\n", 3*spoolChunk/16) + "end"
	at := func(off, n int) string { return text[min(off, len(text)):min(off+n, len(text))] }
	s, err := newSpool(io.MultiReader(strings.NewReader(text[:5]), strings.NewReader(text[5:])))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, place := range [][2]int{{0, 10}, {spoolChunk - 3, 6}, {1, 3}, {len(text) - 2, 2}, {len(text) - 2, 3}, {len(text), 1}, {len(text) + 9, 1}, {0, len(text) + 1}} {
		b := make([]byte, place[1])
		n, err := s.ReadAt(b, int64(place[0]))
		if string(b[:n]) != at(place[0], place[1]) || (err == io.EOF) != (n < len(b)) {
			t.Errorf("%d bytes at %d: %d read, %v", place[1], place[0], n, err)
		}
	}
	for range 2 {
		r, err := s.open()
		if err != nil || r.size != int64(len(text)) {
			t.Fatalf("size %d, %v", r.size, err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != text {
			t.Errorf("%d bytes, %v", len(b), err)
		}
	}
}

// Two tables that read one stream by turns get all of it.
func TestSharedStream(t *testing.T) {
	in := NewStdin(strings.NewReader("a\n" + strings.Repeat("1\n", 1000) + "2\n"))
	defer in.Close()
	var tables [2]*Table
	var rows [2][]string
	for i := range tables {
		var err error
		if tables[i], err = open(Spec{Header: 1}, Options{Replace: "-", Stdin: in}, 64); err != nil {
			t.Fatal(err)
		}
		defer tables[i].Close()
	}
	for open := true; open; {
		open = false
		for i, table := range tables {
			var b Block
			ok, err := table.Next(&b)
			if err != nil {
				t.Fatal(err)
			}
			if open = open || ok; !ok {
				continue
			}
			var r Rows
			for table.Rows(&b, &r); r.Next(); {
				rows[i] = append(rows[i], strings.Clone(r.Cells[0].Text))
			}
		}
	}
	if len(rows[0]) != 1001 || rows[0][1000] != "2" || !slices.Equal(rows[0], rows[1]) {
		t.Errorf("%d and %d rows", len(rows[0]), len(rows[1]))
	}
}
