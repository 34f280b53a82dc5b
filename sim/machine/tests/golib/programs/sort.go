// Sorting: which elements are compared and exchanged, in which order.
package main

import (
	"fmt"
	"math"
	"sort"
)

type pair struct{ key, id int }

type trace struct {
	v   []pair
	sum uint64
}

func (t *trace) Len() int { return len(t.v) }

func (t *trace) Less(i, j int) bool {
	t.sum = t.sum*31 + uint64(i*7+j)
	return t.v[i].key < t.v[j].key
}

func (t *trace) Swap(i, j int) {
	t.sum = t.sum*31 + uint64(i*11+j)
	t.v[i], t.v[j] = t.v[j], t.v[i]
}

var state uint64

func random() uint64 {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return state
}

func keys(size, kind int) []pair {
	state = uint64(size*31+kind)*2654435761 + 12345
	var v []pair
	for i := 0; i < size; i++ {
		key := 0
		switch kind {
		case 0:
			key = int(random() % 1000000)
		case 1:
			key = int(random() % 4)
		case 2:
			key = i
		case 3:
			key = -i
		case 4:
			key = i % 7
		case 5:
			key = i ^ 5
		case 7:
			key = i
			if random()%20 == 0 {
				key = int(random() % 100)
			}
		case 8:
			key = i
			if i >= size/2 {
				key = size - i
			}
		case 9:
			key = -i / 3
		}
		v = append(v, pair{key, i})
	}
	return v
}

func hash(v []pair) uint64 {
	var sum uint64
	for _, p := range v {
		sum = sum*1000003 + uint64(p.key*31+p.id)
	}
	return sum
}

type boxed struct {
	name  string
	inner interface{}
	tail  [3]byte
}

func main() {
	for size := 0; size < 400; size += 1 + size/8 {
		for kind := 0; kind < 10; kind++ {
			t := &trace{v: keys(size, kind)}
			sort.Sort(t)
			fmt.Println(size, kind, hash(t.v), t.sum, sort.IsSorted(t))
			t = &trace{v: keys(size, kind)}
			sort.Stable(t)
			v, w := keys(size, kind), keys(size, kind)
			sort.Slice(v, func(i, j int) bool { return v[i].key < v[j].key })
			sort.SliceStable(w, func(i, j int) bool { return w[i].key < w[j].key })
			fmt.Println(hash(t.v), hash(v), hash(w), sort.SliceIsSorted(w, func(i, j int) bool { return w[i].key < w[j].key }))
		}
	}
	words := []string{"pear", "fig", "", "apple", "fig", "Zoo"}
	sort.Strings(words)
	floats := []float64{2, math.NaN(), -1, math.Inf(1), math.NaN(), 0}
	sort.Float64s(floats)
	ints := sort.IntSlice{3, 1, 2}
	sort.Sort(sort.Reverse(ints))
	fmt.Println(words, floats, ints, sort.StringsAreSorted(words), sort.IntsAreSorted(ints), sort.SearchInts([]int{1, 3, 5}, 4))
	fmt.Println(sort.SearchStrings(words, "fig"), sort.Search(10, func(i int) bool { return i*i > 50 }))

	var boxes []boxed
	for i := 0; i < 40; i++ {
		boxes = append(boxes, boxed{fmt.Sprint("n", i*7%40), []interface{}{i, "x", nil, 2.5}[i%4], [3]byte{byte(i), 1, 2}})
	}
	sort.Slice(boxes, func(i, j int) bool { return boxes[i].name < boxes[j].name })
	fmt.Println(boxes)
	small := [][3]byte{{3}, {1}, {2}}
	sort.Slice(small, func(i, j int) bool { return small[i][0] < small[j][0] })
	halves := []struct{ a, b int16 }{{5, 1}, {2, 2}, {9, 3}}
	sort.SliceStable(halves, func(i, j int) bool { return halves[i].a > halves[j].a })
	pointers := []*int{new(int), new(int), new(int)}
	*pointers[0], *pointers[2] = 2, 1
	sort.Slice(pointers, func(i, j int) bool { return *pointers[i] < *pointers[j] })
	fmt.Println(small, halves, *pointers[0], *pointers[1], *pointers[2])
	sort.Slice([]struct{}{{}, {}}, func(i, j int) bool { return false })
	sort.Slice([]int(nil), nil)
	for _, x := range []interface{}{nil, 5, [2]int{}, "s", struct{}{}, map[int]int{}, &words} {
		func() {
			defer func() { fmt.Println(recover()) }()
			sort.Slice(x, nil)
		}()
	}
}
