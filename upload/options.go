package upload

import (
	"time"

	"crm2gong/mapping/limit"
)

// Options say what of an input is sent.
type Options struct {
	// Full sends every record, whatever the state holds.
	Full bool
	// Deletions also deletes records that Gong was sent and that are no more
	// in the input: the caller's word that the exports are complete.
	Deletions bool
	// MaxDeletions bounds Deletions per type; nil is 10 %.
	MaxDeletions *limit.Limit
	// ResendCurrent sends the current version of each record once more whose
	// past versions are sent.
	ResendCurrent bool
	// PartSize bounds the body of a part, multipart frame included; 0 and more
	// than MaxPartSize mean MaxPartSize.
	PartSize int64
	// Bisect finds the refused lines that Gong does not name, by sending lines
	// of the part again that Gong has taken, which does no harm.
	Bisect bool
	// AllowDataLoss names custom fields, as FIELD or TYPE.FIELD, whose data at
	// Gong may be lost: for SchemaPlan and SchemaPush alone.
	AllowDataLoss []string
	// Now is the instant of the run, which deletions carry; zero is the clock's.
	Now time.Time
	// Rows gives the rows of a source as they were read, for the files of
	// rejected rows; nil leaves the source's own columns out. stamp is the
	// source's of Input.Stamps, in a resumed upload that of the run that began
	// it, "" where there was none: files that do not match it hold other rows.
	Rows func(source, stamp string, rows []Provenance) (header []string, cells [][]string, err error)
}
