package upload

import (
	"path/filepath"
	"testing"
	"time"
)

// A counter that becomes shorter leaves nothing of the longer one behind.
func TestQuotaGetsShorter(t *testing.T) {
	q := &quota{path: filepath.Join(t.TempDir(), "calls.json"), limit: 100}
	if err := q.take(0, make([]time.Time, 100)); err != nil {
		t.Fatal(err)
	}
	if err := q.take(0, make([]time.Time, 20)); err != nil {
		t.Fatal(err)
	}
	if err := q.note(nil); err != nil {
		t.Fatal(err)
	}
	if n, err := q.used(); n != 2 || err != nil {
		t.Errorf("%d calls, %v", n, err)
	}
}
