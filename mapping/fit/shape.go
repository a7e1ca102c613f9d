package fit

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxEmail is the greatest length of an address in SMTP (RFC 5321, 4.5.3.1.3,
// without the angle brackets).
const maxEmail = 254

// notLocal marks the ASCII characters that never stand in a local part: blanks,
// control characters, and what needs quotes there.
var notLocal = mark(`<>()[]\,;:"`)

// notURL marks the ASCII characters that never stand in a URL.
var notURL = mark(`<>"\`)

// mark makes a table of blanks, control characters and the given ones.
func mark(chars string) (t [256]bool) {
	for c := range 0x21 {
		t[c] = true
	}
	t[0x7f] = true
	for i := range len(chars) {
		t[chars[i]] = true
	}
	return t
}

// IsEmail tells whether s has the shape of a bare e-mail address: one @, a
// local part, a domain with a dot, no blanks and no angle brackets. Letters of
// any script are taken.
func IsEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at <= 0 || len(s) > maxEmail && utf8.RuneCountInString(s) > maxEmail {
		return false
	}
	for i := 0; i < at; i++ {
		if notLocal[s[i]] {
			return false
		}
	}
	return allLetters(s[:at]) && IsDomain(s[at+1:])
}

// IsDomain tells whether s is a host name with a dot in it: labels of letters,
// digits and inner hyphens.
func IsDomain(s string) bool {
	dots, label := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.':
			if label == 0 || s[i-1] == '-' {
				return false
			}
			dots++
			label = 0
			continue
		case c == '-':
			if label == 0 {
				return false
			}
		case c >= utf8.RuneSelf, c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		default:
			return false
		}
		label++
	}
	return dots > 0 && label > 0 && s[len(s)-1] != '-' && allLetters(s)
}

// allLetters tells whether the characters of s outside ASCII are letters,
// marks or digits: no blanks, no control characters, no invalid bytes.
func allLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < utf8.RuneSelf {
			continue
		}
		for _, r := range s[i:] {
			if r >= utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				return false
			}
		}
		return true
	}
	return true
}

// IsURL tells whether s is an absolute URL of the scheme http or https with a
// host, and without blanks and control characters.
func IsURL(s string) bool {
	n := scheme(s)
	if n == 0 {
		return false
	}
	end, ascii := len(s), true // the host's end
	for i := n; i < len(s); i++ {
		switch c := s[i]; {
		case notURL[c]:
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		case end == len(s) && (c == '/' || c == '?' || c == '#'):
			end = i
		}
	}
	if !ascii && strings.ContainsFunc(s, notInURL) {
		return false
	}
	host := s[n:end]
	return isHost(host[strings.LastIndexByte(host, '@')+1:])
}

// isPlainPath tells whether s has only characters of ASCII that a URL may hold.
func isPlainPath(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || notURL[c] {
			return false
		}
	}
	return true
}

// notInURL tells whether r is a blank or a control character, or stands for
// invalid bytes.
func notInURL(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r)
}

// scheme gives the length of http:// or https:// at the start of s.
func scheme(s string) int {
	switch {
	case len(s) > 8 && s[:8] == "https://":
		return 8
	case len(s) > 8 && strings.EqualFold(s[:8], "https://"):
		return 8
	case len(s) > 7 && strings.EqualFold(s[:7], "http://"):
		return 7
	}
	return 0
}

// isHost tells whether s is a host name, an IPv4 address or an IPv6 address in
// brackets, with or without a port.
func isHost(s string) bool {
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		_, err := netip.ParseAddr(s[1:end])
		return err == nil && isPort(s[end+1:])
	}
	port := ""
	if i := strings.IndexByte(s, ':'); i >= 0 {
		s, port = s[:i], s[i:]
	}
	if s == "" || s[0] == '.' || !isPort(port) {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf, c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		case c == '.' && s[i-1] != '.':
		default:
			return false
		}
	}
	return true
}

// isPort tells whether s is empty or a colon with a port number.
func isPort(s string) bool {
	if s == "" {
		return true
	}
	if s[0] != ':' || len(s) > 6 {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
