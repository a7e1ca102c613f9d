package funcs

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// Regexp compiles a regular expression (RE2 syntax) of at most MaxPattern
// characters. The error is a *Fault that says what is wrong with it.
func Regexp(pattern string) (*regexp.Regexp, error) {
	if utf8.RuneCountInString(pattern) > MaxPattern {
		return nil, &Fault{Message: "the regular expression has more than 1,000 characters", Value: pattern}
	}
	re, err := regexp.Compile(pattern)
	if err == nil {
		return re, nil
	}
	fault := &Fault{Message: "the regular expression " + value.Quote(pattern) + " does not read", Value: pattern}
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return nil, fault
	}
	fault.Message += ": " + string(bad.Code)
	if bad.Expr != pattern && bad.Expr != "" {
		fault.Message += ": `" + bad.Expr + "`"
	}
	switch {
	case bad.Code == syntax.ErrInvalidPerlOp && strings.HasPrefix(bad.Expr, "(?"):
		fault.Hint = "there is no look-ahead and no look-behind; match the whole and take a group"
	case bad.Code == syntax.ErrInvalidEscape && bad.Expr != "" && isDigit(bad.Expr[len(bad.Expr)-1]):
		fault.Hint = "there are no references back to a group"
	case bad.Code == syntax.ErrMissingParen, bad.Code == syntax.ErrUnexpectedParen:
		fault.Hint = "a bracket that stands for itself is written \\( or \\)"
	case bad.Code == syntax.ErrMissingRepeatArgument:
		fault.Hint = "a " + bad.Expr + " that stands for itself is written \\" + bad.Expr
	case bad.Code == syntax.ErrLarge, bad.Code == syntax.ErrInvalidRepeatSize:
		fault.Hint = "use smaller counts in {…}"
	default:
		fault.Hint = "write it in backticks, `\\d+`, or double each backslash, \"\\\\d+\""
	}
	return nil, fault
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// constantRegexp compiles the constant argument i.
func constantRegexp(consts []*value.Value, i int) (*regexp.Regexp, error) {
	re, err := Regexp(consts[i].Text())
	if err != nil {
		err.(*Fault).Arg = i + 1
		return nil, err
	}
	return re, nil
}

// template is what replacePattern puts in: literal pieces and groups.
type template []piece

type piece struct {
	literal string
	group   int // -1: the literal
}

// parseTemplate reads $1, ${1}, ${name} and $$. A $ before anything else stands
// for itself. Unlike Go's own rule, $1x is group 1 and an x.
func parseTemplate(s string, re *regexp.Regexp) (template, error) {
	var t template
	var lit strings.Builder
	for len(s) > 0 {
		i := strings.IndexByte(s, '$')
		if i < 0 || i == len(s)-1 {
			break
		}
		lit.WriteString(s[:i])
		s = s[i+1:]
		var name string
		switch {
		case s[0] == '$':
			lit.WriteByte('$')
			s = s[1:]
			continue
		case isDigit(s[0]):
			n := 1
			for n < len(s) && isDigit(s[n]) {
				n++
			}
			name, s = s[:n], s[n:]
		case s[0] == '{' && strings.IndexByte(s, '}') > 1:
			end := strings.IndexByte(s, '}')
			name, s = s[1:end], s[end+1:]
		default:
			lit.WriteByte('$')
			continue
		}
		group, err := strconv.Atoi(name)
		if err != nil {
			group = re.SubexpIndex(name)
		}
		if group < 0 || group > re.NumSubexp() {
			return nil, &Fault{Arg: 3, Message: "replacePattern: the regular expression has no group $" + name + ", it has " + strconv.Itoa(re.NumSubexp()),
				Hint: "groups are counted from 1 by their opening brackets; a dollar sign that stands for itself is written $$"}
		}
		if lit.Len() > 0 {
			t = append(t, piece{lit.String(), -1})
			lit.Reset()
		}
		t = append(t, piece{group: group})
	}
	lit.WriteString(s)
	if lit.Len() > 0 {
		t = append(t, piece{lit.String(), -1})
	}
	return t, nil
}

