package funcs

import (
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// NormalizeEmail checks the shape of an e-mail address and gives it in lower
// case, the domain in its ASCII form. It takes `Name <a@b.c>` and mailto:, too.
// The domain needs a dot; ok is false for anything else than one address.
func NormalizeEmail(s string) (email string, ok bool) {
	s = value.Trim(s)
	if strings.HasSuffix(s, ">") {
		s = value.Trim(s[strings.LastIndexByte(s, '<')+1 : len(s)-1])
	}
	if hasPrefixFold(s, "mailto:") {
		s = s[len("mailto:"):]
		if i := strings.IndexByte(s, '?'); i >= 0 {
			s = s[:i]
		}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || !isLocalPart(s[:at]) {
		return "", false
	}
	host, ok := canonicalHost(s[at+1:])
	if !ok || strings.Contains(host, "_") || at+1+len(host) > 254 {
		return "", false
	}
	if host == s[at+1:] && !hasUpper(s[:at]) {
		return s, true
	}
	return strings.ToLower(s[:at]) + "@" + host, true
}

// isLocalPart tells whether s is a dot-atom of RFC 5322: what stands before the
// @ of all addresses in use.
func isLocalPart(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', isDigit(c), strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0 && c < utf8.RuneSelf:
		case c == '.' && i > 0 && i < len(s)-1 && s[i-1] != '.':
		default:
			return false
		}
	}
	return s != ""
}

func hasUpper(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			return true
		}
	}
	return false
}

func callEmail(_ *Env, args []value.Value) (value.Value, error) {
	s := value.Trim(args[0].Text())
	if s == "" {
		return value.Value{}, nil
	}
	if e, ok := NormalizeEmail(s); ok {
		return value.OfText(e), nil
	}
	hint := "onError: omit leaves the field out"
	if strings.Count(s, "@") > 1 {
		hint = "first(emails(text)) takes the first of several"
	}
	return value.Value{}, bad(s, "no e-mail address", hint)
}

func callEmails(_ *Env, args []value.Value) (value.Value, error) {
	var out []value.Value
	err := eachText("emails", args, func(s string, arg int) error {
		return addresses(s, func(piece string) error {
			e, ok := NormalizeEmail(piece)
			if !ok {
				return &Fault{Arg: arg, Value: s, Message: value.Quote(piece) + " is no e-mail address", Hint: "onError: omit leaves the field out"}
			}
			if hasText(out, e) {
				return nil
			}
			out = append(out, value.OfText(e))
			if len(out) > maxPieces {
				return tooManyPieces("emails")
			}
			return nil
		})
	})
	if err != nil {
		return value.Value{}, err
	}
	return value.OfList(out), nil
}

// addresses calls take for each address in a text: the pieces between commas,
// semicolons and blanks. Where addresses stand in angle brackets, the words
// before them are names, if they hold no @.
func addresses(s string, take func(string) error) error {
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			return pieces(s, take)
		}
		length := strings.IndexByte(s[open:], '>')
		if length < 0 {
			return pieces(s, take)
		}
		err := pieces(s[:open], func(word string) error {
			if strings.IndexByte(word, '@') < 0 {
				return nil
			}
			return take(word)
		})
		if err == nil {
			err = take(s[open+1 : open+length])
		}
		if err != nil {
			return err
		}
		s = s[open+length+1:]
	}
}
