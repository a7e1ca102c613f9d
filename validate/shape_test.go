package validate

import (
	"bytes"
	"testing"

	"crm2gong/mapping/gong"
)

// TestObjectIDBytes looks at each byte at each place of ids of many lengths,
// next to a byte that is not ASCII or one that is.
func TestObjectIDBytes(t *testing.T) {
	for n := 1; n <= 40; n++ {
		for at := range n {
			for c := range 256 {
				for _, next := range []byte{'Z', 0x7F, 0x80, 0xFF} {
					b := bytes.Repeat([]byte{'a'}, n)
					if at > 0 {
						b[at-1] = next
					} else if next != 'Z' {
						continue
					}
					b[at] = byte(c)
					want := legalID
					for _, x := range b {
						switch idClass[x] {
						case underscoreByte:
							want = max(want, underscores)
						case otherByte:
							want = illegalID
						}
					}
					if got := objectIDFault(string(b)); got != want {
						t.Fatalf("%q has fault %d, want %d", b, got, want)
					}
				}
			}
		}
	}
	if objectIDFault(string(bytes.Repeat([]byte{'a'}, gong.MaxObjectID))) != legalID {
		t.Error("the longest id is illegal")
	}
	if objectIDFault(string(bytes.Repeat([]byte{'a'}, gong.MaxObjectID+1))) != illegalID {
		t.Error("a longer id is legal")
	}
}
