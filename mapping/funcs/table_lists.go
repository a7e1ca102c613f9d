package funcs

import "crm2gong/mapping/value"

func listFuncs() []*Func {
	one := []Param{list("list")}
	anyOne := []Param{param("x", value.Any)}
	return []*Func{
		plain("len", "len(x)", "The number of a text's characters or a list's items.", []Param{param("x", value.Text, value.List)}, true, asFirst(value.Number), callLen,
			ex(`len("Zoë")`, `3`), ex(`len(["a", "b"])`, `2`)),
		predicate("map", "map(list, expression)", "The list of what the expression gives for each item, which is # in it; .Name is a field of the item.",
			value.Any, ex(`map(["a", "b"], upper(#))`, `["A", "B"]`)),
		predicate("filter", "filter(list, condition)", "The items for which the condition holds.", value.Bool, ex(`filter([1, 5, 3], # > 2)`, `[5, 3]`)),
		predicate("any", "any(list, condition)", "Whether the condition holds for an item.", value.Bool, ex(`any([1, 5], # > 2)`, `true`)),
		predicate("all", "all(list, condition)", "Whether the condition holds for every item.", value.Bool, ex(`all([1, 5], # > 2)`, `false`)),
		predicate("none", "none(list, condition)", "Whether the condition holds for no item.", value.Bool, ex(`none([1, 5], # > 7)`, `true`)),
		predicate("one", "one(list, condition)", "Whether the condition holds for exactly one item.", value.Bool, ex(`one([1, 5], # > 2)`, `true`)),
		predicate("find", "find(list, condition)", "The first item for which the condition holds; nil if there is none.", value.Bool, ex(`find([1, 5, 3], # > 2)`, `5`)),
		predicate("count", "count(list, condition)", "The number of items for which the condition holds.", value.Bool, ex(`count([1, 5, 3], # > 2)`, `2`)),
		plain("first", "first(list)", "The first item; nil of an empty list.", one, true, item, callFirst, ex(`first(["a", "b"])`, `"a"`)),
		plain("last", "last(list)", "The last item; nil of an empty list.", one, true, item, callLast, ex(`last(["a", "b"])`, `"b"`)),
		plain("sum", "sum(list[, expression])", "The sum of the items, or of what the expression gives for each; 0 of an empty list. An empty item is an error: write (# ?? 0).",
			one, true, asFirst(value.Number), callSum, ex(`sum([0.1, 0.2])`, `0.3`), ex(`sum(["1", "2"], number(#))`, `3`)),
		plain("uniq", "uniq(list)", "The items without repetitions, each at its first place.", one, true, sameAsFirst, callUniq, ex(`uniq(["a", "b", "a"])`, `["a", "b"]`)),
		plain("sort", `sort(list[, "desc"])`, `The items in ascending order, with "desc" in descending: numbers, dates, date-times, or texts by their characters' codes; of one kind.`,
			[]Param{list("list"), text("order").optional()}, true, sameAsFirst, callSort, ex(`sort([10, 9, 1])`, `[1, 9, 10]`), ex(`sort(["b", "c", "a"], "desc")`, `["c", "b", "a"]`)),
		plain("reverse", "reverse(list)", "The items in reverse order.", one, true, sameAsFirst, callReverse, ex(`reverse([1, 2])`, `[2, 1]`)),
		plain("concat", "concat(list, …)", "One list of the items of all. nil is skipped.", []Param{list("list").nilOK().variadic()}, false, concatType, callConcat,
			ex(`concat(["a"], ["b", "c"])`, `["a", "b", "c"]`)),
		plain("flatten", "flatten(list)", "One list of the items of lists within the list, however deep.", one, true, flattenType, callFlatten,
			ex(`flatten([["a"], ["b", ["c"]]])`, `["a", "b", "c"]`)),
		plain("string", "string(x)", "Any value as a text: numbers in their shortest form, dates as 2024-03-15, lists joined with \"; \". nil stays nil.",
			anyOne, true, asFirst(value.Text), callString, ex(`string(1.50)`, `"1.5"`), ex(`string(date("2024-03-15"))`, `"2024-03-15"`)),
	}
}

func predicate(name, signature, doc string, gives value.Kind, examples ...Example) *Func {
	return &Func{Name: name, Form: Predicate, Signature: signature, Doc: doc, Params: []Param{list("list"), param("predicate", gives)}, NilOfNil: false, Examples: examples}
}

// concatType is a list of what all lists hold.
func concatType(args []value.Type) value.Type {
	var elems []value.Type
	for _, a := range args {
		if a.Kind == value.List && a.Elem != nil {
			elems = append(elems, *a.Elem)
		} else if a.Kind != value.Nil {
			return value.Type{Kind: value.List}
		}
	}
	t := value.Type{Kind: value.List}
	if e := common(elems); e.Kind != value.Nil {
		t.Elem = &e
	}
	return t
}

// flattenType is a list of the innermost items where all are known to be lists.
func flattenType(args []value.Type) value.Type {
	t := args[0]
	t.Kind = value.List
	for t.Elem != nil && t.Elem.Kind == value.List {
		t.Elem = t.Elem.Elem
	}
	return t
}

func tableFuncs() []*Func {
	entry := func(name, signature, doc string, e Example) *Func {
		return &Func{Name: name, Form: Table, Signature: signature, Doc: doc, Examples: []Example{e}}
	}
	return []*Func{
		entry("<enum>", "<enum>(value)", "An enum of the mapping by its name: what the value maps to. nil gives the enum's default; a value with neither entry nor default is an error of the row.",
			Example{`dealStatus("Closed Won")`, `"WON"`, "enums: {dealStatus: {values: {Closed Won: WON}}}"}),
		entry("<lookup>", "<lookup>(key, …)", "A lookup of the mapping by its name: the value, or the row, that it finds for a key. A nil key gives nil; onMissing says what a miss gives.",
			Example{`stageId("Closed Won")`, `"won"`, "lookups: {stageId: {from: stages, key: label, value: id}}"}),
		entry("convert", "convert(amount, currency, date)", "The amount in the currency of the mapping's currency: section, at the newest rate on or before the date, rounded. A nil amount gives nil.",
			Example{`convert(100, "EUR", date("2024-03-15"))`, `108.5`, "currency: {base: USD, rates: {EUR: 1.085}}"}),
		entry("rate", "rate(currency, date)", "The rate that convert uses: what one unit of the currency is worth in the base currency.",
			Example{`rate("EUR", date("2024-03-15"))`, `1.085`, "currency: {base: USD, rates: {EUR: 1.085}}"}),
	}
}

func placeFuncs() []*Func {
	entry := func(name, doc, result string) *Func {
		return &Func{Name: name, Form: Place, Signature: name, Doc: doc, Examples: []Example{{name, result, "a row of a source"}}}
	}
	return []*Func{
		entry("source.file", "The file that the row is from, as the mapping names it.", `"exports/Account.csv"`),
		entry("source.sheet", "The sheet that the row is from; empty for files without sheets.", `"Data"`),
		entry("source.row", "The row's number as a spreadsheet shows it: the header line is 1.", `17`),
		entry("source.index", "The number of the data row, from 1, over all files of the source.", `16`),
	}
}
