package source

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"crm2gong/mapping/value"
)

// sheetRows is the state of Rows in a block of a workbook's sheet.
type sheetRows struct {
	b       []byte
	pos     int
	row     int // number of the row before
	pl      int // length of the prefix of element names
	prefix  string
	used    [maxColumn / 64]uint64 // columns of the row
	high    int                    // words of used that are not zero
	scratch [2][]byte
	col     int // column under way, from 0
}

func (r *Rows) startSheet() {
	s := &r.sheet
	s.b, s.pos, s.row = r.b.Data, 0, r.b.sheet.before
	s.prefix, s.pl = r.b.sheet.prefix, len(r.b.sheet.prefix)
}

// nextSheet moves to the next row that is data and not empty.
func (r *Rows) nextSheet() bool {
	s := &r.sheet
	for {
		ok, data, err := r.sheetRow()
		if err != nil {
			e := r.b.part.fail(err.Error(), "open the workbook in a spreadsheet and save it again")
			e.Sheet, e.Row = r.b.part.file.Sheet, s.row
			if s.col >= 0 {
				e.Column = s.col + 1
				if h := r.b.part.file.Header; s.col < len(h) {
					e.Header = h[s.col]
				}
			}
			var hinted *hintedError
			if errors.As(err, &hinted) {
				e.Hint = hinted.hint
			}
			r.err = e
			return false
		}
		if !ok {
			return false
		}
		if data && r.filledSheet() {
			r.Row, r.Line, r.Ragged = s.row, 0, 0
			return true
		}
	}
}

type hintedError struct{ message, hint string }

func (e *hintedError) Error() string { return e.message }

// filledSheet tells whether the row has a value. Blanks count where nothing is
// trimmed.
func (r *Rows) filledSheet() bool {
	if !r.t.spec.NoTrim {
		return r.filled()
	}
	for i := range r.all {
		if r.all[i].Text != "" {
			return true
		}
	}
	return false
}

var errCut = errors.New("the XML of the row is cut short")

// sheetRow reads the next row element; data tells whether it belongs to the
// table.
func (r *Rows) sheetRow() (ok, data bool, err error) {
	s := &r.sheet
	s.col = -1
	if err := s.space(); err != nil {
		return false, false, err
	}
	if s.pos >= len(s.b) {
		return false, false, nil
	}
	if !s.at("row") {
		return false, false, fmt.Errorf("%q stands where a row is due", shown(s.b[s.pos:]))
	}
	s.row++
	s.pos += 4 + s.pl
	number := -1
	for {
		name, v, end, err := s.attr()
		if err != nil {
			return false, false, err
		}
		if end != 0 {
			if number >= 0 {
				s.row = number
			}
			if err := r.claim(); err != nil {
				return false, false, err
			}
			p := r.b.part.sheet
			data = s.row > p.header && (p.last == 0 || s.row <= p.last)
			if end == '/' {
				return true, false, nil
			}
			break
		}
		if len(name) == 1 && name[0] == 'r' {
			if number, err = digits(v, maxRow); err != nil {
				return false, false, fmt.Errorf("the row number %q is none from 1 to %d", v, maxRow)
			}
		}
	}
	if data {
		clear(r.all)
		r.scratch = r.scratch[:0]
	}
	clear(s.used[:s.high])
	s.high = 0
	last := -1
	for {
		if err := s.space(); err != nil {
			return false, false, err
		}
		switch {
		case s.at("c"):
			if last, err = r.sheetCell(last, data); err != nil {
				return false, false, err
			}
		case s.closes("row"):
			return true, data, nil
		case s.at("extLst"):
			if err := s.skip(); err != nil {
				return false, false, err
			}
		default:
			s.col = -1
			return false, false, fmt.Errorf("%q stands where a cell is due", shown(s.b[s.pos:]))
		}
	}
}

// claim refuses a second row of one number.
func (r *Rows) claim() error {
	n := r.sheet.row
	if n < 1 || n > maxRow {
		return fmt.Errorf("there are more than %d rows", maxRow)
	}
	if old := r.b.part.sheet.seen[n/64].Or(1 << (n % 64)); old>>(n%64)&1 == 1 {
		return errors.New("the sheet has two rows of this number")
	}
	return nil
}

// digits reads a number from 1 to max.
func digits(b []byte, max int) (int, error) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > max {
			return 0, errCut
		}
		n = n*10 + int(c-'0')
	}
	if n < 1 || n > max {
		return 0, errCut
	}
	return n, nil
}

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
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return fmt.Errorf("%q stands where no text is due", shown(s.b[s.pos:]))
		}
		s.pos++
	}
	return nil
}

// at tells whether the start tag of an element stands here.
func (s *sheetRows) at(name string) bool { return isTag(s.b[s.pos:], "<", s.prefix, name) }

