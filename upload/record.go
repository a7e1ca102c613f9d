package upload

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/zeebo/xxh3"
)

// record is what an upload needs to know of one line of LDJSON.
type record struct {
	line     []byte
	objectID string
	date     string // modifiedDate as written; "" where the line has none
	modified int64  // the same in seconds since 1970 UTC
	deleted  bool   // isDeleted: true
	inactive bool   // isActive: false
	print    fingerprint
}

// fingerprint tells contents apart. It covers all of a line but the value of
// modifiedDate, so that a mapping that stamps every record with the present
// time does not make every record changed.
type fingerprint [2]uint64

// parseRecord looks at the top level of a line. The line is kept as a view.
func parseRecord(line []byte) (record, error) {
	r := record{line: line}
	dateAt, dateEnd := 0, 0
	s := scanner{text: line}
	err := s.object(func(key []byte, from, to int) error {
		value := line[from:to]
		switch string(key) {
		case "objectId":
			if err := json.Unmarshal(value, &r.objectID); err != nil {
				return errors.New("objectId is no text")
			}
		case "modifiedDate":
			var text string
			if json.Unmarshal(value, &text) != nil {
				return errors.New("modifiedDate is no text")
			}
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return errors.New("modifiedDate " + quote(text) + " is no date-time such as 2020-12-17T07:37:21Z")
			}
			r.date, r.modified, dateAt, dateEnd = text, at.Unix(), from, to
		case "isDeleted":
			r.deleted = string(value) == "true"
		case "isActive":
			r.inactive = string(value) == "false"
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	if r.objectID == "" {
		return r, errors.New("it has no objectId")
	}
	if len(r.objectID) > maxIDBytes {
		return r, errors.New("its objectId is far too long")
	}
	before, after := xxh3.Hash128(line[:dateAt]), xxh3.Hash128Seed(line[dateEnd:], seedAfter)
	r.print = fingerprint{before.Hi ^ after.Hi, before.Lo + after.Lo}
	return r, nil
}

// maxIDBytes bounds an objectId, of which Gong takes 64 characters.
const maxIDBytes = 1 << 12

// seedAfter keeps the two halves of a fingerprint apart.
const seedAfter = 0x9e3779b97f4a7c15

// setMember gives the line with a member of its object set to value, a JSON
// text: replaced where the key is there, else added at the end.
func setMember(line []byte, key, value string) ([]byte, error) {
	from, to := 0, 0
	s := scanner{text: line}
	if err := s.object(func(k []byte, a, z int) error {
		if string(k) == key {
			from, to = a, z
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if from == 0 {
		from, to = s.end, s.end
		value = `,"` + key + `":` + value
	}
	return slices.Concat(line[:from], []byte(value), line[to:]), nil
}

// removal is the line that deletes a record: three keys.
func removal(objectID string, date string) []byte {
	id, _ := json.Marshal(objectID) // a string always has a JSON form
	return []byte(`{"objectId":` + string(id) + `,"modifiedDate":"` + date + `","isDeleted":true}`)
}

// scanner walks the top level of a JSON object without building it.
type scanner struct {
	text []byte
	at   int
	end  int // the closing brace of the object
}

var errNotObject = errors.New("it is no JSON object on one line")

func (s *scanner) object(member func(key []byte, from, to int) error) error {
	s.blanks()
	if !s.take('{') {
		return errNotObject
	}
	s.blanks()
	if !s.take('}') {
		for {
			s.blanks()
			from := s.at
			if !s.skipString() {
				return errNotObject
			}
			key := s.text[from+1 : s.at-1]
			if bytes.IndexByte(key, '\\') >= 0 {
				var plain string
				if json.Unmarshal(s.text[from:s.at], &plain) != nil {
					return errNotObject
				}
				key = []byte(plain)
			}
			s.blanks()
			if !s.take(':') {
				return errNotObject
			}
			s.blanks()
			from = s.at
			if !s.skipValue() {
				return errNotObject
			}
			if err := member(key, from, s.at); err != nil {
				return err
			}
			s.blanks()
			if s.take(',') {
				continue
			}
			if s.take('}') {
				break
			}
			return errNotObject
		}
	}
	s.end = s.at - 1
	s.blanks()
	if s.at != len(s.text) {
		return errNotObject
	}
	return nil
}

func (s *scanner) blanks() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) take(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) skipString() bool {
	if !s.take('"') {
		return false
	}
	for s.at < len(s.text) {
		i := bytes.IndexAny(s.text[s.at:], `"\`)
		if i < 0 {
			return false
		}
		s.at += i + 1
		if s.text[s.at-1] == '"' {
			return true
		}
		s.at++
	}
	return false
}

// skipValue passes over a value of any depth; a value that is not a text, a
// list or an object must be a literal or a number.
func (s *scanner) skipValue() bool {
	if s.at == len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.skipString()
	case '{', '[':
		from, depth := s.at, 0
		for s.at < len(s.text) {
			switch s.text[s.at] {
			case '"':
				if !s.skipString() {
					return false
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			s.at++
			if depth == 0 {
				return json.Valid(s.text[from:s.at])
			}
		}
		return false
	}
	from := s.at
	for s.at < len(s.text) && bytes.IndexByte([]byte(",}] \t\r\n"), s.text[s.at]) < 0 {
		s.at++
	}
	return json.Valid(s.text[from:s.at])
}
