// Pointers: trees that are kept only in a map, and a recursive closure.

package main

type node struct {
	left, right *node
	key         int
}

func insert(t *node, k int) *node {
	if t == nil {
		return &node{nil, nil, k}
	}
	if k < t.key {
		t.left = insert(t.left, k)
	} else if k > t.key {
		t.right = insert(t.right, k)
	}
	return t
}

func main() {
	m := map[int]*node{}
	x := uint64(1)
	for i := 0; i < 300000; i++ {
		x = x*6364136223846793005 + 1442695040888963407
		b := int(x>>33) % 5000
		m[b] = insert(m[b], int(x>>40))
	}
	n := 0
	var walk func(t *node)
	walk = func(t *node) {
		if t != nil {
			n++
			walk(t.left)
			walk(t.right)
		}
	}
	for _, t := range m {
		walk(t)
	}
	println(len(m), n)
}
