// dump applies JSON op scripts to real Go 1.19 maps and prints what memory holds.
//
// Build:  go build -o dump .        (this directory: dump.go, keys.go, getg_amd64.s)
// Run:    dump < script.json        (one JSON value per script; a stream of
//
//	scripts gives one output line per script)
//
// See README.md for the script and dump schemas.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"unsafe"
)

// ---- runtime hooks -------------------------------------------------------

//go:linkname hashkey runtime.hashkey
var hashkey [4]uintptr

//go:linkname useAeshash runtime.useAeshash
var useAeshash bool

//go:linkname fastrand runtime.fastrand
func fastrand() uint32

//go:linkname roundupsize runtime.roundupsize
func roundupsize(size uintptr) uintptr

//go:linkname rtMapaccess2 runtime.mapaccess2
func rtMapaccess2(t *mapType, h *hmapHdr, key unsafe.Pointer) (unsafe.Pointer, bool)

//go:linkname rtMapassign runtime.mapassign
func rtMapassign(t *mapType, h *hmapHdr, key unsafe.Pointer) unsafe.Pointer

//go:linkname rtMapdelete runtime.mapdelete
func rtMapdelete(t *mapType, h *hmapHdr, key unsafe.Pointer)

//go:linkname rtMapclear runtime.mapclear
func rtMapclear(t *mapType, h *hmapHdr)

//go:linkname rtMapiterinit runtime.mapiterinit
func rtMapiterinit(t *mapType, h *hmapHdr, it *iterState)

//go:linkname rtMapiternext runtime.mapiternext
func rtMapiternext(it *iterState)

func getg() uintptr // getg_amd64.s

// memory images (only what we need to read)
type rtype struct {
	size, ptrdata uintptr
	hash          uint32
	tflag         uint8
	align         uint8
	fieldAlign    uint8
	kind          uint8
	equal         unsafe.Pointer
	gcdata        *byte
	str, ptrTo    int32
}
type mapType struct {
	typ        rtype
	key        *rtype
	elem       *rtype
	bucket     *rtype
	hasher     func(unsafe.Pointer, uintptr) uintptr
	keysize    uint8
	elemsize   uint8
	bucketsize uint16
	flags      uint32
}
type hmapHdr struct {
	count      int
	flags      uint8
	B          uint8
	noverflow  uint16
	hash0      uint32
	buckets    unsafe.Pointer
	oldbuckets unsafe.Pointer
	nevacuate  uintptr
	extra      *extraHdr
}
type extraHdr struct {
	overflow     *[]unsafe.Pointer
	oldoverflow  *[]unsafe.Pointer
	nextOverflow unsafe.Pointer
}
type iterState struct { // same size as runtime.hiter (12 words)
	key, elem             unsafe.Pointer
	t                     *mapType
	h                     *hmapHdr
	buckets, bptr         unsafe.Pointer
	overflow, oldoverflow unsafe.Pointer
	startBucket           uintptr
	offset                uint8
	wrapped               bool
	B, i                  uint8
	bucket, checkBucket   uintptr
}

// ---- deterministic fastrand ----------------------------------------------

const wyAdd = 0xa0761d6478bd642f
const wyXor = 0xe7037ed1a0b428db

func wyOut(state uint64) uint32 {
	hi, lo := bits.Mul64(state, state^wyXor)
	return uint32(hi ^ lo)
}

// rngCell finds the 8-byte word in the current M that fastrand advances.
func rngCell() *uint64 {
	m := *(*uintptr)(unsafe.Pointer(getg() + 48)) // g.m
	var before [128]uint64
	for i := range before {
		before[i] = *(*uint64)(unsafe.Pointer(m + uintptr(i)*8))
	}
	out := fastrand()
	for i := range before {
		now := *(*uint64)(unsafe.Pointer(m + uintptr(i)*8))
		if now == before[i]+wyAdd && wyOut(now) == out {
			return (*uint64)(unsafe.Pointer(m + uintptr(i)*8))
		}
	}
	panic("m.fastrand not found")
}

func drawsBetween(a, b uint64) []uint32 {
	var d []uint32
	for a != b {
		a += wyAdd
		d = append(d, wyOut(a))
		if len(d) > 1<<22 {
			panic("runaway fastrand draw count")
		}
	}
	return d
}

// ---- script --------------------------------------------------------------

