package starter

import (
	"fmt"
	"strings"
)

// namesakes are the texts of a table that stand in several rows, and so name no
// one record.
type namesakes struct {
	texts map[string]bool
	level int  // texts are those whose rank begins with so many zero bits
	one   bool // each stands in several rows of one record
}

// namesakes finds the texts that stand in several rows of t, in one column or in
// two that make a name together; nil where there are none. The columns ids tell
// the records apart, nil: those of t's own ids.
func (b *builder) namesakes(t *src, cols, ids []int, fold bool) *namesakes {
	n := &namesakes{texts: map[string]bool{}}
	rows := map[string]int{}
	see := func(text string, count int) {
		if fold {
			text = strings.ToLower(text)
		}
		if rows[text] += count; rows[text] > 1 {
			n.texts[text] = true
		}
	}
	if len(cols) == 1 {
		c := t.t.Columns[cols[0]]
		n.level = c.Level
		for _, k := range c.Keys {
			see(k.Text, k.Count)
		}
	} else if c := b.fullNames(t); c != nil {
		for _, k := range c.Keys {
			see(k.Text, k.Count)
		}
	}
	if len(n.texts) == 0 {
		return nil
	}
	n.one = b.oneEach(t, cols, ids, fold, n)
	return n
}

// oneEach tells whether all rows with one of the texts have one id.
func (b *builder) oneEach(t *src, cols, ids []int, fold bool, n *namesakes) bool {
	switch {
	case ids != nil:
	case t.idCol >= 0:
		ids = []int{t.idCol}
	default:
		ids = t.idParts
	}
	if b.opt.Tuples == nil || len(ids) == 0 {
		return false
	}
	list, ok := b.tuples(t.t, append(append([]int(nil), cols...), ids...), 50_000)
	id := map[string]string{}
	for _, u := range list {
		text := strings.TrimSpace(strings.Join(u.Texts[:len(cols)], " "))
		if fold {
			text = strings.ToLower(text)
		}
		own := strings.Join(u.Texts[len(cols):], "\x00")
		if strings.Trim(own, "\x00") == "" {
			continue
		}
		if before, seen := id[text]; (n.texts[text] || n.level > 0) && seen && before != own {
			return false
		}
		id[text] = own
	}
	return ok
}

// stand says how many there are, as the start of a sentence.
func (n *namesakes) stand(word string) string {
	if len(n.texts) == 1 && n.level == 0 {
		return "1 " + word + " stands"
	}
	plural := word + "s"
	if strings.HasSuffix(word, "s") {
		plural = word + "es"
	}
	s := thousands(len(n.texts)<<n.level) + " " + plural + " stand"
	if n.level > 0 {
		s = "about " + s
	}
	return s
}

// named is a reference by names: the texts of a column of s are those of one
// column of t, or of two that make a name together.
type named struct {
	s      *src
	col    int
	t      *src
	cols   []int
	ids    []int  // the columns of t that tell its records apart; nil: those of its own ids
	where  string // the rows of t that count; "": all
	fold   bool   // without regard to case
	word   string // what the texts are called
	refers bool   // the field is a reference, in which a miss is no empty cell
}

// ask declares a lookup by names and calls it; shared says what becomes of those
// that stand for several records.
func (b *builder) ask(r named, name, by, value, arg string) (x, shared string) {
	l, comment := "{from: "+r.t.name, ""
	if r.where != "" {
		l += ", where: " + expr(r.where)
	}
	l += ", key: " + expr(by) + ", value: " + expr(value)
	n := b.namesakes(r.t, r.cols, r.ids, r.fold)
	switch {
	case n == nil:
	case n.one:
		l += ", onMany: first"
		comment = "of several rows of one record the first"
	default:
		comment = n.stand(r.word) + " for several records: nothing tells which is meant"
	}
	if r.refers {
		l += ", onMissing: unknown"
	}
	name = b.declare(name, l+"}", comment)
	x = name + "(" + arg + ")"
	if n == nil && len(r.cols) == 1 && r.t.t.Columns[r.cols[0]].Level > 0 { // not all names are known
		b.doubts = append(b.doubts, doubt{s: r.s, call: x, lookup: name})
	}
	if n != nil && !n.one {
		b.doubts = append(b.doubts, r.doubtful(n, name, x))
		shared = "those that stand for several are left out"
	}
	return x, shared
}

// doubt is a lookup that fails for texts that stand for several records. It is
// said at the end, where it is still in use.
type doubt struct {
	s      *src
	call   string // the lookup's
	lookup string
	what   string // the texts, and of which table they are
	refers string // which column does in how many rows; "": none
}

// doubtful tells what refers to namesakes.
func (r named) doubtful(n *namesakes, lookup, call string) doubt {
	c := r.s.t.Columns[r.col]
	rows, example := 0, ""
	for _, k := range c.Keys {
		text := k.Text
		if r.fold {
			text = strings.ToLower(text)
		}
		if n.texts[text] {
			rows += k.Count
			if example == "" {
				example = k.Text
			}
		}
	}
	d := doubt{s: r.s, call: call, lookup: lookup}
	if rows > 0 {
		about := ""
		level := max(c.Level, n.level)
		if level > 0 {
			about = "about "
		}
		d.what = fmt.Sprintf("%s for several records of %s, such as %s", n.stand(r.word), r.t.t.file(), shown(example))
		d.refers = fmt.Sprintf("%s of %s (%s%s)", oneLine(c.Name), r.s.t.file(), about, count(rows<<level, "row", "rows"))
	}
	return d
}

// mayFail tells whether an expression asks a lookup for what several records may
// have, itself or through another lookup.
func (b *builder) mayFail(x string) bool {
	var fail []string
	calls := func(x string) bool {
		for _, name := range fail {
			if strings.Contains(x, name+"(") {
				return true
			}
		}
		return false
	}
	for _, d := range b.doubts {
		fail = append(fail, d.lookup)
	}
	for _, l := range b.lookupLines { // a lookup may call those above it
		if name, definition, _ := strings.Cut(l, ":"); calls(definition) {
			fail = append(fail, name)
		}
	}
	return calls(x)
}

// sayDoubts puts what is still in use among the things to do, once for each
// lookup.
func (b *builder) sayDoubts() {
	var order []string
	what, refers := map[string]string{}, map[string][]string{}
	for _, d := range b.doubts {
		x := b.exprs(d.s)
		if d.refers == "" || contains(refers[d.lookup], d.refers) || !strings.Contains(x, d.call) && !strings.Contains(x, strings.ReplaceAll(d.call, "'", "''")) {
			continue
		}
		if what[d.lookup] == "" {
			what[d.lookup] = d.what
			order = append(order, d.lookup)
		}
		refers[d.lookup] = append(refers[d.lookup], d.refers)
	}
	for _, l := range order {
		b.open("%s. To such refer: %s. Nothing tells which is meant, so that these references are left out: export the records' ids beside the names, or, where the first is as good as the others, write onMany: first in the lookup %s",
			what[l], strings.Join(refers[l], ", "), l)
	}
}
