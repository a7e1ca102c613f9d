package source

import (
	"bytes"
	"errors"
	"fmt"
)

// shown gives the start of b for a message.
func shown(b []byte) string { return string(b[:min(len(b), 20)]) }

// space passes blanks, comments and processing instructions.
func (s *sheetRows) space() error {
	for s.pos < len(s.b) {
		c := s.b[s.pos]
		if c == '<' {
			if s.pos+1 == len(s.b) || s.b[s.pos+1] != '!' && s.b[s.pos+1] != '?' {
				return nil
			}
			n, aside := xmlAside(s.b[s.pos:])
			if !aside || n < 0 || s.b[s.pos+1] == '!' && s.b[s.pos+2] == '[' {
				return fmt.Errorf("%q stands where no text is due", shown(s.b[s.pos:]))
			}
			s.pos += n
			continue
		}
		if !isXMLBlank(c) {
			return fmt.Errorf("%q stands where no text is due", shown(s.b[s.pos:]))
		}
		s.pos++
	}
	return nil
}

func isXMLBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// at tells whether the start tag of an element stands here.
func (s *sheetRows) at(name string) bool { return isTag(s.b[s.pos:], "<", s.prefix, name) }

// closes passes the end tag of an element if it stands here.
func (s *sheetRows) closes(name string) bool {
	if !isTag(s.b[s.pos:], "</", s.prefix, name) {
		return false
	}
	i := s.pos + 2 + s.pl + len(name)
	for i < len(s.b) && s.b[i] != '>' {
		if !isXMLBlank(s.b[i]) {
			return false
		}
		i++
	}
	if i == len(s.b) {
		return false
	}
	s.pos = i + 1
	return true
}

// attr reads the next attribute of a start tag; end is '>' or '/' at the tag's
// end, which is passed.
func (s *sheetRows) attr() (name, v []byte, end byte, err error) {
	b, i := s.b, s.pos
	if i+4 < len(b) && b[i] == ' ' && b[i+2] == '=' && b[i+3] == '"' && b[i+1] > '>' { // the usual: x="value"
		for k, c := range b[i+4:] {
			if c == '"' {
				s.pos = i + 5 + k
				return b[i+1 : i+2], b[i+4 : i+4+k], 0, nil
			}
			if c == '<' || c < ' ' {
				break
			}
		}
	}
	for i < len(b) && isXMLBlank(b[i]) {
		i++
	}
	if i+1 >= len(b) {
		return nil, nil, 0, errCut
	}
	switch b[i] {
	case '>':
		s.pos = i + 1
		return nil, nil, '>', nil
	case '/':
		if b[i+1] != '>' {
			return nil, nil, 0, errors.New("a tag is not closed")
		}
		s.pos = i + 2
		return nil, nil, '/', nil
	}
	from := i
	for i < len(b) && b[i] != '=' && b[i] > ' ' && b[i] != '>' && b[i] != '<' && b[i] != '/' && b[i] != '"' && b[i] != '\'' {
		i++
	}
	name = b[from:i]
	for i < len(b) && isXMLBlank(b[i]) {
		i++
	}
	if i == len(b) || b[i] != '=' || len(name) == 0 {
		return nil, nil, 0, errors.New("an attribute has no value")
	}
	for i++; i < len(b) && isXMLBlank(b[i]); {
		i++
	}
	if i == len(b) || b[i] != '"' && b[i] != '\'' {
		return nil, nil, 0, errors.New("an attribute's value stands in no quotes")
	}
	q := b[i]
	i++
	for from = i; i < len(b) && b[i] != q; i++ {
		if b[i] == '<' || b[i] < ' ' && !isXMLBlank(b[i]) {
			return nil, nil, 0, fmt.Errorf("%q stands within a tag", b[i])
		}
	}
	if i == len(b) {
		return nil, nil, 0, errCut
	}
	s.pos = i + 1
	return name, b[from:i], 0, nil
}

