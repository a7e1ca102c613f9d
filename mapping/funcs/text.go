package funcs

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/value"

	"golang.org/x/text/unicode/norm"
)

const bom = '\uFEFF'

func asciiBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// title gives every word a capital and makes the rest of it small. A word is a
// run of letters, marks, digits and apostrophes; O'Neil gets its second capital.
func title(s string) string {
	b := make([]byte, 0, len(s)+8)
	letters := 0 // of the current word, -1 when outside one
	for i, r := range s {
		switch {
		case r == '\'' || r == '’':
			if letters == 1 && lettersFrom(s[i+utf8.RuneLen(r):]) >= 3 {
				letters = 0
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if letters == 0 {
				r = unicode.ToTitle(r)
			} else {
				r = unicode.ToLower(r)
			}
			letters++
		case unicode.IsMark(r):
		default:
			letters = 0
		}
		b = utf8.AppendRune(b, r)
	}
	if string(b) == s {
		return s
	}
	return string(b)
}

// lettersFrom counts the letters with which s begins, up to three.
func lettersFrom(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) || n == 3 {
			break
		}
		n++
	}
	return n
}

// normalize brings a text to Unicode NFC, makes each run of blanks one plain
// blank, trims, and drops characters that nobody sees: zero-width spaces, soft
// hyphens, direction marks. The joiners that some scripts need stay.
func normalize(s string) string {
	if isNormal(s) {
		return s
	}
	s = norm.NFC.String(s)
	b := make([]byte, 0, len(s))
	blank := false
	for _, r := range s {
		if unseen(r) {
			continue
		}
		if unicode.IsSpace(r) {
			blank = true
			continue
		}
		if blank && len(b) > 0 {
			b = append(b, ' ')
		}
		blank = false
		b = utf8.AppendRune(b, r)
	}
	// A dropped character may have stood between a letter and its accent.
	return norm.NFC.String(string(b))
}

// isNormal tells of most texts that normalize leaves them as they are.
func isNormal(s string) bool {
	blank := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c != ' ' && asciiBlank(c) || c == ' ' && blank {
			return false
		}
		blank = c == ' '
	}
	return !blank || s == ""
}

