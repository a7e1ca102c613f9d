package value

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Suffix is a text after a number that multiplies it, such as K by 1000.
type Suffix struct {
	Text   string
	Factor Value
}

// ColumnType says how the cells of a column are read. The zero value reads
// nothing; Kind Text reads texts.
type ColumnType struct {
	Kind      Kind     // Text, Number, Bool, Date, DateTime or List
	Integer   bool     // Number: whole numbers alone
	Formats   []string // Date, DateTime: strftime; "iso" stands for the forms read without a format
	Decimal   rune     // Number: the decimal sign; 0 is a point
	Group     rune     // Number: the sign between groups of three digits; 0 is none
	Strip     bool     // Number: currency signs and codes around the number are dropped
	Suffix    []Suffix // Number: exact in case; the longest that fits counts
	Truthy    []string // Bool: words for true instead of the usual ones, in any case
	Falsy     []string // Bool: words for false likewise
	Separator string   // List: what stands between the items; "" is a semicolon
	Empty     []string // texts that mean an empty cell, exact after trimming
	Default   *string  // the text that an empty cell stands for; nil: an empty cell is no value
	NoTrim    bool     // blanks around the cell belong to it
}

// Reader turns cells of one column into values. It is immutable and safe for
// concurrent use.
type Reader struct {
	kind     Kind
	integer  bool
	noTrim   bool
	plain    bool // no words, formats or signs of its own
	strip    bool
	decimal  rune
	group    rune
	suffixes []Suffix // longest first
	truthy   []string
	falsy    []string
	layouts  []*Layout // nil in it stands for ISO; empty where ISO is all
	layout   *Layout   // the only one of layouts
	zone     *Zone
	sep      string
	empty    []string
	instead  Value // what an empty cell gives
}

// Compile checks the type and makes its reader; zone is for date-times without
// an offset, nil is UTC. The error says in words what is wrong with the keys.
func (t *ColumnType) Compile(zone *time.Location) (*Reader, error) {
	var z *Zone
	if t.Kind == DateTime {
		z = NewZone(zone)
	}
	return t.CompileIn(z)
}

// CompileIn is Compile for a zone whose table is already made, which many
// columns can share.
func (t *ColumnType) CompileIn(zone *Zone) (*Reader, error) {
	r := &Reader{kind: t.Kind, integer: t.Integer, noTrim: t.NoTrim, strip: t.Strip, decimal: t.Decimal, group: t.Group,
		sep: t.Separator, empty: t.Empty, truthy: t.Truthy, falsy: t.Falsy, zone: zone}
	var err error
	switch t.Kind {
	case Text:
		r.plain = true
	case List:
		if r.sep == "" {
			r.sep = ";"
		}
	case Number:
		err = r.compileNumber(t)
	case Bool:
		err = r.compileWords(t)
	case Date, DateTime:
		if r.zone == nil {
			r.zone = &Zone{}
		}
		err = r.compileLayouts(t)
	default:
		err = fmt.Errorf("no column has the type %s", t.Kind)
	}
	if err != nil {
		return nil, err
	}
	if t.Default != nil {
		v, p := r.read(Cell{Text: *t.Default})
		if p != nil {
			return nil, fmt.Errorf("the default does not fit the column's type: %s", p.Message)
		}
		if r.instead = v.Clone(); v.kind == Text && v.Text() == "" {
			r.instead = Value{}
		}
	}
	return r, nil
}

func (r *Reader) compileNumber(t *ColumnType) error {
	if r.decimal == 0 {
		r.decimal = '.'
	}
	switch {
	case r.decimal == r.group && t.Decimal == 0:
		return fmt.Errorf("group %s is also the decimal sign unless decimal says otherwise; set decimal: \",\"", Quote(string(r.group)))
	case r.decimal == r.group:
		return errors.New("decimal and group are the same sign")
	case isDigit(r.decimal), isDigit(r.group), isSign(r.decimal), isSign(r.group):
		return errors.New("decimal and group can't be a digit, a sign or a parenthesis")
	}
	for _, s := range t.Suffix {
		if strings.TrimSpace(s.Text) == "" || strings.ContainsAny(s.Text, "0123456789") {
			return fmt.Errorf("a suffix can't be empty or hold digits: %s", Quote(s.Text))
		}
		if s.Factor.kind != Number || s.Factor.Sign() <= 0 {
			return fmt.Errorf("the suffix %s needs a number above zero, such as 1000", Quote(s.Text))
		}
		at := 0
		for at < len(r.suffixes) && len(r.suffixes[at].Text) >= len(s.Text) {
			at++
		}
		r.suffixes = append(r.suffixes[:at:at], append([]Suffix{s}, r.suffixes[at:]...)...)
	}
	r.plain = r.decimal == '.'
	return nil
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isSign(r rune) bool { return r == '-' || r == '+' || r == minus || r == '(' || r == ')' }

var (
	trueWords  = []string{"true", "yes", "1", "y", "t"}
	falseWords = []string{"false", "no", "0", "n", "f"}
)

// compileWords takes the given words for the usual ones; a given word is also
// taken from the usual words of the other side.
func (r *Reader) compileWords(t *ColumnType) error {
	for _, w := range t.Truthy {
		if matches(w, t.Falsy) {
			return fmt.Errorf("%s is both in truthy and in falsy", Quote(w))
		}
	}
	usual := func(words, taken []string) []string {
		var left []string
		for _, w := range words {
			if !matches(w, taken) {
				left = append(left, w)
			}
		}
		return left
	}
	if len(t.Truthy) == 0 {
		r.truthy = usual(trueWords, t.Falsy)
	}
	if len(t.Falsy) == 0 {
		r.falsy = usual(falseWords, t.Truthy)
	}
	r.plain = len(t.Truthy) == 0 && len(t.Falsy) == 0
	return nil
}

// matches tells whether a word is one of a list, in any case.
func matches(word string, list []string) bool {
	for _, w := range list {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func (r *Reader) compileLayouts(t *ColumnType) error {
	for _, f := range t.Formats {
		if strings.EqualFold(f, "iso") {
			r.layouts = append(r.layouts, nil)
			continue
		}
		l, err := CompileLayout(f)
		if err != nil {
			return err
		}
		if !l.HasDate() {
			return fmt.Errorf("the format %s names no year and month: a date needs %%Y (or %%y) and %%m (or %%b)", Quote(f))
		}
		r.layouts = append(r.layouts, l)
	}
	if len(r.layouts) == 1 {
		if r.layout = r.layouts[0]; r.layout == nil {
			r.layouts = nil
		}
	}
	r.plain = len(r.layouts) <= 1
	return nil
}

// Type returns the static type of what Read gives.
func (r *Reader) Type() Type {
	t := Type{Kind: r.kind, Nullable: r.instead.kind == Nil}
	if r.kind == List {
		t.Elem = &Type{Kind: Text}
	}
	return t
}
