package associate

import "crm2gong/mapping/gong"

// lists are lists of records by key, in one array: those of key k stand from
// start[k] to start[k+1]. The first ones, up to mid[k], lead to an account;
// without mid all do. Each part is in the order of the records.
type lists struct {
	start, mid []uint32
	items      []int32
}

func (l *lists) of(k int32) []int32 {
	if k < 0 || int(k) >= len(l.start)-1 {
		return nil
	}
	return l.items[l.start[k]:l.start[k+1]]
}

// linked gives those of a key that lead to an account.
func (l *lists) linked(k int32) []int32 {
	if k < 0 || int(k) >= len(l.start)-1 {
		return nil
	}
	return l.items[l.start[k]:l.mid[k]]
}

// unlinked gives those of a key that lead to none.
func (l *lists) unlinked(k int32) []int32 {
	if k < 0 || int(k) >= len(l.start)-1 {
		return nil
	}
	return l.items[l.mid[k]:l.start[k+1]]
}

// gather makes the lists of keys keys from pairs, which each gives in order,
// twice the same. Pairs of key noText are left out.
func gather(keys int, each func(take func(key, item int32))) lists {
	l := lists{start: make([]uint32, keys+1)}
	each(func(key, _ int32) {
		if key >= 0 {
			l.start[key+1]++
		}
	})
	for k := range keys {
		l.start[k+1] += l.start[k]
	}
	l.items = make([]int32, l.start[keys])
	next := make([]uint32, keys)
	copy(next, l.start)
	each(func(key, item int32) {
		if key >= 0 {
			l.items[next[key]] = item
			next[key]++
		}
	})
	return l
}

// split puts the items for which first holds before the others of their key,
// each part in its order.
func (l *lists) split(first func(item int32) bool) {
	keys := len(l.start) - 1
	l.mid = make([]uint32, keys)
	var rest []int32
	for k := range keys {
		list := l.items[l.start[k]:l.start[k+1]]
		rest = rest[:0]
		n := 0
		for _, item := range list {
			if first(item) {
				list[n] = item
				n++
			} else {
				rest = append(rest, item)
			}
		}
		copy(list[n:], rest)
		l.mid[k] = l.start[k] + uint32(n)
	}
}

// distinct gives for each key the different values of its linked items, in
// order of the values. values bounds them.
func (l *lists) distinct(values int, of func(item int32) int32) lists {
	keys := len(l.start) - 1
	// First by value, whose keys then come in order, so that a second turn has
	// the values of each key in order.
	byValue := gather(values, func(take func(key, item int32)) {
		for k := range keys {
			for _, item := range l.linked(int32(k)) {
				take(of(item), int32(k))
			}
		}
	})
	return gather(keys, func(take func(key, item int32)) {
		for v := range values {
			last := noText
			for _, k := range byValue.of(int32(v)) {
				if k != last {
					take(k, int32(v))
				}
				last = k
			}
		}
	})
}

// Close makes the index ready for matching. No Add may follow.
func (x *Index) Close() {
	emails, phones, domains, accounts := x.emails.len(), x.phones.len(), x.domains.len(), len(x.accounts)
	x.insider = make([]bool, emails)
	for _, e := range x.users {
		if e >= 0 {
			x.insider[e] = true
		}
	}
	x.byEmail.contacts = gather(emails, eachPerson(x.contacts, func(p *person) int32 { return p.email }))
	x.byPhone.contacts = gather(phones, eachPerson(x.contacts, func(p *person) int32 { return p.phone }))
	x.byEmail.leads = gather(emails, eachPerson(x.leads, func(p *person) int32 { return p.email }))
	x.byPhone.leads = gather(phones, eachPerson(x.leads, func(p *person) int32 { return p.phone }))
	x.byEmail.contacts.split(x.isLinked)
	x.byPhone.contacts.split(x.isLinked)
	x.byEmail.accounts = x.byEmail.contacts.distinct(accounts, x.accountOf)
	x.byPhone.accounts = x.byPhone.contacts.distinct(accounts, x.accountOf)
	x.byDomain.accounts = gather(domains, func(take func(key, item int32)) {
		for n := range x.accounts {
			for _, d := range x.accounts[n].domains {
				take(d, int32(n))
			}
		}
	})
	x.byDomain.contacts = gather(domains, eachPerson(x.contacts, func(p *person) int32 {
		if p.email < 0 {
			return noText
		}
		return x.mailAt[p.email]
	}))
	x.byDomain.contacts.split(x.isLinked)
	x.byDomain.colleagues = x.byDomain.contacts.distinct(accounts, x.accountOf)
	x.byAccount.deals = gather(accounts, func(take func(key, item int32)) {
		for n := range x.deals {
			take(x.deals[n].account, int32(n))
		}
	})
	x.byAccount.contacts = gather(accounts, eachPerson(x.contacts, func(p *person) int32 { return p.account }))
}

func eachPerson(all []person, key func(*person) int32) func(func(key, item int32)) {
	return func(take func(key, item int32)) {
		for n := range all {
			take(key(&all[n]), int32(n))
		}
	}
}

// isLinked tells whether a contact has an account that is there.
func (x *Index) isLinked(contact int32) bool {
	a := x.contacts[contact].account
	return a >= 0 && x.known[gong.Account][a]
}

func (x *Index) accountOf(contact int32) int32 { return x.contacts[contact].account }
