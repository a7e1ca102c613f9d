package validate

import (
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/fit"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// idFault is what is wrong with an objectId.
type idFault uint8

const (
	legalID     idFault = iota
	underscores         // legal but for its underscores
	illegalID
)

// Classes of the bytes of an objectId.
const (
	plainByte = 1 << iota // letters, digits, -
	underscoreByte
	otherByte
)

var idClass = func() (t [256]uint8) {
	for i := range t {
		c := byte(i)
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			t[i] = plainByte
		case c == '_':
			t[i] = underscoreByte
		default:
			t[i] = otherByte
		}
	}
	return t
}()

// objectIDFault judges an objectId, which is not empty, by Gong's rule: at
// most 64 characters; letters, digits and -, or an e-mail address.
func objectIDFault(s string) idFault {
	if len(s) > gong.MaxObjectID {
		return illegalID
	}
	seen := uint8(0)
	for i := 0; i < len(s); i++ {
		seen |= idClass[s[i]]
	}
	switch {
	case seen == plainByte:
		return legalID
	case seen&otherByte == 0:
		return underscores
	case isASCII(s) && fit.IsEmail(s):
		return legalID
	}
	return illegalID
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// illegalReason says what is wrong with an illegal objectId.
func illegalReason(s string) string {
	if n := utf8.RuneCountInString(s); n > gong.MaxObjectID {
		return "has " + count(n) + " characters; Gong allows " + count(gong.MaxObjectID)
	}
	if strings.IndexByte(s, '@') > 0 {
		return "is no valid e-mail address, and @ is allowed in one only"
	}
	for _, r := range s {
		if r >= utf8.RuneSelf || idClass[r] == otherByte {
			return "has " + quoteRune(r) + "; Gong allows letters, digits and -"
		}
	}
	return "is not allowed by Gong"
}

func quoteRune(r rune) string {
	switch r {
	case ' ':
		return "a blank"
	case '\t':
		return "a tab"
	}
	return value.Quote(string(r))
}

// isFreeMail tells whether a domain belongs to a provider of free e-mail.
func isFreeMail(domain string) bool { return funcs.IsFreeMail(domain) }

// salesforceID is the 18-character form of a 15-character Salesforce id: three
// characters are added that tell, five positions each, which letters are
// capitals. "" for anything else.
func salesforceID(s string) string {
	if len(s) != 15 {
		return ""
	}
	var b [18]byte
	copy(b[:], s)
	for chunk := 0; chunk < 3; chunk++ {
		bits := 0
		for i := 0; i < 5; i++ {
			switch c := s[chunk*5+i]; {
			case c >= 'A' && c <= 'Z':
				bits |= 1 << i
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			default:
				return ""
			}
		}
		b[15+chunk] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
	}
	return string(b[:])
}

// otherLength is the same Salesforce id in the other length, "" if s is none.
func otherLength(s string) string {
	switch len(s) {
	case 15:
		return salesforceID(s)
	case 18:
		if strings.EqualFold(salesforceID(s[:15]), s) {
			return s[:15]
		}
	}
	return ""
}
