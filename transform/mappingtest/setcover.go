package mappingtest

// setCover picks the fewest sets, or nearly so, that together hold what all of
// them hold: again and again the one that brings most that is new, of several
// the first. It gives their places in the order in which they were picked, and
// what each brings that is new.
func setCover(sets [][]int) (picked []int, brings [][]int) {
	have := map[int]bool{}
	gain := make([]int, len(sets)) // at most what the set still brings
	for i, s := range sets {
		gain[i] = len(s)
	}
	for {
		best, most := -1, 0
		for i, s := range sets {
			if gain[i] <= most {
				continue
			}
			if gain[i] = fresh(s, have); gain[i] > most {
				best, most = i, gain[i]
			}
		}
		if best < 0 {
			return picked, brings
		}
		var list []int
		for _, x := range sets[best] {
			if !have[x] {
				have[x] = true
				list = append(list, x)
			}
		}
		picked, brings = append(picked, best), append(brings, list)
	}
}

// fresh counts what a set without repeats holds beyond what is there.
func fresh(set []int, have map[int]bool) int {
	n := 0
	for _, x := range set {
		if !have[x] {
			n++
		}
	}
	return n
}
