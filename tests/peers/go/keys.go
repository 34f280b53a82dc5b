package main

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"unsafe"
)

// Key types beyond the first six. Encoders run while the script's hashkey and fastrand state are in
// place, so they must not touch a Go map.

type recordKey struct {
	Tag  int8
	_    int8
	N    int16
	Name string
	At   pairKey
}

type paddedCell struct {
	F float64
	N int32
}

type boxesKey struct {
	A any
	B [1]string
}

type panicOut struct {
	Panic string `json:"panic"`
}

// tagged is what an interface holds: {"TYPE": value}, without a Go map.
type tagged struct {
	name  string
	value any
}

func (t tagged) MarshalJSON() ([]byte, error) {
	v, err := json.Marshal(t.value)
	return []byte("{" + strconv.Quote(t.name) + ":" + string(v) + "}"), err
}

var boolcodec = codec[bool]{
	func(r json.RawMessage) (b bool) { must(json.Unmarshal(r, &b)); return },
	func(p *bool) any { return *p },
}

func signed[T int8 | int16 | int](bits int) codec[T] {
	return codec[T]{
		func(r json.RawMessage) T {
			v, err := strconv.ParseInt(string(r), 10, bits)
			must(err)
			return T(v)
		},
		func(p *T) any { return int64(*p) },
	}
}

func unsigned[T uint8 | uint16 | uint32 | uint64 | uint | uintptr](bits int) codec[T] {
	return codec[T]{
		func(r json.RawMessage) T {
			v, err := strconv.ParseUint(string(r), 10, bits)
			must(err)
			return T(v)
		},
		func(p *T) any { return uint64(*p) },
	}
}

func decF32(r json.RawMessage) float32 {
	if r[0] == '"' {
		var s string
		must(json.Unmarshal(r, &s))
		u, err := strconv.ParseUint(strings.TrimPrefix(s, "0x"), 16, 32)
		must(err)
		return math.Float32frombits(uint32(u))
	}
	f, err := strconv.ParseFloat(string(r), 64)
	must(err)
	return float32(f)
}

func hexF32(f float32) string { return fmt.Sprintf("0x%08x", math.Float32bits(f)) }
func hexF64(f float64) string { return fmt.Sprintf("0x%016x", math.Float64bits(f)) }

func list(r json.RawMessage, n int) []json.RawMessage {
	var l []json.RawMessage
	must(json.Unmarshal(r, &l))
	if len(l) != n {
		panic(fmt.Sprintf("expected %d values, got %s", n, r))
	}
	return l
}

var f32codec = codec[float32]{decF32, func(p *float32) any { return hexF32(*p) }}
var c64codec = codec[complex64]{
	func(r json.RawMessage) complex64 { l := list(r, 2); return complex(decF32(l[0]), decF32(l[1])) },
	func(p *complex64) any { return [2]string{hexF32(real(*p)), hexF32(imag(*p))} },
}
var c128codec = codec[complex128]{
	func(r json.RawMessage) complex128 { l := list(r, 2); return complex(decF64(l[0]), decF64(l[1])) },
	func(p *complex128) any { return [2]string{hexF64(real(*p)), hexF64(imag(*p))} },
}

var arraycodec = codec[[3]int16]{
	func(r json.RawMessage) (a [3]int16) {
		for i, x := range list(r, 3) {
			a[i] = int16(decI64(x))
		}
		return
	},
	func(p *[3]int16) any { return *p },
}
var matrixcodec = codec[[2][2]float32]{
	func(r json.RawMessage) (m [2][2]float32) {
		for i, row := range list(r, 2) {
			for j, x := range list(row, 2) {
				m[i][j] = decF32(x)
			}
		}
		return
	},
	func(p *[2][2]float32) any {
		var o [2][2]string
		for i := range p {
			for j := range p[i] {
				o[i][j] = hexF32(p[i][j])
			}
		}
		return o
	},
}
var recordcodec = codec[recordKey]{
	func(r json.RawMessage) recordKey {
		l := list(r, 4)
		at := list(l[3], 2)
		return recordKey{Tag: int8(decI64(l[0])), N: int16(decI64(l[1])), Name: decStr(l[2]), At: pairKey{decI64(at[0]), decI64(at[1])}}
	},
	func(p *recordKey) any { return []any{p.Tag, p.N, encStr(&p.Name), [2]int64{p.At.A, p.At.B}} },
}
var paddedcodec = codec[[2]paddedCell]{
	func(r json.RawMessage) (a [2]paddedCell) {
		for i, x := range list(r, 2) {
			l := list(x, 2)
			a[i] = paddedCell{decF64(l[0]), int32(decI64(l[1]))}
		}
		return
	},
	func(p *[2]paddedCell) any {
		return [][]any{{hexF64(p[0].F), p[0].N}, {hexF64(p[1].F), p[1].N}}
	},
}
var boxescodec = codec[boxesKey]{
	func(r json.RawMessage) boxesKey {
		l := list(r, 2)
		return boxesKey{decAny(l[0]), [1]string{decStr(list(l[1], 1)[0])}}
	},
	func(p *boxesKey) any { return []any{encAny(&p.A), []any{encStr(&p.B[0])}} },
}
var anycodec = codec[any]{decAny, encAny}

