package main

import "strings"

// workloads are the loops over one map type, n operations each; nil where there is none.
//
// The loops are spelled out for each type. In generic code Go 1.19 takes the map's type from a dictionary, which is not
// what a program with a plain map runs.
type workloads struct {
	drop      func() // forgets the map
	insert    func() // a new map, and every key
	overwrite func()
	hit       func()
	miss      func()
	iterate   func()
	opassign  func() // m[k] += v
	reinsert  func() // delete(m, k), m[k] = v
	len       func() int
}

// keys come in order, permuted in other memory, and permuted and absent.
func keys[K any](n int, key func(int) K) (in, look, miss []K) {
	in, look, miss = make([]K, n), make([]K, n), make([]K, n)
	for i, j := range perm(n) {
		in[i], look[i], miss[i] = key(i), key(int(j)), key(n+int(j))
	}
	return
}

func run(n int) {
	for _, row := range []struct {
		name string
		make func(n int) workloads
	}{
		{"int64_int64", int64Int64},
		{"int64_ptr", int64Ptr},
		{"string_ptr", stringPtr},
		{"int64_bytes200", int64Bytes200},
		{"string_int64", stringInt64},
	} {
		// A filter with a slash names one map type; the others need not be filled.
		if prefix, _, found := strings.Cut(filter, "/"); found && !strings.Contains(row.name, prefix) {
			continue
		}
		w := row.make(n)
		if w.drop != nil {
			measure(row.name+"/insert", n, w.drop, w.insert)
		}
		w.insert()
		measure(row.name+"/overwrite", n, nil, w.overwrite)
		measure(row.name+"/hit", n, nil, w.hit)
		measure(row.name+"/miss", n, nil, w.miss)
		measure(row.name+"/iterate", n, nil, w.iterate)
		measure(row.name+"/opassign", n, nil, w.opassign)
		measure(row.name+"/delete_reinsert", n, nil, w.reinsert)
		if w.len() != n {
			fail("%s: %d entries of %d are left", row.name, w.len(), n)
		}
	}
}

func int64Int64(n int) workloads {
	var m map[int64]int64
	keys, look, miss := keys(n, key)
	return workloads{
		drop: func() { m = nil },
		insert: func() {
			m = make(map[int64]int64)
			for i, k := range keys {
				m[k] = int64(i)
			}
		},
		overwrite: func() {
			for i, k := range look {
				m[k] = int64(i)
			}
		},
		hit: func() {
			var s int64
			for _, k := range look {
				s += m[k]
			}
			sink += s
		},
		miss: func() {
			for _, k := range miss {
				if _, ok := m[k]; ok {
					sink++
				}
			}
		},
		iterate: func() {
			var s int64
			for k, v := range m {
				s += k + v
			}
			sink += s
		},
		opassign: func() {
			for i, k := range look {
				m[k] += int64(i)
			}
		},
		reinsert: func() {
			for i, k := range look {
				delete(m, k)
				m[k] = int64(i)
			}
		},
		len: func() int { return len(m) },
	}
}

func int64Ptr(n int) workloads {
	var m map[int64]*T
	keys, look, miss := keys(n, key)
	return workloads{
		drop: func() { m = nil },
		insert: func() {
			m = make(map[int64]*T)
			for i, k := range keys {
				m[k] = &T{int64(i), 1}
			}
		},
		overwrite: func() {
			for i, k := range look {
				m[k] = &T{int64(i), 1}
			}
		},
		hit: func() {
			var s int64
			for _, k := range look {
				s += m[k].a
			}
			sink += s
		},
		miss: func() {
			for _, k := range miss {
				if _, ok := m[k]; ok {
					sink++
				}
			}
		},
		iterate: func() {
			var s int64
			for k, v := range m {
				s += k + v.a
			}
			sink += s
		},
		reinsert: func() {
			for i, k := range look {
				delete(m, k)
				m[k] = &T{int64(i), 1}
			}
		},
		len: func() int { return len(m) },
	}
}

func stringPtr(n int) workloads {
	var m map[string]*T
	keys, look, miss := keys(n, skey)
	return workloads{
		drop: func() { m = nil },
		insert: func() {
			m = make(map[string]*T)
			for i, k := range keys {
				m[k] = &T{int64(i), 1}
			}
		},
		overwrite: func() {
			for i, k := range look {
				m[k] = &T{int64(i), 1}
			}
		},
		hit: func() {
			var s int64
			for _, k := range look {
				s += m[k].a
			}
			sink += s
		},
		miss: func() {
			for _, k := range miss {
				if _, ok := m[k]; ok {
					sink++
				}
			}
		},
		iterate: func() {
			var s int64
			for k, v := range m {
				s += int64(len(k)) + v.a
			}
			sink += s
		},
		reinsert: func() {
			for i, k := range look {
				delete(m, k)
				m[k] = &T{int64(i), 1}
			}
		},
		len: func() int { return len(m) },
	}
}

func int64Bytes200(n int) workloads {
	var m map[int64][200]byte
	keys, look, miss := keys(n, key)
	return workloads{
		drop: func() { m = nil },
		insert: func() {
			m = make(map[int64][200]byte)
			for i, k := range keys {
				var v [200]byte
				v[0] = byte(i)
				m[k] = v
			}
		},
		overwrite: func() {
			for i, k := range look {
				var v [200]byte
				v[0] = byte(i)
				m[k] = v
			}
		},
		hit: func() {
			var s int64
			for _, k := range look {
				v := m[k]
				s += int64(v[0])
			}
			sink += s
		},
		miss: func() {
			for _, k := range miss {
				if _, ok := m[k]; ok {
					sink++
				}
			}
		},
		iterate: func() {
			var s int64
			for k, v := range m {
				s += k + int64(v[0])
			}
			sink += s
		},
		reinsert: func() {
			for i, k := range look {
				delete(m, k)
				var v [200]byte
				v[0] = byte(i)
				m[k] = v
			}
		},
		len: func() int { return len(m) },
	}
}

func stringInt64(n int) workloads {
	var m map[string]int64
	keys, look, _ := keys(n, skey)
	return workloads{
		insert: func() {
			m = make(map[string]int64)
			for _, k := range keys {
				m[k] = 1
			}
		},
		opassign: func() {
			for i, k := range look {
				m[k] += int64(i)
			}
		},
		len: func() int { return len(m) },
	}
}
