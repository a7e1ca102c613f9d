//go:build !windows

package upload

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// One that reads the head just before an upload writes the state anew, and the
// records just after, has the new state. A pipe in place of the head holds the
// reader where it must be.
func TestStateIsReadWhileItIsWrittenAnew(t *testing.T) {
	store := OpenStore(quickDir(t))
	st, err := store.State(7)
	if err != nil {
		t.Fatal(err)
	}
	commitAccounts(t, st, 0, 1000, "x")
	before, file := mustRead(t, headPath(st.dir)), st.head.File
	for round := 0; st.head.File == file; round++ {
		commitAccounts(t, st, 0, 1000, fmt.Sprint(round))
	}
	if _, err := os.Stat(filepath.Join(st.dir, file)); !os.IsNotExist(err) {
		t.Fatalf("the old file should be gone: %v", err)
	}
	head := headPath(st.dir)
	if err := os.Rename(head, head+".new"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(head, 0o600); err != nil {
		t.Skip(err)
	}
	got := make(chan error)
	go func() {
		st, err := store.State(7)
		if err == nil && len(st.entries) != 1000 {
			err = fmt.Errorf("%d records", len(st.entries))
		}
		got <- err
	}()
	pipe, err := os.OpenFile(head, os.O_WRONLY, 0) // waits for the reader
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pipe.Write(before); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(head+".new", head); err != nil {
		t.Fatal(err)
	}
	pipe.Close()
	if err := <-got; err != nil {
		t.Error(err)
	}
}
