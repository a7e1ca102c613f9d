package associate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"crm2gong/mapping/fit"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// Email gives an e-mail address in the form in which addresses are compared:
// lower case, the domain in its ASCII form; a sub-address (a+tag@) stays. It
// takes `Name <a@b.c>` and mailto:. ok is false for anything else than one
// address.
func Email(s string) (email string, ok bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	if email, ok = funcs.NormalizeEmail(s); ok {
		return email, true
	}
	// Local parts in other scripts, which RFC 6532 allows.
	s = value.Trim(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || !fit.IsEmail(s) {
		return "", false
	}
	host, ok := Domain(s[at+1:])
	return strings.ToLower(s[:at]) + "@" + host, ok
}

// Domain gives a bare domain in the form in which domains are compared: lower
// case, ASCII, without a dot at its end. ok is false for URLs, for names that
// begin with "www.", which no e-mail address has, and for what is no domain at
// all: Gong compares the list with the domains of e-mail addresses.
func Domain(s string) (domain string, ok bool) {
	s = strings.TrimSuffix(value.Trim(s), ".")
	if s == "" || strings.ContainsAny(s, "@<>:?/ ") || !utf8.ValidString(s) {
		return "", false
	}
	e, ok := funcs.NormalizeEmail("a@" + s)
	if !ok || strings.HasPrefix(e, "a@www.") {
		return "", false
	}
	return e[len("a@"):], true
}

// Bounds of a phone number's digits. Shorter ones are extensions and the like;
// ITU-T E.164 has no longer ones.
const (
	minDigits = 6
	maxDigits = 15
)

// Phone gives the digits by which phone numbers are compared. International
// numbers, which begin with + or 00, have their country code, and a zero in
// parentheses is left out. A number in national form gets the country code of
// region, an ISO 3166 code; with region "" its digits stand for themselves.
// Extensions are dropped. ok is false where that leaves fewer than 6 or more
// than 15 digits.
func Phone(s, region string) (digits string, ok bool) {
	s = value.Trim(s)
	if region != "" && !strings.HasPrefix(s, "+") && !strings.HasPrefix(s, "＋") {
		if e164, ok := funcs.NormalizePhone(s, region); ok {
			return e164[1:], true
		}
	}
	var buf [maxDigits + 3]byte
	n := 0
	abroad := false // begins with a plus sign
	for i, r := range s {
		switch {
		case r >= '０' && r <= '９':
			r += '0' - '０'
			fallthrough
		case r >= '0' && r <= '9':
			if r == '0' && n > 0 && strings.HasPrefix(s[i:], "0)") && strings.HasSuffix(s[:i], "(") && (abroad || string(buf[:min(n, 2)]) == "00") {
				continue // +41 (0)44 …
			}
			if n == len(buf) {
				return "", false
			}
			buf[n] = byte(r)
			n++
			continue
		case r == '+', r == '＋':
			if n == 0 {
				abroad = true
				continue
			}
		case r == '#', r == ',', r == ';', r == '*', unicode.IsLetter(r):
			if n == 0 {
				continue // "Tel. "
			}
		case r == utf8.RuneError, unicode.IsDigit(r):
			return "", false
		default:
			continue
		}
		break // what follows is an extension or another number
	}
	return bareDigits(buf[:n], abroad)
}

// bareDigits takes an international prefix away and checks the length.
func bareDigits(b []byte, abroad bool) (string, bool) {
	if !abroad && len(b) > 2 && b[0] == '0' && b[1] == '0' {
		b, abroad = b[2:], true
	}
	if len(b) < minDigits || len(b) > maxDigits || abroad && b[0] == '0' {
		return "", false
	}
	return string(b), true
}

// IsRegion tells whether a text is "" or the ISO 3166 code of a country whose
// phone numbers are known.
func IsRegion(code string) bool {
	return code == "" || phonenumbers.GetSupportedRegions()[strings.ToUpper(code)]
}
