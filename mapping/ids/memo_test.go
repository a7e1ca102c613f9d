package ids

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestMemo puts texts of all lengths that differ in one byte, and asks for them
// and for others like them.
func TestMemo(t *testing.T) {
	for n := range 30 {
		var m Memo
		base := strings.Repeat("a", n)
		list := []string{base}
		for at := range n {
			for _, c := range "bc" {
				list = append(list, base[:at]+string(c)+base[at+1:])
			}
		}
		for i, s := range list {
			if _, _, ok := m.Get(s); ok {
				t.Fatalf("%q is there before it was put", s)
			}
			m.Put(s, Of(s), State(i%4))
		}
		for i, s := range list {
			id, st, ok := m.Get(s)
			if ok != (n <= memoText) {
				t.Fatalf("%q of %d bytes: known is %t", s, n, ok)
			}
			if ok && (id != Of(s) || st != State(i%4)) {
				t.Errorf("%q has %v, %d", s, id, st)
			}
		}
		for _, s := range []string{base + "a", base + "\x00", "\x00" + base, base[:n/2]} {
			if _, _, ok := m.Get(s); ok && len(s) != n {
				t.Errorf("%q is known, of texts of %d bytes", s, n)
			}
		}
	}
}

// TestMemoAgainstSet asks a memo in front of a set for few texts, and for more
// than it takes, in any order.
func TestMemoAgainstSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 16, 17, 500, mostMemos, mostMemos + 1, 5000} {
		var s Set
		var m Memo
		for i := range n {
			s.Put(Of(fmt.Sprint("id-", i)), State(i%4))
		}
		for range 20_000 {
			text := fmt.Sprint("id-", r.IntN(n))
			want := s.Get(Of(text))
			id, st, ok := m.Get(text)
			if !ok {
				m.Put(text, Of(text), want)
			} else if id != Of(text) || st != want {
				t.Fatalf("%d texts: %s has %v, %d, want %d", n, text, id, st, want)
			}
		}
		if want := n; m.n != want && n <= mostMemos || n > mostMemos && len(m.slots) > 0 {
			t.Errorf("%d texts: %d are remembered in %d slots", n, m.n, len(m.slots))
		}
	}
}