func unseen(r rune) bool {
	switch {
	case r == 0xAD, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0x2060, r == bom:
		return true
	}
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// skip gives the byte offset after n characters of s, and how many there were.
func skip(s string, n int) (offset, skipped int) {
	for i := 0; i < len(s); skipped++ {
		if skipped == n {
			return i, n
		}
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return len(s), skipped
}

// truncate keeps the first n characters. An accent or a joined emoji is not
// cut off its base, unless nothing were left.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at, _ := skip(s, n)
	if at == len(s) {
		return s
	}
	cut := at
	for cut > 0 && !between(s, cut) {
		_, size := utf8.DecodeLastRuneInString(s[:cut])
		cut -= size
	}
	if cut == 0 {
		cut = at
	}
	return s[:cut]
}

// between tells whether s can be cut at a byte offset without parting a base
// from its accent or a joined emoji.
func between(s string, at int) bool {
	const joiner = '\u200D'
	next, _ := utf8.DecodeRuneInString(s[at:])
	last, _ := utf8.DecodeLastRuneInString(s[:at])
	return next != joiner && last != joiner && !unicode.IsMark(next)
}

// substring keeps the characters from place from, counted from 0, up to and
// without to. Places outside the text are moved to its ends.
func substring(s string, from, to int) string {
	if to <= from {
		return ""
	}
	start, _ := skip(s, from)
	end, _ := skip(s[start:], to-from)
	return s[start : start+end]
}

func callReplace(_ *Env, args []value.Value) (value.Value, error) {
	s, from, to := args[0].Text(), args[1].Text(), args[2].Text()
	if from == "" {
		return value.Value{}, &Fault{Arg: 2, Message: "replace: there is nothing to look for"}
	}
	if !strings.Contains(s, from) {
		return args[0], nil
	}
	if len(to) > len(from) && len(s)+strings.Count(s, from)*(len(to)-len(from)) > MaxText {
		return value.Value{}, &Fault{Message: "replace gives a text of more than 1 MiB", Hint: "shorten its input with truncate(text, n)"}
	}
	return value.OfText(strings.ReplaceAll(s, from, to)), nil
}

func callSplit(_ *Env, args []value.Value) (value.Value, error) {
	s, sep := args[0].Text(), args[1].Text()
	if sep == "" {
		return value.Value{}, &Fault{Arg: 2, Message: "split: the separator is empty"}
	}
	if s == "" {
		return value.OfList(nil), nil
	}
	n := strings.Count(s, sep) + 1
	if n > MaxList {
		return value.Value{}, &Fault{Message: "split gives a list of more than 100,000 items"}
	}
	items := make([]value.Value, 0, n)
	for {
		i := strings.Index(s, sep)
		if i < 0 {
			return value.OfList(append(items, value.OfText(s))), nil
		}
		items = append(items, value.OfText(s[:i]))
		s = s[i+len(sep):]
	}
}

func callJoin(_ *Env, args []value.Value) (value.Value, error) {
	items, sep := args[0].List(), args[1].Text()
	var only value.Value
	n := 0
	for _, v := range items {
		switch v.Kind() {
		case value.Nil:
			continue
		case value.List, value.Record:
			return value.Value{}, &Fault{Arg: 1, Message: "join: an item of the list is " + article(v.Kind()),
				Hint: "flatten(list) makes one list of lists"}
		}
		only = v
		n++
	}
	if n == 0 {
		return value.Value{}, nil
	}
	if n == 1 && only.Kind() == value.Text {
		return only, nil
	}
	var buf [256]byte
	b := buf[:0]
	first := true
	for _, v := range items {
		if v.IsNil() {
			continue
		}
		if !first {
			b = append(b, sep...)
		}
		first = false
		b = v.Append(b)
		if len(b) > MaxText {
			return value.Value{}, &Fault{Message: "join gives a text of more than 1 MiB"}
		}
	}
	return value.OfText(string(b)), nil
}

func callSubstring(_ *Env, args []value.Value) (value.Value, error) {
	const far = 1 << 40
	s := args[0].Text()
	from, err := whole("substring", args, 1, -far, far)
	if err != nil {
		return value.Value{}, err
	}
	to := far
	if len(args) == 3 {
		if to, err = whole("substring", args, 2, -far, far); err != nil {
			return value.Value{}, err
		}
	}
	return value.OfText(substring(s, max(from, 0), to)), nil
}

func callTruncate(_ *Env, args []value.Value) (value.Value, error) {
	n, err := whole("truncate", args, 1, 0, 1<<40)
	if err != nil {
		return value.Value{}, err
	}
	s := args[0].Text()
	if len(s) <= n {
		return args[0], nil
	}
	return value.OfText(truncate(s, n)), nil
}

func callPad(_ *Env, args []value.Value) (value.Value, error) {
	n, err := whole("pad", args, 1, 0, MaxText)
	if err != nil {
		return value.Value{}, err
	}
	s, fill := args[0].Text(), args[2].Text()
	if args[0].Kind() == value.Number {
		i, ok := args[0].Int()
		s = string(args[0].AppendNumber(nil))
		if !ok && strings.ContainsRune(s, '.') || ok && i < 0 || strings.HasPrefix(s, "-") {
			return value.Value{}, bad(s, "no number that pad can fill up", "it takes whole numbers that are not negative")
		}
	}
	if fill == "" {
		return value.Value{}, &Fault{Arg: 3, Message: "pad: there is nothing to fill with", Hint: `write pad(text, 8, "0")`}
	}
	missing := n - utf8.RuneCountInString(s)
	if missing <= 0 {
		return value.OfText(s), nil
	}
	b := make([]byte, 0, missing*len(fill)/utf8.RuneCountInString(fill)+len(fill)+len(s))
	for missing > 0 {
		at, count := skip(fill, missing)
		b = append(b, fill[:at]...)
		missing -= count
	}
	return value.OfText(string(append(b, s...))), nil
}
