//! Random Go programs, to look at: prints one, or counts what many show.
//!
//! ```text
//! cargo run -p tests --example generate -- SEED          prints the program of a seed
//! cargo run -p tests --example generate -- SEED COUNT    in how many of COUNT programs each form occurs
//! ```

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tests::gogen::{histogram, programs};

fn main() {
    let arguments: Vec<u64> = std::env::args().skip(1).map(|text| text.parse().expect("a number")).collect();
    let (seed, count) = (arguments.first().copied().unwrap_or(1), arguments.get(1).copied());
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let mut next = || programs().new_tree(&mut runner).expect("programs are not filtered").current();
    let Some(count) = count else {
        print!("{}", next());
        return;
    };
    let drawn: Vec<_> = (0..count).map(|_| next()).collect();
    let lines: usize = drawn.iter().map(|program| program.to_string().lines().count()).sum();
    println!("{count} programs, {} lines each", lines / drawn.len().max(1));
    let mut rows: Vec<_> = histogram(&drawn).into_iter().collect();
    rows.sort_by_key(|(form, n)| (std::cmp::Reverse(*n), *form));
    for (form, n) in rows {
        println!("{n:6} {form}");
    }
}
