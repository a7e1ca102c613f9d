package expression

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// keywords cannot be read as bare columns.
var keywords = map[string]bool{"in": true, "not": true, "and": true, "or": true, "let": true, "if": true, "else": true,
	"matches": true, "contains": true, "startsWith": true, "endsWith": true}

// parseFault rewrites an error of the parser in plain words.
func (s *source) parseFault(err error) *Fault {
	var e *file.Error
	if !errors.As(err, &e) {
		return &Fault{To: len(s.runes), Code: codeSyntax, Message: "this is no expression"}
	}
	if i := s.removedPredicate(); i >= 0 {
		t := &s.tokens[i]
		message, hint := absent(t.Value)
		return &Fault{From: t.From, To: t.To, Code: codeForbidden, Message: message, Hint: hint}
	}
	i, ok := s.at[e.From]
	if !ok || strings.Contains(e.Message, "EOF") {
		return s.endFault(e)
	}
	t := &s.tokens[i]
	x := &Fault{From: t.From, To: t.To, Code: codeSyntax}
	switch {
	case strings.Contains(e.Message, "coalesce expressions"):
		x.Message, x.Hint = "?? needs parentheses before "+t.Value, s.coalesceHint(i)
	case strings.Contains(e.Message, "maximum allowed nodes"):
		x.Code, x.Message, x.Hint = codeLimit, "the expression has too many parts", "split it with functions:"
	case strings.Contains(e.Message, "expected at least"):
		x.Message, x.Hint = "arguments are missing before )", "a list function takes a list and a condition, such as filter(list, # != \"\")"
	case strings.Contains(e.Message, "wrap predicate"):
		x.Message, x.Hint = "a condition with ; stands in braces", "write {let x = #; …}"
	case strings.Contains(e.Message, "a map key"):
		x.Code, x.Message, x.Hint = codeForbidden, "maps {…} are not available", "use an enum or a lookup"
	default:
		s.unexpected(x, i)
	}
	return x
}

// endFault is what is wrong when the text ends too early.
func (s *source) endFault(e *file.Error) *Fault {
	n := len(s.tokens)
	x := &Fault{From: max(0, len(s.runes)-1), To: len(s.runes), Code: codeSyntax, Message: "the expression ends too early"}
	if n == 0 {
		return x
	}
	last := &s.tokens[n-1]
	x.From, x.To = last.From, last.To
	switch {
	case s.declaresLast() && !s.is(n-1, "let"):
		x.Hint = "write what it gives after the let: let x = …; x"
	case s.is(n-1, "}") && s.has("if"):
		x.Hint = "write both cases: if condition { a } else { b }"
	case last.Kind == lexer.Identifier && s.is(n-2, "|"):
		x.Hint = "write " + last.Value + "()"
	case last.Kind == lexer.Operator && keywords[last.Value]:
		x.Hint = keywordHint(last.Value)
	case last.Kind == lexer.Operator:
		x.Message = "something is missing after " + last.Value
	case s.has("?") && !s.has(":"):
		x.Hint = "write all of it: condition ? a : b"
	}
	return x
}

// declaresLast tells whether the text ends with the value of a let.
func (s *source) declaresLast() bool {
	for i := len(s.tokens) - 1; i >= 0; i-- {
		if s.is(i, ";") && i < len(s.tokens)-1 {
			return false
		}
		if s.is(i, "let") {
			return true
		}
	}
	return false
}

func (s *source) has(op string) bool {
	for i := range s.tokens {
		if s.is(i, op) {
			return true
		}
	}
	return false
}

