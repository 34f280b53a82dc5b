// The sort package: slices of basic kinds, interfaces of ours, Slice, stable order, search.

package main

import (
	"fmt"
	"sort"
)

type person struct {
	name string
	age  int
}

type byAge []person

func (p byAge) Len() int           { return len(p) }
func (p byAge) Less(i, j int) bool { return p[i].age < p[j].age }
func (p byAge) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }

func main() {
	ints := []int{5, 2, 8, -1, 0, 2}
	sort.Ints(ints)
	fmt.Println(ints, sort.IntsAreSorted(ints), sort.SearchInts(ints, 5), sort.SearchInts(ints, 3))
	words := []string{"pear", "apple", "fig", "", "Apple"}
	sort.Strings(words)
	fmt.Printf("%q %d\n", words, sort.SearchStrings(words, "fig"))
	floats := []float64{2.5, -1, 1e9, 0}
	sort.Float64s(floats)
	fmt.Println(floats)
	people := []person{{"a", 30}, {"b", 20}, {"c", 30}, {"d", 20}, {"e", 10}}
	sort.Stable(byAge(people))
	fmt.Println(people)
	sort.Sort(sort.Reverse(sort.IntSlice(ints)))
	fmt.Println(ints)
	sort.Slice(people, func(i, j int) bool { return people[i].name > people[j].name })
	fmt.Println(people)
	sort.SliceStable(people, func(i, j int) bool { return people[i].age < people[j].age })
	fmt.Println(people, sort.IsSorted(byAge(people)))
	squares := make([]int, 100)
	for i := range squares {
		squares[i] = i * i
	}
	fmt.Println(sort.Search(len(squares), func(i int) bool { return squares[i] >= 50 }), sort.Search(3, func(int) bool { return false }))
	many := make([]int, 1000)
	x := uint32(1)
	for i := range many {
		x = x*1664525 + 1013904223
		many[i] = int(x >> 16)
	}
	sort.Ints(many)
	sorted := true
	for i := 1; i < len(many); i++ {
		sorted = sorted && many[i-1] <= many[i]
	}
	fmt.Println(sorted, many[0], many[999])
	m := map[string]int{"z": 1, "a": 2, "m": 3}
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Print(k, m[k], " ")
	}
	fmt.Println()
}
