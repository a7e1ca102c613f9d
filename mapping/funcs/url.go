package funcs

import (
	"net/url"
	"strings"
	"unicode"

	"crm2gong/mapping/value"
)

// callURL checks an absolute http or https URL and puts https:// before one
// without a scheme.
func callURL(_ *Env, args []value.Value) (value.Value, error) {
	s := value.Trim(args[0].Text())
	if s == "" {
		return value.Value{}, nil
	}
	full := s
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case ok && (scheme == "http" || scheme == "https"):
	case ok && isScheme(scheme):
		low := strings.ToLower(scheme)
		if low != "http" && low != "https" {
			return value.Value{}, bad(s, "no web address: its scheme is "+value.Quote(scheme), "only http:// and https:// are")
		}
		full = low + "://" + rest
	case strings.HasPrefix(s, "//"):
		full = "https:" + s
	default:
		full = "https://" + s
	}
	u, err := url.Parse(full)
	if err == nil && u.User == nil && !hasBlank(s) && isWebHost(u.Hostname()) {
		return value.OfText(full), nil
	}
	hint := "onError: omit leaves the field out"
	if hasBlank(s) {
		hint = `a blank in a URL is written %20: replace(text, " ", "%20")`
	}
	return value.Value{}, bad(s, "no web address", hint)
}

func hasBlank(s string) bool { return strings.IndexFunc(s, unicode.IsSpace) >= 0 }

// isWebHost takes names with a dot, localhost and IP addresses.
func isWebHost(host string) bool {
	if host == "localhost" || strings.IndexByte(host, ':') >= 0 {
		return true
	}
	if _, ok := canonicalHost(strings.TrimSuffix(host, ".")); ok {
		return true
	}
	return isIPv4(host)
}

func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" || len(p) == 3 && p > "255" {
			return false
		}
	}
	return len(parts) == 4
}
