package expression

import (
	"bufio"
	"fmt"
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	f, err := os.Open("/tmp/ownerD/cases.txt")
	if err != nil {
		t.Skip()
	}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		src := sc.Text()
		w := newWorld(t)
		tree, x := Parse(src)
		if x != nil {
			s, _ := scan(src)
			fmt.Printf("%-40s | P [%s] %s | %s\n", src, s.slice(x.From, x.To), x.Message, x.Hint)
			continue
		}
		p, faults := tree.Compile(w.scope)
		for _, x := range faults {
			k := "E"
			if x.Warning {
				k = "W"
			}
			fmt.Printf("%-40s | %s [%s] %s: %s | %s\n", src, k, tree.src.slice(x.From, x.To), x.Code, x.Message, x.Hint)
		}
		if len(faults) == 0 {
			_ = p
			fmt.Printf("%-40s | OK\n", src)
		}
	}
}
