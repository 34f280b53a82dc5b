//! Sites: names for the places of a program that store pointers or allocate.

use super::SiteInfo;
use crate::source::{Pos, Sources};
use std::collections::BTreeMap;

/// Sites as they are found; those of one name are one.
#[derive(Debug, Default)]
pub struct Sites {
    list: Vec<SiteInfo>,
    known: BTreeMap<String, u32>,
}

impl Sites {
    /// The number of the site `FILE:LINE kind`.
    pub fn number(&mut self, sources: &Sources, pos: Pos, kind: &str) -> u32 {
        let place = sources.place(pos);
        let file = place.map_or("?", |p| p.file.rsplit('/').next().unwrap_or(p.file));
        let name = format!("{file}:{} {kind}", place.map_or(0, |p| p.line));
        if let Some(&number) = self.known.get(&name) {
            return number;
        }
        let number = self.list.len() as u32;
        self.known.insert(name.clone(), number);
        self.list.push(SiteInfo { name, pos });
        number
    }

    /// All of them.
    pub fn finish(self) -> Vec<SiteInfo> {
        self.list
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
