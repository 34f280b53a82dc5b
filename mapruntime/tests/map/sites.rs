//! Every site of the table is one that some operation reaches.

use crate::rig::{Lowering, Op, Rig};
use mapruntime::{makemap, mapclear, sites};
use std::collections::BTreeSet;

#[test]
fn every_site_is_reached_and_none_is_unnamed() {
    let mut reached = BTreeSet::new();
    for key in ["int64", "int32", "string", "ptr", "bytes200", "float64", "any"] {
        for elem in ["int64", "ptr", "bytes200"] {
            for fast in [false, true] {
                for (hint, iterators) in [(0, false), (100, true), (0, true)] {
                    let mut rig = Rig::new(key, elem, fast, hint);
                    let t = rig.t.clone();
                    makemap(&mut rig.kit.flat, &t, hint, gc::Addr::NIL).unwrap();
                    for i in 0..900u16 {
                        let how =
                            [Lowering::Slot, Lowering::Slot, Lowering::Copy, Lowering::Reflect][usize::from(i % 4)];
                        rig.apply(&Op::Set(i, 1, how));
                        rig.apply(&Op::Set(i, 2, how));
                        if i % 3 == 0 {
                            rig.apply(&Op::Delete(i));
                        }
                        if iterators && i % 150 == 0 {
                            rig.start();
                            rig.apply(&Op::IterStep(0, 50));
                        }
                        if i == 700 || i == 30 {
                            let h = rig.h;
                            mapclear(&mut rig.kit.flat, &t, h).unwrap();
                            rig.model.clear();
                            rig.nans.clear();
                            rig.walks.clear();
                        }
                    }
                    reached.extend(rig.kit.flat.sites.iter().copied());
                }
            }
        }
    }
    let missed: Vec<&str> =
        (0..).zip(sites::NAMES).filter(|&(i, _)| !reached.contains(&gc::Site(i))).map(|(_, name)| name).collect();
    assert_eq!(missed, Vec::<&str>::new());
    assert!(reached.iter().all(|site| site.index() < sites::NAMES.len()));
}
