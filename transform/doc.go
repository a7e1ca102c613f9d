// Package transform runs a plan: the rows of its sources become entities,
// rejects and counts.
//
// The way of the data: a source hands out record-aligned blocks of its file;
// workers turn a block's rows into entities, have them judged, and encode
// them; then, in the order of the blocks, repeated ids are settled, counts and
// findings added up, and the lines written. Memory stays flat, both ends of the
// order are fixed by the files alone, and so the output does not depend on the
// number of workers.
//
// Fields with simple expressions are made for a batch of rows, one field after
// the other, by short ways from the texts of cells (see shortWay); that is
// faster than row by row. What a short way does not hold for is evaluated for
// its row alone, and gives the same.
//
// The object types go in Gong's dependency order, so that the ids to which a
// type may refer are complete when its first row is read.
package transform
