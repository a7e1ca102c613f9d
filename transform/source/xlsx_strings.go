package source

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// sharedStrings are the texts that the cells of a workbook refer to by number,
// one behind the other.
type sharedStrings struct {
	data []byte
	ends []uint32
}

// get gives text i, which must be below len(s.ends).
func (s *sharedStrings) get(i int) string {
	from := uint32(0)
	if i > 0 {
		from = s.ends[i-1]
	}
	b := s.data[from:s.ends[i]]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// read reads the part of shared texts; "" is none.
func (s *sharedStrings) read(k *book, name string) error {
	if name == "" {
		return nil
	}
	i, ok := k.parts[strings.ToLower(name)]
	if !ok {
		return k.bad(name, errors.New("the part is missing"))
	}
	r, err := k.open(i)
	if err != nil {
		return err
	}
	defer r.Close()
	// The texts are what the part holds without its markup. Room for them is
	// made at once, unless the part says that it is larger than parts are.
	m := k.z.File[i]
	s.data = make([]byte, 0, min(m.UncompressedSize64, 20*m.CompressedSize64, 1<<30))
	if err := s.parse(r, k.p.table.opt.maxRecord()); err != nil {
		return k.bad(name, err)
	}
	return nil
}

func (s *sharedStrings) parse(r io.Reader, max int) error {
	x := newXMLReader(r, max+1<<20)
	for {
		if x.begun && len(x.names) == 1 && s.plain(x, max) {
			continue
		}
		t, err := x.next()
		switch {
		case err != nil:
			return err
		case t.kind == xmlEOF:
			return nil
		case t.kind != xmlStart || string(t.name) != "si":
			continue
		}
		from := len(s.data)
		if !t.empty {
			if s.data, err = x.richText(s.data); err != nil {
				return err
			}
		}
		if len(s.data)-from > max {
			return tooLargeCell(max)
		}
		if len(s.data) > 1<<32-1 {
			return errors.New("the texts are larger than 4 GiB")
		}
		s.ends = append(s.ends, uint32(len(s.data)))
	}
}

// plain takes a text in the usual spelling, <si><t>text</t></si>, if one without
// references stands next in what was read already.
func (s *sharedStrings) plain(x *xmlReader, max int) bool {
	const before, behind = "<si><t>", "</t></si>"
	b := x.buf[x.pos:]
	if len(b) < len(before) || string(b[:len(before)]) != before {
		return false
	}
	b = b[len(before):]
	for i, c := range b {
		if c == '<' {
			if len(b)-i < len(behind) || string(b[i:i+len(behind)]) != behind || i > max || len(s.data)+i > 1<<32-1 {
				return false
			}
			s.data = append(s.data, b[:i]...)
			s.ends = append(s.ends, uint32(len(s.data)))
			x.pos += len(before) + i + len(behind)
			return true
		}
		if c < ' ' || c >= utf8.RuneSelf || c == '&' || c == '_' {
			return false
		}
	}
	return false
}

func tooLargeCell(max int) error {
	return &hintedError{"a text is larger than " + size(max), "raise --max-record if a cell may be that large"}
}

// richText appends the text of the element just entered, which may be written
// in several runs, and passes behind its end. Phonetic readings are left out.
func (x *xmlReader) richText(dst []byte) ([]byte, error) {
	inText := false
	for depth := len(x.names); ; {
		t, err := x.next()
		if err != nil {
			return dst, err
		}
		switch t.kind {
		case xmlEOF:
			return dst, io.ErrUnexpectedEOF
		case xmlStart:
			switch string(t.name) {
			case "t":
				inText = !t.empty
			case "rPh", "rPr":
				if err := x.skip(t); err != nil {
					return dst, err
				}
			}
		case xmlEnd:
			if len(x.names) < depth {
				return dst, nil
			}
			if string(t.name) == "t" {
				inText = false
			}
		case xmlText:
			if inText {
				if dst, err = appendXMLText(dst, t.text, t.plain); err != nil {
					return dst, err
				}
			}
		}
	}
}
