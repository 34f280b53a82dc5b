// Maps: every form of access, growth, deletion while ranging, nil maps, elements of every size.

package main

type big struct {
	a [20]int
	p *int
}

func sum(m map[int]int) (keys, values int) {
	for k, v := range m {
		keys += k
		values += v
	}
	return
}

func forms() {
	m := map[string]int{"a": 1, "b": 2}
	v, ok := m["a"]
	w, no := m["z"]
	println(v, ok, w, no, m["b"], len(m))
	m["a"]++
	m["c"] += 5
	m["c"] <<= 2
	m["d"]--
	_, ok = m["c"]
	delete(m, "a")
	delete(m, "nothing")
	println(m["a"], m["c"], m["d"], ok, len(m))
	if v, ok := m["b"]; ok && v == 2 {
		println("found")
	}
	m["x"], m["y"] = m["y"]+1, m["b"]
	println(m["x"], m["y"])
	s := map[string][]int{}
	s["one"] = append(s["one"], 1)
	s["one"] = append(s["one"], 2, 3)
	println(len(s["one"]), s["one"][2], len(s["two"]), s["two"] == nil)
	nested := map[int]map[int]string{1: {2: "three"}}
	if nested[4] == nil {
		nested[4] = make(map[int]string)
	}
	nested[4][5] = "six"
	println(nested[1][2], nested[4][5], nested[7][8] == "", len(nested))
	p := map[int]*big{}
	p[1] = &big{}
	p[1].a[3]++
	println(p[1].a[3], p[2] == nil)
	f := map[string]func(int) int{"double": func(x int) int { return 2 * x }}
	println(f["double"](21), f["none"] == nil)
}

func growth() {
	m := make(map[int]int)
	for i := 0; i < 10000; i++ {
		m[i*7] = i
	}
	for i := 0; i < 10000; i += 3 {
		delete(m, i*7)
	}
	keys, values := sum(m)
	println(len(m), keys, values)
	for i := 0; i < 10000; i++ {
		if v, ok := m[i*7]; ok != (i%3 != 0) || ok && v != i {
			println("wrong", i, v, ok)
		}
	}
	// What is deleted is not met again; what stays is met once.
	seen := 0
	for k := range m {
		seen++
		delete(m, k)
		delete(m, k+7)
		delete(m, k-7)
	}
	println(len(m), seen > 0)
	for i := 0; i < 100; i++ {
		m[i] = i
	}
	twice := map[int]int{}
	for k := range m {
		twice[k]++
		if k < 100 {
			m[k+1000] = k
		}
	}
	for k, n := range twice {
		if n != 1 {
			println("met twice", k)
		}
	}
	println(len(m))
	for k := range m {
		delete(m, k)
	}
	println(len(m))
}

func large() {
	m := map[[40]int]big{}
	for i := 0; i < 50; i++ {
		var k [40]int
		k[i%40] = i
		m[k] = big{a: [20]int{19: i}, p: new(int)}
	}
	n := 0
	for k, v := range m {
		n += k[v.a[19]%40] - v.a[19]
	}
	println(len(m), n)
	var key [40]int
	key[7] = 7
	v := m[key]
	println(v.a[19], v.p != nil, m[[40]int{1: 99}].p == nil)
}

func none() {
	var m map[string]int
	v, ok := m["a"]
	delete(m, "a")
	for range m {
		println("never")
	}
	println(m == nil, len(m), v, ok, m["b"])
	e := map[string]int{}
	println(e == nil, len(e))
	z := map[int]struct{}{1: {}, 2: {}}
	_, in := z[1]
	_, out := z[3]
	println(in, out, len(z))
	n := make(map[int]int, 1000)
	n[1] = 1
	alias := n
	alias[2] = 2
	println(len(n), n[2])
}

func main() {
	forms()
	growth()
	large()
	none()
}
