package sort

// mergeSort sorts blocks by insertion, then merges them two by two, and so on.
func mergeSort(data Interface, n int) {
	block := 16
	for low := 0; low < n; low += block {
		insertionSort(data, low, least(low+block, n))
	}
	for ; block < n; block *= 2 {
		for low := 0; low+block < n; low += 2 * block {
			merge(data, low, low+block, least(low+2*block, n))
		}
	}
}

func least(a, b int) int {
	if a < b {
		return a
	}
	return b
}

// merge merges two sorted ranges, low to below middle and from there to below high: it halves the longer one, finds the
// place in the other that the cut falls to, exchanges what lies between the cuts, and merges on either side.
func merge(data Interface, low, middle, high int) {
	for low < middle && middle < high {
		if high-low == 2 {
			if data.Less(middle, low) {
				data.Swap(middle, low)
			}
			return
		}
		var left, right int
		if middle-low > high-middle {
			left = low + (middle-low)/2
			right = middle + Search(high-middle, func(i int) bool { return !data.Less(middle+i, left) })
		} else {
			right = middle + (high-middle)/2
			left = low + Search(middle-low, func(i int) bool { return data.Less(right, low+i) })
		}
		rotate(data, left, middle, right)
		cut := left + right - middle
		merge(data, low, left, cut)
		low, middle = cut, right
	}
}

// rotate exchanges two ranges that lie side by side, each of which keeps its order.
func rotate(data Interface, low, middle, high int) {
	if low < middle && middle < high {
		turn(data, low, middle)
		turn(data, middle, high)
		turn(data, low, high)
	}
}
