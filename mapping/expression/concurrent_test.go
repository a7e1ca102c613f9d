package expression

import (
	"sync"
	"testing"
)

// TestConcurrentUse compiles one tree and runs one program from several
// goroutines, each with a frame of its own; -race watches.
func TestConcurrentUse(t *testing.T) {
	tree := mustParse(t, `let a = twice(Amount); string(a) + Name[1:] + (status(Stage) ?? "") + join(map(tags, # + Id), "-")`)
	w := newWorld(t)
	shared, faults := tree.Compile(w.scope)
	if shared == nil {
		t.Fatal(faults)
	}
	want, _ := shared.Eval(w.frame)
	var group sync.WaitGroup
	for range 4 {
		mine := newWorld(t)
		group.Go(func() {
			own, _ := tree.Compile(mine.scope)
			for range 200 {
				mine.frame.Next()
				for _, p := range []*Program{shared, own} {
					if v, x := p.Eval(mine.frame); x != nil || show(v) != show(want) {
						t.Errorf("got %s, want %s", show(v), show(want))
						return
					}
				}
			}
		})
	}
	group.Wait()
}
