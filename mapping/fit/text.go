package fit

import (
	"slices"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// text takes texts for the kinds that are written as one JSON string.
func (x *Fitter) text(dst *gong.Value, s string, f *gong.Field) *Problem {
	switch f.Kind {
	case gong.URL:
		if !x.isURL(s) {
			return wrong(s, "no absolute http or https URL", "write url(x), which adds https:// where no scheme stands")
		}
	case gong.Email:
		if !IsEmail(s) {
			return wrong(s, "no e-mail address", "write email(x) to trim and check it; {value: …, onError: omit} leaves bad ones out")
		}
	case gong.Status:
		if !slices.Contains(gong.Statuses, s) {
			return wrong(s, "none of OPEN, WON, LOST", "map the CRM's words with an enum")
		}
	case gong.Picklist:
		if f.Values != nil && !slices.Contains(f.Values, s) {
			return wrong(s, "not in the field's list: "+shorten(f.Values), "add it to values, map it with an enum, or use values: auto")
		}
	}
	set(dst, s)
	return nil
}

// isURL is IsURL, with less to look at where s begins like the URL before it.
func (x *Fitter) isURL(s string) bool {
	if n := len(x.site); n > 0 && len(s) >= n && s[:n] == x.site && isPlainPath(s[n:]) {
		return true
	}
	if !IsURL(s) {
		return false
	}
	if i := strings.IndexByte(s[scheme(s):], '/'); i >= 0 && i <= maxSite {
		x.site = strings.Clone(s[:scheme(s)+i+1])
	}
	return true
}

// maxSite bounds the length of a host that is remembered: that of a name in DNS.
const maxSite = 255

// maxNamed is the number of allowed texts that a message names.
const maxNamed = 12

func shorten(list []string) string {
	if len(list) > maxNamed {
		return strings.Join(list[:maxNamed], ", ") + " …"
	}
	return strings.Join(list, ", ")
}

// list takes lists of texts and numbers, and one of them as a list of one.
// Items that are nil or "" are dropped.
func (x *Fitter) list(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	if v.Kind() != value.List {
		s, ok := x.item(v)
		if !ok {
			return misfit(v, f)
		}
		dst.Kind, dst.List = gong.ListVal, append(x.room(1), s)
		return nil
	}
	items := v.List()
	out := x.room(len(items))
	for _, item := range items {
		if item.IsNil() {
			continue
		}
		s, ok := x.item(item)
		if !ok {
			return &Problem{Message: found(item) + " in a list does not fit a field of " + f.Kind.String(), Hint: "make texts of the items, such as map(list, string(#))"}
		}
		if s != "" {
			out = append(out, s)
		}
	}
	if len(out) > 0 {
		dst.Kind, dst.List = gong.ListVal, out
	}
	return nil
}

func (x *Fitter) item(v value.Value) (string, bool) {
	switch v.Kind() {
	case value.Text:
		return v.Text(), true
	case value.Number:
		return x.keep(v.AppendNumber(x.Buf)), true
	}
	return "", false
}

// room hands out an empty slice for n texts.
func (x *Fitter) room(n int) []string {
	if len(x.items) < n {
		x.items = make([]string, max(n, 256))
	}
	r := x.items[:0:n]
	x.items = x.items[n:]
	return r
}
