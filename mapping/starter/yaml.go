package starter

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"crm2gong/mapping/lazy"
)

var (
	plainScalar = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_ ./()-]*$`)
	yamlWords   = lazy.Regexp(`(?i)^(true|false|yes|no|on|off|null|y|n|~)$`)
	plainExpr   = lazy.Regexp(`^[A-Za-z_][A-Za-z0-9_.]*(\([A-Za-z_][A-Za-z0-9_]*\)|\(\))?$`)
)

// scalar writes a text so that YAML reads it as that text, in a flow too.
func scalar(s string) string {
	if plainScalar().MatchString(s) && !yamlWords().MatchString(s) && strings.TrimSpace(s) == s && !strings.Contains(s, " #") {
		return s
	}
	return quoted(s)
}

// hidden tells the characters that a mapping file may not hold as they are.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == 0xfeff || r&0xfffe == 0xfffe
}

// quoted writes a text in double quotes.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case hidden(r) || unicode.IsSpace(r) && r != ' ':
			if r > 0xffff {
				fmt.Fprintf(&b, `\U%08x`, r)
			} else {
				fmt.Fprintf(&b, `\u%04x`, r)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// oneLine is a text as comments can hold it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || hidden(r) }), " ")
}

// expr writes an expression as a YAML scalar.
func expr(e string) string {
	if plainExpr().MatchString(e) && !yamlWords().MatchString(e) {
		return e
	}
	if strings.IndexFunc(e, func(r rune) bool { return hidden(r) || unicode.IsSpace(r) && r != ' ' }) >= 0 {
		return quoted(e)
	}
	return "'" + strings.ReplaceAll(e, "'", "''") + "'"
}

// literal writes a text as a literal of the expression language.
func literal(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
}

// shown is a text as comments quote it: short, on one line, without control
// characters.
func shown(s string) string {
	r := []rune(s)
	cut := len(r) > 40
	if cut {
		r = r[:40]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) && r != ' ' || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, string(r))
	if cut {
		s += "…"
	}
	return `"` + s + `"`
}

// wrap breaks a comment into lines of at most 96 characters.
func wrap(indent, text string) string {
	var b strings.Builder
	line := indent + "#"
	for _, w := range strings.Fields(oneLine(text)) {
		if len([]rune(line))+1+len([]rune(w)) > 100 && len(line) > len(indent)+1 {
			b.WriteString(line + "\n")
			line = indent + "#"
		}
		line += " " + w
	}
	return b.String() + line + "\n"
}

// camel makes a name of letters and digits from a header; "" where too little
// is left of it.
func camel(header string) string {
	var b strings.Builder
	up := false
	for _, r := range norm.NFKD.String(strings.ReplaceAll(header, "ß", "ss")) {
		switch {
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) && b.Len() > 0):
			if up && b.Len() > 0 {
				r = unicode.ToUpper(r)
			}
			up = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			up = true
		}
	}
	name := b.String()
	if len(name) < 2 {
		return ""
	}
	// Capitals at the start become small but for the one that begins the next
	// word: SLASerial is slaSerial.
	n := 0
	for n < len(name) && name[n] >= 'A' && name[n] <= 'Z' {
		n++
	}
	if n > 1 && n < len(name) && name[n] >= 'a' && name[n] <= 'z' {
		n--
	}
	return strings.ToLower(name[:n]) + name[n:]
}
