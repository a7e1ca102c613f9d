package upload

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// State is what Gong was last sent of one integration: per record the
// fingerprint of its line and its last modifiedDate, the versions sent of
// history, and the schema last pushed. It is held in memory, some 60 bytes a
// record beside the objectIds.
type State struct {
	integration int64
	dir         string
	head        head
	sum         chain  // of the last block
	arena       []byte // objectIds, one after another
	entries     []entry
	index       [gong.NumTypes]stateIndex
	versions    ids.Set // past versions sent
	stages      map[int32]string
	schemas     map[gong.ObjectType]string
	step        func(string) error
}

// entry is one record as last sent.
type entry struct {
	print    fingerprint
	modified int64
	at       uint64 // place in the arena << 16 | length
	kind     gong.ObjectType
	standing standing
}

// standing is what is known of a record at Gong.
type standing uint8

const (
	isKnown   standing = 1 << iota // Gong took it at some time
	isDeleted                      // the last that Gong is known to have taken deleted it
	isUnsure                       // Gong may have taken another line since; print and modified are that line's
	maybeGone                      // and that line deleted it
)

func (s standing) has(b standing) bool { return s&b != 0 }

// live tells whether Gong is known to have the record.
func (s standing) live() bool { return s.has(isKnown) && !s.has(isDeleted) }

// dated tells whether a line must be younger than the last to count at Gong:
// that one deleted the record, or may have.
func (s standing) dated() bool { return s.has(isDeleted | maybeGone) }

// head names the valid part of the records file. Renaming it into place is the
// moment at which a commit happens.
type head struct {
	Version     int       `json:"format_version"`
	Integration string    `json:"integration"`
	Lineage     string    `json:"lineage"` // made once, never changes
	Serial      int64     `json:"serial"`  // one more with each commit
	File        string    `json:"file"`
	Size        int64     `json:"size"`
	Sum         string    `json:"sum"` // of the last block, which holds that of the block before
	Records     int       `json:"records"`
	Committed   time.Time `json:"committed"`
	Upload      time.Time `json:"last_upload"` // when records last changed
}

const stateVersion = 1

// State loads what the integration was last sent; one of which nothing is known
// is empty. A damaged or newer file is an error that says what to do (ErrDamaged,
// ErrNewer): it is never taken for an empty one. No lock is needed: where an
// upload commits meanwhile, the state is that before or after.
func (s *Store) State(integration int64) (*State, error) {
	dir := s.path("state", formatID(integration))
	text, err := readHead(dir)
	for err == nil {
		st := &State{integration: integration, dir: dir, stages: map[int32]string{}, schemas: map[gong.ObjectType]string{}}
		fault := st.read(text)
		if fault == nil {
			return st, nil
		}
		// The file that the head named may have been written anew and removed
		// before it was opened; then there is another head by now.
		before := text
		if text, err = readHead(dir); err == nil && (bytes.Equal(text, before) || !errors.Is(fault, ErrDamaged)) {
			return nil, fault
		}
	}
	return nil, failed(err, "read the state")
}

// readHead gives the text of a state's head, nil where there is none.
func readHead(dir string) ([]byte, error) {
	text, err := os.ReadFile(headPath(dir))
	if os.IsNotExist(err) {
		return nil, nil
	}
	return text, err
}

// read loads the state that a head names.
func (st *State) read(head []byte) error {
	if head == nil {
		if leftover, _ := filepath.Glob(filepath.Join(st.dir, "records.*")); len(leftover) > 0 {
			return st.damage("its head is missing")
		}
		return nil
	}
	if err := st.checkHead(head); err != nil {
		return err
	}
	return st.load()
}

func headPath(dir string) string { return filepath.Join(dir, "head.json") }

// checkHead checks the head, whose own last line is a checksum.
func (st *State) checkHead(text []byte) error {
	body, sum, ok := strings.Cut(strings.TrimSuffix(string(text), "\n"), "\n")
	var version struct {
		Version int `json:"format_version"`
	}
	if json.Unmarshal([]byte(body), &version) == nil && version.Version > stateVersion {
		return &Error{Status: StatusFailed, Message: fmt.Sprintf("the state %s is of version %d, newer than this program knows (%d)", st.dir, version.Version, stateVersion),
			Hint: "use the newer crm2gong that wrote it", Err: ErrNewer}
	}
	if !ok || sum != headSum(body) || json.Unmarshal([]byte(body), &st.head) != nil {
		return st.damage("its head does not match its checksum")
	}
	if st.head.Integration != formatID(st.integration) {
		return st.damage("it is that of integration " + quote(st.head.Integration))
	}
	return nil
}

func headSum(body string) string { return fmt.Sprintf("%016x", xxh3.HashString(body)) }

