// Package source reads tables: CSV and TSV files, workbooks (XLSX), LDJSON and
// tables written in a mapping, from plain and compressed files, archives and
// standard input.
//
// Open finds the files of a source, decides their format, encoding and
// delimiter and reads the headers. Next then hands out record-aligned blocks of
// the data to any number of workers, and Rows walks the rows of a block. What
// the rows hold depends on the files alone: where blocks begin and end is fixed
// by the bytes, never by the number of workers or their speed.
//
// A row's number is its place as a spreadsheet shows it: a header in the first
// line is row 1, a line break inside a quoted cell does not count, a blank line
// does.
package source
