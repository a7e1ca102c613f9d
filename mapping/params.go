package mapping

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

func readParams(e entry, m *Mapping) {
	for _, p := range pairs(e.node) {
		if !e.identifier("a parameter", p.Key) || !e.declare("param", "parameter", p.Key) {
			continue
		}
		m.paramNodes = append(m.paramNodes, p.Key)
		if p.Value.Kind != syntax.Scalar || isNull(p.Value) {
			e.errorf(p.Value, "wrong-kind", "such as `region: EMEA`; for an empty text write \"\"",
				"parameter %s is a text, not %s", diag.Quote(p.Key.Text), describe(p.Value))
			continue
		}
		if v, ok := e.opt.Set[p.Key.Text]; ok {
			m.Params[p.Key.Text] = v
			continue
		}
		m.Params[p.Key.Text] = p.Value.Text
	}
}

// setParams refuses parameters of --set that no file declares. It runs before
// the mapping is read, so that file names see the values.
func (l *loader) setParams(set map[string]string) {
	var known []string
	for _, p := range l.roots {
		if n := p.node.Get("params"); n != nil {
			for _, e := range n.Entries {
				known = append(known, e.Key.Text)
			}
		}
	}
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if contains(known, name) {
			continue
		}
		hint := diag.Suggest(name, known)
		if len(known) == 0 {
			hint = "the mapping has no params"
		}
		l.diags.Error(diag.Span{}, "unknown-param", fmt.Sprintf("--set names the parameter %s, which the mapping lacks", diag.Quote(name)), hint)
	}
}

// Expand puts parameters in the place of ${NAME} in a file name. bad is the
// first name that is none, "" when all are known.
func (m *Mapping) Expand(text string) (expanded, bad string) {
	expanded, bad, _, _ = expand(text, m.Params)
	return expanded, bad
}

// expand is Expand, with the place of the unknown name in code points.
func expand(text string, params map[string]string) (expanded, bad string, from, to int) {
	var b strings.Builder
	rest := text
	for {
		i := strings.Index(rest, "${")
		if i < 0 {
			break
		}
		k := strings.IndexByte(rest[i:], '}')
		if k < 0 {
			break
		}
		name := rest[i+2 : i+k]
		v, ok := params[name]
		if !ok {
			from = utf8.RuneCountInString(text[:len(text)-len(rest)+i])
			return text, name, from, from + utf8.RuneCountInString(rest[i:i+k+1])
		}
		b.WriteString(rest[:i])
		b.WriteString(v)
		rest = rest[i+k+1:]
	}
	b.WriteString(rest)
	return b.String(), "", 0, 0
}

// fileName reads a file name with its parameters, "" if it is none.
func (l *loader) fileName(n *syntax.Node) string {
	name := n.Text
	switch {
	case name == "":
		l.errorf(n, "wrong-value", "such as exports/Opportunity.csv", "the file name is empty")
		return ""
	case strings.Contains(name, "://"):
		l.errorf(n, "wrong-value", "download it first, and give the path of the file", "%s is an address, not a file", diag.Quote(name))
		return ""
	case strings.ContainsRune(name, 0):
		l.errorf(n, "wrong-value", "", "the file name holds a NUL")
		return ""
	}
	for _, p := range usedParams(name) {
		l.use("param", p)
	}
	expanded, bad, from, to := expand(name, l.m.Params)
	if to > 0 {
		known := make([]string, 0, len(l.m.Params))
		for k := range l.m.Params {
			known = append(known, k)
		}
		sort.Strings(known)
		hint := diag.Suggest(bad, known)
		if len(known) == 0 {
			hint = "declare it: `params: {" + bad + ": …}`"
		}
		l.diags.Error(n.Range(from, to), "unknown-param", "there is no parameter "+diag.Quote(bad), hint)
		return ""
	}
	return expanded
}

// usedParams gives the names in ${…} of a file name.
func usedParams(text string) []string {
	var names []string
	for {
		i := strings.Index(text, "${")
		if i < 0 {
			return names
		}
		k := strings.IndexByte(text[i:], '}')
		if k < 0 {
			return names
		}
		names = append(names, text[i+2:i+k])
		text = text[i+k+1:]
	}
}

// use notes that something declared is used.
func (l *loader) use(space, name string) {
	if l.m.used == nil {
		l.m.used = map[string]map[string]bool{}
	}
	if l.m.used[space] == nil {
		l.m.used[space] = map[string]bool{}
	}
	l.m.used[space][name] = true
}
