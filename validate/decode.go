package validate

import (
	"bytes"
	"slices"
	"strings"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
)

// Decoder turns lines of ready-made LDJSON into entities and says what is
// wrong with their JSON and their values. It is not safe for concurrent use.
type Decoder struct {
	t      gong.ObjectType
	fields []gong.Field
	keys   []string // of each field, as writers without blanks write it: "name":
	strict bool     // a schema is at hand: further keys are faults
	s      scanner
	list   []string
	seen   []int // per field, the number of the line that had it last
	lines  int
	others []string // keys that are no fields
	named  map[string]struct{}
	faults []Fault
}

// Fault is one thing wrong with a line.
type Fault struct {
	Code   string // value-invalid, field-not-in-schema, picklist-value
	Field  string // the key; "" where the whole line is at fault
	Value  string // the value at fault, a view that lives as long as the line
	Reason string
	index  int // the field's place, -1 for none
}

// NewDecoder makes a decoder for lines of a type. custom are the fields of the
// schema; known says that there is one, so that other keys are faults. Without
// one, other keys may hold any text, number, true, false or null.
func NewDecoder(t gong.ObjectType, custom []gong.Field, known bool) *Decoder {
	d := &Decoder{t: t, strict: known}
	d.fields = append(slices.Clone(t.Fields()), custom...)
	d.seen = make([]int, len(d.fields))
	for i := range d.fields {
		d.keys = append(d.keys, `"`+d.fields[i].Name+`":`)
	}
	return d
}

// Fields is the shape of the entities that Decode fills.
func (d *Decoder) Fields() []gong.Field { return d.fields }

// NewEntity makes an entity for Decode to fill.
func (d *Decoder) NewEntity() *gong.Entity {
	return &gong.Entity{Type: d.t, Fields: d.fields, Values: make([]gong.Value, len(d.fields))}
}

// Decode reads one line, without its line end, into e, and returns what is
// wrong, valid until the next call. A line that is no JSON object has one
// fault. A value at fault is left out of e. Texts are views that live until
// the line changes or Decode is called again.
func (d *Decoder) Decode(line []byte, e *gong.Entity) []Fault {
	e.Reset()
	d.s = scanner{line: line, arena: d.s.arena[:0]}
	d.list, d.faults, d.others = d.list[:0], d.faults[:0], d.others[:0]
	clear(d.named)
	d.lines++
	if !d.object(e) {
		e.Reset()
		d.faults = append(d.faults[:0], Fault{Code: codes[valueInvalid], Reason: d.lineReason(), Value: d.excerpt(), index: -1})
		return d.faults
	}
	if i := d.t.FieldIndex("isDeleted"); i >= 0 {
		e.Deleted = e.Values[i].Kind == gong.BoolVal && e.Values[i].Num != 0
	}
	return d.faults
}

// object reads the whole line; false: it is no JSON object.
func (d *Decoder) object(e *gong.Entity) bool {
	s := &d.s
	if !s.next('{') {
		return s.fail("no {")
	}
	if !s.next('}') {
		for want := 0; ; want++ {
			i, key := d.expected(want), ""
			if i < 0 {
				if !s.next('"') {
					return s.fail("no key where one belongs,")
				}
				var ok bool
				if key, ok = s.text(); !ok {
					return false
				}
				if !s.next(':') {
					return s.fail("no colon after a key")
				}
				i = d.find(key)
			}
			if i >= 0 {
				want = i
			}
			if !d.member(e, i, key) {
				return false
			}
			if s.next('}') {
				break
			}
			if !s.next(',') {
				return s.fail("no comma after a value")
			}
		}
	}
	s.blanks()
	if s.pos < len(s.line) {
		return s.fail("something after the object")
	}
	return true
}

// expected takes the key of the field at want or of one of the next, as it
// stands in what most writers write: they keep one order and set no blanks. It
// gives the field's place, -1 where the line goes on in another way.
func (d *Decoder) expected(want int) int {
	s := &d.s
	if s.pos+1 >= len(s.line) {
		return -1
	}
	first := s.line[s.pos+1] // the keys of fields that follow each other mostly differ in it
	for i := want; i < len(d.keys) && i <= want+maxLeftOut; i++ {
		if k := d.keys[i]; k[1] == first && s.takes(k) {
			return i
		}
	}
	return -1
}

// maxLeftOut is how many fields in a row a line may lack and still be read the
// fast way.
const maxLeftOut = 3

// find gives a key's field, -1 for a key that is none.
func (d *Decoder) find(key string) int {
	for i := range d.fields {
		if d.fields[i].Name == key {
			return i
		}
	}
	return -1
}

// member reads the value of a key; false: the line is no JSON.
func (d *Decoder) member(e *gong.Entity, i int, key string) bool {
	s := &d.s
	t, text := s.value()
	if t == tokenNone {
		return false
	}
	if i < 0 {
		return d.other(key, t, text)
	}
	f, v := &d.fields[i], &e.Values[i]
	again := d.seen[i] == d.lines
	d.seen[i] = d.lines
	from := s.pos
	reason := ""
	switch t {
	case tokenList:
		if f.Kind != gong.TextList {
			if !s.skip(t, 1) {
				return false
			}
			reason = d.wrongType(f, t)
			break
		}
		var ok bool
		if reason, ok = d.texts(v); !ok {
			return false
		}
		text = viewOf(s.line[from-1 : s.pos])
	case tokenObject:
		if !s.skip(t, 1) {
			return false
		}
		reason = d.wrongType(f, t)
	case tokenNull:
		v.Kind = gong.Null
	default:
		reason = d.scalar(f, v, t, text)
	}
	if again {
		reason = "the key stands twice in the line"
	}
	if reason != "" {
		code := codes[valueInvalid]
		if reason == outsideList {
			code = codes[picklistValue]
		} else {
			*v = gong.Value{Kind: gong.Invalid}
		}
		d.faults = append(d.faults, Fault{Code: code, Field: f.Name, Value: text, Reason: reason, index: i})
	}
	return true
}

