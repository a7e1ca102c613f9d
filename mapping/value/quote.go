package value

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted is the number of characters that Quote shows.
const maxQuoted = 60

// Quote shows a text in a message: in double quotes, shortened to 60
// characters with … at the end, quotes, backslashes, control characters and
// characters that turn the writing direction escaped.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	n := 0
	for i, r := range s {
		if n == maxQuoted {
			b.WriteString("…")
			break
		}
		n++
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == utf8.RuneError && s[i] != "\uFFFD"[0]:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		case r != ' ' && !unicode.IsPrint(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

const bom = '\uFEFF'

// Trim drops blanks in Unicode's sense and byte order marks at both ends.
func Trim(s string) string {
	if s == "" || isPlain(s[0]) && isPlain(s[len(s)-1]) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return r == bom || unicode.IsSpace(r) })
}

// isPlain tells whether a byte is an ASCII character other than a blank or a
// control character.
func isPlain(c byte) bool { return c > ' ' && c < 0x80 }

// isBlank tells whether r is a blank, such as a no-break space or a tab.
func isBlank(r rune) bool { return r == ' ' || r > ' ' && unicode.IsSpace(r) || r == '\t' }