func replacePattern(s string, re *regexp.Regexp, t template) (string, error) {
	if !re.MatchString(s) {
		return s, nil
	}
	// All matches are held at once: their number is bounded by the space that
	// their groups take.
	most := (1 << 22) / (2 * (re.NumSubexp() + 1))
	matches := re.FindAllStringSubmatchIndex(s, most)
	if len(matches) == most {
		return "", &Fault{Message: "replacePattern finds more than " + strconv.Itoa(most) + " matches in one text", Hint: "shorten its input with truncate(text, n)"}
	}
	var b []byte
	from := 0
	for _, m := range matches {
		b = append(b, s[from:m[0]]...)
		for _, p := range t {
			switch {
			case p.group < 0:
				b = append(b, p.literal...)
			case m[2*p.group] >= 0:
				b = append(b, s[m[2*p.group]:m[2*p.group+1]]...)
			}
		}
		from = m[1]
		if len(b) > MaxText {
			return "", &Fault{Message: "replacePattern gives a text of more than 1 MiB", Hint: "shorten its input with truncate(text, n)"}
		}
	}
	return string(append(b, s[from:]...)), nil
}

func prepareReplacePattern(consts []*value.Value) (Implementation, error) {
	re, err := constantRegexp(consts, 1)
	if err != nil {
		return nil, err
	}
	var fixed template
	if consts[2] != nil {
		if fixed, err = parseTemplate(consts[2].Text(), re); err != nil {
			return nil, err
		}
	}
	literal := consts[2] != nil
	return func(_ *Env, args []value.Value) (value.Value, error) {
		t := fixed
		if !literal {
			t = template{{args[2].Text(), -1}}
		}
		s, err := replacePattern(args[0].Text(), re, t)
		return value.OfText(s), err
	}, nil
}

func prepareExtract(consts []*value.Value) (Implementation, error) {
	re, err := constantRegexp(consts, 1)
	if err != nil {
		return nil, err
	}
	group := min(1, re.NumSubexp())
	if len(consts) == 3 {
		n, ok := consts[2].Int()
		if !ok || n < 0 || int(n) > re.NumSubexp() {
			text := string(consts[2].AppendNumber(nil))
			return nil, &Fault{Arg: 3, Value: text, Message: "extract: the regular expression has no group " + text + ", it has " + strconv.Itoa(re.NumSubexp()),
				Hint: "groups are counted from 1 by their opening brackets; 0 is the whole match"}
		}
		group = int(n)
	}
	return func(_ *Env, args []value.Value) (value.Value, error) {
		s := args[0].Text()
		if group == 0 {
			if m := re.FindStringIndex(s); m != nil {
				return value.OfText(s[m[0]:m[1]]), nil
			}
			return value.Value{}, nil
		}
		m := re.FindStringSubmatchIndex(s)
		if m == nil || m[2*group] < 0 {
			return value.Value{}, nil
		}
		return value.OfText(s[m[2*group]:m[2*group+1]]), nil
	}, nil
}

// viaPrepare is the Call of a function that Prepare does the work of: it takes
// all arguments for constants.
func viaPrepare(prepare func([]*value.Value) (Implementation, error)) Implementation {
	return func(env *Env, args []value.Value) (value.Value, error) {
		consts := make([]*value.Value, len(args))
		for i := range args {
			consts[i] = &args[i]
		}
		call, err := prepare(consts)
		if err != nil {
			return value.Value{}, err
		}
		return call(env, args)
	}
}

// prepared sets the work of a function whose arguments beside the first are
// mostly constants.
func prepared(f *Func, prepare func([]*value.Value) (Implementation, error)) *Func {
	f.prepare, f.Call = prepare, viaPrepare(prepare)
	return f
}
