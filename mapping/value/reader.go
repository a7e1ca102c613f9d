package value

import (
	"encoding/json"
	"strings"
)

// Text gives a cell's text for raw use: trimmed, "" for a cell that is empty.
func (r *Reader) Text(c Cell) string {
	s := c.Text
	if !r.noTrim {
		s = Trim(s)
	}
	if r.isEmpty(s) {
		return ""
	}
	return s
}

// IsPlain tells whether Plain can do the column's work: where texts, ISO dates,
// plain decimals and the usual words for true and false stand for themselves,
// and nothing but an empty cell is empty.
func (r *Reader) IsPlain() bool {
	if r.empty != nil || r.instead.kind != Nil {
		return false
	}
	switch r.kind {
	case Text:
		return true
	case Number:
		return r.plain && !r.integer
	case Bool:
		return r.plain
	case Date:
		return r.plain && len(r.layouts) == 0
	}
	return false
}

// Plain gives the trimmed text of a cell, "" where Read must read it. The
// column's IsPlain must be true. That the text is a date, a number or a word
// of the column's type is not proved.
func (r *Reader) Plain(c *Cell) string {
	if c.Kind != TextCell {
		return ""
	}
	text := [1]string{c.Text}
	r.PlainTexts(text[:])
	return text[0]
}

// PlainTexts makes Plain of each text of a cell of a text file.
func (r *Reader) PlainTexts(texts []string) {
	if r.noTrim {
		return
	}
	for i, s := range texts {
		if s != "" && !(isPlain(s[0]) && isPlain(s[len(s)-1])) {
			texts[i] = Trim(s)
		}
	}
}

// Decimal is the decimal sign of texts in a column of numbers; 0 for others.
func (r *Reader) Decimal() rune {
	if r.kind != Number {
		return 0
	}
	return r.decimal
}

func (r *Reader) isEmpty(s string) bool {
	for _, e := range r.empty {
		if s == e {
			return true
		}
	}
	return false
}

// Read gives a cell's value: nil or the column's default for an empty cell, a
// Problem for one that does not fit the column's type. Texts are views of the
// cell's text.
func (r *Reader) Read(c Cell) (Value, *Problem) {
	s := c.Text
	if !r.noTrim && (s == "" || !isPlain(s[0]) || !isPlain(s[len(s)-1])) {
		s = Trim(s)
	}
	if s == "" || r.empty != nil && r.isEmpty(s) {
		return r.instead, nil
	}
	if r.plain && c.Kind == TextCell {
		// What nearly every cell is. All else is read below, and so is what is
		// wrong, to say why.
		switch r.kind {
		case Text:
			return OfText(s), nil
		case Number:
			if n, scale, ok := scanNumber(s); ok && scale >= 0 && (!r.integer || scale == 0) {
				return Value{tag: tag{kind: Number, scale: int16(scale)}, num: n}, nil
			}
		case Date:
			if days, ok := r.days(s); ok {
				return Value{tag: tag{kind: Date}, num: days}, nil
			}
		case DateTime:
			if t, ok := r.instant(s); ok {
				return Value{tag: tag{kind: DateTime, nano: t.nano, scale: int16(t.offset)}, num: t.sec}, nil
			}
		case Bool:
			if b, ok := usualWord(s); ok {
				return Value{tag: tag{kind: Bool}, num: b}, nil
			}
		}
	}
	if r.kind == Number && c.Kind == TextCell {
		if n, scale, ok := r.digits(s); ok && scale >= 0 && (!r.integer || scale == 0) {
			return Value{tag: tag{kind: Number, scale: int16(scale)}, num: n}, nil
		}
	}
	c.Text = s
	return r.read(c)
}

// days reads a date by the column's one format, or an ISO date alone.
func (r *Reader) days(s string) (int64, bool) {
	if r.layout != nil {
		return r.layout.date(s)
	}
	return isoDate(s)
}

