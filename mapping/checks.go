package mapping

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

var severityWords = [...]string{"off", "info", "warning", "error"}

func checkKeys() []key[*Check] {
	return []key[*Check]{
		{"name", aText("amount-small"), "The check's name: its findings have the code check:NAME.", true, readCheckName},
		{"entity", aWord("DEAL", typeNames(gong.Types[:])...), "The object type whose entities are checked.", true,
			func(e entry, c *Check) { c.Type, c.typeNode = gong.ParseType(e.word()), e.node }},
		{"expect", anExpr("amount >= 10"), "What must hold: the entity's fields by name, the source row's columns as row[\"…\"].", true,
			func(e entry, c *Check) { c.Expect = e.expr() }},
		{"severity", aWord("info", severityWords[:]...), "How severe a broken check is; warning unless set.", false,
			func(e entry, c *Check) {
				if w := e.word(); w != "" {
					c.Severity = diag.ParseSeverity(w)
				}
			}},
		{"message", aText("a very small deal"), "What the report says.", false,
			func(e entry, c *Check) { c.Message, _ = e.filled() }},
	}
}

func readCheckName(e entry, c *Check) {
	s, ok := e.filled()
	if !ok {
		return
	}
	if !isPlainName(s, "", "_-") {
		e.errorf(e.node, "wrong-name", "use letters, digits and -, such as amount-small", "a check can not be called %s", diag.Quote(s))
		return
	}
	if e.declare("check", "the check", e.node) {
		c.Name = s
	}
}

func readChecks(e entry, m *Mapping) {
	for _, n := range e.node.Items {
		c := &Check{Node: firstKey(n), Severity: diag.Warning}
		if n.Broken || !decode(e.loader, c.Node, n, "a check", checkKeys(), c) || c.Name == "" || c.Type == gong.NoType {
			continue
		}
		if !m.hasType(c.Type) {
			e.errorf(c.typeNode, "unknown-type", "it maps "+orList(m.types()), "the mapping makes no %s", c.Type)
			continue
		}
		if c.Message == "" && c.Expect != nil {
			c.Message = "expected " + strings.Join(strings.Fields(c.Expect.Tree.Source()), " ")
		}
		m.Checks = append(m.Checks, c)
	}
}

// hasType tells whether the mapping makes entities of a type.
func (m *Mapping) hasType(t gong.ObjectType) bool {
	for _, x := range m.Entities {
		if x.Type == t {
			return true
		}
	}
	return false
}

// types names the object types that the mapping makes, in Gong's order.
func (m *Mapping) types() []string {
	var names []string
	for _, t := range gong.Types {
		if m.hasType(t) {
			names = append(names, t.String())
		}
	}
	return names
}

func readRules(e entry, m *Mapping) {
	for _, p := range pairs(e.node) {
		sev := diag.ParseSeverity(p.Value.Text)
		if p.Value.Kind != syntax.Scalar || sev == diag.NoSeverity {
			hint := ""
			if p.Value.Kind == syntax.Scalar {
				hint = diag.Suggest(p.Value.Text, severityWords[:])
			}
			e.errorf(p.Value, "wrong-value", hint, "a rule's severity is off, info, warning or error, not %s", describe(p.Value))
			continue
		}
		if e.declare("rule", "the rule", p.Key) {
			m.Severities[p.Key.Text] = sev
			e.m.ruleNodes = append(e.m.ruleNodes, p.Key)
		}
	}
}

// settleRules holds the keys of rules to the rules that there are.
func (l *loader) settleRules() {
	var known []string
	for _, r := range finding.Rules() {
		known = append(known, r.Code)
	}
	for _, c := range l.m.Checks {
		known = append(known, "check:"+c.Name)
	}
	for _, n := range l.m.ruleNodes {
		r := finding.FindRule(n.Text)
		switch {
		case (r == nil || strings.HasPrefix(n.Text, finding.CheckPrefix)) && !contains(known, n.Text):
			hint := diag.Suggest(n.Text, known)
			if _, ok := diag.Nearest(n.Text, known); !ok {
				hint = "`crm2gong rules` lists them"
			}
			l.errorf(n, "unknown-rule", hint, "there is no rule %s", diag.Quote(n.Text))
			delete(l.m.Severities, n.Text)
		case r != nil && r.Rejects && l.m.Severities[n.Text] != diag.Error:
			l.errorf(n, "rule-rejects", "remove it; what it rejects Gong would refuse", "the rule %s rejects records, and can not be lowered", diag.Quote(n.Text))
			delete(l.m.Severities, n.Text)
		}
	}
}

func readReferences(e entry, m *Mapping) {
	words := []string{"send", "omit", "reject"}
	for _, p := range pairs(e.node) {
		policy := map[string]Dangling{"send": Send, "omit": Omit, "reject": Reject}
		d, ok := policy[p.Value.Text]
		if p.Value.Kind != syntax.Scalar || !ok {
			hint := ""
			if p.Value.Kind == syntax.Scalar {
				hint = diag.Suggest(p.Value.Text, words)
			}
			e.errorf(p.Value, "wrong-value", hint, "a dangling reference is send, omit or reject, not %s", describe(p.Value))
			continue
		}
		e.m.referenceNodes = append(e.m.referenceNodes, referenceNode{p.Key, d})
	}
}

// referenceNode is an entry of references, until the entities are known.
type referenceNode struct {
	key    *syntax.Node
	policy Dangling
}

// settleReferences holds the keys of references to the reference fields that
// there are.
func (l *loader) settleReferences() {
	for _, r := range l.m.referenceNodes {
		target, ref, ok := l.reference(r.key)
		if !ok {
			continue
		}
		if r.policy != Send && target >= ref.Type {
			l.errorf(r.key, "wrong-value", "it is always sent; remove the entry",
				"%s refers to a type that is not built before %s, so it can be judged only after it is written", diag.Quote(r.key.Text), ref.Type)
			continue
		}
		l.m.References[ref] = r.policy
	}
}

// reference finds the reference field that a key TYPE.field names.
func (l *loader) reference(n *syntax.Node) (target gong.ObjectType, ref Ref, ok bool) {
	all := map[string]gong.ObjectType{}
	var names, own []string
	typ, field, _ := strings.Cut(n.Text, ".")
	note := func(t gong.ObjectType, f gong.Field) {
		if f.Kind == gong.Reference {
			name := t.String() + "." + f.Name
			all[name] = f.Target
			names = append(names, name)
			if t.String() == typ {
				own = append(own, name)
			}
		}
	}
	for _, t := range gong.Types {
		for _, f := range t.Fields() {
			note(t, f)
		}
	}
	for _, x := range l.m.Entities {
		for _, f := range x.Fields {
			if f.Custom != nil {
				note(x.Type, f.gongField())
			}
		}
	}
	target, ok = all[n.Text]
	if !ok {
		hint := diag.Suggest(n.Text, names)
		if own != nil {
			hint = "known: " + orList(own)
			if near, ok := diag.Nearest(field, fieldsOf(own)); ok {
				hint = "did you mean " + diag.Quote(typ+"."+near) + "?"
			}
		}
		l.errorf(n, "unknown-reference", hint, "there is no reference field %s", diag.Quote(n.Text))
	}
	return target, Ref{gong.ParseType(typ), field}, ok
}

// fieldsOf takes the types off the names of reference fields.
func fieldsOf(refs []string) []string {
	fields := make([]string, len(refs))
	for i, r := range refs {
		_, fields[i], _ = strings.Cut(r, ".")
	}
	return fields
}
