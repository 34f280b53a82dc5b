//! Order.
use crate::ir::{FuncId, Program};
use crate::options::Options;
use bumpalo::Bump;
/// Orders one function.
pub fn order_func<'a>(_program: &mut Program<'a>, _arena: &'a Bump, _options: Options, _id: FuncId) {}
