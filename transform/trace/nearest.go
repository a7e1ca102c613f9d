package trace

import (
	"encoding/json"
	"sort"
	"strconv"
	"strings"
)

// nearest keeps the ids that are most like one that is not there.
type nearest struct {
	to   string
	best []candidate
}

type candidate struct {
	id   string
	cost int
}

// maxNearest is how many ids are suggested.
const maxNearest = 3

// see looks at an id of the type. Two ids are as far apart as what is left of
// the longer between their common beginning and end, case and blanks aside:
// that finds typing errors, lost zeros and 15- against 18-character ids.
func (n *nearest) see(id string) {
	if id == "" {
		return
	}
	c := apart(n.to, id)
	if c > max(2, len(n.to)/3) || len(n.best) == maxNearest && c >= n.best[maxNearest-1].cost {
		return
	}
	for _, b := range n.best {
		if b.id == id {
			return
		}
	}
	n.best = append(n.best, candidate{strings.Clone(id), c})
	sort.SliceStable(n.best, func(i, k int) bool { return n.best[i].cost < n.best[k].cost })
	n.best = n.best[:min(len(n.best), maxNearest)]
}

func (n *nearest) found() []string {
	var list []string
	for _, b := range n.best {
		list = append(list, b.id)
	}
	return list
}

func apart(a, b string) int {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	m := min(len(a), len(b))
	from := 0
	for from < m && lower(a[from]) == lower(b[from]) {
		from++
	}
	end := 0
	for end < m-from && lower(a[len(a)-1-end]) == lower(b[len(b)-1-end]) {
		end++
	}
	return max(len(a), len(b)) - from - end
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func itoa(n int) string { return strconv.Itoa(n) }

// unquote gives the text of a JSON string, "" for any other value.
func unquote(j []byte) (s string) {
	if json.Unmarshal(j, &s) != nil {
		return ""
	}
	return s
}
