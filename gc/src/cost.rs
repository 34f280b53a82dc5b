//! What a run did, in counts, and the table of weights that turns counts into modelled cycles.
//!
//! Counts are the same on every host. The weights are an assumption, stated here and nowhere else;
//! change them to ask what another machine would say.

/// Counts of everything that costs. All of the whole run, all mutators together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words loaded by mutators.
    pub loads: u64,
    /// Words stored by mutators, in whole or part.
    pub stores: u64,
    /// Tests of the write barrier flag.
    pub flag_tests: u64,
    /// Tests of colours inside barriers.
    pub colour_tests: u64,
    /// Shades by barriers, buffered or not, whether they changed anything or not.
    pub shades: u64,
    /// Bytes moved or cleared by bulk operations.
    pub bytes_copied: u64,
    /// Calls into the runtime.
    pub calls: u64,
    /// Temporaries that the lowering needs.
    pub temporaries: u64,
    /// Objects made.
    pub allocations: u64,
    /// Bytes of objects made, as asked for.
    pub bytes_allocated: u64,
    /// Safepoints passed.
    pub safepoints: u64,
    /// Objects scanned by the collector.
    pub objects_scanned: u64,
    /// Words that the collector looked at, roots included.
    pub words_scanned: u64,
    /// Stacks scanned.
    pub stacks_scanned: u64,
    /// Objects freed.
    pub objects_freed: u64,
}

/// Modelled cycles of each thing in [`Counts`], in the same order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [(&'static str, f64); 15]);

impl Default for Weights {
    /// Round figures for a machine with warm caches.
    fn default() -> Weights {
        Weights([
            ("loads", 4.0),
            ("stores", 1.0),
            ("flag tests", 1.0),
            ("colour tests", 4.0),
            ("shades", 12.0),
            ("bytes copied", 0.125),
            ("calls", 5.0),
            ("temporaries", 1.0),
            ("allocations", 25.0),
            ("bytes allocated", 0.0625),
            ("safepoints", 1.0),
            ("objects scanned", 10.0),
            ("words scanned", 2.0),
            ("stacks scanned", 200.0),
            ("objects freed", 4.0),
        ])
    }
}

impl Counts {
    /// The counts, in the order of [`Weights`].
    pub fn values(&self) -> [u64; 15] {
        [
            self.loads,
            self.stores,
            self.flag_tests,
            self.colour_tests,
            self.shades,
            self.bytes_copied,
            self.calls,
            self.temporaries,
            self.allocations,
            self.bytes_allocated,
            self.safepoints,
            self.objects_scanned,
            self.words_scanned,
            self.stacks_scanned,
            self.objects_freed,
        ]
    }

    /// Modelled cycles.
    pub fn cycles(&self, weights: &Weights) -> f64 {
        self.values().iter().zip(weights.0).map(|(&n, (_, w))| n as f64 * w).sum()
    }
}

/// What the barrier of one site did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteCounts {
    /// Pointer words stored.
    pub executed: u64,
    /// ... while the flag was on.
    pub flag_on: u64,
    /// ... and shading the old value turned an object grey.
    pub shaded_old: u64,
    /// ... and shading the new value did.
    pub shaded_new: u64,
    /// ... and nothing did: the barrier was useless in this run.
    pub useless: u64,
}
