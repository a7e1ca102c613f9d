package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/transform"
)

// badBytes is an error of a decoder: what follows has no meaning in the
// encoding.
type badBytes struct{ message, hint string }

func (e *badBytes) Error() string { return e.message }

var marks = [...]struct {
	mark, name string
}{
	{"\xff\xfe\x00\x00", "utf-32le"}, // before utf-16le, of whose mark it is a continuation
	{"\x00\x00\xfe\xff", "utf-32be"},
	{"\xef\xbb\xbf", "utf-8"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
}

// byteOrderMark tells the encoding that the first bytes of a file announce.
func byteOrderMark(head []byte) (name string, length int) {
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.name, len(m.mark)
		}
	}
	return "", 0
}

// canonical gives the usual name of an encoding; ok is false for unknown ones.
func canonical(name string) (usual string, ok bool) {
	switch lower := strings.ToLower(strings.TrimSpace(name)); lower {
	case "utf-32le", "utf-32be", "utf-16le", "utf-16be", "utf-8":
		return lower, true
	case "utf8":
		return "utf-8", true
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return "", false
	}
	usual, err = htmlindex.Name(enc)
	return usual, err == nil && usual != "replacement" && usual != "x-user-defined"
}

// choose settles the encoding from the first bytes of the file and what the
// mapping says. A byte order mark counts more than the mapping, as in browsers.
func (p *part) choose(head []byte, given string) (name string, skip int, err error) {
	if given != "" {
		usual, ok := canonical(given)
		if !ok {
			return "", 0, p.fail(fmt.Sprintf("the encoding %q is not known", given),
				"use a name such as utf-8, utf-16le, windows-1252 or shift_jis")
		}
		given = usual
	}
	marked, n := byteOrderMark(head)
	wide := ""
	if len(head) >= 8 {
		wide = guessWide(head[n : n+(len(head)-n)&^3])
	}
	if marked == "" {
		if given == "" {
			given = "utf-8"
		}
		return given, 0, nil
	}
	if wide != "" && wide != marked {
		if given == wide {
			return given, n, nil
		}
		return "", 0, p.fail("the file begins with the byte order mark of "+marked+", but its text is "+wide,
			"say encoding: "+wide+", or save the file again")
	}
	return marked, n, nil
}

// decode wraps a reader of raw bytes so that it gives UTF-8.
func (p *part) decode(r io.Reader, name string) (io.Reader, error) {
	switch name {
	case "utf-8":
		return r, nil
	case "utf-16le", "utf-16be", "utf-32le", "utf-32be":
		return &decoder{src: r, name: name, step: wideStep(name)}, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, p.fail(fmt.Sprintf("the encoding %q is not known", name), "")
	}
	return &decoder{src: r, name: name, step: tableStep(name, enc)}, nil
}

// decoder turns bytes into UTF-8 chunk by chunk and stops at bytes without
// meaning.
type decoder struct {
	src  io.Reader
	name string
	// step decodes from src to dst and returns how much it wrote and read. It
	// ends early when dst is full, when src ends within a character and more is
	// to come, or at bytes without meaning, with an error.
	step func(dst, src []byte, end bool) (wrote, read int, err error)
	in   []byte // raw bytes, of which in[from:] are not decoded
	from int
	out  []byte // decoded text, of which out[sent:] is not yet read
	sent int
	eof  bool
	err  error
}

const decodeChunk = 32 << 10

// Read gives decoded text.
func (d *decoder) Read(p []byte) (int, error) {
	if d.out == nil {
		d.in, d.out = make([]byte, 0, decodeChunk), make([]byte, 0, 2*decodeChunk)
	}
	for d.sent == len(d.out) {
		if d.err != nil {
			return 0, d.err
		}
		if !d.eof && len(d.in)-d.from < decodeChunk/2 {
			if d.err = d.fill(); d.err != nil {
				continue
			}
		}
		wrote, read, err := d.step(d.out[:cap(d.out)], d.in[d.from:], d.eof)
		d.from += read
		d.out, d.sent, d.err = d.out[:wrote], 0, err
		if err == nil && d.eof && d.from == len(d.in) {
			d.err = io.EOF
		}
	}
	n := copy(p, d.out[d.sent:])
	d.sent += n
	return n, nil
}

