package expression

import (
	"slices"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// call compiles a call of the table of functions. Arguments stand on the
// frame's stack, at a place of this call alone.
func (g *generator) call(n *node) eval {
	runs, impl, at := g.all(n.kids), n.impl, n.index
	end := at + len(runs)
	nilOfNil, unknown := n.fn.NilOfNil, false
	for _, k := range n.kids {
		t := k.typ
		for t.Kind == value.List {
			t = elem(t)
		}
		unknown = unknown || !known(t) && !takesNested(n.fn.Name)
	}
	return func(f *Frame) value.Value {
		for i, run := range runs {
			v := run(f)
			if v.Kind() == value.Err {
				return v
			}
			if unknown && nests(v) {
				return f.wrongKind(n.kids[i], v, n.fn.Name+" takes no list of lists")
			}
			f.stack[at+i] = v
		}
		args := f.stack[at:end:end]
		if nilOfNil && args[0].IsNil() {
			return value.Value{}
		}
		if len(args) > 0 && !f.charge(weight(args[0])) {
			return f.exhausted()
		}
		f.env = f.Env()
		v, err := impl(&f.env, args)
		if err != nil {
			return f.callFault(n, args, err)
		}
		if !f.charge(weight(v)) {
			return f.exhausted()
		}
		return v
	}
}

// nests tells whether v is a list with lists in it.
func nests(v value.Value) bool {
	for _, item := range v.List() {
		if item.Kind() == value.List {
			return true
		}
	}
	return false
}

// weight is what handling a value costs in steps.
func weight(v value.Value) int {
	switch v.Kind() {
	case value.Text:
		return len(v.Text()) >> 6
	case value.List:
		return len(v.List())
	}
	return 0
}

// callFault turns a function's fault into a failure that names the argument.
func (f *Frame) callFault(n *node, args []value.Value, err error) value.Value {
	x := Failure{Code: codeInvalid, Message: err.Error(), Slot: n.slot}
	fault, ok := err.(*funcs.Fault)
	if !ok {
		return f.Fail(x)
	}
	x.Hint, x.Value = fault.Hint, fault.Value
	if i := fault.Arg - 1; i >= 0 && i < len(n.kids) {
		k := n.kids[i]
		if fault.Nil && args[i].Kind() == value.List {
			item := emptyItem(k, args[i].List())
			x.Slot, x.Message = item.slot, item.text+" is empty, and "+n.fn.Name+" needs its value"
			if item == k {
				x.Message = "an item of " + k.text + " is empty, and " + n.fn.Name + " needs its value"
			}
			return f.Fail(x)
		}
		x.Slot = k.slot
		if fault.Nil {
			p := n.fn.Param(i)
			want := value.Any
			if len(p.Kinds) > 0 {
				want = p.Kinds[0]
			}
			g := generator{}
			e := g.empty(k, want)
			x.Message, x.Hint = e.Message+", and "+n.fn.Name+" needs it as "+p.Name, e.Hint
		} else if x.Value == "" && args[i].Kind() == value.Text {
			x.Value = args[i].Text()
		}
	}
	return f.Fail(x)
}

// emptyItem gives the part of a written out list that is nil, and for any other
// list the list.
func emptyItem(list *node, items []value.Value) *node {
	if list.op == opList && len(list.kids) == len(items) {
		for i := range items {
			if items[i].IsNil() {
				return list.kids[i]
			}
		}
	}
	return list
}

// table compiles a call of an enum, a lookup, convert or rate.
func (g *generator) table(n *node) eval {
	at, table := n.index, n.callee.Table
	end := at + len(n.kids)
	runs, key := g.all(n.kids), keySlots(n)
	fail := func(f *Frame) value.Value {
		if f.failure.Slot < 0 {
			f.failure.Slot, f.failure.Slots = n.slot, key
			if k := f.failure.Arg; k > 0 && k <= len(n.kids) {
				f.failure.Slot, f.failure.Slots = n.kids[k-1].slot, nil
			}
		}
		return value.Error
	}
	if len(runs) == 1 {
		run := runs[0]
		return func(f *Frame) value.Value {
			v := run(f)
			if v.Kind() == value.Err {
				return v
			}
			f.stack[at] = v
			if v = f.Tables[table].Call(f, f.stack[at:end:end]); v.Kind() == value.Err {
				return fail(f)
			}
			return v
		}
	}
	return func(f *Frame) value.Value {
		for i, run := range runs {
			v := run(f)
			if v.Kind() == value.Err {
				return v
			}
			f.stack[at+i] = v
		}
		missed := f.Missed
		f.Missed = false
		v := f.Tables[table].Call(f, f.stack[at:end:end])
		if f.Missed {
			f.KeySlots = key
		}
		f.Missed = f.Missed || missed
		if v.Kind() == value.Err {
			return fail(f)
		}
		return v
	}
}

// keySlots gives the columns that the key of a lookup is made from, by the first
// that each part reads; nil where they are not several.
func keySlots(n *node) (slots []int) {
	if n.callee.Kind != Lookup {
		return nil
	}
	for _, k := range n.kids {
		if k.slot >= 0 && !slices.Contains(slots, k.slot) {
			slots = append(slots, k.slot)
		}
	}
	if len(slots) < 2 {
		return nil
	}
	return slots
}

// named compiles a call of a named function. Its arguments are evaluated
// first, then bound: one of them may call the same function.
func (g *generator) named(n *node) eval {
	runs, at, body := g.all(n.kids), n.index, n.body
	run, ok := g.bodies[body]
	if !ok {
		if g.bodies == nil {
			g.bodies = map[*inlined]eval{}
		}
		run = g.whole(body.node)
		g.bodies[body] = run
	}
	args, name, slot := body.args, n.name, n.slot
	return func(f *Frame) value.Value {
		if !f.charge(1) {
			return f.exhausted()
		}
		for i, arg := range runs {
			v := arg(f)
			if v.Kind() == value.Err {
				return v
			}
			f.stack[at+i] = v
		}
		for i, place := range args {
			f.stack[place] = f.stack[at+i]
		}
		v := run(f)
		if v.Kind() == value.Err {
			f.failure.Message = name + "(…): " + f.failure.Message
			if f.failure.Slot < 0 && f.failure.Arg == 0 {
				f.failure.Slot = slot
			}
		}
		return v
	}
}

// predicate compiles a list function. An empty cell is a list without items,
// but map, filter, find, count and sum of nil are nil.
func (g *generator) predicate(n *node) eval {
	list, badList := g.node(n.kids[0]), g.operand(n.kids[0], n.name, value.List)
	o, place := n.op, n.index
	body, want, badBody := g.body(n)
	return func(f *Frame) value.Value {
		v := list(f)
		switch v.Kind() {
		case value.List:
		case value.Nil:
			return nothing(o)
		default:
			return badList(f, v)
		}
		l := looped{op: o}
		if o == opMap {
			l.out = make([]value.Value, 0, len(v.List()))
		}
		for _, item := range v.List() {
			if !f.charge(1) {
				return f.exhausted()
			}
			x := item
			if body != nil {
				f.stack[place] = item
				x = body(f)
			}
			if x.Kind() != want {
				if want != value.Any || x.Kind() == value.Err {
					return badBody(f, x)
				}
				if x.Kind() == value.List || x.Kind() == value.Record {
					if !known(n.kids[1].typ) {
						return f.wrongKind(n.kids[1], x, "a list takes single values here")
					}
				}
			}
			if err := l.take(item, x); err != nil {
				return f.Fail(Failure{Code: codeInvalid, Message: n.text + ": " + err.Error(), Slot: n.slot})
			}
			if l.done {
				break
			}
		}
		return l.result()
	}
}

// body gives the condition of a list function, the kind it must give (Any for
// map) and what to do with another.
func (g *generator) body(n *node) (eval, value.Kind, func(f *Frame, v value.Value) value.Value) {
	k := n.kids[0]
	var run eval
	if len(n.kids) > 1 {
		k = n.kids[1]
		run = g.node(k)
	}
	want := value.Bool
	switch n.op {
	case opMap:
		want = value.Any
	case opSum:
		want = value.Number
	}
	bad := g.operand(k, n.name, want)
	if run == nil {
		bad = func(f *Frame, v value.Value) value.Value {
			if v.Kind() == value.Err {
				return v
			}
			if v.IsNil() {
				return f.Fail(Failure{Code: codeInvalid, Message: "an item of " + k.text + " is empty", Hint: "write " + n.name + "(" + k.text + ", # ?? …)", Slot: k.slot})
			}
			return f.wrongKind(k, v, n.name+" takes items that are "+want.String()+"s, not "+diag.Quote(string(v.Append(nil))))
		}
	}
	return run, want, bad
}

// nothing is what a list function gives for nil.
func nothing(o op) value.Value {
	switch o {
	case opAny, opOne:
		return value.OfBool(false)
	case opAll, opNone:
		return value.OfBool(true)
	}
	return value.Value{}
}

// looped is the state of a list function.
type looped struct {
	op    op
	out   []value.Value // map, filter
	sum   value.Value
	count int64
	found value.Value
	done  bool
}

// take takes an item and what the condition gives for it.
func (l *looped) take(item, x value.Value) (err error) {
	switch l.op {
	case opMap:
		l.out = append(l.out, x)
	case opSum:
		if l.count++; l.count == 1 {
			l.sum = x
		} else {
			l.sum, err = value.Add(l.sum, x)
		}
	case opAll:
		if !x.Bool() {
			l.count, l.done = 1, true
		}
	default:
		if x.Bool() {
			l.count++
			switch l.op {
			case opFilter:
				l.out = append(l.out, item)
			case opFind:
				l.found, l.done = item, true
			case opAny, opNone:
				l.done = true
			case opOne:
				l.done = l.count > 1
			}
		}
	}
	return err
}

func (l *looped) result() value.Value {
	switch l.op {
	case opMap, opFilter:
		return value.OfList(l.out)
	case opSum:
		if l.count == 0 {
			return value.OfInt(0)
		}
		return l.sum
	case opFind:
		return l.found
	case opCount:
		return value.OfInt(l.count)
	case opAny:
		return value.OfBool(l.count > 0)
	case opOne:
		return value.OfBool(l.count == 1)
	}
	return value.OfBool(l.count == 0) // all, none
}
