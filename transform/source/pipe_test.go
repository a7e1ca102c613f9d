//go:build unix

package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestPipeIsReadOnce checks that a pipe that is named as a file serves every
// table that opens it, as long as they share a Stdin.
func TestPipeIsReadOnce(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe.csv")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skip(err)
	}
	go os.WriteFile(name, []byte("a,b\n1,2\n"), 0)
	in := NewStdin(strings.NewReader(""))
	for range 3 {
		_, rows, err := readAll(csvSpec(name), Options{Stdin: in}, blockSize, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 1 || !slices.Equal(rows[0].Cells, []string{"1", "2"}) {
			t.Fatalf("rows %v", rows)
		}
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
}
