//go:build !amd64

package source

func masks(quotes, seps, breaks *[batch]uint64, b []byte, n int, delim byte) {
	masksPortable(quotes, seps, breaks, b, n, delim)
}
