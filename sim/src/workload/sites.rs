//! The workload's own sites: where its code makes objects and stores pointers.
//!
//! They are numbered after those of the map runtime.

use gc::{Site, SiteTable};

macro_rules! sites {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal;)+) => {
        /// Numbers of the workload's sites.
        #[derive(Clone, Copy, Debug)]
        #[allow(non_snake_case)]
        pub struct Sites {
            $($(#[doc = $doc])+ pub $name: Site,)+
        }

        impl Sites {
            /// Adds the sites to a table.
            pub fn add_to(table: &mut SiteTable) -> Sites {
                Sites { $($name: table.add($text),)+ }
            }
        }
    };
}

sites! {
    /// The caller's store through the slot that `mapassign` returned.
    map_slot = "main.map slot";
    /// A map stored to the global table of maps.
    maps = "main.maps";
    /// An object of the pool that pointer keys point to, stored to the pool.
    pool = "main.pool";
    /// The store of a leaf into a new node, or of the elements of a new composite.
    leaf = "main.node.leaf";
    /// The store of a value into a new inner map.
    inner = "main.inner map slot";
    /// Makes an object without pointers: a leaf, a box.
    new_leaf = "main.new leaf";
    /// Makes a node.
    new_node = "main.new node";
    /// Makes the bytes of a string.
    new_string = "main.new string";
    /// Makes the backing array of a slice.
    new_slice = "main.new slice";
    /// Makes the pool of objects that pointer keys point to.
    new_pool = "main.new pool";
    /// Between two operations.
    between = "main.between operations";
    /// Between the return of the slot and the store through it.
    before_store = "main.before store";
}

impl Sites {
    /// The table of all sites: the map runtime's, then the workload's.
    pub fn table() -> (SiteTable, Sites) {
        let mut table = SiteTable::new(mapruntime::sites::NAMES);
        let sites = Sites::add_to(&mut table);
        (table, sites)
    }
}
