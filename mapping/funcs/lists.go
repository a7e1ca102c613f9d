package funcs

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

func callCoalesce(_ *Env, args []value.Value) (value.Value, error) {
	for _, a := range args {
		if !a.IsNil() {
			return a, nil
		}
	}
	return value.Value{}, nil
}

func callLen(_ *Env, args []value.Value) (value.Value, error) {
	if args[0].Kind() == value.Text {
		return value.OfInt(int64(utf8.RuneCountInString(args[0].Text()))), nil
	}
	return value.OfInt(int64(len(args[0].List()))), nil
}

func callFirst(_ *Env, args []value.Value) (value.Value, error) {
	if l := args[0].List(); len(l) > 0 {
		return l[0], nil
	}
	return value.Value{}, nil
}

func callLast(_ *Env, args []value.Value) (value.Value, error) {
	if l := args[0].List(); len(l) > 0 {
		return l[len(l)-1], nil
	}
	return value.Value{}, nil
}

// few is the length up to which uniq compares each with each.
const few = 8

func callUniq(_ *Env, args []value.Value) (value.Value, error) {
	l := args[0].List()
	var seen map[string]bool
	if len(l) > few {
		seen = make(map[string]bool, len(l))
	}
	var out []value.Value // nil as long as nothing was dropped
	var key []byte
	for i, v := range l {
		again := false
		if seen == nil {
			again = slices.ContainsFunc(l[:i], func(w value.Value) bool { return value.Equal(v, w) })
		} else {
			var err error
			if key, err = appendKey(key[:0], v); err != nil {
				return value.Value{}, err
			}
			if again = seen[string(key)]; !again {
				seen[string(key)] = true
			}
		}
		switch {
		case again && out == nil:
			out = append(make([]value.Value, 0, len(l)), l[:i]...)
		case !again && out != nil:
			out = append(out, v)
		}
	}
	if out == nil {
		return args[0], nil
	}
	return value.OfList(out), nil
}

// appendKey appends what tells a value from values that are not equal to it.
func appendKey(b []byte, v value.Value) ([]byte, error) {
	b = append(b, byte(v.Kind()))
	switch v.Kind() {
	case value.Nil:
	case value.Text:
		b = binary.AppendUvarint(b, uint64(len(v.Text())))
		b = append(b, v.Text()...)
	case value.Number:
		b = append(v.AppendNumber(b), 0)
	case value.DateTime:
		sec, nano := v.Unix()
		b = binary.BigEndian.AppendUint64(b, uint64(sec))
		b = binary.BigEndian.AppendUint32(b, nano)
	case value.List:
		b = binary.AppendUvarint(b, uint64(len(v.List())))
		for _, item := range v.List() {
			var err error
			if b, err = appendKey(b, item); err != nil {
				return nil, err
			}
		}
	case value.Record:
		return nil, &Fault{Arg: 1, Message: "uniq can't compare records", Hint: "take a field first: map(list, #.Name)"}
	default:
		b = append(v.Append(b), 0)
	}
	return b, nil
}

func callSort(_ *Env, args []value.Value) (value.Value, error) {
	down := false
	if len(args) == 2 {
		switch args[1].Text() {
		case "asc":
		case "desc":
			down = true
		default:
			return value.Value{}, &Fault{Arg: 2, Message: "sort: the order is " + value.Quote(args[1].Text()) + `, it must be "asc" or "desc"`}
		}
	}
	l := slices.Clone(args[0].List())
	for _, v := range l {
		switch k := v.Kind(); {
		case k == value.Nil:
			return value.Value{}, &Fault{Arg: 1, Nil: true, Message: "sort: an item of the list is empty", Hint: "leave them out first: filter(list, # != nil)"}
		case k == value.List || k == value.Record || k == value.Bool:
			return value.Value{}, &Fault{Arg: 1, Message: "sort takes numbers, texts, dates or date-times, not " + article(k)}
		case k != l[0].Kind():
			return value.Value{}, &Fault{Arg: 1, Message: "sort: the list holds " + article(l[0].Kind()) + " and " + article(k), Hint: "make them one kind first, such as map(list, string(#))"}
		}
	}
	slices.SortStableFunc(l, func(a, b value.Value) int {
		c, _ := value.Compare(a, b)
		if down {
			return -c
		}
		return c
	})
	return value.OfList(l), nil
}

func callReverse(_ *Env, args []value.Value) (value.Value, error) {
	l := slices.Clone(args[0].List())
	slices.Reverse(l)
	return value.OfList(l), nil
}

func callConcat(_ *Env, args []value.Value) (value.Value, error) {
	n := 0
	for _, a := range args {
		n += len(a.List())
	}
	if n > MaxList {
		return value.Value{}, &Fault{Message: "concat gives a list of more than 100,000 items"}
	}
	out := make([]value.Value, 0, n)
	for _, a := range args {
		out = append(out, a.List()...)
	}
	return value.OfList(out), nil
}

func callFlatten(_ *Env, args []value.Value) (value.Value, error) {
	if !slices.ContainsFunc(args[0].List(), func(v value.Value) bool { return v.Kind() == value.List }) {
		return args[0], nil
	}
	out, ok := flatten(nil, args[0].List())
	if !ok {
		return value.Value{}, &Fault{Message: "flatten gives a list of more than 100,000 items"}
	}
	return value.OfList(out), nil
}

// flatten appends the items of lists within lists; ok is false when they are
// too many.
func flatten(out, l []value.Value) (_ []value.Value, ok bool) {
	for _, v := range l {
		if v.Kind() == value.List {
			if out, ok = flatten(out, v.List()); !ok {
				return nil, false
			}
			continue
		}
		if out = append(out, v); len(out) > MaxList {
			return nil, false
		}
	}
	return out, true
}

func callString(_ *Env, args []value.Value) (value.Value, error) {
	v := args[0]
	if v.Kind() == value.Text {
		return v, nil
	}
	size := 0
	for _, item := range v.List() {
		if size += len(item.Text()) + 2; size > MaxText {
			return value.Value{}, &Fault{Message: "string gives a text of more than 1 MiB"}
		}
	}
	return value.OfText(string(v.Append(nil))), nil
}

// eachText calls take for each text among arguments that are texts or lists of
// them.
func eachText(name string, args []value.Value, take func(s string, arg int) error) error {
	for i, a := range args {
		if a.Kind() == value.Text {
			if err := take(a.Text(), i+1); err != nil {
				return err
			}
			continue
		}
		for _, item := range a.List() {
			switch item.Kind() {
			case value.Nil:
			case value.Text:
				if err := take(item.Text(), i+1); err != nil {
					return err
				}
			default:
				return &Fault{Arg: i + 1, Message: name + ": an item of the list is " + article(item.Kind()) + ", not a text"}
			}
		}
	}
	return nil
}

// pieces calls take for each piece of a text split at commas, semicolons and
// blanks.
func pieces(s string, take func(string) error) error {
	for s != "" {
		i := strings.IndexFunc(s, isSeparator)
		piece := s
		if i >= 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			piece, s = s[:i], s[i+size:]
		} else {
			s = ""
		}
		if piece != "" {
			if err := take(piece); err != nil {
				return err
			}
		}
	}
	return nil
}
