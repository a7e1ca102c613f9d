package mapping

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"crm2gong/mapping/diag"
)

func targetKeys() []key[*Target] {
	return []key[*Target]{
		{"baseUrl", aText("https://us-12345.api.gong.io"), "The base URL of the API as Gong shows it: gong.io or a host under it, or loopback for rehearsals.", false, readBaseURL},
		{"integrationId", aText(`"5517027188234205706"`), "The id of the integration that the data go to.", false, readIntegration},
	}
}

func readTarget(e entry, m *Mapping) { decode(e.loader, e.at, e.node, "gong", targetKeys(), &m.Gong) }

func readBaseURL(e entry, t *Target) {
	s, ok := e.filled()
	if !ok {
		return
	}
	if reason := CheckBaseURL(s); reason != "" {
		e.errorf(e.node, "base-url", "such as https://us-12345.api.gong.io, as Gong shows it under Company settings > Ecosystem > API",
			"the base URL %s %s", diag.Quote(s), reason)
		return
	}
	t.BaseURL = strings.TrimRight(s, "/")
}

// CheckBaseURL says why a base URL that comes from a mapping is refused, ""
// when it may be used: it is gong.io, a host under it, or loopback, and https
// unless loopback. A mapping is no place to send credentials elsewhere from.
func CheckBaseURL(s string) (reason string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "":
		return "is no address"
	case u.User != nil:
		return "holds a user name"
	case u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, "?#"):
		return "has more than a host and a path"
	case u.Scheme != "https" && u.Scheme != "http":
		return "is not https"
	}
	host := strings.ToLower(u.Hostname())
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return ""
	}
	if host != "gong.io" && !strings.HasSuffix(host, ".gong.io") {
		return "is not of gong.io"
	}
	if u.Scheme != "https" {
		return "is not https"
	}
	return ""
}

func readIntegration(e entry, t *Target) {
	s, ok := e.text()
	if !ok {
		return
	}
	if v, err := strconv.ParseInt(s, 10, 64); err != nil || v <= 0 || strconv.FormatInt(v, 10) != s {
		e.errorf(e.node, "wrong-value", `such as integrationId: "5517027188234205706"; crm2gong integration list shows it`,
			"the integration id is a whole number, not %s", diag.Quote(s))
		return
	}
	t.IntegrationID = s
}