type script struct {
	Name    string   `json:"name"`
	Key     string   `json:"key"`
	Elem    string   `json:"elem"`
	Hint    int      `json:"hint"`
	Impl    string   `json:"impl"`    // "compiled" (default) or "generic"
	Hashkey []string `json:"hashkey"` // 1..4 hex words; default fixed
	Rng     string   `json:"rng"`     // hex initial fastrand state; default fixed
	Trace   bool     `json:"trace"`
	// Addresses of the objects that pointer keys lead to; made here if absent.
	Pointers [][2]json.RawMessage `json:"pointers"`
	Ops      [][]json.RawMessage  `json:"ops"`
}

type hexBytes struct {
	Hex string `json:"hex"`
}

type pairKey struct{ A, B int64 }
type obj struct{ A, B int64 }

type codec[T any] struct {
	dec func(json.RawMessage) T
	enc func(*T) any
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func decI64(r json.RawMessage) int64 {
	v, err := strconv.ParseInt(string(r), 10, 64)
	must(err)
	return v
}

func decStr(r json.RawMessage) string {
	if r[0] == '{' {
		var x struct{ Hex string }
		must(json.Unmarshal(r, &x))
		b, err := hex.DecodeString(x.Hex)
		must(err)
		return string(b)
	}
	var s string
	must(json.Unmarshal(r, &s))
	return s
}

func encStr(p *string) any {
	s := *p
	for i := 0; i < len(s); i++ {
		if s[i] < 32 || s[i] > 126 {
			return hexBytes{hex.EncodeToString([]byte(s))}
		}
	}
	return s
}

// bytes200 value n: bytes 0..8 = little-endian n, byte i>=8 = byte(31*n + 7*i).
func decB200(r json.RawMessage) (b [200]byte) { return makeB200(decI64(r)) }
func makeB200(n int64) (b [200]byte) {
	for i := 0; i < 8; i++ {
		b[i] = byte(uint64(n) >> (8 * i))
	}
	for i := 8; i < 200; i++ {
		b[i] = byte(uint64(n)*31 + uint64(i)*7)
	}
	return
}
func encB200(p *[200]byte) any {
	var n uint64
	for i := 0; i < 8; i++ {
		n |= uint64(p[i]) << (8 * i)
	}
	if makeB200(int64(n)) == *p {
		return int64(n)
	}
	if *p == [200]byte{} {
		return "zero"
	}
	return hexBytes{hex.EncodeToString(p[:])}
}

func decF64(r json.RawMessage) float64 {
	if r[0] == '"' {
		var s string
		must(json.Unmarshal(r, &s))
		if strings.HasPrefix(s, "0x") {
			u, err := strconv.ParseUint(s[2:], 16, 64)
			must(err)
			return math.Float64frombits(u)
		}
		f, err := strconv.ParseFloat(s, 64)
		must(err)
		return f
	}
	f, err := strconv.ParseFloat(string(r), 64)
	must(err)
	return f
}

var i64codec = codec[int64]{decI64, func(p *int64) any { return *p }}
var i32codec = codec[int32]{func(r json.RawMessage) int32 { return int32(decI64(r)) }, func(p *int32) any { return *p }}
var strcodec = codec[string]{decStr, encStr}
var b200codec = codec[[200]byte]{decB200, encB200}
var f64codec = codec[float64]{decF64, func(p *float64) any { return fmt.Sprintf("0x%016x", math.Float64bits(*p)) }}
var paircodec = codec[pairKey]{
	func(r json.RawMessage) pairKey {
		var x [2]int64
		must(json.Unmarshal(r, &x))
		return pairKey{x[0], x[1]}
	},
	func(p *pairKey) any { return [2]int64{p.A, p.B} },
}
var ptrcodec = codec[*obj]{
	func(r json.RawMessage) *obj {
		if string(r) == "null" {
			return nil
		}
		return &obj{decI64(r), ^decI64(r)}
	},
	func(p **obj) any {
		if *p == nil {
			return nil
		}
		if (*p).B != ^(*p).A {
			return "corrupt"
		}
		return (*p).A
	},
}
var emptycodec = codec[struct{}]{func(json.RawMessage) (e struct{}) { return }, func(*struct{}) any { return 0 }}

// ---- output --------------------------------------------------------------

type bucketOut struct {
	TH     [8]int   `json:"th"`
	Cells  [][3]any `json:"cells,omitempty"`   // [slot, key, elem] for tophash >= 5
	StaleK int      `json:"stale_k,omitempty"` // bitmask: dead slot whose key bytes are not all zero
	StaleE int      `json:"stale_e,omitempty"` // same for elem bytes
	Ovf    string   `json:"ovf,omitempty"`     // where the NEXT bucket of the chain lives: "pre:<i>" | "oldpre:<i>" | "heap"
}
type chainOut struct {
	I     int         `json:"i"`
	Chain []bucketOut `json:"chain"`
}
type extraOut struct {
	Overflow     *int `json:"overflow"`    // len, or null
	OldOverflow  *int `json:"oldoverflow"` // len, or null
	NextOverflow *int `json:"next_overflow"`
}
type mapOut struct {
	Count      int        `json:"count"`
	Flags      int        `json:"flags"`
	B          int        `json:"B"`
	Noverflow  int        `json:"noverflow"`
	Hash0      string     `json:"hash0"`
	Nevacuate  int        `json:"nevacuate"`
	BucketsNil bool       `json:"buckets_nil"`
	Nbuckets   int        `json:"nbuckets"`
	Nalloc     int        `json:"nalloc"`
	Growing    bool       `json:"growing"`
	SameSize   bool       `json:"same_size"`
	Noldbucket int        `json:"noldbuckets"`
	Extra      *extraOut  `json:"extra"`
	Buckets    []chainOut `json:"buckets"`
	OldBuckets []chainOut `json:"oldbuckets,omitempty"`
}
type typeOut struct {
	Keysize       int    `json:"keysize"`
	Elemsize      int    `json:"elemsize"`
	Bucketsize    int    `json:"bucketsize"`
	Flags         int    `json:"flags"`
	IndirectKey   bool   `json:"indirectkey"`
	IndirectElem  bool   `json:"indirectelem"`
	Reflexive     bool   `json:"reflexive"`
	NeedKeyUpdate bool   `json:"needkeyupdate"`
	HashMightPan  bool   `json:"hashMightPanic"`
	KeyTypeSize   int    `json:"key_type_size"`
	ElemTypeSize  int    `json:"elem_type_size"`
	KeyPtrdata    int    `json:"key_ptrdata"`
	ElemPtrdata   int    `json:"elem_ptrdata"`
	BucketPtrs    bool   `json:"bucket_has_pointers"`
	BucketPtrdata int    `json:"bucket_ptrdata"`
	BucketPtrmask string `json:"bucket_ptrmask"` // one char per word, word 0 first, bucketsize/8 words
}
type dumpOut struct {
	Name     string   `json:"name,omitempty"`
	Go       string   `json:"go"`
	Key      string   `json:"key"`
	Elem     string   `json:"elem"`
	Hint     int      `json:"hint"`
	Impl     string   `json:"impl"`
	Aes      bool     `json:"useAeshash"`
	Hashkey  []string `json:"hashkey"`
	Rng      string   `json:"rng"`
	Hash0    string   `json:"hash0"`
	Type     typeOut  `json:"maptype"`
	Pointers [][2]any `json:"pointers,omitempty"`
	Draws    [][2]any `json:"draws"`
	Results  [][]any  `json:"results,omitempty"`
	Trace    [][8]any `json:"trace,omitempty"`
	Map      mapOut   `json:"map"`
	Snaps    [][2]any `json:"snaps,omitempty"`
}

func add(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + n) }