// skip passes over the element that begins here, whatever is in it.
func (s *sheetRows) skip() error {
	x := newXMLReader(bytes.NewReader(s.b[s.pos:]), len(s.b)+1)
	x.begun = true
	x.buf, x.eof = s.b[s.pos:len(s.b):len(s.b)], true
	t, err := x.next()
	if err == nil {
		err = x.skip(t)
	}
	s.pos += x.pos
	return err
}

// reference reads a cell's reference such as AB12; the row must be that of the
// row element.
func (s *sheetRows) reference(v []byte) (int, error) {
	col, i := 0, 0
	for ; i < len(v) && i < 4; i++ {
		c := v[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	n := 0
	for _, c := range v[i:] {
		if c < '0' || c > '9' || n > maxRow {
			n = -1
			break
		}
		n = n*10 + int(c-'0')
	}
	switch {
	case col == 0 || col > maxColumn || n <= 0:
		return 0, fmt.Errorf("the reference %q names no cell", v)
	case n != s.row:
		return 0, fmt.Errorf("the cell %s stands in row %d", v, s.row)
	}
	return col - 1, nil
}

// simple reads an element that holds text alone and gives the text, raw as
// long as it has no CDATA, else escaped again.
func (s *sheetRows) simple(name string) ([]byte, error) {
	s.pos += 1 + s.pl + len(name)
	for {
		_, _, end, err := s.attr()
		if err != nil {
			return nil, err
		}
		if end == '/' {
			return nil, nil
		}
		if end == '>' {
			break
		}
	}
	k := bytes.IndexByte(s.b[s.pos:], '<')
	if k < 0 {
		return nil, errCut
	}
	raw := s.b[s.pos : s.pos+k]
	s.pos += k
	if s.closes(name) {
		return raw, nil
	}
	joined := append(s.scratch[0][:0], raw...)
	for !s.closes(name) {
		n, aside := xmlAside(s.b[s.pos:])
		if !aside || n < 0 {
			return nil, fmt.Errorf("%q stands within a value", shown(s.b[s.pos:]))
		}
		if bytes.HasPrefix(s.b[s.pos:], []byte("<![CDATA[")) {
			for _, c := range s.b[s.pos+9 : s.pos+n-3] {
				switch c {
				case '&':
					joined = append(joined, "&amp;"...)
				case '<':
					joined = append(joined, "&lt;"...)
				default:
					joined = append(joined, c)
				}
			}
		}
		s.pos += n
		k := bytes.IndexByte(s.b[s.pos:], '<')
		if k < 0 {
			return nil, errCut
		}
		joined = append(joined, s.b[s.pos:s.pos+k]...)
		s.pos += k
	}
	s.scratch[0] = joined
	return joined, nil
}

// plainInline passes an inline text in the usual spelling, which is one run
// without more than character data, and gives it as it stands in the XML.
func (s *sheetRows) plainInline() (raw []byte, ok bool) {
	const before, kept, behind = "<is><t", ` xml:space="preserve"`, "</t></is>"
	b := s.b[s.pos:]
	if s.pl > 0 || len(b) < len(before) || string(b[:len(before)]) != before {
		return nil, false
	}
	from := len(before)
	if len(b) > from+len(kept) && b[from] == ' ' && string(b[from:from+len(kept)]) == kept {
		from += len(kept)
	}
	if len(b) <= from || b[from] != '>' {
		return nil, false
	}
	from++
	k := bytes.IndexByte(b[from:], '<')
	if k < 0 || len(b) < from+k+len(behind) || string(b[from+k:from+k+len(behind)]) != behind {
		return nil, false
	}
	s.pos += from + k + len(behind)
	return b[from : from+k], true
}

// inline reads an inline text.
func (s *sheetRows) inline() ([]byte, error) {
	x := newXMLReader(nil, len(s.b)+1)
	x.begun = true
	x.buf, x.eof = s.b[s.pos:len(s.b):len(s.b)], true
	t, err := x.next()
	if err == nil && !t.empty {
		s.scratch[1], err = x.richText(s.scratch[1][:0])
	} else {
		s.scratch[1] = s.scratch[1][:0]
	}
	s.pos += x.pos
	return s.scratch[1], err
}
