package funcs

import (
	"strconv"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// numberFormat is how number(text, decimal, group) reads.
type numberFormat struct {
	decimal, group rune // group is 0 where digits are not grouped
}

func prepareNumber(consts []*value.Value) (Implementation, error) {
	known := true
	args := make([]value.Value, len(consts))
	for i, c := range consts[1:] {
		if known = known && c != nil; c != nil {
			args[i+1] = *c
		}
	}
	if !known {
		return callNumber, nil
	}
	format, err := numberFormatOf(args)
	if err != nil {
		return nil, err
	}
	return func(_ *Env, args []value.Value) (value.Value, error) { return format.read(args[0]) }, nil
}

func callNumber(_ *Env, args []value.Value) (value.Value, error) {
	format, err := numberFormatOf(args)
	if err != nil {
		return value.Value{}, err
	}
	return format.read(args[0])
}

func numberFormatOf(args []value.Value) (numberFormat, error) {
	f := numberFormat{decimal: '.'}
	if len(args) > 1 {
		if f.decimal = oneRune(args[1].Text()); f.decimal != '.' && f.decimal != ',' && f.decimal != '٫' {
			return f, &Fault{Arg: 2, Message: "number: the decimal sign is " + value.Quote(args[1].Text()) + `, it must be "." or ","`,
				Hint: `continental numbers are read by number(text, ",", ".")`}
		}
	}
	if len(args) > 2 && args[2].Text() != "" {
		f.group = oneRune(args[2].Text())
		if f.group == 0 || f.group == f.decimal || f.group >= '0' && f.group <= '9' || f.group == '-' || f.group == '+' {
			return f, &Fault{Arg: 3, Message: "number: the grouping sign is " + value.Quote(args[2].Text()) + ", it must be one character other than the decimal sign",
				Hint: `continental numbers are read by number(text, ",", ".")`}
		}
	}
	return f, nil
}

// oneRune gives the only character of s, 0 when there are more or none.
func oneRune(s string) rune {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || size != len(s) {
		return 0
	}
	return r
}

// read makes a number from a text. Grouping signs must stand before groups of
// three digits (or two, as in India), so that a sign taken for another is found.
func (f numberFormat) read(v value.Value) (value.Value, error) {
	if v.Kind() == value.Number {
		return v, nil
	}
	s := value.Trim(v.Text())
	if s == "" {
		return value.Value{}, nil
	}
	if f.decimal == '.' && f.group == 0 {
		if n, ok := value.ParseNumber(s); ok {
			return n, nil
		}
		return value.Value{}, f.fault(s)
	}
	var buf [64]byte
	b := buf[:0]
	digits, grouped, fraction := 0, false, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
			b = append(b, byte(r))
		case (r == '-' || r == '+') && i == 0:
			b = append(b, byte(r))
		case f.isGroup(r) && !fraction && digits > 0 && (!grouped && digits <= 3 || digits == 2 || digits == 3):
			grouped, digits = true, 0
		case r == f.decimal && !fraction && (!grouped || digits == 3):
			fraction, digits = true, 0
			b = append(b, '.')
		default:
			return value.Value{}, f.fault(s)
		}
	}
	if n, ok := value.ParseNumber(string(b)); ok && (!grouped || fraction || digits == 3) {
		return n, nil
	}
	return value.Value{}, f.fault(s)
}

// isGroup tells whether r is the grouping sign. All narrow and no-break blanks
// count as one, and so do apostrophes.
func (f numberFormat) isGroup(r rune) bool {
	return r == f.group || f.group != 0 && groupClass(r) != 0 && groupClass(r) == groupClass(f.group)
}

func groupClass(r rune) int {
	switch r {
	case ' ', '\u00A0', '\u202F', '\u2009':
		return 1
	case '\'', '’':
		return 2
	}
	return 0
}