// instant reads a date-time by the column's one format, or in ISO form.
func (r *Reader) instant(s string) (instant, bool) {
	if r.layout != nil {
		return r.layout.instant(s, r.zone)
	}
	return isoInstant(s, r.zone)
}

func (r *Reader) read(c Cell) (Value, *Problem) {
	if c.Kind != TextCell {
		if p := badCell(c); p != nil {
			return Value{}, p
		}
	}
	switch r.kind {
	case Number:
		return r.number(c)
	case Bool:
		return r.boolean(c)
	case Date:
		return r.date(c)
	case DateTime:
		return r.dateTime(c)
	case List:
		return r.list(c.Text), nil
	}
	return OfText(c.Text), nil
}

// badCell refuses what a workbook itself calls an error, and numbers that have
// lost digits.
func badCell(c Cell) *Problem {
	switch c.Kind {
	case ErrorCell:
		return &Problem{"the cell holds the spreadsheet's error " + Quote(c.Text), "correct the formula, or add empty: [" + Quote(c.Text) + "] to the column"}
	case DamagedCell:
		return &Problem{c.Text + " is a number above 2^53, whose last digits the spreadsheet has lost", "format the column as text in the CRM's export and export again"}
	}
	return nil
}

// boolean reads words; a true or false cell of a workbook is itself.
func (r *Reader) boolean(c Cell) (Value, *Problem) {
	s := c.Text
	if c.Kind == BoolCell {
		return OfBool(s == "true"), nil
	}
	if r.plain && c.Kind == TextCell {
		if b, ok := usualWord(s); ok {
			return Value{tag: tag{kind: Bool}, num: b}, nil
		}
	} else if c.Kind == TextCell || c.Kind == NumberCell {
		switch {
		case matches(s, r.truthy):
			return OfBool(true), nil
		case matches(s, r.falsy):
			return OfBool(false), nil
		}
	}
	return Value{}, &Problem{Quote(s) + " is not one of " + strings.Join(r.truthy, ", ") + " for true, " + strings.Join(r.falsy, ", ") + " for false",
		"list the words of the column in truthy and falsy"}
}

// usualWord reads the words of trueWords and falseWords, giving 1 and 0.
func usualWord(s string) (b int64, ok bool) {
	switch len(s) {
	case 1:
		switch s[0] {
		case '1', 'y', 'Y', 't', 'T':
			return 1, true
		case '0', 'n', 'N', 'f', 'F':
			return 0, true
		}
	case 2:
		return 0, foldsTo(s, "no")
	case 3:
		return 1, foldsTo(s, "yes")
	case 4:
		return 1, s == "true" || foldsTo(s, "true")
	case 5:
		return 0, s == "false" || foldsTo(s, "false")
	}
	return 0, false
}

// date reads calendar dates.
func (r *Reader) date(c Cell) (Value, *Problem) {
	if c.Kind != TextCell {
		return r.workbookDate(c)
	}
	if r.layouts == nil {
		if v, ok := ParseISODate(c.Text); ok {
			return v, nil
		}
		return Value{}, DateProblem(c.Text)
	}
	return r.formatted(c.Text)
}

// dateTime reads instants.
func (r *Reader) dateTime(c Cell) (Value, *Problem) {
	if c.Kind != TextCell {
		return r.workbookDate(c)
	}
	if r.layouts == nil {
		if v, ok := r.zone.ParseISODateTime(c.Text); ok {
			return v, nil
		}
		return Value{}, DateTimeProblem(c.Text)
	}
	return r.formatted(c.Text)
}

