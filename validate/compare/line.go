package compare

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate"
)

// line is a JSON object taken apart. It lives until the next one is parsed.
type line struct {
	id      string
	members []member
	scratch []byte
}

type member struct{ key, raw []byte }

// lineParser takes lines apart.
type lineParser struct{ l line }

// parse reads a line; false: it is no JSON object.
func (p *lineParser) parse(text []byte) (*line, bool) {
	l := &p.l
	l.id, l.members = "", l.members[:0]
	if !json.Valid(text) {
		return nil, false
	}
	b := skipBlanks(text)
	if len(b) == 0 || b[0] != '{' {
		return nil, false
	}
	for b = skipBlanks(b[1:]); b[0] != '}'; {
		n := stringEnd(b)
		key := b[1 : n-1]
		if bytes.IndexByte(key, '\\') >= 0 {
			key = []byte(unquote(b[:n]))
		}
		b = skipBlanks(skipBlanks(b[n:])[1:])
		n = valueEnd(b)
		l.members = append(l.members, member{key, b[:n]})
		if b = skipBlanks(b[n:]); b[0] == ',' {
			b = skipBlanks(b[1:])
		}
	}
	l.id = l.text("objectId")
	return l, true
}

func skipBlanks(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// stringEnd gives the place behind the JSON string that b begins with.
func stringEnd(b []byte) int {
	for i := 1; ; i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

// valueEnd gives the place behind the JSON value that b begins with.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:])
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
			i++
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			i++
		default:
			i++
			continue
		}
		if depth == 0 {
			return i
		}
	}
	return len(b)
}

func (l *line) member(name string) *member {
	for i := range l.members {
		if string(l.members[i].key) == name {
			return &l.members[i]
		}
	}
	return nil
}

// text gives a member that is a text, "" for any other.
func (l *line) text(name string) string {
	m := l.member(name)
	if m == nil || len(m.raw) == 0 || m.raw[0] != '"' {
		return ""
	}
	if bytes.IndexByte(m.raw, '\\') < 0 {
		return string(m.raw[1 : len(m.raw)-1])
	}
	return unquote(m.raw)
}

func unquote(raw []byte) (s string) {
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// canonical gives a member's value in one of the many forms that mean the same,
// "" where it is not there. It lives as long as the line.
func (l *line) canonical(name string) []byte {
	m := l.member(name)
	if m == nil {
		return nil
	}
	return l.value(m)
}

// value is a member's value: texts with only the escapes that JSON requires,
// numbers in shortest form, lists and objects without blanks.
func (l *line) value(m *member) []byte {
	raw := m.raw
	switch c := raw[0]; {
	case c == '"':
		if bytes.IndexByte(raw, '\\') >= 0 {
			l.scratch = gong.AppendString(l.scratch[:0], unquote(raw))
			return l.scratch
		}
	case c == '[' || c == '{':
		var b bytes.Buffer
		if json.Compact(&b, raw) == nil {
			return b.Bytes()
		}
	case c == '-' || c >= '0' && c <= '9':
		if v, ok := value.ParseNumber(string(raw)); ok {
			l.scratch = v.AppendNumber(l.scratch[:0])
			return l.scratch
		}
	}
	return raw
}

var errTooLong = errors.New("the line is too long")

// lineReaderPass reads files line by line.
type lineReaderPass struct {
	ctx context.Context
	max int // bytes of a line
}

// each calls take with each line that is not blank.
func (p *lineReaderPass) each(f validate.File, take func(text []byte)) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	in := newLineReader(r, p.max)
	for n := 1; ; n++ {
		if n%1024 == 0 && p.ctx.Err() != nil {
			return context.Cause(p.ctx)
		}
		text, err := in.next()
		switch {
		case err == io.EOF:
			return nil
		case err == errTooLong:
			return &validate.LineTooLong{File: f.Name, Line: n, Limit: p.max}
		case err != nil:
			return err
		}
		if len(skipBlanks(text)) > 0 {
			take(text)
		}
	}
}

// lineReader reads lines up to a limit.
type lineReader struct {
	r   *bufio.Reader
	max int
	buf []byte
}

func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 256<<10), max: max}
}

// next gives the next line without its end, valid until the next call.
func (l *lineReader) next() ([]byte, error) {
	l.buf = l.buf[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.buf) == 0 && err == nil && len(part) <= l.max {
			return bytes.TrimSuffix(part, []byte{'\n'}), nil
		}
		l.buf = append(l.buf, part...)
		switch {
		case len(l.buf) > l.max:
			return nil, errTooLong
		case err == nil:
			return bytes.TrimSuffix(l.buf, []byte{'\n'}), nil
		case err == io.EOF && len(l.buf) > 0:
			return l.buf, nil
		case err != bufio.ErrBufferFull:
			return nil, err
		}
	}
}
