package ids

// Each calls f with every id of the set, in no particular order.
func (s *Set) Each(f func(ID, State)) {
	for i := range s.segments {
		for k := range s.segments[i].slots {
			if x := &s.segments[i].slots[k]; state(x) != None {
				f(ID{x.Hi, x.Lo &^ stateMask}, state(x))
			}
		}
	}
}
