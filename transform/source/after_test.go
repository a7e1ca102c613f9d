package source

import (
	"strings"
	"sync"
	"testing"
)

// TestErrorsStay: once a table can't be read any further no block is handed out,
// and none has the place of the one that failed, however many ask.
func TestErrorsStay(t *testing.T) {
	text := "Id,Name\n\"q\",q\n" + strings.Repeat("d,"+strings.Repeat("y", 300)+"\n", 3000) +
		"last,\"never closed\n" + strings.Repeat("x,Name\n", 2000)
	file := write(t, "a.csv", text)
	for range 100 {
		table, err := Open(Spec{Name: "a", Files: []string{file}, Header: 1}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var (
			mu     sync.Mutex
			blocks = map[int]int{}
			failed = map[int]bool{}
			wg     sync.WaitGroup
		)
		for range 16 {
			wg.Go(func() {
				for b := (Block{}); ; {
					ok, err := table.Next(&b)
					mu.Lock()
					if err != nil {
						failed[b.Seq] = true
					} else if ok {
						blocks[b.Seq]++
					}
					mu.Unlock()
					if !ok {
						return
					}
				}
			})
		}
		wg.Wait()
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		if len(failed) != 1 {
			t.Fatalf("the table failed at the places %v, want one", failed)
		}
		for seq, n := range blocks {
			if n != 1 || failed[seq] {
				t.Fatalf("place %d: %d blocks, failed %t", seq, n, failed[seq])
			}
		}
	}
}
