package syntax

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/lazy"
)

// secretWord tells whether a text in lower case, without blanks, hyphens and
// underscores, has the name of a credential in it.
func secretWord(s string) bool {
	for _, word := range [...]string{"token", "secret", "password", "passwd", "passphrase", "authorization", "apikey", "accesskey", "privatekey", "credential", "bearer"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// LooksSecret tells whether a key looks like the name of a credential, in any
// case and with any blanks, hyphens and underscores between its words.
func LooksSecret(key string) bool {
	plain := make([]byte, 0, 64)
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case c == '_' || c == '-' || c == ' ':
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		default:
			plain = append(plain, c)
		}
	}
	return secretWord(string(plain))
}

// keyPattern finds what may be a key and its colon, in a text that is no YAML.
var keyPattern = lazy.Regexp(`(['"]?)([\pL\pN_.-][\pL\pN_. -]{0,99})(['"]?)[ \t]*:`)

// maskLines hides, in a file that cannot be parsed, the rest of every line after
// a key that looks like a credential's, and the more deeply indented lines below.
func maskLines(f *diag.File) {
	if !LooksSecret(string(f.Text)) {
		return
	}
	deeper := -1 // lines indented further than this belong to a secret
	for line := 1; line <= f.Lines(); line++ {
		from, to := f.Line(line)
		text := f.Text[from:to]
		if deeper < 0 && !LooksSecret(string(text)) {
			continue
		}
		blank := strings.TrimSpace(string(text)) == ""
		indent := len(text) - len(strings.TrimLeft(string(text), " \t"))
		if deeper >= 0 && (blank || indent > deeper) {
			f.Mask(from+indent, to)
			continue
		}
		deeper = -1
		for _, m := range keyPattern().FindAllSubmatchIndex(text, -1) {
			if LooksSecret(string(text[m[4]:m[5]])) {
				f.Mask(skipBlanks(f.Text, from+m[1]), to)
				deeper = indent
				break
			}
		}
	}
}
