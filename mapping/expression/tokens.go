package expression

import (
	"errors"
	"io"
	"sort"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"

	"crm2gong/mapping/value"
)

// source is the text of an expression with its tokens. Places are counted in
// code points.
type source struct {
	text   string
	runes  []rune
	tokens []lexer.Token // without the end
	at     map[int]int   // index of the token that begins at a place
	pair   []int         // for a bracket the index of its partner, else -1
	spans  map[ast.Node][2]int
}

// scan splits a text into tokens and pairs its brackets.
func scan(text string) (*source, *Fault) {
	s := &source{text: text, runes: []rune(text), at: map[int]int{}}
	l := lexer.New()
	l.Reset(file.NewSource(text))
	for {
		t, err := l.Next()
		if err == io.EOF || err == nil && t.Kind == lexer.EOF {
			break
		}
		if err != nil {
			return s, s.lexFault(err)
		}
		s.at[t.From] = len(s.tokens)
		s.tokens = append(s.tokens, t)
	}
	return s, s.brackets()
}

// slice gives the source from one place to another.
func (s *source) slice(from, to int) string {
	from, to = max(0, from), min(to, len(s.runes))
	if from >= to {
		return ""
	}
	if len(s.runes) == len(s.text) {
		return s.text[from:to]
	}
	return string(s.runes[from:to])
}

// is tells whether token i exists and is the given operator or bracket.
func (s *source) is(i int, text string) bool {
	if i < 0 || i >= len(s.tokens) {
		return false
	}
	t := &s.tokens[i]
	return (t.Kind == lexer.Operator || t.Kind == lexer.Bracket) && t.Value == text
}

// before gives the index of the last token that ends at or before a place, -1
// if there is none.
func (s *source) before(place int) int {
	return sort.Search(len(s.tokens), func(i int) bool { return s.tokens[i].To > place }) - 1
}

// after gives the index of the first token that begins at or after a place.
func (s *source) after(place int) int {
	return sort.Search(len(s.tokens), func(i int) bool { return s.tokens[i].From >= place })
}

// maxDepth bounds how deep brackets nest.
const maxDepth = 64

var closing = [...][2]string{{"(", ")"}, {"[", "]"}, {"{", "}"}}

func partner(open string) string {
	for _, p := range closing {
		if p[0] == open {
			return p[1]
		}
	}
	return ""
}

// brackets pairs the brackets; the fault is one without a partner.
func (s *source) brackets() *Fault {
	s.pair = make([]int, len(s.tokens))
	var open []int
	for i := range s.tokens {
		s.pair[i] = -1
		t := &s.tokens[i]
		if t.Kind != lexer.Bracket {
			continue
		}
		if partner(t.Value) != "" {
			if open = append(open, i); len(open) > maxDepth {
				return &Fault{From: t.From, To: t.To, Code: codeLimit, Message: "brackets nest deeper than 64 levels", Hint: "split the expression with let or functions:"}
			}
			continue
		}
		if len(open) == 0 {
			return &Fault{From: t.From, To: t.To, Code: codeSyntax, Message: t.Value + " closes nothing", Hint: "remove it or add the bracket that opens"}
		}
		last := open[len(open)-1]
		if want := partner(s.tokens[last].Value); want != t.Value {
			return &Fault{From: t.From, To: t.To, Code: codeSyntax, Message: t.Value + " stands where " + want + " should close " + s.tokens[last].Value}
		}
		s.pair[last], s.pair[i] = i, last
		open = open[:len(open)-1]
	}
	if len(open) > 0 {
		t := &s.tokens[open[len(open)-1]]
		return &Fault{From: t.From, To: t.To, Code: codeSyntax, Message: t.Value + " is never closed", Hint: "add " + partner(t.Value)}
	}
	return nil
}

// numbers reads the number literals exactly, by place, and gives a text of the
// same length in which each is a number that any parser can read.
func (s *source) numbers() (masked string, numbers map[int]value.Value, fault *Fault) {
	numbers = map[int]value.Value{}
	out := s.runes
	copied := false
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.Kind != lexer.Number {
			continue
		}
		v, x := number(t)
		if x != nil {
			return "", nil, x
		}
		numbers[t.From] = v
		if !copied {
			out, copied = append([]rune(nil), s.runes...), true
		}
		for k := t.From; k < t.To; k++ {
			if out[k] != '.' {
				out[k] = '0'
			}
		}
	}
	if !copied {
		return s.text, numbers, nil
	}
	return string(out), numbers, nil
}

