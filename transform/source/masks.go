package source

import "encoding/binary"

const (
	ones  = 0x0101010101010101
	low7s = 0x7f7f7f7f7f7f7f7f
)

// masksPortable sets, for n chunks of 64 bytes of b, bit k of chunk c where
// byte 64c+k is a quote, a separator (delimiter or line break) or a line break.
func masksPortable(quotes, seps, breaks *[batch]uint64, b []byte, n int, delim byte) {
	dd := ones * uint64(delim)
	for c := range n {
		w := b[64*c : 64*c+64 : 64*c+64]
		var q, s, nl uint64
		for k := 0; k < 64; k += 8 {
			x := binary.LittleEndian.Uint64(w[k:])
			q |= gather(zeros(x^ones*'"')) << k
			l := zeros(x^ones*'\n') | zeros(x^ones*'\r')
			s |= gather(l|zeros(x^dd)) << k
			if l != 0 {
				nl |= gather(l) << k
			}
		}
		quotes[c], seps[c], breaks[c] = q, s, nl
	}
}

// zeros has 0x80 in each byte of x that is zero.
func zeros(x uint64) uint64 {
	return ^((x&low7s + low7s) | x | low7s)
}

// gather moves the high bits of the eight bytes of m into its low eight bits.
func gather(m uint64) uint64 {
	return (m >> 7) * 0x0102040810204080 >> 56
}
