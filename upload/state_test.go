package upload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

func commitAccounts(t testing.TB, st *State, from, to int, content string) {
	t.Helper()
	b := st.begin()
	for i := from; i < to; i++ {
		r, err := parseRecord([]byte(account(fmt.Sprintf("a%d", i), content, day1)))
		if err != nil {
			t.Fatal(err)
		}
		st.setRecord(b, gong.Account, &r)
	}
	if err := st.commit(b, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestStateKeepsWhatWasCommitted(t *testing.T) {
	store := OpenStore(quickDir(t))
	load := func() *State {
		t.Helper()
		st, err := store.State(7)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	st := load()
	commitAccounts(t, st, 0, 3000, "x")
	lineage := st.head.Lineage
	for round := range 30 { // enough to be written anew
		commitAccounts(t, load(), 0, 1000, fmt.Sprint(round))
	}
	st = load()
	b := st.begin()
	r, _ := parseRecord([]byte(stage("s1", "Open", true, day2)))
	st.setRecord(b, gong.Stage, &r)
	st.setVersion(b, gong.Deal, &r)
	st.setSchema(b, gong.Deal, "abc")
	gone, _ := parseRecord(removal("a5", day3))
	st.setRecord(b, gong.Account, &gone)
	if err := st.commit(b, at(day3)); err != nil {
		t.Fatal(err)
	}
	st = load()
	if live(st, gong.Account) != 2999 || live(st, gong.Stage) != 1 || st.schemas[gong.Deal] != "abc" || st.versions.Len() != 1 {
		t.Errorf("%d accounts, %d stages, %v", live(st, gong.Account), live(st, gong.Stage), st.schemas)
	}
	want, _ := parseRecord([]byte(account("a999", "29", day1)))
	old, _ := parseRecord([]byte(account("a2999", "x", day1)))
	for id, print := range map[string]fingerprint{"a999": want.print, "a2999": old.print} {
		i, ok := st.find(gong.Account, id)
		if !ok || st.entries[i].print != print || st.entries[i].modified != at(day1).Unix() {
			t.Errorf("%s is not as committed", id)
		}
	}
	i, _ := st.find(gong.Stage, "s1")
	if st.stages[int32(i)] != stage("s1", "Open", true, day2) {
		t.Error("the stage's line is lost")
	}
	if st.Serial() != 32 || st.head.Lineage != lineage {
		t.Errorf("serial %d, lineage %s", st.Serial(), st.head.Lineage)
	}
	files, _ := filepath.Glob(filepath.Join(st.dir, "records.*"))
	if len(files) != 1 {
		t.Errorf("files %v", files)
	}
	if info, _ := os.Stat(files[0]); info.Size() > 20*60*3000 {
		t.Errorf("%d bytes: never written anew", info.Size())
	}
}

func TestStateDamageIsFound(t *testing.T) {
	store := OpenStore(quickDir(t))
	st, err := store.State(7)
	if err != nil {
		t.Fatal(err)
	}
	commitAccounts(t, st, 0, 20, "x")
	commitAccounts(t, st, 20, 30, "x")
	for _, name := range []string{"head.json", st.head.File} {
		path := filepath.Join(st.dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := map[string][]byte{"empty": {}, "cut": good[:len(good)-3], "half": good[:len(good)/2]}
		for i := range good {
			flipped := bytes.Clone(good)
			flipped[i] ^= 4
			bad[fmt.Sprintf("bit flipped at %d", i)] = flipped
		}
		for what, text := range bad {
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.State(7)
			var e *Error
			if !errors.As(err, &e) || !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) || e.Hint == "" || e.Status != StatusFailed {
				t.Fatalf("%s %s: %v", name, what, err)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := store.State(7); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s removed: %v", name, err)
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What an aborted commit left behind the end is no damage.
	f, err := os.OpenFile(filepath.Join(st.dir, st.head.File), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "torn")
	f.Close()
	if st, err = store.State(7); err != nil || live(st, gong.Account) != 30 {
		t.Fatal(err)
	}
	commitAccounts(t, st, 30, 31, "x")
	if st, err = store.State(7); err != nil || live(st, gong.Account) != 31 {
		t.Fatal(err)
	}
	text := strings.Replace(string(mustRead(t, headPath(st.dir))), `"format_version":1`, `"format_version":2`, 1)
	if err := os.WriteFile(headPath(st.dir), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.State(7); !errors.Is(err, ErrNewer) {
		t.Errorf("newer version: %v", err)
	}
}

func mustRead(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDamagedStateStopsUpload(t *testing.T) {
	l := newLab(t, gongtest.Options{})
	l.company()
	l.mustUpload(Done)
	before := len(l.gong.Calls())
	if err := os.WriteFile(headPath(l.state().dir), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.write("ACCOUNT.ldjson", account("a9", "Nine", day1))
	_, err := l.upload()
	wantStatus(t, err, StatusFailed)
	if !errors.Is(err, ErrDamaged) || len(l.gong.Calls()) != before {
		t.Error(err)
	}
}

func TestJournal(t *testing.T) {
	path := filepath.Join(quickDir(t), "journal")
	step := func(string) error { return nil }
	j, err := createJournal(path, Clock{}, step)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := j.append(&event{Event: eventWarned, Message: fmt.Sprintf("line %d \n\" ü", i)}); err != nil {
			t.Fatal(err)
		}
	}
	j.close()
	good := mustRead(t, path)
	lines := bytes.SplitAfter(good, []byte("\n"))
	for _, line := range lines[:5] {
		if !json.Valid(line) {
			t.Errorf("no JSON: %s", line)
		}
	}
	for cut := range len(good) + 1 {
		if err := os.WriteFile(path, good[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		events, _, err := readJournal(path)
		whole := bytes.Count(good[:cut], []byte("\n"))
		if err != nil || len(events) != whole {
			t.Fatalf("cut at %d: %d events, want %d; %v", cut, len(events), whole, err)
		}
		if cut%17 != 0 {
			continue
		}
		j, _, err := openJournal(path, Clock{}, step)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.append(&event{Event: eventWarned}); err != nil {
			t.Fatal(err)
		}
		j.close()
		if events, _, err := readJournal(path); err != nil || len(events) != whole+1 {
			t.Fatalf("gone on after a cut at %d: %v", cut, err)
		}
	}
	last := len(good) - len(lines[4])
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		events, _, err := readJournal(path)
		if i < last && !errors.Is(err, ErrDamaged) {
			t.Fatalf("bit flipped at %d of %d: %d events, %v", i, last, len(events), err)
		}
		if i >= last && (err != nil || len(events) != 4) {
			t.Fatalf("bit flipped in the last line, at %d: %d events, %v", i, len(events), err)
		}
	}
	// Lines that are whole but not in their place.
	if err := os.WriteFile(path, bytes.Join([][]byte{lines[0], lines[2], lines[1], lines[3]}, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := readJournal(path); !errors.Is(err, ErrDamaged) {
		t.Errorf("lines swapped: %v", err)
	}
}

func TestOriginsOfLines(t *testing.T) {
	path := filepath.Join(quickDir(t), "part")
	var w originWriter
	if err := w.begin(originPath(path)); err != nil {
		t.Fatal(err)
	}
	places := []Provenance{{"a", "a.csv", "", 2}, {"a", "a.csv", "", 3}, {"a", "a.csv", "", 5}, {"b", "b.xlsx", "S", 6}, {"b", "b.xlsx", "S", 7}, {}, {}, {"b", "b.xlsx", "S", 8}}
	for i, p := range places {
		if err := w.add(i+1, p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	got, err := origins(path, []int{1, 2, 3, 4, 5, 6, 7, 8})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range places {
		if got[i+1] != p {
			t.Errorf("line %d: got %+v, want %+v", i+1, got[i+1], p)
		}
	}
	if n := bytes.Count(mustRead(t, originPath(path)), []byte("\n")); n != 5 {
		t.Errorf("%d runs", n)
	}
}

func FuzzParseRecord(f *testing.F) {
	for _, s := range []string{account("a", "n", day1), user("u", "m", day2), string(removal("x", day1)), `{"objectId":"a","x":{"objectId":"b","y":[1,{"z":"}"}]}}`,
		`{"a\u0062":1,"objectId":"a\"\\"}`, `{}`, `[]`, `{"objectId":"a"}x`, ` {"objectId" : "a" , "isDeleted" : true } `, `{"objectId":"a","n":-1.5e3}`, `{"objectId":"a",}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := parseRecord(line)
		if err != nil {
			return
		}
		if !json.Valid(line) && !bytes.ContainsFunc(line, func(c rune) bool { return c < ' ' }) {
			// Texts are checked only where they are used; all else must be JSON.
			if !strings.ContainsAny(string(line), `"\`) {
				t.Fatalf("taken though no JSON: %q", line)
			}
			return
		}
		var m struct {
			ObjectID  string `json:"objectId"`
			IsDeleted bool   `json:"isDeleted"`
		}
		if json.Unmarshal(line, &m) == nil && strings.Count(strings.ToLower(string(line)), "objectid") == 1 && m.ObjectID != r.objectID {
			t.Fatalf("objectId %q, want %q", r.objectID, m.ObjectID)
		}
		changed, err := setMember(line, "modifiedDate", `"`+day3+`"`)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseRecord(changed)
		if err != nil {
			t.Fatalf("%q became %q: %v", line, changed, err)
		}
		if c.date != day3 || c.objectID != r.objectID || r.date != "" && c.print != r.print {
			t.Fatalf("%q became %q", line, changed)
		}
	})
}

func BenchmarkState(b *testing.B) {
	store := OpenStore(b.TempDir())
	st, err := store.State(7)
	if err != nil {
		b.Fatal(err)
	}
	commitAccounts(b, st, 0, 1_000_000, "x")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.State(7); err != nil {
			b.Fatal(err)
		}
	}
}