func nalloc(t *mapType, b uint8) uintptr {
	n := uintptr(1) << b
	if b >= 4 {
		n += uintptr(1) << (b - 4)
		sz := t.bucket.size * n
		if up := roundupsize(sz); up != sz {
			n = up / t.bucket.size
		}
	}
	return n
}

type dumper[K, V any] struct {
	t  *mapType
	h  *hmapHdr
	kc codec[K]
	vc codec[V]
}

func (d *dumper[K, V]) chainsOf(base unsafe.Pointer, n, nall uintptr, ob unsafe.Pointer, on, onall uintptr) []chainOut {
	t := d.t
	bs := uintptr(t.bucketsize)
	out := []chainOut{}
	where := func(p unsafe.Pointer) string {
		a := uintptr(p)
		if base != nil && a >= uintptr(base) && a < uintptr(base)+nall*bs {
			return "pre:" + strconv.Itoa(int((a-uintptr(base))/bs-n))
		}
		if ob != nil && a >= uintptr(ob) && a < uintptr(ob)+onall*bs {
			return "otherpre:" + strconv.Itoa(int((a-uintptr(ob))/bs-on))
		}
		return "heap"
	}
	for i := uintptr(0); i < n; i++ {
		c := chainOut{I: int(i)}
		empty := true
		for b := add(base, i*bs); b != nil; {
			var bo bucketOut
			for s := uintptr(0); s < 8; s++ {
				th := *(*uint8)(add(b, s))
				bo.TH[s] = int(th)
				if th != 0 {
					empty = false
				}
				kp := add(b, 8+s*uintptr(t.keysize))
				ep := add(b, 8+8*uintptr(t.keysize)+s*uintptr(t.elemsize))
				if th >= 5 {
					k, e := kp, ep
					if t.flags&1 != 0 {
						k = *(*unsafe.Pointer)(k)
					}
					if t.flags&2 != 0 {
						e = *(*unsafe.Pointer)(e)
					}
					bo.Cells = append(bo.Cells, [3]any{int(s), d.kc.enc((*K)(k)), d.vc.enc((*V)(e))})
				} else if th <= 1 {
					for j := uintptr(0); j < uintptr(t.keysize); j++ {
						if *(*uint8)(add(kp, j)) != 0 {
							bo.StaleK |= 1 << s
						}
					}
					for j := uintptr(0); j < uintptr(t.elemsize); j++ {
						if *(*uint8)(add(ep, j)) != 0 {
							bo.StaleE |= 1 << s
						}
					}
				}
			}
			next := *(*unsafe.Pointer)(add(b, bs-8))
			if next != nil {
				bo.Ovf = where(next)
				empty = false
			}
			if bo.StaleK != 0 || bo.StaleE != 0 {
				empty = false
			}
			c.Chain = append(c.Chain, bo)
			b = next
		}
		if !empty {
			out = append(out, c)
		}
	}
	return out
}

