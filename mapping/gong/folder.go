package gong

import (
	"cmp"
	"strings"
)

// Content is what a file of an output folder holds.
type Content uint8

// What the files of an output folder hold. An upload sends all but NoContent.
const (
	NoContent Content = iota // nothing for Gong: a report, a manifest, anything else
	Records                  // TYPE.ldjson: records as they are now
	Versions                 // history/TYPE.0001.ldjson: past versions, oldest first, of types with HasHistory
	Schema                   // schema/TYPE.json: custom fields, of types with HasCustom
)

// HasHistory tells whether Gong takes past versions of records of the type.
func (t ObjectType) HasHistory() bool { return t >= Account }

// ParsePath tells what a file holds by its path below an output folder, with
// slashes, and of which type. The type is NoType for NoContent alone.
func ParsePath(path string) (ObjectType, Content) {
	folder, name, ok := strings.Cut(path, "/")
	if !ok {
		folder, name = "", path
	}
	switch folder {
	case "":
		if base, ok := strings.CutSuffix(name, ".ldjson"); ok && ParseType(base) != NoType {
			return ParseType(base), Records
		}
	case "history":
		base, ok := strings.CutSuffix(name, ".ldjson")
		of, number, dotted := strings.Cut(base, ".")
		if t := ParseType(of); ok && dotted && t.HasHistory() && number != "" && strings.Trim(number, "0123456789") == "" {
			return t, Versions
		}
	case "schema":
		if base, ok := strings.CutSuffix(name, ".json"); ok && ParseType(base).HasCustom() {
			return ParseType(base), Schema
		}
	}
	return NoType, NoContent
}

// CompareVersions orders the names of a type's files of past versions, oldest
// first: 10000 comes after 9999 although it stands before it in a list of
// names.
func CompareVersions(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}
