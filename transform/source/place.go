package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// fail makes an error that concerns the whole file.
func (p *part) fail(message, hint string) *Error {
	return &Error{File: p.file.Path, Offset: -1, Message: message, Hint: hint}
}

// void makes an error about a place where nothing stands.
func (p *part) void(message, hint string) *Error {
	e := p.fail(message, hint)
	e.Void, e.Sheets = true, p.file.Sheets
	return e
}

// at makes an error at byte i of data, which begins at a record and at
// b.offset of the decoded text. Rows before it are counted by reading the file
// again.
func (p *part) at(b *Block, data []byte, i int, message, hint string) *Error {
	e := p.fail(message, hint)
	e.Offset = b.offset + int64(i)
	rows, lines, err := p.before(b.offset)
	if err != nil {
		return e
	}
	e.Row, e.Line = rows+1, lines+1+b.above+countBreaks(data[:i])
	var x index
	tail := room(append([]byte(nil), data[:i]...), i+slack)
	if p.json {
		x.scanLines(tail)
		e.Row += len(x.rows)
		return e
	}
	x.scan(tail, &p.dialect)
	first := 0
	if k := len(x.rows); k > 0 {
		first = int(x.rows[k-1]) + 1
		e.Row += k
	}
	e.Column = len(x.ends) - first + 1
	if h := p.file.Header; e.Column <= len(h) && e.Row > p.header {
		e.Header = h[e.Column-1]
	}
	return e
}

// before counts the rows and lines in the first n bytes of the decoded text.
func (p *part) before(n int64) (rows, lines int, err error) {
	if n == 0 {
		return 0, 0, nil
	}
	src, err := p.text()
	if err != nil {
		return 0, 0, err
	}
	defer src.Close()
	plain := *p
	plain.footer, plain.footerBlank, plain.numbered = 0, false, true
	tr := &textReader{p: &plain, src: readCloser{io.LimitReader(src, n), src}, first: true}
	var b Block
	for {
		b.above, b.ready = 0, false
		ok, err := tr.next(&b)
		if err != nil {
			return 0, 0, err
		}
		if !ok {
			return tr.rows, tr.lines, nil
		}
	}
}

type readCloser struct {
	io.Reader
	io.Closer
}