func (d *dumper[K, V]) snap() mapOut {
	t, h := d.t, d.h
	o := mapOut{Count: h.count, Flags: int(h.flags), B: int(h.B), Noverflow: int(h.noverflow),
		Hash0: fmt.Sprintf("0x%08x", h.hash0), Nevacuate: int(h.nevacuate), BucketsNil: h.buckets == nil,
		Growing: h.oldbuckets != nil, SameSize: h.flags&8 != 0, Buckets: []chainOut{}}
	n := uintptr(1) << h.B
	na := nalloc(t, h.B)
	oldB := h.B
	if h.flags&8 == 0 {
		oldB--
	}
	var on, ona uintptr
	if h.oldbuckets != nil {
		on, ona = uintptr(1)<<oldB, nalloc(t, oldB)
	}
	if h.buckets != nil {
		o.Nbuckets, o.Nalloc = int(n), int(na)
		o.Buckets = d.chainsOf(h.buckets, n, na, h.oldbuckets, on, ona)
	}
	if h.oldbuckets != nil {
		o.Noldbucket = int(on)
		o.OldBuckets = d.chainsOf(h.oldbuckets, on, ona, h.buckets, n, na)
	}
	if x := h.extra; x != nil {
		o.Extra = &extraOut{}
		if x.overflow != nil {
			l := len(*x.overflow)
			o.Extra.Overflow = &l
		}
		if x.oldoverflow != nil {
			l := len(*x.oldoverflow)
			o.Extra.OldOverflow = &l
		}
		if x.nextOverflow != nil {
			l := int((uintptr(x.nextOverflow)-uintptr(h.buckets))/uintptr(t.bucketsize) - n)
			o.Extra.NextOverflow = &l
		}
	}
	return o
}

func typeInfo(t *mapType) typeOut {
	o := typeOut{Keysize: int(t.keysize), Elemsize: int(t.elemsize), Bucketsize: int(t.bucketsize), Flags: int(t.flags),
		IndirectKey: t.flags&1 != 0, IndirectElem: t.flags&2 != 0, Reflexive: t.flags&4 != 0,
		NeedKeyUpdate: t.flags&8 != 0, HashMightPan: t.flags&16 != 0,
		KeyTypeSize: int(t.key.size), ElemTypeSize: int(t.elem.size), KeyPtrdata: int(t.key.ptrdata), ElemPtrdata: int(t.elem.ptrdata),
		BucketPtrs: t.bucket.ptrdata != 0, BucketPtrdata: int(t.bucket.ptrdata)}
	mask := make([]byte, t.bucketsize/8)
	for i := range mask {
		mask[i] = '0'
		if uintptr(i) < t.bucket.ptrdata/8 {
			if t.bucket.kind&(1<<6) != 0 {
				panic("bucket type uses a gc program")
			}
			if *(*byte)(add(unsafe.Pointer(t.bucket.gcdata), uintptr(i/8)))>>(i%8)&1 != 0 {
				mask[i] = '1'
			}
		}
	}
	o.BucketPtrmask = string(mask)
	return o
}