func (d *decoder) fill() error {
	n := copy(d.in[:cap(d.in)], d.in[d.from:])
	d.in, d.from = d.in[:n], 0
	k, err := readFull(d.src, d.in[n:cap(d.in)])
	d.in = d.in[:n+k]
	if err == io.EOF {
		d.eof = true
		return nil
	}
	return err
}

// wideStep decodes UTF-16 and UTF-32.
func wideStep(name string) func(dst, src []byte, end bool) (int, int, error) {
	big := strings.HasSuffix(name, "be")
	bad := func(src []byte) error {
		return &badBytes{fmt.Sprintf("the bytes % X are not valid %s", src[:min(len(src), 4)], name),
			"the file is damaged or has another encoding; say which with encoding:"}
	}
	unit := func(b []byte) rune {
		if big {
			return rune(b[0])<<8 | rune(b[1])
		}
		return rune(b[1])<<8 | rune(b[0])
	}
	if strings.HasPrefix(name, "utf-32") {
		return func(dst, src []byte, end bool) (wrote, read int, err error) {
			for len(dst)-wrote >= utf8.UTFMax {
				b := src[read:]
				if len(b) < 4 {
					if end && len(b) > 0 {
						err = bad(b)
					}
					return wrote, read, err
				}
				r := unit(b)<<16 | unit(b[2:])
				if !big {
					r = unit(b[2:])<<16 | unit(b)
				}
				if !utf8.ValidRune(r) {
					return wrote, read, bad(b)
				}
				wrote += utf8.EncodeRune(dst[wrote:], r)
				read += 4
			}
			return wrote, read, nil
		}
	}
	return func(dst, src []byte, end bool) (wrote, read int, err error) {
		for len(dst)-wrote >= utf8.UTFMax {
			b := src[read:]
			if len(b) < 2 {
				if end && len(b) > 0 {
					err = bad(b)
				}
				return wrote, read, err
			}
			r, n := unit(b), 2
			if utf16.IsSurrogate(r) {
				if len(b) < 4 && !end {
					return wrote, read, nil
				}
				if len(b) < 4 {
					return wrote, read, bad(b)
				}
				if r = utf16.DecodeRune(r, unit(b[2:])); r == utf8.RuneError {
					return wrote, read, bad(b)
				}
				n = 4
			}
			wrote += utf8.EncodeRune(dst[wrote:], r)
			read += n
		}
		return wrote, read, nil
	}
}

// tableStep decodes the other encodings with the tables of x/text. These write
// U+FFFD for bytes without meaning, so whatever holds one is decoded again
// piece by piece to find the bytes.
func tableStep(name string, enc encoding.Encoding) func(dst, src []byte, end bool) (int, int, error) {
	t := enc.NewDecoder().Transformer
	return func(dst, src []byte, end bool) (int, int, error) {
		wrote, read, err := t.Transform(dst, src, end)
		k := bytes.Index(dst[:wrote], []byte("\uFFFD"))
		if k < 0 {
			if err == transform.ErrShortDst || err == transform.ErrShortSrc {
				err = nil
			}
			return wrote, read, err
		}
		at := 0
		if k > 0 {
			// The bytes before are as many as give k bytes of text.
			at = prefix(enc, src, k)
		}
		return k, at, &badBytes{fmt.Sprintf("the byte 0x%02X has no meaning in %s", src[at], name),
			"the file is damaged or has another encoding; say which with encoding:"}
	}
}

// prefix gives the number of bytes of src that decode to the first n bytes of
// text.
func prefix(enc encoding.Encoding, src []byte, n int) int {
	dst := make([]byte, n)
	_, read, _ := enc.NewDecoder().Transformer.Transform(dst, src, true)
	return min(read, len(src)-1)
}
