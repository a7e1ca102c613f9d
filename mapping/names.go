package mapping

import (
	"strings"
	"unicode"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/syntax"
)

// keywords are the words of the expression language that no name can be.
var keywords = [...]string{"in", "not", "and", "or", "let", "if", "else", "matches", "contains", "startsWith", "endsWith", "nil", "true", "false"}

// ownWords are the words that mean something of ours in expressions.
var ownWords = [...]string{"row", "params", "source", "item", "convert", "rate"}

func isKeyword(s string) bool {
	for _, k := range keywords {
		if k == s {
			return true
		}
	}
	return false
}

// isIdentifier tells whether an expression can name s bare.
func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

// isPlainName tells whether s begins with a letter, a digit or one of first, and
// goes on with these and those of rest.
func isPlainName(s, first, rest string) bool {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune(first, r) && (i == 0 || !strings.ContainsRune(rest, r)) {
			return false
		}
	}
	return s != ""
}

// identifier refuses a name that expressions cannot read.
func (l *loader) identifier(what string, n *syntax.Node) bool {
	switch {
	case n.Text == "":
		l.errorf(n, "wrong-name", "", "%s needs a name", what)
	case !isIdentifier(n.Text):
		hint := "use letters, digits and _, not beginning with a digit"
		if s := asIdentifier(n.Text); s != "" {
			hint += ", such as " + s
		}
		l.errorf(n, "wrong-name", hint, "%s can not be called %s", what, diag.Quote(n.Text))
	case isKeyword(n.Text):
		l.errorf(n, "wrong-name", "take another name", "%s can not be called %s, which is a word of the expression language", what, diag.Quote(n.Text))
	default:
		return true
	}
	return false
}

// callable refuses a name that cannot be called in expressions, or that
// something else to be called has. Enums, lookups and functions share their
// names.
func (l *loader) callable(what string, n *syntax.Node) bool {
	if !l.identifier(what, n) {
		return false
	}
	for _, w := range ownWords {
		if w == n.Text {
			l.errorf(n, "wrong-name", "take another name", "%s can not be called %s, which has a meaning in expressions", what, diag.Quote(n.Text))
			return false
		}
	}
	if funcs.Find(n.Text) != nil {
		l.errorf(n, "wrong-name", "take another name, such as my"+strings.ToUpper(n.Text[:1])+n.Text[1:],
			"%s can not be called %s, which is a function of the language", what, diag.Quote(n.Text))
		return false
	}
	return l.declare("callable", "the name", n)
}

// asIdentifier turns a text into a name, "" where too little is left of it.
func asIdentifier(s string) string {
	var b strings.Builder
	upper := false
	for _, r := range s {
		switch {
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) && b.Len() > 0:
			if upper && b.Len() > 0 {
				r = unicode.ToUpper(r)
			}
			upper = false
			b.WriteRune(r)
		default:
			upper = true
		}
	}
	if b.Len() < 2 || isKeyword(b.String()) {
		return ""
	}
	return b.String()
}
