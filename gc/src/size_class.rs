//! Go's size classes: how many bytes an object really takes, and how many pages its span has.
//!
//! An object of up to [`MAX_SMALL`] bytes is rounded up to the size of its class and shares a
//! span with others of that class; a larger one gets a span of its own, in whole pages.
//! Class 0 stands for the large ones.
//!
//! Source: Go 1.19 runtime/sizeclasses.go (the figures), msize.go (`roundupsize`).
//! Checked by: `gc/tests/size_classes.rs`, against the installed Go.

use crate::addr::Bytes;

/// Bytes in a page.
pub const PAGE: u64 = 8192;

/// The largest object that shares a span.
pub const MAX_SMALL: u64 = 32768;

/// Number of classes, class 0 (large) included.
pub const CLASSES: usize = 68;

/// Object size of each class, in bytes.
pub const SIZE: [u16; CLASSES] = [
    0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448,
    480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
    4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072,
    20480, 21760, 24576, 27264, 28672, 32768,
];

/// Pages in a span of each class.
pub const PAGES: [u8; CLASSES] = [
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2,
    1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
];

/// Class of each size, by eights of bytes rounded up.
const CLASS_OF: [u8; (MAX_SMALL / 8) as usize + 1] = {
    let mut table = [0; (MAX_SMALL / 8) as usize + 1];
    let (mut eights, mut class) = (0, 1);
    while eights < table.len() {
        if eights * 8 > SIZE[class] as usize {
            class += 1;
        }
        table[eights] = class as u8;
        eights += 1;
    }
    table
};

/// The class of an object of `bytes`; `None` for a large one. Zero bytes count as one.
#[inline(always)]
pub fn class_of(bytes: u64) -> Option<usize> {
    if bytes <= MAX_SMALL { Some(CLASS_OF[bytes.div_ceil(8) as usize] as usize) } else { None }
}

/// `ceil(2^32 / size)`: a byte offset below a span's length, times this, shifted right by 32, is
/// the index of the object there.
pub(crate) const fn reciprocal(class: usize) -> u32 {
    u32::MAX / SIZE[class] as u32 + 1
}

/// The bytes that an allocation of `bytes` really takes: Go's `roundupsize`.
pub fn round_up_size(bytes: Bytes) -> Bytes {
    match class_of(bytes.0) {
        Some(class) => Bytes(SIZE[class] as u64),
        None => Bytes(bytes.0.checked_next_multiple_of(PAGE).unwrap_or(bytes.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_gets_the_smallest_class_that_holds_it() {
        for bytes in 1..=MAX_SMALL {
            let class = class_of(bytes).unwrap();
            assert!(SIZE[class] as u64 >= bytes && (SIZE[class - 1] as u64) < bytes, "{bytes}");
        }
        assert_eq!(class_of(0), Some(1));
        assert_eq!(class_of(MAX_SMALL + 1), None);
        assert_eq!(round_up_size(Bytes(33)), Bytes(48));
        assert_eq!(round_up_size(Bytes(32769)), Bytes(40960));
    }

    #[test]
    fn the_reciprocal_divides_every_offset_of_every_span_exactly() {
        for class in 1..CLASSES {
            let size = SIZE[class] as u64;
            for offset in 0..PAGES[class] as u64 * PAGE {
                assert_eq!(
                    (offset * u64::from(reciprocal(class))) >> 32,
                    offset / size,
                    "class {class}, offset {offset}"
                );
            }
        }
    }
}
