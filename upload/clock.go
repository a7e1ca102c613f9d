package upload

import (
	"context"
	"time"
)

// Clock is the time as the package sees it. The zero value is the machine's.
type Clock struct {
	// Now gives the time of day; nil is time.Now.
	Now func() time.Time
	// Sleep waits for d, or less where the context ends, whose error it then
	// returns; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
}

func (c Clock) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c Clock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	if c.Sleep != nil {
		return c.Sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