// unexpected says what is wrong with a token that cannot stand where it does.
func (s *source) unexpected(x *Fault, i int) {
	t := &s.tokens[i]
	shown := s.slice(t.From, min(t.To, t.From+40))
	x.Message = "unexpected " + shown
	prev := ""
	if i > 0 {
		prev = s.tokens[i-1].Value
	}
	switch {
	case t.Value == "=" && (prev == "==" || prev == "!="):
		x.Message, x.Hint = prev+"= does not exist here", "write "+prev
	case t.Value == "=":
		x.Message, x.Hint = "= does not compare", "write =="
	case t.Value == ">" && prev == "<":
		x.Message, x.Hint = "<> does not compare", "write !="
	case t.Value == "&":
		x.Message, x.Hint = "& does not exist here", "join texts with +, conditions with and"
	case t.Kind == lexer.Operator && keywords[t.Value] && !s.operandBefore(i):
		x.Message, x.Hint = t.Value+" is a word of the language", keywordHint(t.Value)
	case i > 0 && s.opensOperand(i-1) && (t.Kind == lexer.Operator && !keywords[t.Value] || t.Value == ")" || t.Value == "]"):
		x.From, x.To = s.tokens[i-1].From, s.tokens[i-1].To
		x.Message, x.Hint = prev+" is a word of the language", keywordHint(prev)
	case t.Value == "#":
		x.Message, x.Hint = "# means an item of a list, inside a list function alone", "such as filter(list, # != \"\")"
	case t.Kind == lexer.Identifier && keywords[strings.ToLower(t.Value)]:
		x.Hint = "write " + strings.ToLower(t.Value)
	case t.Value == "{":
		x.Code, x.Message, x.Hint = codeForbidden, "maps {…} are not available", "use an enum or a lookup"
	case t.Kind == lexer.Identifier && i > 0 && s.tokens[i-1].Kind == lexer.Identifier:
		from, to := i-1, i
		for from > 0 && s.tokens[from-1].Kind == lexer.Identifier {
			from--
		}
		for to+1 < len(s.tokens) && s.tokens[to+1].Kind == lexer.Identifier {
			to++
		}
		both := s.slice(s.tokens[from].From, s.tokens[to].To)
		x.Message = "two names stand beside each other"
		x.Hint = "a column with a blank in its name is row[" + quoteLiteral(both) + "], a text is " + quoteLiteral(both)
	case s.operandBefore(i) && (t.Kind == lexer.Identifier || t.Kind == lexer.String || t.Kind == lexer.Number):
		x.Message = "an operator is missing before " + shown
		x.Hint = "join texts with +, conditions with and"
	case t.Value == ":" && !s.has("?"):
		x.Hint = "write texts in quotes"
	case t.Value == "::":
		x.Hint = "write the function's name alone"
	}
}

// opensOperand tells of a word after which a name or a value stands.
func (s *source) opensOperand(i int) bool {
	return s.is(i, "let") || s.is(i, "if") || s.is(i, "not")
}

// keywordHint tells how to read a column whose name is a word of the language.
func keywordHint(word string) string {
	return "a column called " + word + " is row[" + quoteLiteral(word) + "]"
}

// operandBefore tells whether the token before i ends an operand.
func (s *source) operandBefore(i int) bool {
	if i == 0 {
		return false
	}
	switch t := &s.tokens[i-1]; t.Kind {
	case lexer.Operator:
		return false
	case lexer.Bracket:
		return t.Value == ")" || t.Value == "]"
	}
	return true
}

// removedPredicate finds the call of a list function of expr that we do not
// have and whose conditions may be what cannot be parsed.
func (s *source) removedPredicate() int {
	for i := range s.tokens {
		switch s.tokens[i].Value {
		case "reduce", "sortBy", "groupBy", "findIndex", "findLast", "findLastIndex":
			if s.tokens[i].Kind == lexer.Identifier && s.is(i+1, "(") {
				return i
			}
		}
	}
	return -1
}

// coalesceHint writes A ?? 0 + 1 as (A ?? 0) + 1; i is the token after the
// right operand.
func (s *source) coalesceHint(i int) string {
	start := i
	level := 0
	for k := i - 1; k >= 0; k-- {
		t := &s.tokens[k]
		if t.Kind == lexer.Bracket {
			if partner(t.Value) == "" {
				level++
			} else if level--; level < 0 {
				break
			}
		} else if level == 0 && t.Kind == lexer.Operator && t.Value != "??" && t.Value != "." && t.Value != "?." {
			break
		}
		start = k
	}
	end := len(s.runes)
	level = 0
	for k := i; k < len(s.tokens) && level >= 0; k++ {
		t := &s.tokens[k]
		if t.Kind == lexer.Bracket {
			if partner(t.Value) != "" {
				level++
			} else if level--; level < 0 {
				end = t.From
			}
		} else if level == 0 && k > i && (t.Value == "," || t.Value == ";" || t.Value == "?" || t.Value == ":") {
			end = t.From
			break
		}
	}
	left := oneLine(s.slice(s.tokens[start].From, s.tokens[i].From))
	right := oneLine(s.slice(s.tokens[i].From, end))
	return "write (" + left + ") " + shorten(right, 60)
}
