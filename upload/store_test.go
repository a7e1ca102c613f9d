package upload

import (
	"os"
	"testing"

	"crm2gong/upload/gongtest"
)

// What file managers and people leave in the state folder is no upload.
func TestStrangersInTheStateFolder(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.mustUpload(Done)
	for _, path := range []string{l.store().path("uploads", ".DS_Store"), l.store().path("unfinished", ".DS_Store"), l.store().path("state", ".DS_Store")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(l.store().path("uploads", "notes"), 0o700); err != nil {
		t.Fatal(err)
	}
	if h, err := l.store().Status(""); err != nil || len(h.Uploads) != 1 {
		t.Errorf("status: %v", err)
	}
	s := l.session()
	s.Integration = 0
	if r, err := s.Resume(t.Context(), l.opt); err != nil || r.Outcome != Nothing {
		t.Errorf("resume: %s %v", r.Outcome, err)
	}
	l.mustUpload(Nothing)
	if ids, err := l.store().Integrations(); err != nil || len(ids) != 1 {
		t.Errorf("integrations: %v %v", ids, err)
	}
}
