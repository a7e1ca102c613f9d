package upload

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"crypto/sha256"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// The records file is a chain of blocks, only ever added to:
//
//	4 bytes   length of the payload, little endian
//	payload   entries
//	16 bytes  SHA-256, cut, over the sum of the block before and this payload
//
// What lies behind the size that the head names was written by a commit that
// did not end, and is overwritten. When most entries are stale, the whole is
// written anew under the next file name.
const (
	blockSize = 1 << 20
	sumSize   = 16
)

// Entries of a payload begin with one of these.
const (
	opRecord  = 'r'
	opVersion = 'v'
	opSchema  = 's'
)

// chain is the running sum of the blocks.
type chain [sumSize]byte

func (c chain) next(payload []byte) chain {
	h := sha256.New()
	h.Write(c[:])
	h.Write(payload)
	var sum chain
	copy(sum[:], h.Sum(nil))
	return sum
}

// batch collects what a commit adds. Full blocks go to the file at once, behind
// the end that the head names, where they do not count yet. The entries are in
// the state in memory already.
type batch struct {
	st      *State
	file    *os.File // nil until a block is full
	name    string
	size    int64
	sum     chain
	payload []byte
	n       int
	records bool // holds more than schemas
	failed  error
}

// begin starts a batch that goes on behind what the state's file holds.
func (st *State) begin() *batch {
	return &batch{st: st, name: st.head.File, size: st.head.Size, sum: st.sum}
}

// added closes the entry that was appended to the payload.
func (b *batch) added() {
	b.n++
	if len(b.payload) >= blockSize && b.failed == nil {
		b.failed = b.spill()
	}
}