func decAny(r json.RawMessage) any {
	if string(r) == "null" {
		return nil
	}
	var m map[string]json.RawMessage
	must(json.Unmarshal(r, &m))
	for name, v := range m {
		return decHeld(name, v)
	}
	panic("empty interface value " + string(r))
}

func decHeld(name string, v json.RawMessage) any {
	switch name {
	case "bool":
		return boolcodec.dec(v)
	case "int8":
		return int8(decI64(v))
	case "int16":
		return int16(decI64(v))
	case "int32":
		return int32(decI64(v))
	case "int64":
		return decI64(v)
	case "int":
		return int(decI64(v))
	case "uint8":
		return unsigned[uint8](8).dec(v)
	case "uint16":
		return unsigned[uint16](16).dec(v)
	case "uint32":
		return unsigned[uint32](32).dec(v)
	case "uint64":
		return unsigned[uint64](64).dec(v)
	case "uint":
		return unsigned[uint](64).dec(v)
	case "uintptr":
		return unsigned[uintptr](64).dec(v)
	case "float32":
		return decF32(v)
	case "float64":
		return decF64(v)
	case "complex64":
		return c64codec.dec(v)
	case "complex128":
		return c128codec.dec(v)
	case "string":
		return decStr(v)
	case "ptr":
		return decPtrKey(v)
	case "pair":
		return paircodec.dec(v)
	case "bytes200":
		return decB200(v)
	case "array":
		return arraycodec.dec(v)
	case "matrix":
		return matrixcodec.dec(v)
	case "record":
		return recordcodec.dec(v)
	case "padded":
		return paddedcodec.dec(v)
	case "boxes":
		l := list(v, 2)
		return boxesKey{decAny(l[0]), [1]string{decStr(list(l[1], 1)[0])}}
	case "ints":
		return []int64{decI64(v)}
	}
	panic("bad type in an interface: " + name)
}

func encAny(p *any) any {
	switch v := (*p).(type) {
	case nil:
		return nil
	case bool:
		return tagged{"bool", v}
	case int8:
		return tagged{"int8", v}
	case int16:
		return tagged{"int16", v}
	case int32:
		return tagged{"int32", v}
	case int64:
		return tagged{"int64", v}
	case int:
		return tagged{"int", v}
	case uint8:
		return tagged{"uint8", v}
	case uint16:
		return tagged{"uint16", v}
	case uint32:
		return tagged{"uint32", v}
	case uint64:
		return tagged{"uint64", v}
	case uint:
		return tagged{"uint", v}
	case uintptr:
		return tagged{"uintptr", uint64(v)}
	case float32:
		return tagged{"float32", hexF32(v)}
	case float64:
		return tagged{"float64", hexF64(v)}
	case complex64:
		return tagged{"complex64", c64codec.enc(&v)}
	case complex128:
		return tagged{"complex128", c128codec.enc(&v)}
	case string:
		return tagged{"string", encStr(&v)}
	case *obj:
		return tagged{"ptr", encPtrKey(&v)}
	case pairKey:
		return tagged{"pair", paircodec.enc(&v)}
	case [200]byte:
		return tagged{"bytes200", encB200(&v)}
	case [3]int16:
		return tagged{"array", arraycodec.enc(&v)}
	case [2][2]float32:
		return tagged{"matrix", matrixcodec.enc(&v)}
	case recordKey:
		return tagged{"record", recordcodec.enc(&v)}
	case [2]paddedCell:
		return tagged{"padded", paddedcodec.enc(&v)}
	case boxesKey:
		return tagged{"boxes", []any{encAny(&v.A), []any{encStr(&v.B[0])}}}
	}
	return "corrupt"
}

// ---- pointer keys ----------------------------------------------------------
//
// A pointer key hashes by its address, so addresses belong to the script. It may bring them: then a
// key is a pointer of those bits, which leads nowhere (nothing looks behind it, and memory is not
// collected meanwhile). Otherwise objects are made, and the dump tells where they are.

type namedPtr struct {
	n    int64
	addr uintptr
	keep *obj
}

var pointers []namedPtr // in the order of first use
var byAddr []namedPtr
var pointersGiven bool

func usePointers(s *script) {
	pointers, byAddr, pointersGiven = nil, nil, s.Pointers != nil
	for _, p := range s.Pointers {
		var a string
		must(json.Unmarshal(p[1], &a))
		u, err := strconv.ParseUint(strings.TrimPrefix(a, "0x"), 16, 64)
		must(err)
		pointers = append(pointers, namedPtr{n: decI64(p[0]), addr: uintptr(u)})
	}
}

