//! Every place in this crate that stores a pointer or makes an object, numbered and named.
//!
//! Names are `routine.what`. A program's own sites come after these in its
//! [`SiteTable`](gc::SiteTable): start it with [`NAMES`].
//!
//! No barrier, and so no site, have the stores of counts, flags and tophashes, and the fast variants' keys without
//! pointers. The overflow word has one even in a bucket without pointers, whose type calls it a `uintptr`: Go's
//! `setoverflow` is one function for all map types. There the shade is redundant.
//!
//! Source: Go 1.19 runtime/map*.go. Every site that stores was found to have a barrier (or a bulk one) in the
//! compiled runtime of Go 1.19.8, and each such barrier to have a site.
//! Checked by: the tests below, and `tests/map/sites.rs`.

use gc::Site;

macro_rules! sites {
    ($($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Number { $($constant,)* COUNT }

        $($(#[$doc])* pub const $constant: Site = Site(Number::$constant as u16);)*

        /// The names of all sites, in the order of their numbers.
        pub const NAMES: [&str; Number::COUNT as usize] = [$($name),*];
    };
}

sites! {
    /// Allocation of the header, by `makemap` and `makemap_small`.
    MAKEMAP_NEW = "makemap.new";
    /// `h.buckets` of a map made with a hint.
    MAKEMAP_BUCKETS = "makemap.buckets";
    /// Allocation of `mapextra` for preallocated overflow buckets.
    MAKEMAP_EXTRA_NEW = "makemap.extra_new";
    /// `h.extra` of a map made with a hint.
    MAKEMAP_EXTRA = "makemap.extra";
    /// `h.extra.nextOverflow` of a map made with a hint.
    MAKEMAP_NEXT_OVERFLOW = "makemap.next_overflow";
    /// Allocation of a bucket array.
    BUCKET_ARRAY_NEW = "make_bucket_array.new";
    /// Clearing of an array that is used again, by `mapclear`.
    BUCKET_ARRAY_CLEAR = "make_bucket_array.clear";
    /// The overflow word of the last preallocated bucket, which marks it as the last.
    BUCKET_ARRAY_LAST = "make_bucket_array.last";

    /// Allocation of an overflow bucket.
    NEWOVERFLOW_NEW = "newoverflow.new";
    /// `h.extra.nextOverflow` moves on to the next preallocated bucket, or becomes nil.
    NEWOVERFLOW_NEXT = "newoverflow.next";
    /// The mark of the last preallocated bucket is taken off.
    NEWOVERFLOW_UNMARK = "newoverflow.unmark";
    /// The overflow bucket is linked to its chain.
    NEWOVERFLOW_LINK = "newoverflow.link";
    /// Allocation of a larger array for the list of overflow buckets.
    NEWOVERFLOW_GROW_NEW = "newoverflow.grow_new";
    /// The old list is copied to the larger array.
    NEWOVERFLOW_GROW_COPY = "newoverflow.grow_copy";
    /// The larger array becomes the list's.
    NEWOVERFLOW_ARRAY = "newoverflow.array";
    /// The overflow bucket is appended to the list.
    NEWOVERFLOW_APPEND = "newoverflow.append";
    /// Allocation of `mapextra` for the list.
    CREATEOVERFLOW_EXTRA_NEW = "createoverflow.extra_new";
    /// `h.extra`.
    CREATEOVERFLOW_EXTRA = "createoverflow.extra";
    /// Allocation of the list's slice header.
    CREATEOVERFLOW_SLICE_NEW = "createoverflow.slice_new";
    /// `h.extra.overflow`.
    CREATEOVERFLOW_SLICE = "createoverflow.slice";

    /// Allocation of the first bucket, on the first assignment.
    MAPASSIGN_BUCKET_NEW = "mapassign.bucket_new";
    /// `h.buckets` gets the first bucket.
    MAPASSIGN_BUCKETS = "mapassign.buckets";
    /// The key is written again over an equal one (±0, strings, interfaces).
    MAPASSIGN_KEYUPDATE = "mapassign.keyupdate";
    /// Allocation for a key that is too large for the bucket.
    MAPASSIGN_INDIRECT_KEY_NEW = "mapassign.indirect_key_new";
    /// The cell's pointer to that.
    MAPASSIGN_INDIRECT_KEY = "mapassign.indirect_key";
    /// Allocation for an elem that is too large for the bucket.
    MAPASSIGN_INDIRECT_ELEM_NEW = "mapassign.indirect_elem_new";
    /// The cell's pointer to that.
    MAPASSIGN_INDIRECT_ELEM = "mapassign.indirect_elem";
    /// The key of a new entry.
    MAPASSIGN_KEY = "mapassign.key";
    /// The value of `m[k] = v`, copied inside the runtime: the lowering before 2016.
    MAPASSIGN1_ELEM = "mapassign1.elem";

    /// The key of a deleted entry is cleared.
    MAPDELETE_KEY = "mapdelete.key";
    /// The elem of a deleted entry is cleared.
    MAPDELETE_ELEM = "mapdelete.elem";

    /// `h.oldbuckets` becomes nil.
    MAPCLEAR_OLDBUCKETS = "mapclear.oldbuckets";
    /// `*h.extra` is cleared.
    MAPCLEAR_EXTRA = "mapclear.extra";
    /// `h.extra.nextOverflow` starts again.
    MAPCLEAR_NEXT_OVERFLOW = "mapclear.next_overflow";

    /// `h.oldbuckets` gets the buckets in use.
    HASHGROW_OLDBUCKETS = "hashgrow.oldbuckets";
    /// `h.buckets` gets the new array.
    HASHGROW_BUCKETS = "hashgrow.buckets";
    /// `h.extra.oldoverflow` gets the list of overflow buckets.
    HASHGROW_OLDOVERFLOW = "hashgrow.oldoverflow";
    /// `h.extra.overflow` becomes nil.
    HASHGROW_OVERFLOW = "hashgrow.overflow";
    /// Allocation of `mapextra` for preallocated overflow buckets.
    HASHGROW_EXTRA_NEW = "hashgrow.extra_new";
    /// `h.extra`.
    HASHGROW_EXTRA = "hashgrow.extra";
    /// `h.extra.nextOverflow`.
    HASHGROW_NEXT_OVERFLOW = "hashgrow.next_overflow";

    /// The key of an entry that moves (the pointer to it, if it is indirect).
    EVACUATE_KEY = "evacuate.key";
    /// The elem of an entry that moves (the pointer to it, if it is indirect).
    EVACUATE_ELEM = "evacuate.elem";
    /// An evacuated bucket is cleared but for its tophashes.
    EVACUATE_CLEAR = "evacuate.clear";
    /// `h.oldbuckets` becomes nil when all are evacuated.
    ADVANCE_OLDBUCKETS = "advance.oldbuckets";
    /// `h.extra.oldoverflow` likewise.
    ADVANCE_OLDOVERFLOW = "advance.oldoverflow";

    /// `it.t`.
    MAPITERINIT_T = "mapiterinit.t";
    /// `it.h`.
    MAPITERINIT_H = "mapiterinit.h";
    /// `it.buckets`.
    MAPITERINIT_BUCKETS = "mapiterinit.buckets";
    /// `it.overflow`.
    MAPITERINIT_OVERFLOW = "mapiterinit.overflow";
    /// `it.oldoverflow`.
    MAPITERINIT_OLDOVERFLOW = "mapiterinit.oldoverflow";
    /// `it.key`.
    MAPITERNEXT_KEY = "mapiternext.key";
    /// `it.elem`.
    MAPITERNEXT_ELEM = "mapiternext.elem";
    /// `it.bptr`, stored only if it changes.
    MAPITERNEXT_BPTR = "mapiternext.bptr";

    /// Allocation of the first bucket, by `mapassign_fast32`.
    FAST32_BUCKET_NEW = "mapassign_fast32.bucket_new";
    /// `h.buckets` gets the first bucket.
    FAST32_BUCKETS = "mapassign_fast32.buckets";
    /// The elem of a deleted entry is cleared.
    FAST32_DELETE_ELEM = "mapdelete_fast32.elem";
    /// The elem of an entry that moves.
    FAST32_EVACUATE_ELEM = "evacuate_fast32.elem";
    /// An evacuated bucket is cleared but for its tophashes.
    FAST32_EVACUATE_CLEAR = "evacuate_fast32.clear";

    /// Allocation of the first bucket, by `mapassign_fast64`.
    FAST64_BUCKET_NEW = "mapassign_fast64.bucket_new";
    /// `h.buckets` gets the first bucket.
    FAST64_BUCKETS = "mapassign_fast64.buckets";
    /// Allocation of the first bucket, by `mapassign_fast64ptr`.
    FAST64PTR_BUCKET_NEW = "mapassign_fast64ptr.bucket_new";
    /// `h.buckets` gets the first bucket.
    FAST64PTR_BUCKETS = "mapassign_fast64ptr.buckets";
    /// A pointer as the key of a new entry.
    FAST64PTR_KEY = "mapassign_fast64ptr.key";
    /// A pointer key of a deleted entry is cleared.
    FAST64_DELETE_KEY = "mapdelete_fast64.key";
    /// The elem of a deleted entry is cleared.
    FAST64_DELETE_ELEM = "mapdelete_fast64.elem";
    /// A pointer key of an entry that moves.
    FAST64_EVACUATE_KEY = "evacuate_fast64.key";
    /// The elem of an entry that moves.
    FAST64_EVACUATE_ELEM = "evacuate_fast64.elem";
    /// An evacuated bucket is cleared but for its tophashes.
    FAST64_EVACUATE_CLEAR = "evacuate_fast64.clear";

    /// Allocation of the first bucket, by `mapassign_faststr`.
    FASTSTR_BUCKET_NEW = "mapassign_faststr.bucket_new";
    /// `h.buckets` gets the first bucket.
    FASTSTR_BUCKETS = "mapassign_faststr.buckets";
    /// The data pointer of an equal key is replaced.
    FASTSTR_KEYUPDATE = "mapassign_faststr.keyupdate";
    /// The data pointer of the key of a new entry.
    FASTSTR_KEY = "mapassign_faststr.key";
    /// The data pointer of a deleted key is cleared; its length stays.
    FASTSTR_DELETE_KEY = "mapdelete_faststr.key";
    /// The elem of a deleted entry is cleared.
    FASTSTR_DELETE_ELEM = "mapdelete_faststr.elem";
    /// The data pointer of a key that moves.
    FASTSTR_EVACUATE_KEY = "evacuate_faststr.key";
    /// The elem of an entry that moves.
    FASTSTR_EVACUATE_ELEM = "evacuate_faststr.elem";
    /// An evacuated bucket is cleared but for its tophashes.
    FASTSTR_EVACUATE_CLEAR = "evacuate_faststr.clear";

    /// The value of `reflect.Value.SetMapIndex`.
    REFLECT_MAPASSIGN_ELEM = "reflect_mapassign.elem";
    /// The same for string keys.
    REFLECT_MAPASSIGN_FASTSTR_ELEM = "reflect_mapassign_faststr.elem";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sites_are_numbered_from_zero_and_no_name_is_used_twice() {
        assert_eq!(MAKEMAP_NEW, Site(0));
        assert_eq!(REFLECT_MAPASSIGN_FASTSTR_ELEM.index() + 1, NAMES.len());
        assert_eq!(NAMES[EVACUATE_ELEM.index()], "evacuate.elem");
        assert_eq!(NAMES.iter().collect::<BTreeSet<_>>().len(), NAMES.len());
    }
}
