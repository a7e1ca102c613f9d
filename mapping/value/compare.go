package value

import "strings"

// Compare orders two values of one kind: numbers by value, dates, date-times
// as instants, texts by code point, false before true. ok is false for other
// kinds and for values of different kinds.
func Compare(a, b Value) (c int, ok bool) {
	if a.kind != b.kind {
		return 0, false
	}
	switch a.kind {
	case Number:
		return compareNumbers(a, b), true
	case Text:
		return strings.Compare(a.Text(), b.Text()), true
	case Date, Bool:
		return order(a.num, b.num), true
	case DateTime:
		if c = order(a.num, b.num); c == 0 {
			c = order(a.nano, b.nano)
		}
		return c, true
	}
	return 0, false
}

// Equal tells whether two values are the same: numbers by value, date-times
// as instants, lists item by item, nil only with nil. Values of different
// kinds are not equal. Records are equal to themselves alone.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case Nil:
		return true
	case Text:
		return a.Text() == b.Text()
	case Number:
		if a.more() != nil && b.more() != nil {
			return a.scale == b.scale && a.more().big.Cmp(b.more().big) == 0
		}
		return a.more() == b.more() && a.num == b.num && a.scale == b.scale
	case Bool, Date:
		return a.num == b.num
	case DateTime:
		return a.num == b.num && a.nano == b.nano
	case List:
		x, y := a.List(), b.List()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !Equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case Record:
		return a.more() == b.more()
	}
	return false
}

// Clone returns v without any view into a block that is read over: texts, in
// lists too, are copied. A record is returned as it is: lookups keep their
// rows themselves.
func (v Value) Clone() Value {
	switch v.kind {
	case Text:
		v = OfText(strings.Clone(v.Text()))
	case List:
		items := make([]Value, len(v.List()))
		for i, item := range v.List() {
			items[i] = item.Clone()
		}
		return OfList(items)
	}
	return v
}

// Append appends v as text for messages and joins: numbers in their shortest
// form, dates as 2024-03-15, date-times as AppendRFC3339 does, true or false,
// list items joined with "; ", nothing for nil. A record is appended as
// "record", a failed evaluation as "error".
func (v Value) Append(b []byte) []byte {
	switch v.kind {
	case Text:
		return append(b, v.Text()...)
	case Number:
		return v.AppendNumber(b)
	case Bool:
		if v.num != 0 {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case Date:
		return appendDate(b, v.num)
	case DateTime:
		return AppendRFC3339(b, v)
	case List:
		for i, item := range v.List() {
			if i > 0 {
				b = append(b, "; "...)
			}
			b = item.Append(b)
		}
	case Record, Err:
		return append(b, v.kind.String()...)
	}
	return b
}

// String gives what Append appends.
func (v Value) String() string {
	if v.kind == Text {
		return v.Text()
	}
	return string(v.Append(nil))
}