const outsideList = "not in the field's orderedValueList"

// texts reads the rest of a list of texts.
func (d *Decoder) texts(v *gong.Value) (reason string, ok bool) {
	s := &d.s
	from := len(d.list)
	if !s.next(']') {
		for {
			t, text := s.value()
			switch t {
			case tokenNone:
				return "", false
			case tokenText:
				d.list = append(d.list, text)
			case tokenObject, tokenList:
				if !s.skip(t, 2) {
					return "", false
				}
				fallthrough
			default:
				reason = "a list of texts with " + tokenWords[t] + " in it"
			}
			if s.next(']') {
				break
			}
			if !s.next(',') {
				return "", s.fail("no comma between two values")
			}
		}
	}
	v.Kind, v.List = gong.ListVal, d.list[from:]
	return reason, true
}

func (d *Decoder) wrongType(f *gong.Field, t token) string {
	want := "a text"
	switch f.Kind {
	case gong.Bool:
		want = "true or false"
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		want = "a number"
	case gong.TextList:
		want = "a list of texts"
	case gong.ID, gong.Reference:
		want = "a text, also where the id is a number"
	}
	return tokenWords[t] + " where Gong takes " + want
}

// scalar sets v to a text, number or truth value, or says what is wrong.
func (d *Decoder) scalar(f *gong.Field, v *gong.Value, t token, text string) string {
	switch f.Kind {
	case gong.Bool:
		if t != tokenTrue && t != tokenFalse {
			return d.wrongType(f, t)
		}
		v.Kind = gong.BoolVal
		if t == tokenTrue {
			v.Num = 1
		}
		return ""
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		if t != tokenNumber {
			return d.wrongType(f, t)
		}
		return d.number(f, v, text)
	case gong.TextList:
		return d.wrongType(f, t)
	}
	if t != tokenText {
		return d.wrongType(f, t)
	}
	v.Kind, v.Text = gong.StringVal, text
	return d.textReason(f, v)
}

// textReason says what is wrong with a text, "" if nothing is. An empty text
// is no value where texts, ids and addresses are meant; that it must not be
// empty is a rule of its own.
func (d *Decoder) textReason(f *gong.Field, v *gong.Value) string {
	s := v.Text
	if s == "" && f.Mandatory && !(d.t == gong.Stage && f.Kind == gong.DateTime) {
		return ""
	}
	switch f.Kind {
	case gong.DateTime:
		n, reason := dateTime(s)
		v.Num = n
		return reason
	case gong.Date:
		n, ok := date(s)
		if !ok {
			return "no date in the form 2024-03-15"
		}
		v.Num = n
	case gong.URL:
		if s != "" && !fit.IsURL(s) {
			return "no absolute http or https URL"
		}
	case gong.Email:
		if s != "" && !fit.IsEmail(s) {
			return "no e-mail address"
		}
	case gong.Status:
		if !slices.Contains(gong.Statuses, s) {
			return "none of OPEN, WON, LOST"
		}
	case gong.Picklist:
		if f.Values != nil && !slices.Contains(f.Values, s) {
			return outsideList
		}
	}
	return ""
}

// other judges a key that is no field.
func (d *Decoder) other(key string, t token, text string) bool {
	reason := ""
	if t == tokenObject || t == tokenList {
		if !d.s.skip(t, 1) {
			return false
		}
		reason = tokenWords[t] + ", which no custom field takes"
	}
	if t == tokenNumber {
		reason = numberReason(text)
	}
	if d.twice(key) {
		reason = "the key stands twice in the line"
	}
	switch {
	case reason != "":
		d.faults = append(d.faults, Fault{Code: codes[valueInvalid], Field: key, Value: text, Reason: reason, index: -1})
	case d.strict:
		d.faults = append(d.faults, Fault{Code: codes[fieldNotInSchema], Field: key, Value: text, index: -1})
	}
	return true
}

// twice tells whether a key that is no field was seen in this line before.
func (d *Decoder) twice(key string) bool {
	const few = 32
	if len(d.others) < few {
		if slices.Contains(d.others, key) {
			return true
		}
		d.others = append(d.others, key)
		return false
	}
	if len(d.named) == 0 {
		if d.named == nil {
			d.named = map[string]struct{}{}
		}
		for _, k := range d.others {
			d.named[k] = struct{}{}
		}
	}
	_, ok := d.named[key]
	d.named[key] = struct{}{}
	return ok
}

// lineReason says why the line is no JSON object.
func (d *Decoder) lineReason() string {
	line := bytes.TrimLeft(d.s.line, " \t\r")
	switch {
	case len(line) == 0:
		return "an empty line; LDJSON has one object on every line"
	case bytes.HasPrefix(line, []byte("//")) || line[0] == '#':
		return "a comment; LDJSON has none"
	case bytes.HasPrefix(line, []byte("\xEF\xBB\xBF")):
		return "a byte order mark before the object; LDJSON is UTF-8 without one"
	case line[0] == '[':
		return "a list; LDJSON has one object on every line, without brackets around them"
	case line[0] != '{':
		return "no JSON object"
	}
	return "no JSON: " + strings.TrimSuffix(d.s.fault, ",")
}

// excerpt is the beginning of the line.
func (d *Decoder) excerpt() string {
	return strings.ToValidUTF8(viewOf(d.s.line[:min(len(d.s.line), finding.MaxShown)]), "\uFFFD")
}
