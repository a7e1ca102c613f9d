package syntax

import (
	"fmt"
	"strings"

	"crm2gong/mapping/diag"
)

// joinCut finds expressions that YAML cut at their commas, as it does with
// {value: join(a, b)}: a plain text that leaves a bracket open, followed by
// plain texts without a value of their own, the last of which closes it. The
// pieces become one node again, refused.
func (b *builder) joinCut(n *Node) {
	entries := n.Entries[:0]
	for i := 0; i < len(n.Entries); i++ {
		e := n.Entries[i]
		last := cutEnd(e.Value, len(n.Entries)-i-1, func(k int) *Node {
			if next := n.Entries[i+k]; next.Value.Kind == Scalar && next.Value.Span.Start == next.Key.Span.End && next.Value.Span.End == next.Value.Span.Start {
				return next.Key
			}
			return nil
		})
		if last > 0 {
			b.rejoin(e.Value, n.Entries[i+last].Key)
		}
		entries = append(entries, e)
		i += last
	}
	items := n.Items[:0]
	for i := 0; i < len(n.Items); i++ {
		item := n.Items[i]
		last := cutEnd(item, len(n.Items)-i-1, func(k int) *Node { return n.Items[i+k] })
		if last > 0 {
			b.rejoin(item, n.Items[i+last])
		}
		items = append(items, item)
		i += last
	}
	n.Entries, n.Items = entries, items
}

// maxPieces is how many commas an expression may have to be known for one.
const maxPieces = 16

// cutEnd counts the pieces after a text that close the brackets it leaves open;
// 0 if it was not cut. piece gives the k-th text after it, or nil.
func cutEnd(from *Node, pieces int, piece func(k int) *Node) int {
	if from.Kind != Scalar || from.Style != Plain || from.Broken {
		return 0
	}
	open := unclosed(from.Text)
	for k := 1; k <= min(pieces, maxPieces) && open > 0; k++ {
		p := piece(k)
		if p == nil || p.Kind != Scalar || p.Style != Plain {
			return 0
		}
		if open += unclosed(p.Text); open <= 0 {
			return k
		}
	}
	return 0
}

// unclosed counts opening round brackets less closing ones, outside of quotes.
func unclosed(text string) int {
	open := 0
	var quote rune
	for _, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case r == '(':
			open++
		case r == ')':
			open--
		}
	}
	return open
}

// uncut widens a piece [from, to) of the line that begins at line to the whole
// expression that YAML would cut at its commas: from the nearest place where one
// can begin that ends with all its brackets closed, or from before the round
// brackets that hold it. Without one it is the piece.
func (b *builder) uncut(line, from, to int) (int, int) {
	start, end, found := from, to, false
	for at, pieces := from, 0; at >= line && pieces <= 2*maxPieces; pieces++ {
		first := skipBlanks(b.src, at)
		if last := b.valueEnd(first); first <= from && last >= to && (!found || unclosed(string(b.src[first:from])) > 0) {
			start, end, found = first, last, true
		}
		if at > line && (b.src[at-1] == ':' || b.src[at-1] == '{') {
			break
		}
		for at--; at > line; at-- {
			if c := b.src[at-1]; c == ',' || c == '{' || c == '[' || c == ':' && isBlank(b.src[at]) {
				break
			}
		}
		if at > line && b.src[at-1] == '{' {
			break
		}
	}
	return start, end
}

// valueEnd gives where a value in brackets that begins at from ends on its
// line, brackets and quotes of its own followed; 0 where it closes a round
// bracket that it did not open, or leaves one open.
func (b *builder) valueEnd(from int) int {
	if end, whole := expressionEnd(b.src[:b.end(from)], from); whole {
		return end
	}
	return 0
}

// expressionEnd reads an expression inside brackets up to the comma or bracket
// that its author took for its end, one outside of the expression's own, or to
// the end of src. It is whole where it closes the brackets and quotes that it
// opens, and no other round bracket.
func expressionEnd(src []byte, at int) (end int, whole bool) {
	depth := 0
	var quote byte
	whole = true
	for end = at; at < len(src); at++ {
		c := src[at]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case depth > 0 && (c == ')' || c == ']' || c == '}'):
			depth--
		case c == ')':
			whole = false
		case depth == 0 && (c == ',' || c == ']' || c == '}'):
			return end, whole
		}
		if !isBlank(c) {
			end = at + 1
		}
	}
	return end, whole && depth == 0 && quote == 0
}

// rejoin makes one refused text of all from a node to another.
func (b *builder) rejoin(from, to *Node) {
	cut := b.span(from.Span.Start, to.Span.End)
	whole := string(b.src[cut.Start:cut.End])
	from.Span, from.Text, from.Broken, from.runs = cut, whole, true, nil
	message, hint := "YAML cuts the expression at its comma", "write it in single quotes"
	if b.hide(from, from.Secret); !from.Secret && !strings.ContainsAny(whole, "\r\n") {
		message = fmt.Sprintf("YAML cuts %s at its comma", diag.Quote(whole))
		hint = quoteHint(whole)
	}
	b.error(cut, "yaml-cut", message, hint)
}

// quoteHint tells how to write an expression that YAML takes for something else.
func quoteHint(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 80 || strings.ContainsAny(text, "\r\n") || strings.ContainsFunc(text, refused) {
		return `quote the expression in single quotes, or put it below "|"`
	}
	return "quote the expression: '" + strings.ReplaceAll(text, "'", "''") + "'"
}
