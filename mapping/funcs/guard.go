package funcs

import (
	"strconv"
	"strings"

	"crm2gong/mapping/value"
)

// guard gives f its public Call and Prepare: the implementations behind checks
// of the arguments and of the result's size.
func (f *Func) guard() {
	if f.Form != Plain {
		return
	}
	masks := make([]uint32, len(f.Params))
	for i := range f.Params {
		masks[i] = f.Params[i].mask()
	}
	raw := f.Call
	f.Call = f.checked(masks, raw)
	f.Prepare = func(consts []*value.Value) (Implementation, error) {
		for i, c := range consts {
			p := f.Param(i)
			if p == nil {
				continue
			}
			if c == nil && p.Constant {
				return nil, &Fault{Arg: i + 1, Message: f.Name + `: "` + p.Name + `" must be written out, not computed from the row`,
					Hint: "write it as a text in quotes"}
			}
			if c != nil && masks[min(i, len(masks)-1)]&(1<<c.Kind()) == 0 && !(i == 0 && f.NilOfNil && c.IsNil()) {
				return nil, f.wrongKind(i, *c)
			}
		}
		if f.prepare == nil {
			return f.Call, nil
		}
		special, err := f.prepare(consts)
		if err != nil {
			return nil, err
		}
		return f.checked(masks, special), nil
	}
}

// mask has the bit of every kind that the parameter takes at run time.
func (p *Param) mask() uint32 {
	var m uint32
	for _, k := range p.Kinds {
		if k == value.Any {
			m |= 1<<value.Text | 1<<value.Number | 1<<value.Bool | 1<<value.Date | 1<<value.DateTime | 1<<value.List | 1<<value.Record
		}
		m |= 1 << k
	}
	if p.NilOK {
		m |= 1 << value.Nil
	}
	return m
}

func (f *Func) checked(masks []uint32, raw Implementation) Implementation {
	nilOfNil, last := f.NilOfNil, len(masks)-1
	return func(env *Env, args []value.Value) (value.Value, error) {
		if nilOfNil && args[0].IsNil() {
			return value.Value{}, nil
		}
		for i := range args {
			if masks[min(i, last)]&(1<<args[i].Kind()) == 0 {
				return value.Value{}, f.wrongKind(i, args[i])
			}
		}
		v, err := raw(env, args)
		if err != nil {
			return value.Value{}, err
		}
		switch v.Kind() {
		case value.Text:
			if len(v.Text()) > MaxText {
				return value.Value{}, f.tooLong()
			}
		case value.List:
			if len(v.List()) > MaxList {
				return value.Value{}, f.tooMany()
			}
		}
		return v, nil
	}
}

func (f *Func) tooLong() error {
	return &Fault{Message: f.Name + " gives a text of more than 1 MiB", Hint: "shorten its input with truncate(text, n)"}
}

func (f *Func) tooMany() error {
	return &Fault{Message: f.Name + " gives a list of more than 100,000 items"}
}

// wrongKind is the fault of an argument, counted from 0, that the parameter
// does not take.
func (f *Func) wrongKind(i int, v value.Value) error {
	p := f.Param(i)
	name := ordinal(i + 1)
	if len(f.Params) == 1 && !p.Variadic {
		name = "argument"
	}
	if v.IsNil() {
		hint := `write (x ?? "") where x may be empty`
		switch {
		case p.takes(value.Text):
		case p.takes(value.Number):
			hint = "write (x ?? 0) where x may be empty"
		case p.takes(value.List):
			hint = "write (x ?? []) where x may be empty"
		default:
			hint = "write (x ?? y) where x may be empty"
		}
		return &Fault{Arg: i + 1, Nil: true, Message: f.Name + ": its " + name + ", " + p.Name + ", is empty", Hint: hint}
	}
	wants := make([]string, len(p.Kinds))
	for j, k := range p.Kinds {
		wants[j] = article(k)
	}
	fault := &Fault{Arg: i + 1, Message: f.Name + " takes " + strings.Join(wants, " or ") + " as its " + name + ", not " + article(v.Kind()),
		Hint: KindHint(v.Kind(), p)}
	if v.Kind() != value.Record && v.Kind() != value.List {
		fault.Value = string(v.Append(nil))
		fault.Message += " (" + value.Quote(fault.Value) + ")"
	}
	return fault
}

func (p *Param) takes(k value.Kind) bool {
	for _, want := range p.Kinds {
		if want == k {
			return true
		}
	}
	return false
}

// KindHint says how to turn a value of the kind into one that the parameter
// takes; empty when there is no common way.
func KindHint(have value.Kind, p *Param) string {
	switch {
	case have == value.Record:
		return "name the field, such as " + "lookup(key).Name"
	case have == value.List && (p.takes(value.Text) || p.takes(value.Number)):
		return `first(list), join(list, "; ") or map(list, …) makes it fit`
	case have == value.Text && p.takes(value.DateTime):
		return "read the text with date(text, format) or datetime(text, format)"
	case have == value.Text && p.takes(value.Number):
		return "read the text with number(text)"
	case have == value.Text && p.takes(value.List):
		return "make a list with split(text, separator) or [text]"
	case have == value.Date && p.takes(value.DateTime):
		return "datetime(x) takes midnight of the date"
	case (have == value.Date || have == value.DateTime) && p.takes(value.Text):
		return `formatDate(x, "%Y-%m-%d") gives a text`
	case p.takes(value.Text):
		return "string(x) gives a text"
	}
	return ""
}

func article(k value.Kind) string {
	switch k {
	case value.Bool:
		return "true or false"
	case value.Nil:
		return "no value"
	case value.Any:
		return "any value"
	}
	return "a " + k.String()
}

func ordinal(n int) string {
	words := [...]string{"", "first", "second", "third", "fourth", "fifth"}
	if n < len(words) {
		return words[n] + " argument"
	}
	return "argument " + strconv.Itoa(n)
}

// bad is the fault of a function whose first argument is no such thing.
func bad(text, what, hint string) error {
	return &Fault{Arg: 1, Message: value.Quote(text) + " is " + what, Hint: hint, Value: text}
}

// whole reads a whole number within bounds from an argument counted from 0.
func whole(f string, args []value.Value, i int, least, most int64) (int, error) {
	n, ok := args[i].Int()
	if ok && n >= least && n <= most {
		return int(n), nil
	}
	text := string(args[i].AppendNumber(nil))
	return 0, &Fault{Arg: i + 1, Value: text, Message: f + ": its " + ordinal(i+1) + " must be a whole number from " +
		strconv.FormatInt(least, 10) + " to " + strconv.FormatInt(most, 10) + ", not " + text}
}
