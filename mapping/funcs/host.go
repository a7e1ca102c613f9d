package funcs

import (
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// RegistrableDomain gives the domain that somebody registered, such as
// acme.co.uk, of a URL, a host name or an e-mail address, by the ICANN part of
// the public suffix list. Names in other scripts come out in their ASCII form
// (xn--…), all in lower case. ok is false where there is none: an IP address,
// localhost, a public suffix itself, no host at all.
func RegistrableDomain(s string) (domain string, ok bool) {
	host, ok := hostOf(value.Trim(s))
	if !ok {
		return "", false
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	for !icann {
		// A privately managed suffix, such as github.io: look above it.
		dot := strings.IndexByte(suffix, '.')
		if dot < 0 {
			break
		}
		if same, by := publicsuffix.PublicSuffix(suffix); same == suffix && by {
			break // a private rule further down hid that this one is ICANN's
		}
		suffix, icann = publicsuffix.PublicSuffix(suffix[dot+1:])
	}
	rest := len(host) - len(suffix) - 1
	if rest <= 0 {
		return "", false
	}
	domain = host[strings.LastIndexByte(host[:rest], '.')+1:]
	return domain, !strings.Contains(domain, "_")
}

// hostOf cuts the host name out of a URL, an e-mail address or a bare name.
func hostOf(s string) (host string, ok bool) {
	if i := strings.Index(s, "://"); i >= 0 {
		if !isScheme(s[:i]) {
			return "", false
		}
		s = s[i+3:]
	} else {
		s = strings.TrimPrefix(s, "//")
		if hasPrefixFold(s, "mailto:") {
			s = s[len("mailto:"):]
		}
	}
	if i := strings.IndexAny(s, "/?#\\"); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = strings.TrimSuffix(s[i+1:], ">")
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		for _, c := range []byte(s[i+1:]) {
			if !isDigit(c) {
				return "", false
			}
		}
		s = s[:i]
	}
	return canonicalHost(strings.TrimSuffix(s, "."))
}

// canonicalHost checks a host name of two labels or more and brings it to
// lower-case ASCII. IP addresses are refused.
func canonicalHost(s string) (host string, ok bool) {
	ascii, upper := true, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		ascii = ascii && c < utf8.RuneSelf
		upper = upper || c >= 'A' && c <= 'Z'
	}
	if !ascii {
		var err error
		if s, err = idna.Lookup.ToASCII(s); err != nil {
			return "", false
		}
	} else if upper {
		s = strings.ToLower(s)
	}
	if len(s) > 253 {
		return "", false
	}
	start, labels, letters := 0, 0, false
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			c := s[i]
			switch {
			case c >= 'a' && c <= 'z':
				letters = true
			case isDigit(c), c == '_', c == '-' && i > start:
			default:
				return "", false
			}
			continue
		}
		if i == start || i-start > 63 || s[i-1] == '-' {
			return "", false
		}
		labels++
		if i < len(s) {
			start, letters = i+1, false
		}
	}
	// A last label without a letter is the end of an IP address or a number.
	return s, labels >= 2 && letters
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if c < 'a' || c > 'z' {
			if i == 0 || !isDigit(s[i]) && s[i] != '+' && s[i] != '-' && s[i] != '.' {
				return false
			}
		}
	}
	return s != ""
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func isSeparator(r rune) bool {
	switch r {
	case ',', ';', ' ', '\t', '\n', '\r', '\u00A0', '，', '；', '、':
		return true
	}
	return r >= utf8.RuneSelf && value.Trim(string(r)) == ""
}

func callDomain(_ *Env, args []value.Value) (value.Value, error) {
	s := value.Trim(args[0].Text())
	if s == "" {
		return value.Value{}, nil
	}
	if d, ok := RegistrableDomain(s); ok {
		return value.OfText(d), nil
	}
	hint := ""
	if strings.IndexFunc(s, isSeparator) >= 0 {
		hint = "domains(text) reads several"
	}
	return value.Value{}, bad(s, "no URL, host name or e-mail address with a domain", hint)
}

func callDomains(_ *Env, args []value.Value) (value.Value, error) {
	var out []value.Value
	err := eachText("domains", args, func(s string, arg int) error {
		return pieces(s, func(piece string) error {
			d, ok := RegistrableDomain(piece)
			if !ok {
				return &Fault{Arg: arg, Value: s, Message: value.Quote(piece) + " is no URL, host name or e-mail address with a domain",
					Hint: "onError: omit leaves the field out; clean the text with replace or replacePattern"}
			}
			if isFreeMail(d) || hasText(out, d) {
				return nil
			}
			out = append(out, value.OfText(d))
			if len(out) > maxPieces {
				return tooManyPieces("domains")
			}
			return nil
		})
	})
	if err != nil {
		return value.Value{}, err
	}
	return value.OfList(out), nil
}

// maxPieces bounds the lists that domains and emails make without repetitions,
// which are compared each with each.
const maxPieces = 1_000

func tooManyPieces(name string) error {
	return &Fault{Message: name + " gives a list of more than 1,000 items"}
}

func hasText(l []value.Value, s string) bool {
	for i := range l {
		if l[i].Text() == s {
			return true
		}
	}
	return false
}
