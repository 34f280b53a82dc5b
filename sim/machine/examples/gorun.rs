//! Compiles a Go program and runs it: `cargo run --release -p machine --example gorun FILE [checked|forced]`.

use bumpalo::Bump;
use compiler::code::assemble::assemble;
use compiler::diagnostic::Diagnostics;
use compiler::options::Options;
use compiler::source::Sources;
use compiler::{check, escape, order, walk};
use gc::policy::{Mode, Policy, Trigger};
use gc::runtime::{Bare, Checked, Config};
use gc::{Bytes, heap::HeapConfig};
use machine::{Gears, Image, Machine, Outcome, Progress, Stream};
use std::io::Write;
use std::sync::Arc;

fn run<I: Gears>(image: Arc<Image>, config: Config) -> i32 {
    let mut machine = Machine::<I>::new(image, config, 1, vec!["main".into()]).expect("room");
    loop {
        let progress = machine.run(1 << 24);
        for (stream, bytes) in machine.output().take() {
            let _ = match stream {
                Stream::Stdout => std::io::stdout().write_all(&bytes),
                Stream::Stderr => std::io::stderr().write_all(&bytes),
            };
        }
        if let Progress::Ended(outcome) = progress {
            return match outcome {
                Outcome::Exit(code) => code,
                Outcome::Panicked | Outcome::Throw(_) | Outcome::OutOfMemory => 2,
                other => {
                    eprintln!("{other:?}");
                    70
                }
            };
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[1]).expect("a file");
    let arena = Bump::new();
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let source = sources.add(args[1].clone(), text).expect("room for the source");
    let fail = |diagnostics: &Diagnostics, sources: &Sources| -> ! {
        for d in diagnostics.sorted(sources) {
            let place = sources.place(d.span.start).map(|p| format!("{}:{}:{}", p.file, p.line, p.column));
            eprintln!("{}: {:?}: {}", place.unwrap_or_default(), d.fault, d.message);
        }
        std::process::exit(2)
    };
    let Some(units) = check::load(&arena, &source, &mut sources, &mut diagnostics) else {
        fail(&diagnostics, &sources)
    };
    let Some(mut program) = check::check(&arena, &units, &sources, &mut diagnostics) else {
        fail(&diagnostics, &sources)
    };
    escape::escape(&mut program);
    order::order(&mut program, &arena, Options::default());
    walk::walk(&mut program, &arena, Options::default());
    let code = match assemble(&program, &sources) {
        Ok(code) => code,
        Err(diagnostics) => fail(&diagnostics, &sources),
    };
    if args.get(2).is_some_and(|mode| mode == "code") {
        let only = args.get(3);
        for f in code.funcs.iter().filter(|f| only.is_none_or(|only| f.name.contains(only.as_str()))) {
            println!(
                "{} results {} params {} frame {} reach {} recover {:?} entry {:?}",
                f.name, f.results, f.params, f.frame, f.reach, f.recover, f.entry
            );
            for (i, op) in f.ops.iter().enumerate() {
                println!("  {i:4} {op:?} {}", f.map(i as u32).map_or(String::new(), |m| format!("live {m:?}")));
            }
        }
        return;
    }
    let image = match Image::new(Arc::new(code), 1) {
        Ok(image) => Arc::new(image),
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(70);
        }
    };
    let mode = args.get(2).map_or("", String::as_str);
    let heap = HeapConfig { limit: Bytes(2 << 30), reuse: true, poison: mode != "" };
    let trigger =
        if mode == "forced" { Trigger::Safepoints(1) } else { Trigger::Pacing { gogc: 100, min_heap: Bytes(4 << 20) } };
    let policy = Policy { mode: Mode::StopTheWorld, trigger, ..Policy::default() };
    let stack_words = if mode == "" { 32 << 20 } else { 1 << 17 };
    let config = Config { policy, heap, stack_words, ..Config::default() };
    let code = if mode == "" { run::<Bare>(image, config) } else { run::<Checked>(image, config) };
    std::process::exit(code);
}
