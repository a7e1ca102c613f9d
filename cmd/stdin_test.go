package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"time"
)

func TestInterruptibleReadsAll(t *testing.T) {
	want := make([]byte, 3*stdinChunk+17)
	r := rand.NewChaCha8([32]byte{})
	_, _ = r.Read(want)
	for name, in := range map[string]io.Reader{
		"at once":               bytes.NewReader(want),
		"byte by byte":          iotest.OneByteReader(bytes.NewReader(want)),
		"the end with the data": iotest.DataErrReader(bytes.NewReader(want)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := io.ReadAll(&interruptible{ctx: t.Context(), r: in})
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes of %d, error %v", len(got), len(want), err)
			}
		})
	}
	if _, err := io.ReadAll(&interruptible{ctx: t.Context(), r: iotest.ErrReader(io.ErrUnexpectedEOF)}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestInterruptibleEndsWithItsContext(t *testing.T) {
	silent, w := io.Pipe() // nobody ever writes
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if n, err := (&interruptible{ctx: ctx, r: silent}).Read(make([]byte, 1)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read %d bytes, error %v", n, err)
	}
}
