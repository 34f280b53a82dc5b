//! Write barriers: which pointer stores have one, and why.

/// Why a store of pointers has no write barrier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It writes to this goroutine's stack.
    Stack,
}
