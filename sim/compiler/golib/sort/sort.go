// Package sort sorts slices and what can be indexed like one.
//
//	sort    what programs call
//	quick   Sort: a quicksort that looks for patterns
//	merge   Stable: a merge sort in place
package sort

// An Interface is a sequence that can be sorted in place.
type Interface interface {
	Len() int
	Less(i, j int) bool
	Swap(i, j int)
}

// Sort sorts; equal elements may change places.
func Sort(data Interface) {
	n := data.Len()
	quickSort(data, 0, n, bits(n))
}

// Stable sorts and keeps the order of equal elements.
func Stable(data Interface) {
	mergeSort(data, data.Len())
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

// elements are those of a slice of any type.
type elements struct {
	slice interface{}
	n     int
	less  func(i, j int) bool
}

func (s *elements) Len() int           { return s.n }
func (s *elements) Less(i, j int) bool { return s.less(i, j) }
func (s *elements) Swap(i, j int) {
	if !swapElems(s.slice, i, j) {
		panic("reflect: slice index out of range")
	}
}

// A kindError is the panic of a function that wants a slice.
type kindError struct {
	function, kind string
}

func (e *kindError) Error() string {
	return "reflect: call of " + e.function + " on " + e.kind + " Value"
}

func elementsOf(x interface{}, less func(i, j int) bool, function string) *elements {
	n := sliceLen(x)
	if n < 0 {
		panic(&kindError{function, kindName(x)})
	}
	return &elements{x, n, less}
}

// Slice sorts the slice x; less compares elements by index.
func Slice(x interface{}, less func(i, j int) bool) {
	Sort(elementsOf(x, less, "Swapper"))
}

// SliceStable sorts the slice x and keeps the order of equal elements.
func SliceStable(x interface{}, less func(i, j int) bool) {
	Stable(elementsOf(x, less, "Swapper"))
}

// SliceIsSorted reports whether the slice x is sorted.
func SliceIsSorted(x interface{}, less func(i, j int) bool) bool {
	return IsSorted(elementsOf(x, less, "reflect.Value.Len"))
}

// sliceLen is the length of a slice, and -1 for anything else.
func sliceLen(x interface{}) int

// kindName is the kind of what x holds: int, slice, struct; zero if it is nil.
func kindName(x interface{}) string

// swapElems exchanges two elements of a slice, if there are such ones.
func swapElems(x interface{}, i, j int) bool

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
