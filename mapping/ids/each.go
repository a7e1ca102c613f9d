package ids

// Each calls f with every id of the set, in no particular order.
func (s *Set) Each(f func(ID, State)) {
	for i := range s.segments {
		g := &s.segments[i]
		for k, id := range g.slots {
			if id != (ID{}) {
				f(id, g.states[k])
			}
		}
	}
}
