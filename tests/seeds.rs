//! Runs scenarios with many seeds and tells what came of each: how robust is a planted fault?
//!
//! ```text
//! cargo run -p tests --example seeds -- [--seeds N] [--set key=value]... FILE...
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;
use tests::{each, gist, open, run, seeded};

fn main() {
    let mut args = std::env::args().skip(1);
    let (mut seeds, mut sets, mut files) = (20, Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seeds" => seeds = args.next().and_then(|n| n.parse().ok()).expect("a number after --seeds"),
            "--set" => sets.push(args.next().expect("key=value after --set")),
            _ => files.push(PathBuf::from(arg)),
        }
    }
    for file in files {
        let scenario = open(&file, &sets);
        let name = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let began = Instant::now();
        let all: Vec<u64> = (1..=seeds).collect();
        let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (seed, gist) in all.iter().zip(each(&all, |&seed| gist(&run(&name, &seeded(&scenario, seed))))) {
            found.entry(gist).or_default().push(*seed);
        }
        println!("{name}: {:.2} s a run", began.elapsed().as_secs_f64() * 2.0 / seeds as f64);
        let mut lines: Vec<_> = found.into_iter().collect();
        lines.sort_by_key(|(_, seeds)| std::cmp::Reverse(seeds.len()));
        for (gist, seeds) in lines {
            let which = if seeds.len() > 3 { String::new() } else { format!(": seeds {seeds:?}") };
            println!("  {:3} × {gist}{which}", seeds.len());
        }
    }
}
