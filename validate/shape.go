package validate

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
	"unsafe"

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
	switch {
	case len(s) > gong.MaxObjectID:
		return illegalID
	case len(s) >= 8 && isPlain(s):
		return legalID
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

// isPlain tells whether a text of eight bytes or more has letters, digits and -
// alone. It looks at eight bytes at a time, the last of which it may have seen.
func isPlain(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s)) // only read
	end := len(b) - 8
	all := plainBytes(binary.LittleEndian.Uint64(b[end:]))
	for i := 0; i < end; i += 8 {
		all &= plainBytes(binary.LittleEndian.Uint64(b[i : i+8]))
	}
	return all&highs == highs
}

// plainBytes sets the highest bits of those of eight bytes that are letters,
// digits or -. What it sets of the other bits means nothing, and neither does
// what it sets for those that follow a byte beyond ASCII, which has none. Adding
// what a bound lacks to 0x80 sets the highest bit of all from the bound on.
func plainBytes(w uint64) uint64 {
	small := w | ones*0x20
	letters := (small + ones*(0x80-'a')) &^ (small + ones*(0x7F-'z'))
	digits := (w + ones*(0x80-'0')) &^ (w + ones*(0x7F-'9'))
	others := (w ^ ones*'-') + ones*0x7F // all but -
	return (letters | digits | ^others) &^ w
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
