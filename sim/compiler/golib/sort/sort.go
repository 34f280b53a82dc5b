// Package sort sorts slices and what can be indexed like one.
package sort

// An Interface is a sequence that can be sorted in place.
type Interface interface {
	Len() int
	Less(i, j int) bool
	Swap(i, j int)
}

// Sort sorts; equal elements may change places.
func Sort(data Interface) {
	heapSort(data, data.Len())
}

// Stable sorts and keeps the order of equal elements.
func Stable(data Interface) {
	for i := 1; i < data.Len(); i++ {
		for j := i; j > 0 && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

func heapSort(data Interface, n int) {
	for root := n/2 - 1; root >= 0; root-- {
		sink(data, root, n)
	}
	for last := n - 1; last > 0; last-- {
		data.Swap(0, last)
		sink(data, 0, last)
	}
}

// sink restores the heap below root: no element is less than one of its children.
func sink(data Interface, root, n int) {
	for {
		child := 2*root + 1
		if child >= n {
			return
		}
		if child+1 < n && data.Less(child, child+1) {
			child++
		}
		if !data.Less(root, child) {
			return
		}
		data.Swap(root, child)
		root = child
	}
}

// IsSorted reports whether data is sorted.
func IsSorted(data Interface) bool {
	for i := data.Len() - 1; i > 0; i-- {
		if data.Less(i, i-1) {
			return false
		}
	}
	return true
}

type reverse struct {
	Interface
}

func (r reverse) Less(i, j int) bool { return r.Interface.Less(j, i) }

// Reverse returns data in the opposite order.
func Reverse(data Interface) Interface { return &reverse{data} }

// IntSlice sorts integers.
type IntSlice []int

func (x IntSlice) Len() int           { return len(x) }
func (x IntSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x IntSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Sort sorts x.
func (x IntSlice) Sort() { Sort(x) }

// Float64Slice sorts numbers, those that are not a number first.
type Float64Slice []float64

func (x Float64Slice) Len() int { return len(x) }
func (x Float64Slice) Less(i, j int) bool {
	return x[i] < x[j] || x[i] != x[i] && x[j] == x[j]
}
func (x Float64Slice) Swap(i, j int) { x[i], x[j] = x[j], x[i] }

// Sort sorts x.
func (x Float64Slice) Sort() { Sort(x) }

// StringSlice sorts strings.
type StringSlice []string

func (x StringSlice) Len() int           { return len(x) }
func (x StringSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x StringSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Sort sorts x.
func (x StringSlice) Sort() { Sort(x) }

// Ints sorts integers.
func Ints(x []int) { Sort(IntSlice(x)) }

// Float64s sorts numbers.
func Float64s(x []float64) { Sort(Float64Slice(x)) }

// Strings sorts strings.
func Strings(x []string) { Sort(StringSlice(x)) }

// IntsAreSorted reports whether x is sorted.
func IntsAreSorted(x []int) bool { return IsSorted(IntSlice(x)) }

// Float64sAreSorted reports whether x is sorted.
func Float64sAreSorted(x []float64) bool { return IsSorted(Float64Slice(x)) }

// StringsAreSorted reports whether x is sorted.
func StringsAreSorted(x []string) bool { return IsSorted(StringSlice(x)) }

// lessSwap sorts a slice of any type.
type lessSwap struct {
	slice interface{}
	n     int
	less  func(i, j int) bool
}

func (s *lessSwap) Len() int           { return s.n }
func (s *lessSwap) Less(i, j int) bool { return s.less(i, j) }
func (s *lessSwap) Swap(i, j int)      { swapElems(s.slice, i, j) }

// Slice sorts the slice x; less compares elements by index.
func Slice(x interface{}, less func(i, j int) bool) {
	Sort(&lessSwap{x, sliceLen(x), less})
}

// SliceStable sorts the slice x and keeps the order of equal elements.
func SliceStable(x interface{}, less func(i, j int) bool) {
	Stable(&lessSwap{x, sliceLen(x), less})
}

// SliceIsSorted reports whether the slice x is sorted.
func SliceIsSorted(x interface{}, less func(i, j int) bool) bool {
	return IsSorted(&lessSwap{x, sliceLen(x), less})
}

// sliceLen is the length of a slice; it panics for anything else.
func sliceLen(x interface{}) int

// swapElems exchanges two elements of a slice.
func swapElems(x interface{}, i, j int)

// Search returns the least i in [0, n) for which f is true, given that it is true for all above; n if there is none.
func Search(n int, f func(int) bool) int {
	low, high := 0, n
	for low < high {
		middle := int(uint(low+high) / 2)
		if f(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// SearchInts returns where x is, or would be, in the sorted a.
func SearchInts(a []int, x int) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}

// SearchFloat64s returns where x is, or would be, in the sorted a.
func SearchFloat64s(a []float64, x float64) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}

// SearchStrings returns where x is, or would be, in the sorted a.
func SearchStrings(a []string, x string) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}
