package mapping

import (
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/lazy"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// expr reads the value as an expression; nil when it is none.
func (e entry) expr() *Expr { return e.exprOf(e.node) }

// exprs reads an expression or a list of them.
func (e entry) exprs() []*Expr {
	var all []*Expr
	for _, n := range e.items() {
		if x := e.exprOf(n); x != nil {
			all = append(all, x)
		}
	}
	return all
}

func (e entry) exprOf(n *syntax.Node) *Expr {
	if n.Kind != syntax.Scalar {
		hint := e.such()
		if n.Kind == syntax.Map {
			hint = "quote an expression that holds { or a colon: '…'"
		}
		e.errorf(n, "wrong-kind", hint, "%s takes an expression, not %s", diag.Quote(e.name), describe(n))
		return nil
	}
	return e.loader.expression(n)
}

// plainNumber is how a number is written that YAML and people read alike.
var plainNumber = lazy.Regexp(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// expression reads a scalar as an expression. Plain numbers, true and false are
// themselves; what else YAML would read as something other than text is
// refused, since it is not clear what is meant.
func (l *loader) expression(n *syntax.Node) *Expr {
	if n.Style == syntax.Plain {
		switch {
		case isNull(n):
			hint := `for an empty text write '""'; to leave a field out remove the key`
			if n.Text != "" {
				hint = `for the text write ` + quoted(n.Text) + `; for no value at all write 'nil'`
			}
			l.errorf(n, "yaml-value", hint, "%s is no expression", nothing(n))
			return nil
		case plainNumber().MatchString(n.Text):
			if v, ok := value.ParseNumber(n.Text); ok {
				return &Expr{n, expression.Constant(v, n.Text)}
			}
		case n.Text == "true" || n.Text == "false":
			return &Expr{n, expression.Constant(value.OfBool(n.Text == "true"), n.Text)}
		case n.Tag == "!!bool":
			l.errorf(n, "yaml-value", "write "+strings.ToLower(n.Text)+", or for the text "+quoted(n.Text), "%s is neither true nor an expression", diag.Quote(n.Text))
			return nil
		case n.Tag != "!!str" && n.Tag != "":
			l.errorf(n, "yaml-value", "for the text write "+quoted(n.Text)+numberHint(n.Text), "%s is neither a plain number nor an expression", diag.Quote(n.Text))
			return nil
		}
	}
	if strings.TrimSpace(n.Text) == "" {
		l.errorf(n, "yaml-value", `for an empty text write '""'`, "the expression is empty")
		return nil
	}
	tree, fault := expression.Parse(n.Text)
	if fault != nil {
		if n.CutShort() {
			fault.Message += "; what follows the # is a comment"
			fault.Hint = "quote the expression: '… # …'"
		}
		l.fault(n, fault)
		return nil
	}
	return &Expr{n, tree}
}

func nothing(n *syntax.Node) string {
	if n.Text == "" {
		return "nothing"
	}
	return diag.Quote(n.Text)
}

// quoted writes a text as an expression in a YAML scalar.
func quoted(s string) string {
	return `'"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `''`).Replace(s) + `"'`
}

// numberHint offers the plain number where a text is one in another form.
func numberHint(s string) string {
	t := strings.TrimLeft(strings.ReplaceAll(strings.TrimPrefix(s, "+"), "_", ""), "0")
	if strings.HasPrefix(t, ".") || t == "" {
		t = "0" + t
	}
	if t == s || !plainNumber().MatchString(t) {
		return ""
	}
	return ", for the number " + t
}

// fault reports a fault of an expression at its place in the file.
func (l *loader) fault(n *syntax.Node, f *expression.Fault) {
	l.diags = append(l.diags, atNode(n, f))
	l.m.misread = true
}

// atNode turns a fault of the expression in a scalar into a diagnostic.
func atNode(n *syntax.Node, f *expression.Fault) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: f.Code, Message: f.Message, Hint: f.Hint}
	if f.Warning {
		d.Severity = diag.Warning
	}
	from, to := f.From, max(f.To, f.From)
	if length := utf8.RuneCountInString(n.Text); from > length {
		from, to = length, length
	}
	d.Span = n.Range(from, to)
	return d
}
