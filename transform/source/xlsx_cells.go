package source

import (
	"bytes"
	"errors"
	"fmt"
	"unsafe"

	"crm2gong/mapping/value"
)

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
	wanted := data && (s.col < p.width || p.file.Rejects || r.t.spec.Surplus)
	cell, err := r.content(typ, style, wanted)
	if err != nil {
		return 0, err
	}
	switch {
	case !wanted:
	case s.col < p.width:
		r.all[p.perm[s.col]] = cell
	case !isEmpty(cell.Text):
		k := s.col - p.width
		for len(r.Surplus) <= k {
			r.Surplus = append(r.Surplus, value.Cell{})
		}
		r.Surplus[k] = cell
		r.Ragged++
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
		if raw, ok := s.plainInline(); ok && string(typ) == "inlineStr" {
			if cell, err = r.convert(raw, decodedLater, style, wanted); err != nil {
				return cell, err
			}
			continue
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
	if formula && !stored && wanted && s.fresh {
		r.b.part.sheet.unstored.add(s.row, s.col)
	}
	return cell, nil
}

var (
	inlineText   = []byte("is")  // the type of a text that is decoded already
	decodedLater = []byte("str") // the type of a text as it stands in the XML
)

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