// ---- replay --------------------------------------------------------------

// ops is a map of one type by what can be done to it. In Go 1.19 interfaces do not satisfy
// comparable, so maps with such keys are spelled out in keys.go.
type ops[K, V any] struct {
	typ      *mapType
	make     func(hint int) *hmapHdr
	get      func(h *hmapHdr, k K) (V, bool)
	set      func(h *hmapHdr, k K, v V)
	del      func(h *hmapHdr, k K)
	clear    func(h *hmapHdr)
	opassign func(h *hmapHdr, k K, d V)
}

type pop[K, V any] struct {
	name string
	k    K
	v    V
	id   int64
	n    int64
}

// predecode parses every operand before the hash key is swapped: encoding/json
// keeps its own Go maps.
func predecode[K, V any](s *script, kc codec[K], vc codec[V]) []pop[K, V] {
	out := make([]pop[K, V], len(s.Ops))
	for i, op := range s.Ops {
		p := &out[i]
		must(json.Unmarshal(op[0], &p.name))
		switch p.name {
		case "set", "opassign":
			p.k, p.v = kc.dec(op[1]), vc.dec(op[2])
		case "del", "get", "hash":
			p.k = kc.dec(op[1])
		case "iter":
			p.id = decI64(op[1])
		case "next":
			p.id, p.n = decI64(op[1]), decI64(op[2])
		case "clear", "snap":
		default:
			panic("bad op " + p.name)
		}
	}
	return out
}

//go:noinline
func cGet[K comparable, V any](m map[K]V, k K) (V, bool) { v, ok := m[k]; return v, ok }

//go:noinline
func cSet[K comparable, V any](m map[K]V, k K, v V) { m[k] = v }

//go:noinline
func cDel[K comparable, V any](m map[K]V, k K) { delete(m, k) }

//go:noinline
func cClear[K comparable, V any](m map[K]V) {
	for k := range m {
		delete(m, k)
	}
}

//go:noinline
func cAddInt[K comparable](m map[K]int64, k K, d int64) { m[k] += d }

//go:noinline
func cAddStr[K comparable](m map[K]string, k K, d string) { m[k] += d }

func header[M any](m M) *hmapHdr { return *(**hmapHdr)(unsafe.Pointer(&m)) }
func mapOf[M any](h *hmapHdr) M  { return *(*M)(unsafe.Pointer(&h)) }
func typeOf(m any) *mapType      { return (*[2]*mapType)(unsafe.Pointer(&m))[0] }

func badElem() { panic("opassign needs elem int64 or string") }

func compiled[K comparable, V any]() ops[K, V] {
	return ops[K, V]{
		typ:   typeOf(map[K]V(nil)),
		make:  func(hint int) *hmapHdr { return header(make(map[K]V, hint)) },
		get:   func(h *hmapHdr, k K) (V, bool) { return cGet(mapOf[map[K]V](h), k) },
		set:   func(h *hmapHdr, k K, v V) { cSet(mapOf[map[K]V](h), k, v) },
		del:   func(h *hmapHdr, k K) { cDel(mapOf[map[K]V](h), k) },
		clear: func(h *hmapHdr) { cClear(mapOf[map[K]V](h)) },
		opassign: func(h *hmapHdr, k K, d V) {
			switch m := any(mapOf[map[K]V](h)).(type) {
			case map[K]int64:
				cAddInt(m, k, any(d).(int64))
			case map[K]string:
				cAddStr(m, k, any(d).(string))
			default:
				badElem()
			}
		},
	}
}

