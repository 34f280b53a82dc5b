//! Sites: the places in a program or in the runtime where a pointer is stored or an object made.
//!
//! A site has a stable name (`evacuate.elem`, `main.go:12 map slot`), so that a placement of
//! barriers is a list of rules on names and a report can say where a barrier was missing.
//! Each layer names its own: this crate stores no pointer on its own account.

use std::fmt;

/// Number of a site in its [`SiteTable`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site(pub u16);

impl Site {
    /// Index into per-site tables.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "site {}", self.0)
    }
}

/// The names of all sites, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteTable {
    names: Vec<String>,
}

impl SiteTable {
    /// A table that starts with the sites of a runtime, numbered from zero.
    ///
    /// # Panics
    /// With more than 2^16 names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> SiteTable {
        let mut table = SiteTable::default();
        for name in names {
            table.add(name);
        }
        table
    }

    /// Adds a site, for a program's own stores.
    ///
    /// # Panics
    /// When all 2^16 numbers are taken.
    pub fn add(&mut self, name: impl Into<String>) -> Site {
        let number = u16::try_from(self.names.len()).expect("at most 65,536 sites");
        self.names.push(name.into());
        Site(number)
    }

    /// Name of a site; `?` for a number that was never given out.
    pub fn name(&self, site: Site) -> &str {
        self.names.get(site.index()).map_or("?", String::as_str)
    }

    /// The site of this name.
    pub fn find(&self, name: &str) -> Option<Site> {
        self.names.iter().position(|n| n == name).map(|i| Site(i as u16))
    }

    /// All sites with their names, in number order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Site, &str)> {
        self.names.iter().enumerate().map(|(i, n)| (Site(i as u16), n.as_str()))
    }

    /// How many sites there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Is there no site at all?
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
