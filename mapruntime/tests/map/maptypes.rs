//! Map types against those of a real program, read from its memory (tests/data/maptypes.json).

use crate::support::Kit;
use mapruntime::maptype::flag;
use mapruntime::{GoType, MapType, MapTypeError, Variant};
use serde_json::Value;

#[test]
fn all_thirty_map_types_are_those_of_a_real_program() {
    let text = include_str!("../data/maptypes.json");
    let rows: Vec<Value> = serde_json::from_str(text).expect("the file is JSON");
    assert_eq!(rows.len(), 30);
    let mut kit = Kit::new(1, 1);
    for row in rows {
        let name = |field: &str| row[field].as_str().expect("a name").to_owned();
        let number = |field: &str| row[field].as_u64().expect("a number");
        let what = format!("map[{}]{}", name("key"), name("elem"));
        let t = kit.map_type(&name("key"), &name("elem"));
        assert_eq!(t.keysize(), number("keysize"), "{what}");
        assert_eq!(t.elemsize(), number("elemsize"), "{what}");
        assert_eq!(t.bucketsize(), number("bucketsize"), "{what}");
        assert_eq!(u64::from(t.flags()), number("flags"), "{what}");
        for (bit, field) in [
            (flag::INDIRECT_KEY, "indirectkey"),
            (flag::INDIRECT_ELEM, "indirectelem"),
            (flag::REFLEXIVE_KEY, "reflexive"),
            (flag::NEED_KEY_UPDATE, "needkeyupdate"),
            (flag::HASH_MIGHT_PANIC, "hashMightPanic"),
        ] {
            assert_eq!(t.flags() & bit != 0, row[field].as_bool().expect("a boolean"), "{what} {field}");
        }
        assert_eq!(t.key().size(), number("key_type_size"), "{what}");
        assert_eq!(t.elem().size(), number("elem_type_size"), "{what}");
        assert_eq!(t.key().ty().ptrdata().0, number("key_ptrdata"), "{what}");
        assert_eq!(t.elem().ty().ptrdata().0, number("elem_ptrdata"), "{what}");
        assert_eq!(t.bucket().ptrdata().0, number("bucket_ptrdata"), "{what}");
        assert_eq!(!t.bucket().noscan(), row["bucket_has_pointers"].as_bool().expect("a boolean"), "{what}");
        let words = t.bucketsize() / 8;
        let mask: String = (0..words).map(|i| if t.bucket().is_pointer(i) { '1' } else { '0' }).collect();
        assert_eq!(mask, name("bucket_ptrmask"), "{what}");
    }
}

#[test]
fn the_compilers_choice_of_routines_follows_from_key_and_elem() {
    let mut kit = Kit::new(1, 1);
    for (key, elem, variant) in [
        ("int32", "int64", Variant::Fast32),
        ("int64", "ptr", Variant::Fast64),
        ("bytes8", "int64", Variant::Fast64),
        ("ptr", "int64", Variant::Fast64Ptr),
        ("boxed", "int64", Variant::Fast64Ptr),
        ("string", "pair", Variant::FastStr),
        ("string", "bytes200", Variant::Slow),
        ("int8", "int64", Variant::Slow),
        ("float64", "int64", Variant::Slow),
        ("any", "int64", Variant::Slow),
        ("complex64", "int64", Variant::Slow),
    ] {
        assert_eq!(kit.map_type(key, elem).variant(), variant, "map[{key}]{elem}");
    }
}

#[test]
fn a_key_that_cannot_be_compared_makes_no_map_type() {
    let mut kit = Kit::new(1, 1);
    let elem = kit.types["int64"].clone();
    for name in ["[]int", "func()", "map[int]int", "holder"] {
        let key: std::sync::Arc<GoType> = kit.types[name].clone();
        let made = MapType::new(&mut kit.table, &kit.universe, &key, &elem);
        assert_eq!(made.unwrap_err(), MapTypeError::InvalidKey(name.into()));
    }
}
