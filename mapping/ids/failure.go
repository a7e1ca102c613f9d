package ids

import "sync"

// failure keeps the first of several errors, which may come from several
// goroutines.
type failure struct {
	mu  sync.Mutex
	err error
}

// set tells whether err is the first.
func (f *failure) set(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return false
	}
	f.err = err
	return true
}

func (f *failure) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