// generic calls the generic routines; from is the same map as compiled code has it.
func generic[K, V any](from ops[K, V]) ops[K, V] {
	t := from.typ
	f := from
	f.get = func(h *hmapHdr, k K) (v V, ok bool) {
		p, ok := rtMapaccess2(t, h, unsafe.Pointer(&k))
		if ok {
			v = *(*V)(p)
		}
		return v, ok
	}
	f.set = func(h *hmapHdr, k K, v V) { *(*V)(rtMapassign(t, h, unsafe.Pointer(&k))) = v }
	f.del = func(h *hmapHdr, k K) { rtMapdelete(t, h, unsafe.Pointer(&k)) }
	if t.flags&4 != 0 { // otherwise not reflexive: the compiler keeps the loop
		f.clear = func(h *hmapHdr) { rtMapclear(t, h) }
	}
	f.opassign = func(h *hmapHdr, k K, d V) {
		p := rtMapassign(t, h, unsafe.Pointer(&k))
		switch p := any((*V)(p)).(type) {
		case *int64:
			*p += any(d).(int64)
		case *string:
			*p += any(d).(string)
		default:
			badElem()
		}
	}
	return f
}

func replay[K, V any](s *script, kc codec[K], vc codec[V], f ops[K, V]) dumpOut {
	out := dumpOut{Name: s.Name, Go: runtime.Version(), Key: s.Key, Elem: s.Elem, Hint: s.Hint, Impl: s.Impl, Aes: useAeshash, Draws: [][2]any{}}
	hk := [4]uintptr{0x243f6a8885a308d3, 0x13198a2e03707345, 0xa4093822299f31d1, 0x082efa98ec4e6c89}
	for i, x := range s.Hashkey {
		u, err := strconv.ParseUint(strings.TrimPrefix(x, "0x"), 16, 64)
		must(err)
		hk[i] = uintptr(u)
	}
	rng0 := uint64(0x0123456789abcdef)
	if s.Rng != "" {
		u, err := strconv.ParseUint(strings.TrimPrefix(s.Rng, "0x"), 16, 64)
		must(err)
		rng0 = u
	}
	for _, x := range hk {
		out.Hashkey = append(out.Hashkey, fmt.Sprintf("0x%016x", x))
	}
	out.Rng = fmt.Sprintf("0x%016x", rng0)

	switch s.Impl {
	case "compiled":
	case "generic":
		f = generic(f)
	default:
		panic("bad impl " + s.Impl)
	}
	t := f.typ
	out.Type = typeInfo(t)

	usePointers(s)
	todo := predecode(s, kc, vc)
	out.Pointers = pointerTable()
	cell := rngCell()
	savedKey := hashkey
	savedRng := *cell
	iters := make([]*iterState, 64)

	// Everything below runs under the script's hashkey. Nothing here may touch
	// another Go map that was filled under the real one.
	hashkey = hk
	*cell = rng0
	last := rng0
	note := func(i int) {
		if now := *cell; now != last {
			out.Draws = append(out.Draws, [2]any{i, drawsBetween(last, now)})
			last = now
		}
	}
	h := f.make(s.Hint)
	note(-1)
	d := &dumper[K, V]{t, h, kc, vc}
	step := func(i int) {
		op := &todo[i]
		defer func() {
			if r := recover(); r != nil {
				err, ok := r.(runtime.Error)
				if !ok || !strings.HasPrefix(err.Error(), "runtime error: hash of unhashable") {
					panic(r)
				}
				out.Results = append(out.Results, []any{i, panicOut{err.Error()}})
				// Unwinding draws from fastrand (pcvalue's cache); the map had not.
				*cell = last
			}
		}()
		switch op.name {
		case "set":
			f.set(h, op.k, op.v)
		case "del":
			f.del(h, op.k)
		case "get":
			v, ok := f.get(h, op.k)
			out.Results = append(out.Results, []any{i, ok, vc.enc(&v)})
		case "opassign":
			f.opassign(h, op.k, op.v)
		case "clear":
			f.clear(h)
		case "hash": // ["hash", k]: the full 64-bit hash under the current hash0
			hv := t.hasher(unsafe.Pointer(&op.k), uintptr(h.hash0))
			out.Results = append(out.Results, []any{i, fmt.Sprintf("0x%016x", hv)})
		case "iter": // ["iter", id]: mapiterinit; reports the first entry
			it := &iterState{}
			iters[op.id] = it
			rtMapiterinit(t, h, it)
			note(i)
			if it.key != nil {
				out.Results = append(out.Results, []any{i, kc.enc((*K)(it.key)), vc.enc((*V)(it.elem))})
			} else {
				out.Results = append(out.Results, []any{i, nil})
			}
		case "next": // ["next", id, n]: up to n mapiternext steps
			it := iters[op.id]
			row := []any{i}
			for n := op.n; n > 0; n-- {
				if it.key != nil {
					rtMapiternext(it)
				}
				if it.key == nil {
					row = append(row, nil)
					break
				}
				row = append(row, [2]any{kc.enc((*K)(it.key)), vc.enc((*V)(it.elem))})
			}
			out.Results = append(out.Results, row)
		case "snap":
			out.Snaps = append(out.Snaps, [2]any{i, d.snap()})
		}
	}
	for i := range todo {
		step(i)
		note(i)
		if s.Trace {
			g := 0
			if h.oldbuckets != nil {
				g = 1
			}
			out.Trace = append(out.Trace, [8]any{i, h.count, int(h.flags), int(h.B), int(h.noverflow), int(h.nevacuate), g, h.hash0})
		}
	}
	out.Map = d.snap()
	out.Hash0 = out.Map.Hash0
	hashkey = savedKey
	*cell = savedRng
	runtime.KeepAlive(h)
	runtime.KeepAlive(iters)
	return out
}