// located puts an error of the reader behind data at its place.
func (p *part) located(b *Block, data []byte, err error) error {
	var bad *badBytes
	if errors.As(err, &bad) {
		return p.at(b, data, len(data), bad.message, bad.hint)
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	why := err
	var path *fs.PathError
	if errors.As(err, &path) {
		why = path.Err
	}
	e = p.at(b, data, len(data), "cannot be read further: "+why.Error(), "")
	e.Column, e.Header, e.Cause = 0, "", err
	return e
}

// tooLarge refuses a record that does not end within the limit.
func (p *part) tooLarge(b *Block, data []byte) error {
	max := size(p.table.opt.maxRecord())
	e := p.at(b, data, 0, "the row is larger than "+max, "raise --max-record if a row may be that large")
	e.Column, e.Header = 0, ""
	if !p.json {
		var x index
		x.scan(room(append([]byte(nil), data...), len(data)+slack), &p.dialect)
		if x.open >= 0 {
			e = p.at(b, data, x.open, "the row is larger than "+max+", and a quote that opens in it is not closed by then",
				"close the quote, or raise --max-record if a row may be that large")
		}
	}
	return e
}

// unclosed refuses the quote at byte i of data, which is open at the end of the
// file.
func (p *part) unclosed(b *Block, data []byte, i int) error {
	return p.at(b, data, i, "the quote that opens here is never closed",
		"close it, or double it where it belongs to the text")
}

// nul refuses a NUL byte, which no text has.
func (p *part) nul(b *Block, i int) error {
	hint := "remove it, or say how the file is encoded with encoding:"
	if !p.decoded {
		if name := guessWide(b.Data); name != "" {
			hint = "the file looks like " + name + ": say encoding: " + name
		}
	}
	return p.at(b, b.Data, i, "a NUL byte, which no text holds", hint)
}

// undecodable refuses bytes that are no UTF-8 and shows how they would read in
// the encoding that they most likely have.
func (p *part) undecodable(b *Block, data []byte, i int) error {
	message := fmt.Sprintf("byte 0x%02X is not valid UTF-8", data[i])
	from, to := i, i
	for from > 0 && i-from < 20 && !separates(data[from-1]) && !p.isDelimiter(data[from-1]) {
		from--
	}
	for to < len(data) && to-i < 20 && !separates(data[to]) && !p.isDelimiter(data[to]) {
		to++
	}
	return p.at(b, data, i, message, likely(data[from:to]))
}

// likely is the hint for a text that is no UTF-8: how it would read in the
// encodings that exports have. Single letters beside ASCII are those of Western
// Europe; runs of them may be of any script, so the reader is shown them all.
func likely(text []byte) string {
	run, longest := 0, 0
	for _, c := range text {
		if run++; c < 0x80 {
			run = 0
		}
		longest = max(longest, run)
	}
	var names, readings, odd []string
	for _, e := range [...]struct {
		name string
		enc  encoding.Encoding
	}{{"windows-1252", charmap.Windows1252}, {"windows-1250", charmap.Windows1250}, {"windows-1251", charmap.Windows1251},
		{"iso-8859-15", charmap.ISO8859_15}, {"shift_jis", japanese.ShiftJIS}, {"gbk", simplifiedchinese.GBK}} {
		b, err := e.enc.NewDecoder().Bytes(text)
		s := strconv.Quote(string(b))
		switch {
		case err != nil || !readable(b) || slices.Contains(readings, s):
			continue
		case !spelled(string(b)):
			odd = append(odd, e.name+" "+s)
			continue
		}
		names, readings = append(names, e.name), append(readings, s)
		if longest < 2 && len(odd) == 0 {
			break
		}
	}
	switch len(names) {
	case 0:
		if len(odd) == 0 {
			return "say how the file is encoded with encoding:"
		}
	case 1:
		return "the file may be " + names[0] + ", in which the text is " + readings[0] + ": say encoding: " + names[0]
	}
	for i, name := range names {
		readings[i] = name + " " + readings[i]
	}
	if len(names) == 0 {
		readings = odd
	}
	return "say encoding: with the name in which the text reads right: " + strings.Join(readings, ", ")
}

// spelled tells whether what is beside ASCII in s are letters and the signs
// that texts have, as they are when the encoding is right.
func spelled(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("\u00a0“”„‘’‚«»–—…•·€£¥§©®™°²³№、。・「」ー（）：", r) {
			return false
		}
	}
	return true
}

func separates(c byte) bool { return c == '"' || c == '\n' || c == '\r' }

func (p *part) isDelimiter(c byte) bool { return len(p.dialect.delim) == 1 && c == p.dialect.delim[0] }

// readable tells whether text has no control characters.
func readable(text []byte) bool {
	for _, r := range string(text) {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// guessWide names the UTF-16 or UTF-32 form that the NULs in b suggest.
func guessWide(b []byte) string {
	b = b[:min(len(b), 4096)]
	var zeros [4]int
	for i, c := range b {
		if c == 0 {
			zeros[i&3]++
		}
	}
	often := func(i int) bool { return zeros[i]*4 > len(b)/4*3 }
	few := func(i int) bool { return zeros[i]*4 < len(b)/4 }
	switch {
	case len(b) < 4:
		if len(b) >= 2 && b[0] == 0 {
			return "utf-16be"
		}
		return ""
	case often(1) && often(2) && often(3) && few(0):
		return "utf-32le"
	case often(0) && often(1) && often(2) && few(3):
		return "utf-32be"
	case often(1) && often(3) && few(0) && few(2):
		return "utf-16le"
	case often(0) && often(2) && few(1) && few(3):
		return "utf-16be"
	}
	return ""
}
