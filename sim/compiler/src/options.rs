//! How a program is lowered: what can be chosen between the typed tree and code.

/// The era of map assignments: how `m[k] = v` is lowered.
///
/// Later eras order after earlier ones. They differ in statements on maps and in the temporaries of runtime calls, not
/// in what else a program does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Lowering {
    /// Before the change of October 2016: `mapassign1(t, m, &k, &v)`, and every `m[k]` that is read is copied out.
    MapAssign1,
    /// The change: `*mapassign(t, m, &k) = v`. Constant keys are in temporaries.
    MapAssign,
    /// February 2017: constant keys are read-only data, fast lookups take their key by value.
    MapAssign2017,
    /// Go 1.19: `m[k] op= v` and `m[k] = append(m[k], …)` with one call, `mapassign_fast*`, `mapdelete_fast*`,
    /// `mapclear`; the right side is complete before the map is touched.
    #[default]
    MapAssignOp,
}

/// Choices of the passes order and walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The era.
    pub lowering: Lowering,
    /// Is there the pass order? Without it walk evaluates naively, and values can be lost.
    pub order: bool,
    /// As for a race detector: values are copied out where they are read.
    pub instrumenting: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { lowering: Lowering::default(), order: true, instrumenting: false }
    }
}