func withElem[K comparable](s *script, kc codec[K]) dumpOut {
	switch s.Elem {
	case "int64":
		return replay(s, kc, i64codec, compiled[K, int64]())
	case "ptr":
		return replay(s, kc, ptrcodec, compiled[K, *obj]())
	case "string":
		return replay(s, kc, strcodec, compiled[K, string]())
	case "bytes200":
		return replay(s, kc, b200codec, compiled[K, [200]byte]())
	case "empty", "empty struct":
		return replay(s, kc, emptycodec, compiled[K, struct{}]())
	}
	panic("bad elem " + s.Elem)
}

func run(s *script) dumpOut {
	if s.Impl == "" {
		s.Impl = "compiled"
	}
	switch s.Key {
	case "bool":
		return withElem(s, boolcodec)
	case "int8":
		return withElem(s, signed[int8](8))
	case "int16":
		return withElem(s, signed[int16](16))
	case "int32":
		return withElem(s, i32codec)
	case "int64":
		return withElem(s, i64codec)
	case "int":
		return withElem(s, signed[int](64))
	case "uint8":
		return withElem(s, unsigned[uint8](8))
	case "uint16":
		return withElem(s, unsigned[uint16](16))
	case "uint32":
		return withElem(s, unsigned[uint32](32))
	case "uint64":
		return withElem(s, unsigned[uint64](64))
	case "uint":
		return withElem(s, unsigned[uint](64))
	case "uintptr":
		return withElem(s, unsigned[uintptr](64))
	case "float32":
		return withElem(s, f32codec)
	case "float64":
		return withElem(s, f64codec)
	case "complex64":
		return withElem(s, c64codec)
	case "complex128":
		return withElem(s, c128codec)
	case "string":
		return withElem(s, strcodec)
	case "ptr":
		return withElem(s, ptrkeycodec)
	case "any":
		return withAny(s)
	case "pair":
		return withElem(s, paircodec)
	case "bytes200":
		return withElem(s, b200codec)
	case "array":
		return withElem(s, arraycodec)
	case "matrix":
		return withElem(s, matrixcodec)
	case "record":
		return withElem(s, recordcodec)
	case "padded":
		return withElem(s, paddedcodec)
	case "boxes":
		return withBoxes(s)
	}
	panic("bad key " + s.Key)
}

func main() {
	if useAeshash {
		// Fallback hash wanted: start again with the CPU's AES turned off.
		exe, err := os.Executable()
		must(err)
		env := []string{}
		for _, e := range os.Environ() {
			if !strings.HasPrefix(e, "GODEBUG=") {
				env = append(env, e)
			}
		}
		must(syscall.Exec(exe, os.Args, append(env, "GODEBUG=cpu.aes=off")))
	}
	runtime.LockOSThread()
	runtime.MemProfileRate = 0
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	w := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// Pointer keys may be numbers that lead nowhere, so memory is collected only between scripts,
	// when none is left.
	debug.SetGCPercent(-1)
	for n := 1; ; n++ {
		var s script
		if err := in.Decode(&s); err == io.EOF {
			return
		} else {
			must(err)
		}
		out := run(&s)
		must(enc.Encode(&out))
		must(w.Flush())
		if n%64 == 0 {
			runtime.GC()
		}
	}
}
