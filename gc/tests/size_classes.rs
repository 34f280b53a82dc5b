//! Go's size classes, against the Go that is installed.
//!
//! Without Go's source there is nothing to compare with; then the test says so and passes, unless
//! `BARRIERLAB_REQUIRE_GO` is set.

use gc::size_class::{CLASSES, MAX_SMALL, PAGE, PAGES, SIZE, class_of};

const SOURCE: &str = "/usr/share/go-1.19/src/runtime/sizeclasses.go";

/// Numbers between the braces of `var NAME = [...]T{...}`.
fn table(source: &str, name: &str) -> Vec<u64> {
    let start = source.find(&format!("var {name} = ")).unwrap_or_else(|| panic!("{name} in {SOURCE}"));
    let body = source[start..].split(['{', '}']).nth(1).expect("a table in braces");
    body.split(',').map(|n| n.trim().parse().expect("a number")).collect()
}

/// The value of a constant.
fn constant(source: &str, name: &str) -> u64 {
    let line = source.lines().find(|l| l.trim_start().starts_with(&format!("{name} "))).expect(name);
    line.split('=').nth(1).and_then(|n| n.trim().parse().ok()).expect("a number")
}

#[test]
fn size_classes_and_span_sizes_are_those_of_the_installed_go() {
    let source = match std::fs::read_to_string(SOURCE) {
        Ok(source) => source,
        Err(error) => {
            assert!(std::env::var_os("BARRIERLAB_REQUIRE_GO").is_none(), "Go's source is required: {SOURCE}: {error}");
            eprintln!("skipped: no Go 1.19 source at {SOURCE} ({error}); install golang-1.19-src to compare");
            return;
        }
    };
    assert_eq!(constant(&source, "_MaxSmallSize"), MAX_SMALL);
    assert_eq!(constant(&source, "_NumSizeClasses"), CLASSES as u64);
    assert_eq!(constant(&source, "_PageShift"), u64::from(PAGE.trailing_zeros()));
    let sizes = table(&source, "class_to_size");
    assert_eq!(sizes, SIZE.map(u64::from));
    assert_eq!(table(&source, "class_to_allocnpages"), PAGES.map(u64::from));

    // Go finds a class through two tables: by eights up to 1024 bytes, by 128s above.
    let (by_8, by_128) = (table(&source, "size_to_class8"), table(&source, "size_to_class128"));
    for bytes in 1..=MAX_SMALL {
        let class = match bytes.checked_sub(1024) {
            Some(above) => by_128[above.div_ceil(128) as usize],
            None => by_8[bytes.div_ceil(8) as usize],
        };
        assert_eq!(class_of(bytes), Some(class as usize), "{bytes} bytes");
    }
}
