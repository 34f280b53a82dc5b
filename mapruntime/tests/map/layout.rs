//! Pins of the layout that this crate, the collector's masks and Go agree on.

use crate::support::Kit;
use gc::Bytes;
use mapruntime::layout::{hiter, hmap, mapextra};
use mapruntime::{GoType, Kind};

#[test]
fn fixed_structures_have_gos_sizes_and_pointers() {
    let kit = Kit::new(1, 1);
    let hmap = kit.universe.hmap();
    assert_eq!((hmap.size(), hmap.mask_word(), hmap.ptrdata()), (Bytes(48), 0b10_1100, Bytes(48)));
    let it = kit.universe.hiter();
    assert_eq!((it.size(), it.mask_word(), it.ptrdata()), (Bytes(96), 0xff, Bytes(64)));
    assert_eq!((hmap::B, hmap::NOVERFLOW, hmap::HASH0, hmap::EXTRA), (9, 10, 12, 40));
    assert_eq!((hiter::OFFSET, hiter::WRAPPED, hiter::B, hiter::I, hiter::CHECK_BUCKET), (72, 73, 74, 75, 88));
    assert_eq!((mapextra::NEXT_OVERFLOW, mapextra::SIZE), (16, 24));
}

#[test]
fn structures_are_laid_out_as_go_does() {
    let kit = Kit::new(1, 1);
    // Sizes by unsafe.Sizeof in Go.
    for (name, size, align, ptrdata) in [
        ("padded", 24, 8, 0),
        ("blank", 16, 8, 0),
        ("mixed", 56, 8, 56),
        ("boxed", 8, 8, 8),
        ("tailed", 16, 8, 0),
        ("empty", 0, 1, 0),
        ("[2]string", 32, 8, 24),
        ("[0]int", 0, 8, 0),
        ("bytes200", 200, 1, 0),
        ("any", 16, 8, 16),
        ("complex64", 8, 4, 0),
        ("[]int", 24, 8, 8),
    ] {
        let ty = kit.types[name].ty();
        assert_eq!((ty.size().0, ty.align().0, ty.ptrdata().0), (size, align, ptrdata), "{name}");
    }
    assert_eq!(kit.types["mixed"].ty().mask_word(), 0b100_0100, "string data and interface data");
}

#[test]
fn properties_of_keys_are_the_compilers() {
    let kit = Kit::new(1, 1);
    // comparable, reflexive, needkeyupdate, hashMightPanic, direct interface
    for (name, expected) in [
        ("int64", [true, true, false, false, false]),
        ("string", [true, true, true, false, false]),
        ("float64", [true, false, true, false, false]),
        ("complex64", [true, false, true, false, false]),
        ("any", [true, false, true, true, false]),
        ("ptr", [true, true, false, false, true]),
        ("boxed", [true, true, false, false, true]),
        ("pair", [true, true, false, false, false]),
        ("mixed", [true, false, true, true, false]),
        ("[2]string", [true, true, true, false, false]),
        ("holder", [false, true, false, false, false]),
        ("func()", [false, true, false, false, true]),
        ("map[int]int", [false, true, false, false, true]),
    ] {
        let t = &kit.types[name];
        let got = [t.comparable(), t.reflexive(), t.need_key_update(), t.hash_might_panic(), t.direct()];
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn a_type_that_fits_no_address_space_is_refused() {
    let mut kit = Kit::new(1, 1);
    let word = kit.types["int64"].clone();
    assert!(GoType::array(&mut kit.table, "huge", &word, 1 << 60).is_err());
    let pointer = kit.types["ptr"].clone();
    assert!(GoType::array(&mut kit.table, "huge", &pointer, 1 << 40).is_err(), "a bitmap of 2^40 bits");
    assert!(GoType::new(&mut kit.table, "int", Kind::Int).is_ok());
}