// number reads one literal.
func number(t *lexer.Token) (value.Value, *Fault) {
	fault := func(message, hint string) (value.Value, *Fault) {
		return value.Value{}, &Fault{From: t.From, To: t.To, Code: codeSyntax, Message: message, Hint: hint}
	}
	text := t.Value
	short := shorten(text, 40)
	plain := strings.ReplaceAll(text, "_", "")
	switch {
	case plain != text:
		return fault(short+" is no plain number", "write "+shorten(plain, 40))
	case strings.ContainsAny(text, "xXoOeE") || strings.ContainsAny(text, "bB"):
		return fault(short+" is no plain decimal number", "write the number out in digits, or the text in quotes")
	case len(text) > 1 && text[0] == '0' && text[1] != '.':
		return fault(short+" begins with a zero", "write the number without it, or the text "+quoteLiteral(short))
	}
	if text[0] == '.' {
		text = "0" + text
	}
	v, ok := value.ParseNumber(strings.TrimSuffix(text, "."))
	if !ok {
		return fault(short+" is no number", "a number has digits and a point, at most 1,000 digits")
	}
	return v, nil
}

// lexFault rewrites an error of the lexer.
func (s *source) lexFault(err error) *Fault {
	from := 0
	if n := len(s.tokens); n > 0 {
		from = s.tokens[n-1].To
	}
	for from < len(s.runes) && unicode.IsSpace(s.runes[from]) {
		from++
	}
	x := &Fault{From: min(from, max(0, len(s.runes)-1)), To: len(s.runes), Code: codeSyntax, Message: err.Error()}
	var e *file.Error
	if !errors.As(err, &e) {
		return x
	}
	at := min(max(e.From, x.From), max(0, len(s.runes)-1))
	switch {
	case strings.HasPrefix(e.Message, "literal not terminated"):
		x.Message, x.Hint = "this text is never closed", "end it with the quote it begins with; a text with line breaks stands in backticks"
		if i := s.quoteAfter(x.From); i >= 0 {
			x.From, x.To = i, i+1
		}
	case strings.HasPrefix(e.Message, "invalid char escape"), strings.HasPrefix(e.Message, "unable to unescape"):
		x.From, x.To = s.escape(x.From, at)
		seq := s.slice(x.From, x.To)
		x.Message = seq + " means nothing in a text in quotes"
		x.Hint = "write the text in backticks, or \\" + seq
	case strings.HasPrefix(e.Message, "unrecognized character"):
		x.From, x.To = at, at+1
		x.Message = "the character " + s.slice(at, at+1) + " has no meaning here"
		switch s.runes[at] {
		case '“', '”', '„', '‟', '«', '»':
			x.Hint = `write straight quotes: "`
		case '‘', '’', '‚':
			x.Hint = "write straight quotes: '"
		case '\u00a0', '\ufeff', '\u200b':
			x.Message, x.Hint = "an invisible character stands here", "delete it"
		default:
			x.Hint = `write texts in quotes, and columns with such names as row["…"]`
		}
	case strings.HasPrefix(e.Message, "bad number syntax"):
		x.From, x.To = s.word(x.From)
		w := s.slice(x.From, x.To)
		x.Message = shorten(w, 40) + " is neither a number nor a name"
		x.Hint = "write the text " + quoteLiteral(shorten(w, 40)) + ", or the column row[" + quoteLiteral(shorten(w, 40)) + "]"
	case strings.HasPrefix(e.Message, "unclosed comment"):
		x.Message, x.Hint = "this comment is never closed", "end it with */"
	}
	return x
}

// quoteAfter finds the quote that opens a literal at or after a place.
func (s *source) quoteAfter(from int) int {
	for i := from; i < len(s.runes); i++ {
		if r := s.runes[i]; r == '"' || r == '\'' || r == '`' {
			return i
		}
	}
	return -1
}

// escape finds the first backslash sequence at fault in the literal that
// begins at a place.
func (s *source) escape(from, at int) (int, int) {
	for i := from; i < len(s.runes)-1; i++ {
		if s.runes[i] != '\\' {
			continue
		}
		if !strings.ContainsRune("abfnrtv\\'\"01234567xuU", s.runes[i+1]) {
			return i, i + 2
		}
		if strings.ContainsRune("01234567xuU", s.runes[i+1]) && at <= i+10 {
			return i, min(i+2, len(s.runes))
		}
		i++
	}
	return from, min(from+1, len(s.runes))
}

// word finds the run of letters, digits and points at a place.
func (s *source) word(from int) (int, int) {
	to := from
	for to < len(s.runes) {
		r := s.runes[to]
		if r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		to++
	}
	return from, max(to, min(from+1, len(s.runes)))
}
