package upload

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// ParseBaseURL checks the address of Gong's API, such as
// "https://us-1234.api.gong.io", and returns it without a slash at the end.
// Only https is taken, and http for 127.0.0.0/8, ::1 and the name localhost.
// One that comes from a mapping must also be gong.io, a host under it, or
// loopback, so that a stranger's mapping cannot send data elsewhere. Faults are
// of status StatusUsage.
func ParseBaseURL(text string, fromMapping bool) (string, error) {
	const hint = "such as https://us-1234.api.gong.io, shown in Gong under Company settings > Ecosystem > API"
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return "", usage(hint, "the base URL %s is none", quote(withoutPassword(text)))
	case u.User != nil:
		return "", usage("credentials belong in the environment or a credentials file", "the base URL holds a user name or password")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return "", usage(hint, "the base URL %s has a query or a fragment", quote(text))
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", usage("use https", "the base URL %s would send credentials and data unencrypted; http is for loopback only", quote(text))
	case u.Scheme != "https" && u.Scheme != "http":
		return "", usage(hint, "the base URL %s is neither https nor http", quote(text))
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if fromMapping && host != "gong.io" && !strings.HasSuffix(host, ".gong.io") && !isLoopback(host) {
		return "", usage("set GONG_BASE_URL if that is what you want", "the mapping's base URL %s is not under gong.io", quote(text))
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.IsLoopback()
}

func withoutPassword(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if i := strings.LastIndexByte(rest, '@'); ok && i >= 0 {
		return scheme + "://" + redacted + rest[i:]
	}
	return text
}

// ParseIntegration reads an integration id, which is a positive whole number
// of 64 bits and never a floating one. Faults are of status StatusUsage.
func ParseIntegration(text string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n <= 0 {
		return 0, usage("see crm2gong integration list", "%s is no integration id: a whole number such as 5517027188234205706 is", quote(text))
	}
	return n, nil
}