// damage says what is wrong and what can be done.
func (st *State) damage(what string) error {
	return &Error{Status: StatusFailed, Err: ErrDamaged,
		Message: "the state " + st.dir + " is damaged: " + what,
		Hint:    "put the folder back from a backup; or move it away, and the next upload sends every record again (deletions of records that vanished since are then unknown)"}
}

// Serial counts the commits of the state, from 0.
func (st *State) Serial() int64 { return st.head.Serial }

// LastUpload is when records last entered the state; zero for never.
func (st *State) LastUpload() time.Time { return st.head.Upload }

// Known puts the objectIds of a type into set: ids.Sent those that Gong has,
// ids.Deleted those that were deleted.
func (st *State) Known(t gong.ObjectType, set *ids.Set) {
	for i := range st.entries {
		if e := &st.entries[i]; e.kind == t && e.standing.has(isKnown) {
			state := ids.Sent
			if e.standing.has(isDeleted) {
				state = ids.Deleted
			}
			set.Put(ids.Of(st.id(e)), state)
		}
	}
}

// retired tells whether the record at a position is a stage that was last sent
// as inactive.
func (st *State) retired(at int) bool {
	line, ok := st.stages[int32(at)]
	if !ok {
		return false
	}
	was, err := parseRecord([]byte(line))
	return err == nil && was.inactive
}

// present is the number of records of a type that Gong has or may have.
func (st *State) present(t gong.ObjectType) int {
	n := 0
	for i := range st.entries {
		if e := &st.entries[i]; e.kind == t && (e.standing.live() || e.standing.has(isUnsure)) {
			n++
		}
	}
	return n
}

func (st *State) idBytes(e *entry) []byte {
	from, n := e.at>>16, e.at&0xffff
	return st.arena[from : from+n]
}

func (st *State) id(e *entry) string { return string(st.idBytes(e)) }

func (st *State) sameID(e *entry, id string) bool { return string(st.idBytes(e)) == id }

// find gives the position of a record in entries.
func (st *State) find(t gong.ObjectType, id string) (int, bool) {
	x := &st.index[t]
	if len(x.slots) == 0 {
		return 0, false
	}
	i := x.slot(st, id)
	return int(x.slots[i] - 1), x.slots[i] != 0
}

// put stores what is known of a record.
func (st *State) put(t gong.ObjectType, id string, print fingerprint, modified int64, is standing, stageLine string) {
	x := &st.index[t]
	if x.n*4 >= len(x.slots)*3 {
		x.grow(st)
	}
	slot := x.slot(st, id)
	at := x.slots[slot] - 1
	if at < 0 {
		st.entries = append(st.entries, entry{at: uint64(len(st.arena))<<16 | uint64(len(id)), kind: t})
		st.arena = append(st.arena, id...)
		at = int32(len(st.entries) - 1)
		x.slots[slot] = at + 1
		x.n++
	}
	e := &st.entries[at]
	e.print, e.modified, e.standing = print, modified, is
	if stageLine != "" {
		st.stages[at] = stageLine
	}
}

// stateIndex finds records by objectId: open addressing over positions plus one.
type stateIndex struct {
	slots []int32
	n     int
}

func (x *stateIndex) slot(st *State, id string) int {
	mask := len(x.slots) - 1
	for i := int(xxh3.HashString(id)) & mask; ; i = (i + 1) & mask {
		if at := x.slots[i]; at == 0 || st.sameID(&st.entries[at-1], id) {
			return i
		}
	}
}

func (x *stateIndex) grow(st *State) {
	old := x.slots
	x.slots = make([]int32, max(64, 2*len(old)))
	mask := len(x.slots) - 1
	for _, at := range old {
		if at == 0 {
			continue
		}
		// All are different: the next free slot is theirs.
		i := int(xxh3.Hash(st.idBytes(&st.entries[at-1]))) & mask
		for x.slots[i] != 0 {
			i = (i + 1) & mask
		}
		x.slots[i] = at
	}
}

// versionID names a past version of a record: one objectId at one instant.
func versionID(t gong.ObjectType, id string, modified int64) ids.ID {
	return ids.Of(fmt.Sprintf("%s\x00%s\x00%d", t, id, modified))
}

// setAside moves the state away when its integration was deleted.
func (s *Store) setAside(integration int64, now time.Time) error {
	from := s.path("state", formatID(integration))
	to := from + ".deleted-" + now.UTC().Format("20060102T150405Z")
	if err := os.Rename(from, to); err != nil && !os.IsNotExist(err) {
		return failed(err, "set the state aside")
	}
	return nil
}

func newLineage() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

var errShort = errors.New("it ends in the middle of a record")