// spill writes the payload as a block.
func (b *batch) spill() error {
	if len(b.payload) == 0 {
		return nil
	}
	if b.file == nil {
		if err := b.st.found(); err != nil {
			return err
		}
		if b.name == "" {
			b.name = "records.1"
		}
		f, err := os.OpenFile(filepath.Join(b.st.dir, b.name), os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		b.file = f
		if err := f.Truncate(b.size); err != nil {
			return err
		}
	}
	b.sum = b.sum.next(b.payload)
	block := binary.LittleEndian.AppendUint32(nil, uint32(len(b.payload)))
	for _, piece := range [][]byte{block, b.payload, b.sum[:]} {
		if _, err := b.file.WriteAt(piece, b.size); err != nil {
			return err
		}
		b.size += int64(len(piece))
	}
	b.payload = b.payload[:0]
	return nil
}

// finish makes the blocks durable.
func (b *batch) finish() error {
	err := b.failed
	if err == nil {
		err = b.spill()
	}
	if b.file == nil {
		return err
	}
	if err == nil {
		err = b.file.Sync()
	}
	if e := b.file.Close(); err == nil {
		err = e
	}
	b.file = nil
	return err
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendRecord(b []byte, t gong.ObjectType, id string, print fingerprint, modified int64, is standing, stageLine string) []byte {
	b = append(b, opRecord, byte(t), byte(is))
	b = appendText(b, id)
	b = binary.LittleEndian.AppendUint64(b, print[0])
	b = binary.LittleEndian.AppendUint64(b, print[1])
	b = binary.AppendVarint(b, modified)
	return appendText(b, stageLine)
}

// setRecord notes a record as taken.
func (st *State) setRecord(b *batch, t gong.ObjectType, r *record) {
	is := isKnown
	if r.deleted {
		is |= isDeleted
	}
	st.set(b, t, r, r.modified, is)
}

// setUnsure notes a line of which it will never be known whether Gong took it.
// It is sent again even when the record goes back to what it was before.
func (st *State) setUnsure(b *batch, t gong.ObjectType, r *record) {
	is, modified := isUnsure, r.modified
	if at, known := st.find(t, r.objectID); known {
		is |= st.entries[at].standing
		modified = max(modified, st.entries[at].modified)
		if st.retired(at) {
			is |= maybeGone
		}
	}
	if r.deleted || t == gong.Stage && r.inactive {
		is |= maybeGone
	}
	st.set(b, t, r, modified, is)
}

func (st *State) set(b *batch, t gong.ObjectType, r *record, modified int64, is standing) {
	line := ""
	if t == gong.Stage {
		line = string(r.line)
	}
	st.put(t, r.objectID, r.print, modified, is, line)
	b.payload = appendRecord(b.payload, t, r.objectID, r.print, modified, is, line)
	b.added()
	b.records = true
}

// setVersion notes a past version as sent.
func (st *State) setVersion(b *batch, t gong.ObjectType, r *record) {
	v := versionID(t, r.objectID, r.modified)
	st.versions.Put(v, ids.Sent)
	b.payload = appendVersion(b.payload, v)
	b.added()
	b.records = true
}

func appendVersion(b []byte, v ids.ID) []byte {
	b = append(b, opVersion)
	b = binary.LittleEndian.AppendUint64(b, v.Hi)
	return binary.LittleEndian.AppendUint64(b, v.Lo)
}

// setSchema notes the schema last pushed.
func (st *State) setSchema(b *batch, t gong.ObjectType, schema string) {
	st.schemas[t] = schema
	b.payload = appendSchema(b.payload, t, schema)
	b.added()
}

func appendSchema(b []byte, t gong.ObjectType, schema string) []byte {
	return appendText(append(b, opSchema, byte(t)), schema)
}

// commit makes the batch part of the state, all of it or nothing.
func (st *State) commit(b *batch, now time.Time) error {
	if b.n == 0 {
		return nil
	}
	if err := st.write(b, now); err != nil {
		return failed(err, "write the state")
	}
	return nil
}

func (st *State) write(b *batch, now time.Time) error {
	if err := st.stepTo("state-append"); err != nil {
		return err
	}
	if err := st.found(); err != nil {
		return err
	}
	h := st.head
	h.Version, h.Integration, h.Committed = stateVersion, formatID(st.integration), now.UTC()
	h.Serial++
	h.Records += b.n
	if b.records {
		h.Upload = now.UTC()
	}
	stale := ""
	live := len(st.entries) + st.versions.Len() + len(st.schemas)
	if h.Records > 2*live+10_000 {
		if b.file != nil {
			_ = b.file.Close() // what it wrote does not count
		}
		stale, h.Records = h.File, live
		b = &batch{st: st, name: fmt.Sprintf("records.%d", h.Serial)}
		st.everything(b)
	}
	if err := b.finish(); err != nil {
		return err
	}
	if err := syncDir(st.dir); err != nil {
		return err
	}
	h.File, h.Size, h.Sum = b.name, b.size, hex.EncodeToString(b.sum[:])
	if err := st.stepTo("state-head"); err != nil {
		return err
	}
	if err := st.writeHead(h); err != nil {
		return err
	}
	st.sum = b.sum
	if err := st.stepTo("state-committed"); err != nil {
		return err
	}
	if stale != "" {
		_ = os.Remove(filepath.Join(st.dir, stale)) // no longer named by the head; harmless if it stays
	}
	return nil
}

// found makes the folder and a first head, so that records without a head are
// always damage.
func (st *State) found() error {
	if st.head.Lineage != "" {
		return nil
	}
	if err := os.MkdirAll(st.dir, 0o700); err != nil {
		return err
	}
	return st.writeHead(head{Version: stateVersion, Integration: formatID(st.integration), Lineage: newLineage()})
}

// writeHead puts a head in place of the one before.
func (st *State) writeHead(h head) error {
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := writeSynced(headPath(st.dir), []byte(string(body)+"\n"+headSum(string(body))+"\n")); err != nil {
		return err
	}
	st.head = h
	return nil
}

func (st *State) stepTo(name string) error {
	if st.step == nil {
		return nil
	}
	return st.step(name)
}

// everything writes the whole state into a batch.
func (st *State) everything(b *batch) {
	for i := range st.entries {
		e := &st.entries[i]
		b.payload = appendRecord(b.payload, e.kind, st.id(e), e.print, e.modified, e.standing, st.stages[int32(i)])
		b.added()
	}
	st.versions.Each(func(id ids.ID, _ ids.State) { b.payload = appendVersion(b.payload, id); b.added() })
	for _, t := range gong.Types {
		if s, ok := st.schemas[t]; ok {
			b.payload = appendSchema(b.payload, t, s)
			b.added()
		}
	}
}

// load reads the records file up to the head's size and checks every block.
func (st *State) load() error {
	if st.head.File == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(st.dir, filepath.Base(st.head.File)))
	if os.IsNotExist(err) {
		return st.damage("its file " + st.head.File + " is missing")
	}
	if err != nil {
		return failed(err, "read the state")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return failed(err, "read the state")
	}
	if info.Size() < st.head.Size {
		return st.damage(fmt.Sprintf("%s has %s of its %s", st.head.File, plural(int(info.Size()), "byte"), group(int(st.head.Size))))
	}
	r := bufio.NewReaderSize(io.LimitReader(f, st.head.Size), 64<<10)
	st.entries = make([]entry, 0, st.head.Records)
	var sum, stored chain
	var buffer []byte
	for at := int64(0); at < st.head.Size; {
		var length [4]byte
		if _, err := io.ReadFull(r, length[:]); err != nil {
			return st.damageAt(at, err)
		}
		n := int64(binary.LittleEndian.Uint32(length[:]))
		if at+n+4+sumSize > st.head.Size {
			return st.damageAt(at, errShort)
		}
		if int64(cap(buffer)) < n {
			buffer = make([]byte, n)
		}
		buffer = buffer[:n]
		if _, err := io.ReadFull(r, buffer); err != nil {
			return st.damageAt(at, err)
		}
		if _, err := io.ReadFull(r, stored[:]); err != nil {
			return st.damageAt(at, err)
		}
		if sum = sum.next(buffer); sum != stored {
			return st.damage(fmt.Sprintf("%s does not match its checksum between bytes %d and %d", st.head.File, at, at+n+4+sumSize))
		}
		if err := st.decode(buffer); err != nil {
			return st.damageAt(at, err)
		}
		at += n + 4 + sumSize
	}
	if hex.EncodeToString(sum[:]) != st.head.Sum {
		return st.damage(st.head.File + " is not the file that its head means")
	}
	st.sum = sum
	return nil
}

func (st *State) damageAt(at int64, err error) error {
	return st.damage(fmt.Sprintf("%s at byte %d: %v", st.head.File, at, err))
}

func (st *State) decode(b []byte) error {
	d := decoder{b: b}
	for len(d.b) > 0 && !d.short {
		switch op := d.byte(); op {
		case opRecord:
			t, is := gong.ObjectType(d.byte()), standing(d.byte())
			id := d.text()
			print := fingerprint{d.uint64(), d.uint64()}
			modified := d.varint()
			line := d.text()
			if d.short || int(t) >= gong.NumTypes || t == gong.NoType {
				return errShort
			}
			st.put(t, id, print, modified, is, strings.Clone(line))
		case opVersion:
			id := ids.ID{Hi: d.uint64(), Lo: d.uint64()}
			if d.short || id == (ids.ID{}) {
				return errShort
			}
			st.versions.Put(id, ids.Sent)
		case opSchema:
			t := gong.ObjectType(d.byte())
			st.schemas[t] = strings.Clone(d.text())
		default:
			return fmt.Errorf("an entry of unknown kind %d", op)
		}
	}
	if d.short {
		return errShort
	}
	return nil
}

// decoder reads the parts of an entry; short is set when one is cut.
type decoder struct {
	b     []byte
	short bool
}

func (d *decoder) take(n uint64) []byte {
	if d.short || n > uint64(len(d.b)) {
		d.short = true
		return nil
	}
	p := d.b[:n]
	d.b = d.b[n:]
	return p
}

func (d *decoder) byte() byte {
	p := d.take(1)
	if p == nil {
		return 0
	}
	return p[0]
}

func (d *decoder) uint64() uint64 {
	p := d.take(8)
	if p == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(p)
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.short = true
		return 0
	}
	d.b = d.b[n:]
	return v
}

// text gives a view into the decoder's bytes.
func (d *decoder) text() string {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.short = true
		return ""
	}
	d.b = d.b[n:]
	p := d.take(v)
	return unsafe.String(unsafe.SliceData(p), len(p))
}