func pointerTable() [][2]any {
	var t [][2]any
	for _, p := range pointers {
		t = append(t, [2]any{p.n, fmt.Sprintf("0x%x", p.addr)})
	}
	byAddr = append([]namedPtr(nil), pointers...)
	sort.Slice(byAddr, func(i, j int) bool { return byAddr[i].addr < byAddr[j].addr })
	return t
}

func decPtrKey(r json.RawMessage) *obj {
	if string(r) == "null" {
		return nil
	}
	n := decI64(r)
	for i := range pointers {
		if pointers[i].n == n {
			return *(**obj)(unsafe.Pointer(&pointers[i].addr))
		}
	}
	if pointersGiven {
		panic(fmt.Sprintf("no address for pointer %d", n))
	}
	o := &obj{n, ^n}
	pointers = append(pointers, namedPtr{n, uintptr(unsafe.Pointer(o)), o})
	return o
}

func encPtrKey(p **obj) any {
	if *p == nil {
		return nil
	}
	a := uintptr(unsafe.Pointer(*p))
	i := sort.Search(len(byAddr), func(i int) bool { return byAddr[i].addr >= a })
	if i < len(byAddr) && byAddr[i].addr == a {
		return byAddr[i].n
	}
	return "corrupt"
}

var ptrkeycodec = codec[*obj]{decPtrKey, encPtrKey}

// ---- maps whose keys hold interfaces ----------------------------------------

func anyMap[V any]() ops[any, V] {
	return ops[any, V]{
		typ:  typeOf(map[any]V(nil)),
		make: func(hint int) *hmapHdr { return header(make(map[any]V, hint)) },
		get:  func(h *hmapHdr, k any) (V, bool) { v, ok := mapOf[map[any]V](h)[k]; return v, ok },
		set:  func(h *hmapHdr, k any, v V) { mapOf[map[any]V](h)[k] = v },
		del:  func(h *hmapHdr, k any) { delete(mapOf[map[any]V](h), k) },
		clear: func(h *hmapHdr) {
			m := mapOf[map[any]V](h)
			for k := range m {
				delete(m, k)
			}
		},
		opassign: func(h *hmapHdr, k any, d V) {
			switch m := any(mapOf[map[any]V](h)).(type) {
			case map[any]int64:
				m[k] += any(d).(int64)
			case map[any]string:
				m[k] += any(d).(string)
			default:
				badElem()
			}
		},
	}
}

func withAny(s *script) dumpOut {
	switch s.Elem {
	case "int64":
		return replay(s, anycodec, i64codec, anyMap[int64]())
	case "ptr":
		return replay(s, anycodec, ptrcodec, anyMap[*obj]())
	case "string":
		return replay(s, anycodec, strcodec, anyMap[string]())
	case "bytes200":
		return replay(s, anycodec, b200codec, anyMap[[200]byte]())
	case "empty", "empty struct":
		return replay(s, anycodec, emptycodec, anyMap[struct{}]())
	}
	panic("bad elem " + s.Elem)
}

func boxesMap[V any]() ops[boxesKey, V] {
	return ops[boxesKey, V]{
		typ:  typeOf(map[boxesKey]V(nil)),
		make: func(hint int) *hmapHdr { return header(make(map[boxesKey]V, hint)) },
		get:  func(h *hmapHdr, k boxesKey) (V, bool) { v, ok := mapOf[map[boxesKey]V](h)[k]; return v, ok },
		set:  func(h *hmapHdr, k boxesKey, v V) { mapOf[map[boxesKey]V](h)[k] = v },
		del:  func(h *hmapHdr, k boxesKey) { delete(mapOf[map[boxesKey]V](h), k) },
		clear: func(h *hmapHdr) {
			m := mapOf[map[boxesKey]V](h)
			for k := range m {
				delete(m, k)
			}
		},
		opassign: func(h *hmapHdr, k boxesKey, d V) {
			switch m := any(mapOf[map[boxesKey]V](h)).(type) {
			case map[boxesKey]int64:
				m[k] += any(d).(int64)
			case map[boxesKey]string:
				m[k] += any(d).(string)
			default:
				badElem()
			}
		},
	}
}

func withBoxes(s *script) dumpOut {
	switch s.Elem {
	case "int64":
		return replay(s, boxescodec, i64codec, boxesMap[int64]())
	case "ptr":
		return replay(s, boxescodec, ptrcodec, boxesMap[*obj]())
	case "string":
		return replay(s, boxescodec, strcodec, boxesMap[string]())
	case "bytes200":
		return replay(s, boxescodec, b200codec, boxesMap[[200]byte]())
	case "empty", "empty struct":
		return replay(s, boxescodec, emptycodec, boxesMap[struct{}]())
	}
	panic("bad elem " + s.Elem)
}
