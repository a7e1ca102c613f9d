#include "textflag.h"

// func masks(quotes, seps, breaks *[batch]uint64, b []byte, n int, delim byte)
//
// SSE2, which every amd64 processor has: 16 bytes at a time, four times a chunk.
TEXT ·masks(SB), NOSPLIT, $0-57
	MOVQ quotes+0(FP), DI
	MOVQ seps+8(FP), R8
	MOVQ breaks+16(FP), R9
	MOVQ b_base+24(FP), SI
	MOVQ n+48(FP), DX

	// X0: quotes, X1: delimiters, X2: line feeds, X3: carriage returns
	MOVQ       $0x0101010101010101, R10
	MOVBQZX    delim+56(FP), AX
	IMULQ      R10, AX
	MOVQ       AX, X1
	PUNPCKLQDQ X1, X1
	MOVQ       $0x2222222222222222, AX
	MOVQ       AX, X0
	PUNPCKLQDQ X0, X0
	MOVQ       $0x0a0a0a0a0a0a0a0a, AX
	MOVQ       AX, X2
	PUNPCKLQDQ X2, X2
	MOVQ       $0x0d0d0d0d0d0d0d0d, AX
	MOVQ       AX, X3
	PUNPCKLQDQ X3, X3

#define LANE(OFFSET, Q, L, S) \
	MOVOU    OFFSET(SI), X4 \
	MOVO     X4, X5         \
	MOVO     X4, X6         \
	MOVO     X4, X7         \
	PCMPEQB  X0, X4         \
	PCMPEQB  X2, X5         \
	PCMPEQB  X3, X6         \
	PCMPEQB  X1, X7         \
	POR      X6, X5         \
	POR      X5, X7         \
	PMOVMSKB X4, Q          \
	PMOVMSKB X5, L          \
	PMOVMSKB X7, S

chunk:
	TESTQ DX, DX
	JZ    done
	LANE(0, AX, BX, CX)
	LANE(16, R10, R11, R12)
	SHLQ  $16, R10
	SHLQ  $16, R11
	SHLQ  $16, R12
	ORQ   R10, AX
	ORQ   R11, BX
	ORQ   R12, CX
	LANE(32, R10, R11, R12)
	SHLQ  $32, R10
	SHLQ  $32, R11
	SHLQ  $32, R12
	ORQ   R10, AX
	ORQ   R11, BX
	ORQ   R12, CX
	LANE(48, R10, R11, R12)
	SHLQ  $48, R10
	SHLQ  $48, R11
	SHLQ  $48, R12
	ORQ   R10, AX
	ORQ   R11, BX
	ORQ   R12, CX
	MOVQ  AX, (DI)
	MOVQ  CX, (R8)
	MOVQ  BX, (R9)
	ADDQ  $64, SI
	ADDQ  $8, DI
	ADDQ  $8, R8
	ADDQ  $8, R9
	DECQ  DX
	JMP   chunk

done:
	RET
