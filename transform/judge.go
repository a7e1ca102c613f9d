package transform

import (
	"io"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// Judge judges the entities that one worker makes.
type Judge interface {
	// Entity judges e, notes what it finds in log, and may leave out fields of
	// e. It returns why e must not be written, nil if it may.
	Entity(e *gong.Entity, log *finding.Log) *finding.Rejection
	// Take hands over what was noted since the last call, other than in logs.
	Take() any
}

// Rules is what a run needs to know of the rules that judge its entities. It
// keeps transform apart from the rules themselves.
type Rules interface {
	// Judge makes a judge for one worker; fields is the shape of the entities.
	Judge(t gong.ObjectType, history bool, fields []gong.Field) Judge
	// Note gets what a judge took, in the order of the blocks. rows and lines
	// are those before the block, to be added to what was noted.
	Note(notes any, rows, lines int)
	// Set is where the run puts the ids of a type, in order.
	Set(t gong.ObjectType) *ids.Set
	// Close is called when all entities are judged.
	Close()
	// Wanted tells for which ids of a type the outcome is asked: references
	// point to them and they were not written. Nil for none.
	Wanted(t gong.ObjectType) func(objectID string) bool
	// Outcome tells what became of a record that is wanted: filtered (detail:
	// the filter's name) or rejected (detail: the code).
	Outcome(t gong.ObjectType, objectID, cause, detail string)
}

// Output is where a run writes its files. Names use slashes, such as
// "DEAL.ldjson" or "rejects/accounts.csv".
type Output interface {
	// Create opens a file. A nil writer says that nobody wants it.
	Create(name string) (io.WriteCloser, error)
}

// nowhere is the output of a dry run.
type nowhere struct{}

func (nowhere) Create(string) (io.WriteCloser, error) { return nil, nil }
