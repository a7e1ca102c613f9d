package ids

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os"
)

// Log keeps records of bytes in the order in which they come, to be gone
// through later. Those of a store stand in a file, but for the last few; the
// zero value keeps them in memory.
type Log struct {
	store *Store
	file  *os.File
	size  int64
	buf   []byte
}

// logBuffer is how much of a log stays in memory where a store bounds it.
const logBuffer = 64 << 10

// Log makes a log under the store's limit.
func (s *Store) Log() *Log { return &Log{store: s} }

// Add appends a record. An error is kept by the store.
func (l *Log) Add(record []byte) {
	l.buf = binary.AppendUvarint(l.buf, uint64(len(record)))
	l.buf = append(l.buf, record...)
	if l.store == nil || len(l.buf) < logBuffer {
		return
	}
	if l.file == nil {
		f, err := l.store.temp()
		if err != nil {
			l.store.note(err)
			l.buf = l.buf[:0]
			return
		}
		l.file = f
	}
	if _, err := l.file.WriteAt(l.buf, l.size); err != nil {
		l.store.note(err)
	}
	l.size += int64(len(l.buf))
	l.store.wrote += int64(len(l.buf))
	l.buf = l.buf[:0]
}

// Each calls f with the records in order. They hold until it returns.
func (l *Log) Each(f func(record []byte)) {
	var stored io.Reader = bytes.NewReader(nil)
	if l.file != nil {
		stored = io.NewSectionReader(l.file, 0, l.size)
	}
	r := bufio.NewReaderSize(io.MultiReader(stored, bytes.NewReader(l.buf)), logBuffer)
	var record []byte
	for {
		n, err := binary.ReadUvarint(r)
		if err == io.EOF {
			return
		}
		if err == nil {
			if uint64(cap(record)) < n {
				record = make([]byte, n)
			}
			record = record[:n]
			_, err = io.ReadFull(r, record)
		}
		if err != nil {
			l.store.note(err)
			return
		}
		f(record)
	}
}
