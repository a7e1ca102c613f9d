package source

// masks is masksPortable in assembly.
//
//go:noescape
func masks(quotes, seps, breaks *[batch]uint64, b []byte, n int, delim byte)
