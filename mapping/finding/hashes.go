package finding

// hashes is a set of hashes of at most MaxDistinct values: a flat table, since
// one is filled and emptied with every block.
type hashes struct {
	slots []uint64 // a power of two of them; 0 is free
	n     int
}

// add puts h into the set.
func (s *hashes) add(h uint64) {
	if s.n >= MaxDistinct {
		return
	}
	if h == 0 {
		h = 1
	}
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
	}
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case h:
			return
		case 0:
			s.slots[i] = h
			s.n++
			return
		}
	}
}

func (s *hashes) addAll(o *hashes) {
	if o.n == 0 {
		return
	}
	for _, h := range o.slots {
		if h != 0 {
			s.add(h)
		}
	}
}

func (s *hashes) grow() {
	old := s.slots
	s.slots, s.n = make([]uint64, max(16, 2*len(old))), 0
	for _, h := range old {
		if h != 0 {
			s.add(h)
		}
	}
}

// cleared gives the empty set with the memory of s.
func (s *hashes) cleared() hashes {
	clear(s.slots)
	return hashes{slots: s.slots}
}