// formatted reads a date or date-time by the column's formats. Two that read
// it differently leave no answer.
func (r *Reader) formatted(s string) (Value, *Problem) {
	var v Value
	var by *Layout
	seen := false
	for _, l := range r.layouts {
		next, ok := r.readBy(l, s)
		if !ok {
			continue
		}
		if seen && !Equal(v, next) {
			return Value{}, &Problem{Quote(s) + " is ambiguous: " + layoutName(by) + " reads " + v.String() + ", " + layoutName(l) + " reads " + next.String(),
				"keep the one format that the column is written in"}
		}
		if !seen {
			v, by, seen = next, l, true
		}
	}
	if seen {
		return v, nil
	}
	return Value{}, r.formatProblem(s)
}

// formatProblem says why no format of the column reads s.
func (r *Reader) formatProblem(s string) *Problem {
	names := make([]string, len(r.layouts))
	for i, l := range r.layouts {
		names[i] = layoutName(l)
		if l == nil {
			continue
		}
		if why := l.refusal(s); why != "" {
			return &Problem{Quote(s) + " " + why + " (format " + l.source + ")", correct(s)}
		}
	}
	return &Problem{Quote(s) + " does not have the format " + strings.Join(names, " or "), suggest(s)}
}

func layoutName(l *Layout) string {
	if l == nil {
		return "iso"
	}
	return l.source
}

func (r *Reader) readBy(l *Layout, s string) (Value, bool) {
	switch {
	case l == nil && r.kind == Date:
		return ParseISODate(s)
	case l == nil:
		return r.zone.ParseISODateTime(s)
	case r.kind == Date:
		return l.ParseDate(s)
	}
	t, ok := l.instant(s, r.zone)
	return t.value(), ok
}

// workbookDate reads the cells of a workbook: those with a date style, always
// ISO text, are dates; others are not.
func (r *Reader) workbookDate(c Cell) (Value, *Problem) {
	switch c.Kind {
	case DateCell:
	case NumberCell:
		return Value{}, &Problem{c.Text + " is a number without a date style, which is no date", "give the column a date format in the workbook"}
	default:
		return Value{}, &Problem{Quote(c.Text) + " is " + cellWords[c.Kind] + ", no date", ""}
	}
	day, isDay := ParseISODate(c.Text)
	if r.kind == DateTime {
		if isDay {
			return r.zone.Midnight(day), nil
		}
		if v, ok := r.zone.ParseISODateTime(c.Text); ok {
			return v, nil
		}
		return Value{}, DateTimeProblem(c.Text)
	}
	if isDay {
		return day, nil
	}
	for _, l := range r.layouts {
		if days, ok := isoDays(c.Text); ok && l != nil && l.HasTime() {
			return OfDate(days), nil
		}
	}
	return Value{}, DateProblem(c.Text)
}

var cellWords = [...]string{TextCell: "a text", NumberCell: "a number", DateCell: "a date", BoolCell: "a true/false cell", ErrorCell: "an error", DamagedCell: "a number", DurationCell: "a duration"}

// list splits a text at the separator. The text of a JSON array, which a
// nested value of an LDJSON source is, gives its items.
func (r *Reader) list(s string) Value {
	if s != "" && s[0] == '[' && s[len(s)-1] == ']' {
		if items, ok := jsonItems(s); ok {
			return OfList(items)
		}
	}
	items := make([]Value, 0, strings.Count(s, r.sep)+1)
	for more := true; more; {
		var item string
		item, s, more = strings.Cut(s, r.sep)
		if item = Trim(item); item != "" {
			items = append(items, OfText(item))
		}
	}
	return OfList(items)
}

// jsonItems reads a JSON array: texts as they are, other values as their JSON,
// null and "" dropped.
func jsonItems(s string) ([]Value, bool) {
	var raw []json.RawMessage
	if json.Unmarshal([]byte(s), &raw) != nil {
		return nil, false
	}
	items := make([]Value, 0, len(raw))
	for _, r := range raw {
		text := string(r)
		if text == "null" {
			continue
		}
		if r[0] == '"' && json.Unmarshal(r, &text) != nil {
			return nil, false
		}
		if text = Trim(text); text != "" {
			items = append(items, OfText(text))
		}
	}
	return items, true
}
