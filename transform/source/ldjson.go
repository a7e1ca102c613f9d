package source

import (
	"bytes"
	"fmt"
	"strconv"
	"unsafe"

	"crm2gong/mapping/value"
)

// openJSON reads the part once to learn its columns, the union of the keys in
// the order of first use, and to refuse lines that are no sound objects.
func (p *part) openJSON() error {
	p.header, p.footer, p.footerBlank = 0, 0, false
	p.dialect = newDialect(',', true)
	tr, err := p.textReader()
	if err != nil {
		return err
	}
	defer tr.Close()
	p.columns = map[string]int{}
	var b Block
	var key []byte
	seen := []int{} // line at which a column's key was seen last
	line := 0
	for {
		b.above, b.ready, b.part = 0, false, p
		ok, err := tr.next(&b)
		if err == nil && ok {
			err = p.prepare(&b)
		}
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		pos := 0
		for i := range b.cells.rows {
			end := b.cells.end(i)
			line++
			j := jsonLine{b: b.Data[pos:end]}
			fault := j.keys(func(raw []byte, plain bool) string {
				if !plain {
					key = unescape(key[:0], raw)
					raw = key
				}
				k, ok := p.columns[string(raw)]
				if !ok {
					k = len(seen)
					p.columns[string(raw)] = k
					p.file.Header = append(p.file.Header, string(raw))
					seen = append(seen, 0)
				}
				if seen[k] == line {
					return fmt.Sprintf("the key %s stands twice in the object", strconv.Quote(string(raw)))
				}
				seen[k] = line
				return ""
			})
			if fault != nil {
				return p.noObject(&b, pos, fault)
			}
			pos = end + 1
		}
	}
	if len(p.file.Header) == 0 {
		if tr.offset == 0 {
			return p.fail("the file is empty", "each line should be a JSON object")
		}
		return p.fail("the file has no object with a key", "each line should be a JSON object")
	}
	p.width = len(p.file.Header)
	return nil
}

// noObject words a line that is no sound object.
func (p *part) noObject(b *Block, pos int, fault *jsonFault) error {
	line, _, _ := bytes.Cut(b.Data[pos:], []byte("\n"))
	line = bytes.TrimSpace(line)
	e := p.at(b, b.Data, pos, fault.message, "")
	e.Column, e.Header = 0, ""
	e.Message = "no JSON object, at character " + strconv.Itoa(fault.at+1) + ": " + fault.message
	e.Hint = "mend the line, or remove it"
	switch {
	case bytes.HasPrefix(line, []byte("//")), bytes.HasPrefix(line, []byte("#")):
		e.Hint = "LDJSON has no comments: remove the line"
	case e.Row == 1 && bytes.HasPrefix(line, []byte("[")):
		e.Hint = "the file is a list; LDJSON has one object per line, as jq -c '.[]' writes it"
	case e.Row == 1 && len(line) == 1 && line[0] == '{':
		e.Hint = "LDJSON has one object per line, as jq -c . writes it"
	}
	return e
}

// keys passes an object that is the whole line, or nothing, and calls each with
// the keys; what it returns is a fault unless "".
func (j *jsonLine) keys(each func(raw []byte, plain bool) string) *jsonFault {
	if j.blanks(); j.i == len(j.b) {
		return nil
	}
	if !j.is('{') {
		return j.fault("an object should begin here")
	}
	for first := true; !j.is('}'); first = false {
		if !first && !j.is(',') {
			return j.fault("a comma or } is due")
		}
		j.blanks()
		at := j.i
		raw, plain, fault := j.text()
		if fault != nil {
			return fault
		}
		if message := each(raw, plain); message != "" {
			return &jsonFault{at, message}
		}
		if !j.is(':') {
			return j.fault("a colon is due")
		}
		if _, fault = j.value(0); fault != nil {
			return fault
		}
	}
	if j.blanks(); j.i < len(j.b) {
		return j.fault("the line goes on after the object")
	}
	return nil
}

// object fills the cells from a line that Open found sound; false for an object
// without values.
func (r *Rows) object(line []byte) bool {
	p := r.b.part
	clear(r.all)
	filled := false
	j := jsonLine{b: line}
	if !j.is('{') {
		return false
	}
	for n := 0; !j.is('}'); n++ {
		if n > 0 && !j.is(',') {
			return false
		}
		raw, plain, fault := j.text()
		if fault != nil {
			return false
		}
		if !plain {
			raw = r.unescaped(raw)
		}
		k := r.column(n, raw)
		if j.is(':'); k < 0 {
			return false
		}
		j.blanks()
		from := j.i
		kind, fault := j.value(0)
		if fault != nil {
			return false
		}
		raw = j.b[from:j.i]
		cell := value.Cell{}
		switch kind {
		case 'n':
			continue
		case 't', 'f':
			cell.Kind = value.BoolCell
		case '{', '[':
		case '"':
			raw = raw[1 : len(raw)-1]
			if bytes.IndexByte(raw, '\\') >= 0 {
				raw = r.unescaped(raw)
			}
		}
		cell.Text = unsafe.String(unsafe.SliceData(raw), len(raw))
		filled = filled || cell.Text != ""
		r.all[p.perm[k]] = cell
	}
	return filled
}

func (r *Rows) unescaped(raw []byte) []byte {
	n := len(r.scratch)
	r.scratch = unescape(r.scratch, raw)
	return r.scratch[n:]
}

// column finds the column of a key. Lines mostly have their keys in one order,
// so the n-th key of the line before is tried first.
func (r *Rows) column(n int, key []byte) int {
	header := r.b.part.file.Header
	if n < len(r.order) {
		if k := r.order[n]; k < len(header) && header[k] == string(key) {
			return k
		}
	}
	k, ok := r.b.part.columns[string(key)]
	if !ok {
		return -1
	}
	for len(r.order) <= n {
		r.order = append(r.order, k)
	}
	r.order[n] = k
	return k
}
