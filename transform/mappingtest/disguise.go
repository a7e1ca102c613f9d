package mappingtest

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/lazy"
)

// disguise replaces names, mails, domains, companies and phones by look-alikes.
//
// Every run of letters becomes another of its length and case, and the same one
// wherever it stands, whatever its case there: acme.com and Acme Inc stay
// related, and so do references. Words that the mapping itself has are kept, for
// they decide what becomes of a row. Of phones the last digits are replaced.
// Other digits are kept: amounts, dates, and ids without meaning.
type disguise struct {
	keep   map[string]bool   // words of the mapping, in lower case
	starts []string          // those of them that a word may begin with
	made   map[string]string // word → look-alike, in lower case
	taken  map[string]bool
}

// salt sets the look-alikes apart from those of other tools. It is fixed, so
// that the same rows give the same tests.
const salt = "crm2gong test generate\x00"

// always are words that are kept in any mapping.
var always = []string{"http", "https", "www", "mailto", "true", "false", "yes", "no", "inc", "ltd", "llc", "gmbh", "am", "pm"}

func newDisguise(texts ...string) *disguise {
	d := &disguise{keep: map[string]bool{}, made: map[string]string{}, taken: map[string]bool{}}
	for _, w := range always {
		d.keep[w] = true
	}
	for _, text := range texts {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if l := strings.ToLower(w); !d.keep[l] {
				d.keep[l] = true
				if utf8.RuneCountInString(l) >= 4 && w == strings.ToUpper(w) {
					d.starts = append(d.starts, w)
				}
			}
		}
	}
	return d
}

var (
	// phones have a plus sign or parts, and at least seven digits.
	phoneLike = lazy.Regexp(`^\+?[0-9(][0-9 ()./\-\x{a0}]{5,}[0-9](\s*(x|ext\.?)\s*[0-9]+)?$`)
	dateLike  = lazy.Regexp(`^[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}([ T].*)?$`)
	decimal   = lazy.Regexp(`^[0-9]+([.,][0-9]+)*$`)
	currency  = lazy.Regexp(`^[A-Z]{3}$`)
	// opaque ids are long runs of digits and letters, or groups of hex digits.
	opaque = lazy.Regexp(`^([0-9A-Za-z]{15}|[0-9A-Za-z]{18}|[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}|[0-9a-fA-F]{24})$`)
)

// text disguises a cell. phone tells that its column holds phone numbers.
func (d *disguise) text(s string, phone bool) string {
	trimmed := strings.TrimSpace(s)
	digits := 0
	for _, r := range trimmed {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	switch {
	case phone && digits >= 5,
		digits >= 7 && phoneLike().MatchString(trimmed) && !dateLike().MatchString(trimmed) && !decimal().MatchString(trimmed):
		return d.phone(s, digits)
	case currency().MatchString(trimmed), digits > 0 && opaque().MatchString(trimmed):
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) {
			r, n := utf8.DecodeRuneInString(s[j:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				break
			}
			j += n
		}
		if j == i {
			_, n := utf8.DecodeRuneInString(s[i:])
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		b.WriteString(d.part(s, i, j))
		i = j
	}
	return b.String()
}

// part disguises the run of letters s[i:j].
func (d *disguise) part(s string, i, j int) string {
	w := s[i:j]
	if utf8.RuneCountInString(w) < 2 || d.keep[strings.ToLower(w)] || endsDomain(s, i, j) {
		return w
	}
	for _, start := range d.starts {
		if rest, ok := strings.CutPrefix(w, start); ok {
			return start + d.word(rest)
		}
	}
	return d.word(w)
}

// endsDomain tells whether a run of letters is the last label of a domain, or
// the one before it as in co.uk. Names that stand after a dot are none.
func endsDomain(s string, i, j int) bool {
	if i < 2 || s[i-1] != '.' || s[i-2] == ' ' {
		return false
	}
	w, rest := s[i:j], s[j:]
	if w != strings.ToLower(w) {
		return false
	}
	switch w {
	case "co", "com", "org", "net", "gov", "ac", "edu":
		return true
	case "info", "example", "online", "cloud", "tech", "shop", "test":
	default:
		if len(w) > 3 {
			return false
		}
	}
	return rest == "" || strings.IndexByte("/:?#>,;) ", rest[0]) >= 0
}

const (
	consonants = "bcdfghjklmnprstvwz"
	vowels     = "aeiou"
)

// word gives the look-alike of a run of letters.
func (d *disguise) word(w string) string {
	lower := strings.ToLower(w)
	made, ok := d.made[lower]
	for try := 0; !ok; try++ {
		made = lookAlike(lower, try)
		if ok = made != lower && !d.taken[made] && !d.keep[made] || try == 1000; ok {
			d.made[lower], d.taken[made] = made, true
		}
	}
	b := []byte(made)
	i := 0
	for _, r := range w {
		if i < len(b) && unicode.IsUpper(r) {
			b[i] -= 'a' - 'A'
		}
		i++
	}
	return string(b)
}

func lookAlike(w string, try int) string {
	n := utf8.RuneCountInString(w)
	b := make([]byte, 0, n)
	h := hashOf(w, try)
	for i := 0; i < n; i++ {
		if i > 0 && i%8 == 0 {
			h = hashOf(w, try+1000*i)
		}
		set := consonants
		if i%2 == 1 {
			set = vowels
		}
		b = append(b, set[h%uint64(len(set))])
		h /= uint64(len(set))
	}
	return string(b)
}

// phone replaces the last digits of a phone number, six at most and not the
// first four.
func (d *disguise) phone(s string, digits int) string {
	var plain []byte
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			plain = append(plain, s[i])
		}
	}
	from := max(digits-6, min(4, digits-3))
	h := hashOf(string(plain[from:]), 0)
	b, at := []byte(s), 0
	for i := range b {
		if b[i] < '0' || b[i] > '9' {
			continue
		}
		if at >= from {
			b[i] = '0' + byte(h%10)
			h /= 10
		}
		at++
	}
	return string(b)
}

func hashOf(w string, try int) uint64 {
	h := fnv.New64a()
	h.Write([]byte(salt))
	h.Write([]byte(w))
	h.Write([]byte{0, byte(try), byte(try >> 8), byte(try >> 16)})
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