func (f numberFormat) fault(s string) error {
	hint := `give the signs it is written with: number(text, ",", ".") reads 1.234,50; other characters go with replace(text, "€", "")`
	if f.decimal == '.' && f.group == 0 {
		if _, err := (numberFormat{'.', ','}).read(value.OfText(s)); err == nil {
			hint = `number(text, ".", ",") takes the comma for a grouping sign, number(text, ",") for the decimal sign`
		} else if _, err := (numberFormat{',', '.'}).read(value.OfText(s)); err == nil {
			hint = `number(text, ",", ".") reads it`
		}
	}
	return bad(s, "no number", hint)
}

func callRound(_ *Env, args []value.Value) (value.Value, error) {
	places := 0
	if len(args) == 2 {
		var err error
		if places, err = whole("round", args, 1, -1000, 1000); err != nil {
			return value.Value{}, err
		}
	}
	return value.Round(args[0], places), nil
}

func onNumber(f func(value.Value) value.Value) Implementation {
	return func(_ *Env, args []value.Value) (value.Value, error) { return f(args[0]), nil }
}

// extreme is min (sign -1) and max (sign 1) over arguments and lists of numbers,
// dates or date-times, all of one kind.
func extreme(name string, sign int) Implementation {
	return func(_ *Env, args []value.Value) (value.Value, error) {
		var best value.Value
		take := func(v value.Value, arg int) error {
			switch v.Kind() {
			case value.Number, value.Date, value.DateTime:
			case value.Nil:
				return nilItem(name, arg)
			default:
				return &Fault{Arg: arg, Message: name + " takes numbers, dates or date-times, not " + article(v.Kind()),
					Hint: "read a text with number(text) or date(text) first"}
			}
			if best.IsNil() {
				best = v
				return nil
			}
			c, ok := value.Compare(v, best)
			if !ok {
				return &Fault{Arg: arg, Message: name + " can't compare " + article(v.Kind()) + " with " + article(best.Kind()),
					Hint: "date(x) takes the day of a date-time, datetime(x) midnight of a date"}
			}
			if c == sign {
				best = v
			}
			return nil
		}
		for i, a := range args {
			if a.Kind() != value.List {
				if err := take(a, i+1); err != nil {
					return value.Value{}, err
				}
				continue
			}
			for _, v := range a.List() {
				if err := take(v, i+1); err != nil {
					return value.Value{}, err
				}
			}
		}
		return best, nil
	}
}

func nilItem(name string, arg int) error {
	return &Fault{Arg: arg, Nil: true, Message: name + ": " + ordinal(arg) + " is empty, or has an empty item",
		Hint: "write (x ?? 0) where x may be empty, or leave empty items out with filter(list, # != nil)"}
}

func callSum(_ *Env, args []value.Value) (value.Value, error) {
	total := value.OfInt(0)
	for i, v := range args[0].List() {
		switch v.Kind() {
		case value.Number:
		case value.Nil:
			return value.Value{}, &Fault{Arg: 1, Nil: true, Message: "sum: item " + strconv.Itoa(i+1) + " of the list is empty",
				Hint: "write (x ?? 0) where x may be empty"}
		default:
			return value.Value{}, &Fault{Arg: 1, Message: "sum: item " + strconv.Itoa(i+1) + " of the list is " + article(v.Kind()) + ", not a number",
				Hint: "read texts with number(text): sum(list, number(#))"}
		}
		var err error
		if total, err = value.Add(total, v); err != nil {
			return value.Value{}, &Fault{Message: "sum: " + err.Error()}
		}
	}
	return total, nil
}

// extremeType is the result of min and max: the kind of what they compare.
func extremeType(args []value.Type) value.Type {
	var t value.Type
	for _, a := range args {
		if a.Kind == value.List {
			if a.Elem == nil {
				return value.Type{Kind: value.Any, Nullable: true}
			}
			t.Nullable = true
			a = *a.Elem
		}
		switch {
		case a.Kind == value.Nil:
		case t.Kind == value.Nil:
			t.Kind = a.Kind
		case t.Kind != a.Kind:
			return value.Type{Kind: value.Any, Nullable: true}
		}
	}
	return t
}
