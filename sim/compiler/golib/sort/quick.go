package sort

// Pattern-defeating quicksort (Orson Peters, arXiv:2106.05123), with the limits and choices that Go 1.19 makes: which
// elements are compared decides where equal ones end up, and programs show it.
//
//	few elements              insertion sort
//	bad pivots, again and again   heapsort
//	a pivot found in order    perhaps all are: try to finish by insertion
//	a pivot equal to what precedes the range   put aside all that are equal to it
const (
	fewElements = 12 // up to here by insertion
	manyPivots  = 50 // from here on the pivot is a median of medians
)

// bits is how many bits n takes.
func bits(n int) int {
	count := 0
	for ; n > 0; n >>= 1 {
		count++
	}
	return count
}

// quickSort sorts the elements from low to below high; after so many bad pivots by heapsort.
func quickSort(data Interface, low, high, badPivots int) {
	balanced, partitioned := true, true
	for high-low > fewElements {
		if badPivots == 0 {
			heapSort(data, low, high)
			return
		}
		if !balanced {
			scatter(data, low, high)
			badPivots--
		}
		pivot, swaps := choosePivot(data, low, high)
		ordered := swaps == 0
		if swaps == 12 {
			// All comparisons went the wrong way: it descends.
			turn(data, low, high)
			pivot = low + (high - 1 - pivot)
			ordered = true
		}
		if ordered && balanced && partitioned && finish(data, low, high) {
			return
		}
		if low > 0 && !data.Less(low-1, pivot) {
			low = skipEqual(data, low, high, pivot)
			continue
		}
		var middle int
		middle, partitioned = partition(data, low, high, pivot)
		least := (high - low) / 8
		// The smaller part first, so that calls do not nest deeply.
		if left, right := middle-low, high-middle; left < right {
			balanced = left >= least
			quickSort(data, low, middle, badPivots)
			low = middle + 1
		} else {
			balanced = right >= least
			quickSort(data, middle+1, high, badPivots)
			high = middle
		}
	}
	insertionSort(data, low, high)
}

func insertionSort(data Interface, low, high int) {
	for i := low + 1; i < high; i++ {
		for j := i; j > low && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

func heapSort(data Interface, low, high int) {
	n := high - low
	for root := (n - 1) / 2; root >= 0; root-- {
		sink(data, low, root, n)
	}
	for last := n - 1; last >= 0; last-- {
		data.Swap(low, low+last)
		sink(data, low, 0, last)
	}
}

// sink restores the heap of n elements from low on, below root: no element is less than one of its children.
func sink(data Interface, low, root, n int) {
	for {
		child := 2*root + 1
		if child >= n {
			return
		}
		if child+1 < n && data.Less(low+child, low+child+1) {
			child++
		}
		if !data.Less(low+root, low+child) {
			return
		}
		data.Swap(low+root, low+child)
		root = child
	}
}

// partition puts the elements less than the pivot before it and the others behind it. It returns where the pivot is then, and
// whether all were so already.
func partition(data Interface, low, high, pivot int) (middle int, already bool) {
	data.Swap(low, pivot)
	already = true
	i, j := low+1, high-1
	for {
		for i <= j && data.Less(i, low) {
			i++
		}
		for i <= j && !data.Less(j, low) {
			j--
		}
		if i > j {
			data.Swap(j, low)
			return j, already
		}
		data.Swap(i, j)
		already = false
		i++
		j--
	}
}

// skipEqual puts the elements equal to the pivot first, none of which is less, and returns where the others begin.
func skipEqual(data Interface, low, high, pivot int) int {
	data.Swap(low, pivot)
	i, j := low+1, high-1
	for {
		for i <= j && !data.Less(low, i) {
			i++
		}
		for i <= j && data.Less(low, j) {
			j--
		}
		if i > j {
			return i
		}
		data.Swap(i, j)
		i++
		j--
	}
}

// finish sorts what is almost sorted: it moves up to five elements, and reports whether all are sorted then.
func finish(data Interface, low, high int) bool {
	i := low + 1
	for moved := 0; moved < 5; moved++ {
		for i < high && !data.Less(i, i-1) {
			i++
		}
		if i == high {
			return true
		}
		if high-low < manyPivots {
			return false
		}
		data.Swap(i, i-1)
		if i-low >= 2 {
			for j := i - 1; j >= 1 && data.Less(j, j-1); j-- {
				data.Swap(j, j-1)
			}
		}
		if high-i >= 2 {
			for j := i + 1; j < high && data.Less(j, j-1); j++ {
				data.Swap(j, j-1)
			}
		}
	}
	return false
}

// scatter exchanges three elements in the middle with others, drawn by a generator that starts from how many there are.
func scatter(data Interface, low, high int) {
	n := high - low
	random, mask := uint64(n), uint64(1)<<uint(bits(n))-1
	middle := low + n/4*2
	for i := middle - 1; i <= middle+1; i++ {
		random ^= random << 13
		random ^= random >> 17
		random ^= random << 5
		other := int(random & mask)
		if other >= n {
			other -= n
		}
		data.Swap(i, low+other)
	}
}

// choosePivot returns a median, and how often a comparison on the way found elements in the wrong order, of at most 12.
func choosePivot(data Interface, low, high int) (pivot, swaps int) {
	quarter := (high - low) / 4
	i, j, k := low+quarter, low+quarter*2, low+quarter*3
	if high-low >= manyPivots {
		i = median(data, i-1, i, i+1, &swaps)
		j = median(data, j-1, j, j+1, &swaps)
		k = median(data, k-1, k, k+1, &swaps)
	}
	return median(data, i, j, k, &swaps), swaps
}

// median returns which of three elements is between the others.
func median(data Interface, i, j, k int, swaps *int) int {
	i, j = inOrder(data, i, j, swaps)
	j, k = inOrder(data, j, k, swaps)
	i, j = inOrder(data, i, j, swaps)
	return j
}

func inOrder(data Interface, i, j int, swaps *int) (int, int) {
	if data.Less(j, i) {
		*swaps++
		return j, i
	}
	return i, j
}

// turn reverses the order of elements.
func turn(data Interface, low, high int) {
	for i, j := low, high-1; i < j; i, j = i+1, j-1 {
		data.Swap(i, j)
	}
}
