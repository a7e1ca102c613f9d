package source

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// FuzzDecode holds the decoders to those of x/text, which write U+FFFD for what
// has no meaning: where they do not, the texts are the same; where they do, the
// bytes are refused and what comes before is the same. How the bytes arrive
// does not matter.
func FuzzDecode(f *testing.F) {
	names := []string{"utf-16le", "utf-16be", "utf-32le", "utf-32be", "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1255", "windows-1257",
		"windows-874", "iso-8859-2", "iso-8859-5", "iso-8859-15", "koi8-r", "macintosh", "shift_jis", "euc-jp", "iso-2022-jp", "gbk", "gb18030", "big5", "euc-kr"}
	for i := range names {
		for _, s := range []string{"a,b\n1,2\n", "\x81\x40\x93\xfa\x96\x7b", "\xff", "\x1b$B\x46\x7c\x1b(B", "\x3d\xd8\x00\xde", "\x3d\xd8a", "\x00\xd8", "a\x00\x00\x00\x00\xd8\x00\x00", "\x84\x31\xa4\x37\x81", strings.Repeat("\xb0\xa1", 40<<10) + "\x80"} {
			f.Add([]byte(s), byte(i))
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte, which byte) {
		name := names[int(which)%len(names)]
		var want []byte
		for _, slow := range []bool{false, true} {
			var src io.Reader = bytes.NewReader(raw)
			if slow {
				if len(raw) > 1<<10 {
					continue
				}
				src = iotest.OneByteReader(src)
			}
			p := &part{table: &Table{}}
			r, err := p.decode(src, name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if want == nil {
				if want, _ = oracle(name).NewDecoder().Bytes(raw); want == nil {
					want = []byte{}
				}
			}
			if err == nil {
				if !bytes.Equal(got, want) {
					t.Fatalf("%s: %q is read as %q, want %q", name, raw, got, want)
				}
				continue
			}
			if !bytes.Contains(want, []byte("\uFFFD")) {
				t.Fatalf("%s: %q is refused: %v", name, raw, err)
			}
			if _, ok := err.(*badBytes); !ok || !bytes.HasPrefix(want, got) {
				t.Fatalf("%s: %q gives %q before %v, want %q", name, raw, got, err, want)
			}
		}
	})
}

// oracle is x/text's form of an encoding.
func oracle(name string) encoding.Encoding {
	switch name {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		panic(err)
	}
	return enc
}
