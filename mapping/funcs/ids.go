package funcs

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
	"unicode"

	"crm2gong/mapping/value"

	"golang.org/x/text/unicode/norm"
)

// hashID makes an id from parts: the first 26 characters, 130 bits, of the
// base32 form (a to z, 2 to 7) of the SHA-256 of the parts. Each part is its
// length plus one in eight bytes, greatest first, then its text; a nil part is
// a length of zero. This must never change: ids of records in Gong are made so.
func hashID(parts []value.Value) string {
	var buf [512]byte
	b := buf[:0]
	for _, p := range parts {
		at := len(b)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
		if p.IsNil() {
			continue
		}
		b = appendIDPart(b, p)
		binary.BigEndian.PutUint64(b[at:], uint64(len(b)-at-8)+1)
	}
	sum := sha256.Sum256(b)
	var text [56]byte
	base32Lower.Encode(text[:], sum[:])
	return string(text[:26])
}

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// appendIDPart appends the text of a part: of a number its shortest form, of a
// date 2024-03-15, of a date-time the instant in UTC.
func appendIDPart(b []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.Text:
		return append(b, v.Text()...)
	case value.DateTime:
		sec, nano := v.Unix()
		return time.Unix(sec, int64(nano)).UTC().AppendFormat(b, time.RFC3339Nano)
	}
	return v.Append(b)
}

func callID(_ *Env, args []value.Value) (value.Value, error) {
	for _, a := range args {
		if !a.IsNil() {
			return value.OfText(hashID(args)), nil
		}
	}
	return value.Value{}, nil
}

func callSafeID(_ *Env, args []value.Value) (value.Value, error) {
	v := args[0]
	if v.Kind() == value.Number {
		v = value.OfText(string(v.AppendNumber(nil)))
	}
	s := v.Text()
	if value.Trim(s) == "" {
		return value.Value{}, nil
	}
	if isLegalID(s) {
		return v, nil
	}
	return value.OfText(hashID([]value.Value{v})), nil
}

// isLegalID tells whether Gong takes s for an objectId: at most 64 characters,
// ASCII letters, digits and minus signs, or an e-mail address.
func isLegalID(s string) bool {
	if len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isDigit(c) && c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') {
			e, ok := NormalizeEmail(s)
			return ok && len(e) == len(s) && strings.EqualFold(e, s)
		}
	}
	return s != ""
}

const sfidSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

// callSfid18 appends to a Salesforce id of 15 characters its three of checksum:
// each tells which of five characters are capitals.
func callSfid18(_ *Env, args []value.Value) (value.Value, error) {
	s := value.Trim(args[0].Text())
	if s == "" {
		return value.Value{}, nil
	}
	if len(s) != 15 && len(s) != 18 {
		return value.Value{}, bad(s, "no Salesforce id: those have 15 or 18 characters", "")
	}
	var id [18]byte
	copy(id[:], s[:15])
	zeros := true
	for word := range 3 {
		bits := 0
		for i, c := range id[word*5 : word*5+5] {
			switch {
			case c >= 'A' && c <= 'Z':
				bits |= 1 << i
			case c >= 'a' && c <= 'z', isDigit(c):
			default:
				return value.Value{}, bad(s, "no Salesforce id: those have letters and digits only", "")
			}
			zeros = zeros && c == '0'
		}
		id[15+word] = sfidSigns[bits]
	}
	if zeros {
		return value.Value{}, nil
	}
	if len(s) == 15 {
		return value.OfText(string(id[:])), nil
	}
	if string(id[15:]) != s[15:] {
		return value.Value{}, bad(s, "no Salesforce id: its last three characters should be "+string(id[15:]),
			"the case of its letters was changed, or a character")
	}
	return value.OfText(s), nil
}

// slug makes a text fit for an objectId: accents dropped, lower case, each run
// of other characters than a to z and 0 to 9 one minus sign.
func slug(s string) string {
	if isSlug(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsMark(r) {
			continue
		}
		r = unicode.ToLower(r)
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, '-')
		}
		gap = false
		b = append(b, byte(r))
	}
	return string(b)
}

func isSlug(s string) bool {
	minus := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '-' && minus || c != '-' && !isDigit(c) && (c < 'a' || c > 'z') {
			return false
		}
		minus = c == '-'
	}
	return !minus
}

func callSlug(_ *Env, args []value.Value) (value.Value, error) {
	s := args[0].Text()
	if args[0].Kind() == value.Number {
		s = string(args[0].AppendNumber(nil))
	}
	if value.Trim(s) == "" {
		return value.Value{}, nil
	}
	if out := slug(s); out != "" {
		return value.OfText(out), nil
	}
	return value.Value{}, bad(s, "without a letter or digit that a slug could keep", "safeId(text) makes an id of any text")
}
