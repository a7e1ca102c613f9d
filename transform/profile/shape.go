package profile

import (
	"strings"

	"crm2gong/mapping/funcs"
)

// shape is a set of shapes that one text has.
type shape uint16

const (
	isEmail shape = 1 << iota
	isURL
	isHost
	isPhone
	isSF15
	isSF18
	isGUID
	isDigits
	leadingZero
	isLegal
	isCode
	isMultiline
	isListed // holds a semicolon with text on both sides
	isLong
)

// classes of bytes.
const (
	upper = 1 << iota
	lower
	digit
	other // any other byte
	lineEnd
	phoneSign
	idSign // minus
)

var classes = func() (t [256]uint8) {
	for i := range t {
		switch c := byte(i); {
		case c >= 'A' && c <= 'Z':
			t[i] = upper
		case c >= 'a' && c <= 'z':
			t[i] = lower
		case c >= '0' && c <= '9':
			t[i] = digit
		case c == '\n' || c == '\r':
			t[i] = lineEnd
		case c == '-':
			t[i] = idSign
		case strings.IndexByte("+() ./", c) >= 0:
			t[i] = phoneSign
		default:
			t[i] = other
		}
	}
	return t
}()

// shapeOfText tells the shapes of a text.
func shapeOfText(s string) (sh shape) {
	if len(s) > maxKept {
		sh = isLong
		if strings.ContainsAny(s, "\r\n") {
			sh |= isMultiline
		}
		if isWeb(s) {
			sh |= isURL
		}
		return sh
	}
	var set uint8
	digits := 0
	at := -1
	semicolon, point := false, false
	for i := 0; i < len(s); i++ {
		c := classes[s[i]]
		set |= c
		switch {
		case c == digit:
			digits++
		case c == other:
			if s[i] == '@' {
				at = i
			} else if s[i] == ';' && i > 0 && i < len(s)-1 {
				semicolon = true
			}
		case s[i] == '.':
			point = true
		}
	}
	if set&lineEnd != 0 {
		sh |= isMultiline
	}
	if set&^(upper|lower|digit|idSign) == 0 && len(s) <= 64 {
		sh |= isLegal
	}
	switch {
	case set == digit:
		sh |= isDigits
		if len(s) > 1 && s[0] == '0' {
			sh |= leadingZero
		}
		if len(s) >= 7 && len(s) <= 15 {
			sh |= isPhone
		}
	case set&^(upper|lower|digit) == 0 && digits > 0:
		switch {
		case len(s) == 18 && isSalesforce18(s):
			sh |= isSF18
		case len(s) == 15 && set&upper != 0 && digits >= 3 && s[0] <= '9':
			sh |= isSF15
		}
	case set == upper:
		if len(s) == 3 {
			sh |= isCode
		}
	case set&(upper|lower|lineEnd) == 0 && set&phoneSign|set&idSign != 0 && set&other == 0:
		if digits >= 7 && digits <= 15 {
			if _, date := formOf(s); !date {
				sh |= isPhone
			}
		}
	case set&(upper|lineEnd|other) == 0 && strings.IndexByte(s, 'x') > 0:
		if digits >= 7 && strings.Trim(s, "0123456789+() ./-x") == "" {
			sh |= isPhone
		}
	}
	switch {
	case at > 0:
		if mail, ok := funcs.NormalizeEmail(s); ok {
			sh |= isEmail
			if len(mail) == len(s) && len(s) <= 64 {
				sh |= isLegal
			}
		}
	case set&idSign != 0 && isGUIDText(s):
		sh |= isGUID
	case point && isWeb(s):
		sh |= isURL
	case point && set&(lineEnd|other) == 0 && set&(upper|lower) != 0 && isHostName(s):
		sh |= isHost
	}
	if semicolon {
		sh |= isListed
	}
	return sh
}

// isWeb tells whether s begins like a web address.
func isWeb(s string) bool {
	return len(s) > 8 && (s[0]|0x20 == 'h' && (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) || s[0]|0x20 == 'w' && strings.EqualFold(s[:4], "www."))
}

// isHostName tells texts such as acme.co.uk.
func isHostName(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot < 1 || len(s)-dot < 3 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case classes[c]&(upper|lower|digit|idSign) != 0:
			if i > dot && classes[c]&(upper|lower) == 0 {
				return false
			}
		case c == '.':
			if i == 0 || s[i-1] == '.' {
				return false
			}
		case c == '/' && i == len(s)-1:
		default:
			return false
		}
	}
	return true
}

// isGUIDText tells 8-4-4-4-12 hexadecimal digits, in braces or not.
func isGUIDText(s string) bool {
	if len(s) == 38 && s[0] == '{' && s[37] == '}' {
		s = s[1:37]
	}
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
			continue
		}
		if classes[c] != digit && !(c|0x20 >= 'a' && c|0x20 <= 'f') {
			return false
		}
	}
	return true
}

// isSalesforce18 checks the last three characters of an id, which say where
// capitals stand among the first fifteen.
func isSalesforce18(s string) bool {
	const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
	for group := range 3 {
		n := 0
		for i := range 5 {
			if classes[s[group*5+i]] == upper {
				n |= 1 << i
			}
		}
		if c := s[15+group]; c != signs[n] && c != signs[n]|0x20 {
			return false
		}
	}
	return true
}

// add counts n cells of the shapes sh.
func (t *Shapes) add(sh shape, n int) {
	count := func(bit shape, at *int) {
		if sh&bit != 0 {
			*at += n
		}
	}
	if sh == 0 {
		return
	}
	count(isEmail, &t.Email)
	count(isURL, &t.URL)
	count(isHost, &t.Host)
	count(isPhone, &t.Phone)
	count(isSF15, &t.Salesforce15)
	count(isSF18, &t.Salesforce18)
	count(isGUID, &t.GUID)
	count(isDigits, &t.Digits)
	count(leadingZero, &t.LeadingZero)
	count(isLegal, &t.Legal)
	count(isCode, &t.Code)
	count(isMultiline, &t.Multiline)
}
