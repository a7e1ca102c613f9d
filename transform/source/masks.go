package source

import "encoding/binary"

const (
	ones  = 0x0101010101010101
	low4s = 0x0f0f0f0f0f0f0f0f
	bit4s = 0x1010101010101010
	low7s = 0x7f7f7f7f7f7f7f7f
	highs = 0x8080808080808080
)

// masks sets, for n chunks of 64 bytes of b, bit k of chunk c where byte 64c+k
// is a quote, a separator (delimiter or line break) or a line break.
//
// Eight bytes are looked at in one word. The answers of eight words are kept as
// the columns of a square of bits, which is turned over once a chunk. Line
// breaks are looked for only in chunks that hold a control character.
func masks(quotes, seps, breaks *[batch]uint64, b []byte, n int, delim byte) {
	const qq = ones * '"'
	dd := ones * uint64(delim)
	for c := range n {
		w := (*[64]byte)(b[64*c:])
		var q, s uint64
		printed := ^uint64(0) // bit 4 of each byte: no control character so far
		for k := 0; k < 64; k += 16 {
			x := binary.LittleEndian.Uint64(w[k:])
			y, z := x^qq, x^dd
			q = q>>1 | (y&low7s+low7s|y)&highs
			s = s>>1 | (z&low7s+low7s|z)&highs
			printed &= x>>4&low4s + low4s
			x = binary.LittleEndian.Uint64(w[k+8:])
			y, z = x^qq, x^dd
			q = q>>1 | (y&low7s+low7s|y)&highs
			s = s>>1 | (z&low7s+low7s|z)&highs
			printed &= x>>4&low4s + low4s
		}
		var nl uint64
		if printed&bit4s != bit4s {
			nl = lineBreaks(w)
		}
		quotes[c], seps[c], breaks[c] = ^turn(q), ^turn(s)|nl, nl
	}
}

// quoteMasks sets, for n chunks of 64 bytes of b, bit k of chunk c where byte
// 64c+k is a quote.
func quoteMasks(quotes *[batch]uint64, b []byte, n int) {
	const qq = ones * '"'
	for c := range n {
		w := (*[64]byte)(b[64*c:])
		var q uint64
		for k := 0; k < 64; k += 32 {
			x := binary.LittleEndian.Uint64(w[k:]) ^ qq
			q = q>>1 | (x&low7s+low7s|x)&highs
			x = binary.LittleEndian.Uint64(w[k+8:]) ^ qq
			q = q>>1 | (x&low7s+low7s|x)&highs
			x = binary.LittleEndian.Uint64(w[k+16:]) ^ qq
			q = q>>1 | (x&low7s+low7s|x)&highs
			x = binary.LittleEndian.Uint64(w[k+24:]) ^ qq
			q = q>>1 | (x&low7s+low7s|x)&highs
		}
		quotes[c] = ^turn(q)
	}
}

// lineBreaks has bit k set where w[k] is a line feed or a carriage return.
func lineBreaks(w *[64]byte) uint64 {
	var l uint64
	for k := 0; k < 64; k += 8 {
		x := binary.LittleEndian.Uint64(w[k:])
		y, z := x^ones*'\n', x^ones*'\r'
		l = l>>1 | (y&low7s+low7s|y)&(z&low7s+low7s|z)&highs
	}
	return ^turn(l)
}

// turn moves bit k of byte j to bit j of byte k.
func turn(x uint64) uint64 {
	t := (x ^ x>>7) & 0x00aa00aa00aa00aa
	x ^= t ^ t<<7
	t = (x ^ x>>14) & 0x0000cccc0000cccc
	x ^= t ^ t<<14
	t = (x ^ x>>28) & 0x00000000f0f0f0f0
	return x ^ t ^ t<<28
}