// closes passes the end tag of an element if it stands here.
func (s *sheetRows) closes(name string) bool {
	if !isTag(s.b[s.pos:], "</", s.prefix, name) {
		return false
	}
	i := s.pos + 2 + s.pl + len(name)
	for i < len(s.b) && s.b[i] != '>' {
		if s.b[i] > ' ' {
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
	for i < len(b) && b[i] <= ' ' {
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
	for i < len(b) && b[i] != '=' && b[i] > ' ' && b[i] != '>' && b[i] != '<' {
		i++
	}
	name = b[from:i]
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	if i == len(b) || b[i] != '=' || len(name) == 0 {
		return nil, nil, 0, errors.New("an attribute has no value")
	}
	for i++; i < len(b) && b[i] <= ' '; {
		i++
	}
	if i == len(b) || b[i] != '"' && b[i] != '\'' {
		return nil, nil, 0, errors.New("an attribute's value stands in no quotes")
	}
	q := b[i]
	i++
	for from = i; i < len(b) && b[i] != q; i++ {
		if b[i] == '<' {
			return nil, nil, 0, errors.New("a < stands within a tag")
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

// sheetCell reads the cell element that begins here and gives its column. last
// is the column of the cell before.
func (r *Rows) sheetCell(last int, data bool) (int, error) {
	s, p := &r.sheet, r.b.part
	s.pos += 2 + s.pl
	s.col = last + 1
	var typ []byte
	style := -1
	var end byte
	for end == 0 {
		var name, v []byte
		var err error
		if name, v, end, err = s.attr(); err != nil {
			return 0, err
		}
		if len(name) != 1 {
			continue
		}
		switch name[0] {
		case 'r':
			if s.col, err = s.reference(v); err != nil {
				return 0, err
			}
		case 't':
			typ = v
		case 's':
			style = 0
			for _, c := range v {
				if c < '0' || c > '9' || style > 1<<20 {
					return 0, fmt.Errorf("the style %q is no number", v)
				}
				style = style*10 + int(c-'0')
			}
			if style >= len(p.sheet.styles) && !p.sheet.noStyles {
				return 0, fmt.Errorf("the style %d is not in the workbook, which has %d", style, len(p.sheet.styles))
			}
		}
	}
	if s.col >= maxColumn {
		return 0, fmt.Errorf("there are more than %d columns", maxColumn)
	}
	w := s.col / 64
	if s.used[w]>>(s.col%64)&1 == 1 {
		return 0, errors.New("the row has two cells for this column")
	}
	s.used[w] |= 1 << (s.col % 64)
	s.high = max(s.high, w+1)
	if end == '/' {
		return s.col, nil
	}
	cell, err := r.content(typ, style, data && s.col < p.width)
	if err != nil {
		return 0, err
	}
	if data && s.col < p.width {
		r.all[p.perm[s.col]] = cell
	}
	return s.col, nil
}

// content reads what stands in a cell element up to its end tag.
func (r *Rows) content(typ []byte, style int, wanted bool) (cell value.Cell, err error) {
	s := &r.sheet
	formula, stored := false, false
	for {
		// The usual: <v>raw</v></c>
		b := s.b[s.pos:]
		if s.pl == 0 && len(b) > 3 && b[0] == '<' && b[1] == 'v' && b[2] == '>' {
			k := bytes.IndexByte(b[3:], '<')
			if k >= 0 && len(b) > k+7 && string(b[k+3:k+7]) == "</v>" && !stored {
				stored = k > 0 || len(typ) > 0
				s.pos += k + 7
				if cell, err = r.convert(b[3:3+k], typ, style, wanted); err != nil {
					return cell, err
				}
				continue
			}
		}
		if len(b) > 3 && s.pl == 0 && b[0] == '<' && b[1] == '/' && b[2] == 'c' && b[3] == '>' {
			s.pos += 4
			break
		}
		if err := s.space(); err != nil {
			return cell, err
		}
		if s.closes("c") {
			break
		}
		switch {
		case s.at("v"):
			if stored {
				return cell, errors.New("the cell has two values")
			}
			raw, err := s.simple("v")
			if err != nil {
				return cell, err
			}
			stored = len(raw) > 0 || len(typ) > 0
			if cell, err = r.convert(raw, typ, style, wanted); err != nil {
				return cell, err
			}
		case s.at("f"):
			formula = true
			if _, err := s.simple("f"); err != nil {
				return cell, err
			}
		case s.at("is"):
			text, err := s.inline()
			if err != nil {
				return cell, err
			}
			if string(typ) == "inlineStr" {
				if cell, err = r.convert(text, inlineText, style, wanted); err != nil {
					return cell, err
				}
			}
		case s.at("extLst"):
			if err := s.skip(); err != nil {
				return cell, err
			}
		default:
			return cell, fmt.Errorf("%q stands where a value is due", shown(s.b[s.pos:]))
		}
	}
	if formula && !stored && wanted {
		r.b.part.sheet.unstored.Add(1)
	}
	return cell, nil
}

var inlineText = []byte("is") // the type of a text that is decoded already

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

// convert makes a cell of the raw text of its value.
func (r *Rows) convert(raw, typ []byte, style int, wanted bool) (value.Cell, error) {
	sh := r.b.part.sheet
	kind := byte('n')
	switch string(typ) {
	case "", "n":
	case "s", "b", "e", "d":
		kind = typ[0]
	case "str":
		kind = 't'
	case "is":
		kind = 'i'
	case "inlineStr": // its text stands in is, a value beside it is none
		return value.Cell{}, nil
	default:
		return value.Cell{}, fmt.Errorf("the cell type %q is not known", typ)
	}
	if kind == 's' {
		n := 0
		raw = bytes.TrimSpace(raw)
		for _, c := range raw {
			if c < '0' || c > '9' || n > 1<<30 {
				n = -1
				break
			}
			n = n*10 + int(c-'0')
		}
		if n < 0 || len(raw) == 0 || n >= len(sh.strings.ends) {
			return value.Cell{}, fmt.Errorf("the cell refers to text %s of the workbook, which has %d", shown(raw), len(sh.strings.ends))
		}
		if !wanted {
			return value.Cell{}, nil
		}
		return value.Cell{Text: r.guarded(sh.strings.get(n))}, nil
	}
	if !wanted {
		return value.Cell{}, nil
	}
	from := len(r.scratch)
	cellKind := value.TextCell
	var err error
	switch kind {
	case 'n':
		if raw = bytes.TrimSpace(raw); len(raw) == 0 {
			return value.Cell{}, nil
		}
		var st cellStyle
		if style >= 0 && style < len(sh.styles) {
			st = sh.styles[style]
		} else if style < 0 && len(sh.styles) > 0 {
			st = sh.styles[0]
		}
		var ok bool
		if r.scratch, cellKind, ok = sh.number(r.scratch, raw, st); !ok {
			return value.Cell{}, fmt.Errorf("the value %q is no number", shown(raw))
		}
	case 'b':
		switch raw = bytes.TrimSpace(raw); string(raw) {
		case "1", "true":
			return value.Cell{Text: "true", Kind: value.BoolCell}, nil
		case "0", "false":
			return value.Cell{Text: "false", Kind: value.BoolCell}, nil
		case "":
			return value.Cell{}, nil
		}
		return value.Cell{}, fmt.Errorf("the value %q is neither true nor false", shown(raw))
	case 'e':
		cellKind = value.ErrorCell
		r.scratch, err = appendXMLText(r.scratch, raw, false)
	case 'd':
		if r.scratch, err = appendXMLText(r.scratch, raw, false); err == nil {
			var n int
			n, cellKind = isoDate(r.scratch[from:])
			r.scratch = r.scratch[:from+n]
		}
	case 't':
		r.scratch, err = appendXMLText(r.scratch, raw, false)
	case 'i':
		r.scratch = append(r.scratch, raw...)
	}
	if err != nil {
		return value.Cell{}, err
	}
	if n := len(r.scratch) - from; n > r.t.opt.maxRecord() {
		return value.Cell{}, &hintedError{"the text of the cell is larger than " + size(r.t.opt.maxRecord()), "raise --max-record if a cell may be that large"}
	}
	b := r.scratch[from:]
	if len(b) == 0 {
		return value.Cell{}, nil
	}
	text := unsafe.String(unsafe.SliceData(b), len(b))
	if cellKind == value.TextCell {
		text = r.guarded(text)
	}
	return value.Cell{Text: text, Kind: cellKind}, nil
}

// guarded takes the apostrophe off a text that would be a formula.
func (r *Rows) guarded(text string) string {
	if len(text) > 1 && text[0] == '\'' && !r.b.part.keepApostrophe && isFormula(text[1]) {
		return text[1:]
	}
	return text
}

// isoDate tells how much of b is a date or a date-time without fraction and
// offset; another text stays a text.
func isoDate(b []byte) (n int, kind value.CellKind) {
	const form = "0000-00-00T00:00:00"
	for n < len(b) && n < len(form) {
		c, f := b[n], form[n]
		if f == '0' && (c < '0' || c > '9') || f != '0' && c != f {
			break
		}
		n++
	}
	switch rest := b[n:]; {
	case n == 10 && len(rest) == 0:
		return 10, value.DateCell
	case n == 16 && (len(rest) == 0 || string(rest) == "Z"):
		return 16, value.DateCell
	case n == 19 && (len(rest) == 0 || rest[0] == '.' || rest[0] == 'Z'):
		if string(b[11:19]) == "00:00:00" {
			return 10, value.DateCell
		}
		return 19, value.DateCell
	}
	return len(b), value.TextCell
}
