//! Hash functions: vectors of a real Go 1.19 program, and an independent formulation over bytes.

use crate::support::{HASHKEY, Kit};
use gc::{Addr, Stop};
use mapruntime::equal::equal;
use mapruntime::hash::{MAX_DEPTH, hash, memhash, typehash};
use mapruntime::{Raise, Universe};
use proptest::prelude::*;

const W: [u64; 6] = [
    0,
    0xa076_1d64_78bd_642f,
    0xe703_7ed1_a0b4_28db,
    0x8ebc_6af0_9c88_c6e3,
    0x5899_65cc_7537_4cc3,
    0x1d8e_4e27_c47d_124f,
];
const C0: u64 = 33_054_211_828_000_289;
const C1: u64 = 23_344_194_077_549_503;

/// The product by schoolbook halves, to share nothing with the crate's 128-bit one.
fn mix(a: u64, b: u64) -> u64 {
    let (a1, a0, b1, b0) = (a >> 32, a & 0xffff_ffff, b >> 32, b & 0xffff_ffff);
    let low = a0 * b0;
    let mid = a1 * b0 + (low >> 32);
    let mid2 = a0 * b1 + (mid & 0xffff_ffff);
    let high = a1 * b1 + (mid >> 32) + (mid2 >> 32);
    high ^ (mid2 << 32 | low & 0xffff_ffff)
}

/// A little-endian number of the bytes from `at` on.
fn number(bytes: &[u8], at: usize, n: usize) -> u64 {
    bytes[at..at + n].iter().rev().fold(0, |sum, &b| sum << 8 | u64::from(b))
}

/// `memhash` over a slice of bytes: which stripes are stirred in, then the last two words.
fn reference(bytes: &[u8], seed: u64, key: u64) -> u64 {
    let s = bytes.len();
    let mut lanes = [seed ^ key ^ W[1]; 3];
    let (a, b) = match s {
        0 => return lanes[0],
        1..=3 => (u64::from(bytes[0]) | u64::from(bytes[s / 2]) << 8 | u64::from(bytes[s - 1]) << 16, 0),
        4..=7 => (number(bytes, 0, 4), number(bytes, s - 4, 4)),
        _ => {
            let stripes = if s > 48 { (s - 1) / 48 } else { 0 };
            for (i, stripe) in bytes[..stripes * 48].chunks(16).enumerate() {
                let lane = i % 3;
                lanes[lane] = mix(number(stripe, 0, 8) ^ W[lane + 2], number(stripe, 8, 8) ^ lanes[lane]);
            }
            if stripes > 0 {
                lanes[0] ^= lanes[1] ^ lanes[2];
            }
            let rest = &bytes[stripes * 48..];
            for stripe in rest.chunks(16).take(rest.len().saturating_sub(1) / 16) {
                lanes[0] = mix(number(stripe, 0, 8) ^ W[2], number(stripe, 8, 8) ^ lanes[0]);
            }
            if s <= 16 {
                (number(bytes, 0, 8), number(bytes, s - 8, 8))
            } else {
                (number(bytes, s - 16, 8), number(bytes, s - 8, 8))
            }
        }
    };
    mix(W[5] ^ s as u64, mix(a ^ W[2], b ^ lanes[0]))
}

fn key_hash(kit: &mut Kit, name: &str, p: Addr, seed: u64) -> Result<u64, Stop> {
    let (u, ty) = (kit.universe.clone(), kit.types[name].clone());
    hash(&mut kit.flat, &u, ty.key_plan(), p, seed)
}

fn boxed_hash(kit: &mut Kit, name: &str, p: Addr, seed: u64) -> Result<u64, Stop> {
    let (u, ty) = (kit.universe.clone(), kit.types[name].clone());
    typehash(&mut kit.flat, &u, &ty, p, seed)
}

fn equals(kit: &mut Kit, name: &str, a: Addr, b: Addr) -> Result<bool, Stop> {
    let (u, ty) = (kit.universe.clone(), kit.types[name].clone());
    equal(&mut kit.flat, &u, ty.equal_plan(), a, b)
}

proptest! {
    #[test]
    fn memhash_agrees_with_an_independent_formulation_at_any_length_and_alignment(
        bytes in prop::collection::vec(any::<u8>(), 0..260), skip in 0u64..8, seed in any::<u64>(), key in any::<u64>(),
    ) {
        let mut kit = Kit::new(key, 1);
        let p = kit.flat.place(40).offset(skip);
        kit.flat.write_bytes(p, &bytes);
        let u = kit.universe.clone();
        let got = memhash(&mut kit.flat, &u, p, seed, bytes.len() as u64).unwrap();
        prop_assert_eq!(got, reference(&bytes, seed, key));
    }

    #[test]
    fn equal_values_have_equal_hashes(a in any::<[u64; 7]>(), flip in 0usize..14, name in prop::sample::select(vec![
        "int64", "int32", "int8", "pair", "padded", "blank", "float32", "complex64", "bytes8", "tailed", "empty",
    ])) {
        let mut kit = Kit::new(HASHKEY, 1);
        let (p, q) = (kit.flat.place(7), kit.flat.place(7));
        for i in 0..7 {
            kit.flat.write(p.offset(i * 8), a[i as usize]);
            kit.flat.write(q.offset(i * 8), a[i as usize]);
        }
        if flip < 7 {
            kit.flat.write(q.offset(flip as u64 * 8), !a[flip]);
        }
        if equals(&mut kit, name, p, q).unwrap() {
            let hashes = [p, q].map(|at| key_hash(&mut kit, name, at, 5).unwrap());
            prop_assert_eq!(hashes[0], hashes[1]);
            let hashes = [p, q].map(|at| boxed_hash(&mut kit, name, at, 5).unwrap());
            prop_assert_eq!(hashes[0], hashes[1]);
        }
    }
}

/// Type, bytes, hash key, hash0, hash: answers of the `hash` operation of a real Go 1.19.8 program.
#[rustfmt::skip]
const REAL: &[(&str, &[u8], u64, u64, u64)] = &[
    ("float64", b"\x00\x00\x00\x00\x00\x00\x00\x00", 0xfda5_9a28_a421_b9b3, 0xcdba_f80c, 0xa97d_e42f_2be8_aa93),
    ("float64", b"\x00\x00\x00\x00\x00\x00\xf0\x7f", 0xfda5_9a28_a421_b9b3, 0xcdba_f80c, 0xc127_4202_3af7_1441),
    ("float64", b"\x01\x00\x00\x00\x00\x00\x00\x00", 0xfda5_9a28_a421_b9b3, 0xcdba_f80c, 0xe1f3_29be_c7e8_5170),
    ("int32", b"\x00\x00\x00\x00", 0xd74f_556d_94be_b6b1, 0xcad9_5bb8, 0x7f58_ba9b_dfa1_1c9f),
    ("int32", b"\x01\x00\x00\x00", 0xd74f_556d_94be_b6b1, 0xcad9_5bb8, 0x36bd_ec2c_aa9d_af70),
    ("int32", b"\xff\xff\xff\xff", 0xd74f_556d_94be_b6b1, 0xcad9_5bb8, 0x4150_16db_b070_a357),
    ("int64", b"\x00\x00\x00\x00\x00\x00\x00\x00", 0x7bf8_29b8_b0f0_45ab, 0xfce2_f1be, 0x2352_287b_8288_e070),
    ("int64", b"\x01\x00\x00\x00\x00\x00\x00\x00", 0x7bf8_29b8_b0f0_45ab, 0xfce2_f1be, 0xdd10_146e_6062_2302),
    ("int64", b"\xff\xff\xff\xff\xff\xff\xff\xff", 0x7bf8_29b8_b0f0_45ab, 0xfce2_f1be, 0x1040_9724_1646_fd97),
    ("pair", b"\xff\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x7f\x00\x00\x00\x00", 0xf97c_cb83_981b_f6a9, 0xac8a_7a6a, 0x2c2d_18be_277b_9d6f),
    ("pair", b"\xdb(\xb4\xa0\xd1~\x03\xe7\x00\x00\x00\x80\xff\xff\xff\xff", 0xf97c_cb83_981b_f6a9, 0xac8a_7a6a, 0x0000_0000_0000_0000),
    ("pair", b"\xff\x00\x00\x00\x00\x00\x00\x00\xff\x00\x00\x00\x00\x00\x00\x00", 0xf97c_cb83_981b_f6a9, 0xac8a_7a6a, 0xb7e6_c372_7da4_1aaf),
    ("string", b"", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xf24f_4e0e_574e_05ce),
    ("string", b"\xeb", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xa64a_8d36_c238_d931),
    ("string", b"\x9eN", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x86d0_ddae_e1ab_dbae),
    ("string", b"4\x16=", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x8eca_8901_5b13_1939),
    ("string", b"^\x97\x85\xb1", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x2faf_f120_3695_133b),
    ("string", b"=|\x9d>\x91", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x9a72_6664_fc2c_6e6c),
    ("string", b"\xfb\x97o<\x18\xca\x82", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x12b3_be4a_9345_d2ae),
    ("string", b"a\xc8\xa1=\x97q&c", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xa3f4_3be1_60f6_ab34),
    ("string", b"\x03%\xb8Z\xef(3\xbe\x9b", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x5b86_03dd_44ba_ad73),
    ("string", b"\x02\xeb\x01~1tF\xb7\x8b\xd2g2\xbb;t", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xb00d_af06_a018_db48),
    ("string", b"\xdd\xc6:\xd5+N\xec\x065g\xf6\x9c\xc7K#h", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x744c_5ec7_3e0d_5394),
    ("string", b"\x94\xd7\x82,Q\x80\x9f\xf6\xcbi\xda\xdc'\xe2\x1b\xb2 ", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x0a05_8fc6_52cd_c987),
    ("string", b"\xc4\xfa\xe4\x8a,At\xc9\xc2S\xf7a'1\xade\xcb\x80~\xd3\x0d\xe0\x12\xa1", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xc561_a860_4dfb_8643),
    ("string", b"\xaf\x1c\xfb\xb9\xb6\xf9X\x18\x9d\xf2\x80?\x22m\xcb\xe98!\x953|\x00H\x94\xea\x90\xfb\xc9)5^", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xb478_b34a_3b10_bb3e),
    ("string", b"\xa3D\x95\x83\xbe\xaa\xa6\x99\xb6\x02\xf7\xc0]\xf7\x89\x89C\xbc\xf94\x8f\xd4\xf3O$OH\x17\xe3\x8c\xe9U", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x8f2b_f654_b83e_5717),
    ("string", b"\xa1\x0c\x00\xee1\x1d\xfa\xec\xc6Cr(\xea\xf2\xc4 P.\x14Rjj\xb9\xac\x9e\xef]\x8fkW\xb0\x16\xa8", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xd1ec_9ef9_3698_5e71),
    ("string", b"\xf2\x05\xc8\x11s\x07?\xdf)IE\x83\xea\xb7\xfb\xa8\xa5\x00\xdfZ\xf7\x7f\x86l\xd2\xecI\xe9\x85\xb3\xb47\x0c\xd6\x9e\x9aC#B\xd4\x12\x89+&\x19-\xa1", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x3f3d_6545_cbe0_51a2),
    ("string", b"(\xc3\x88\xbeo\x8cP)\xdd\xe2-[\x832\x92\xae\xabD\xb1r\xffgU\x16\x87\x14%\x1d\x93\xc5S\xcb\xe0\xbei\xef\x9c\x1b$\xb9$\xdd\xf3G)gx\xf1", 0x5239_536a_e503_5567, 0xcaf0_3486, 0x23f0_095f_83ef_ffaf),
    ("string", b"\xc6&\xac\x87Q\xc9\x96\x19r\x905<Xd%6r\x12\xde,\xd4\xa7\x5c\xf6M\xc4\x0f\xd1$\xed\x82B`\xdb\xeb\x9a\x86\x96[jR\x95#r\xb5o\xc3h\xfa", 0x5239_536a_e503_5567, 0xcaf0_3486, 0xe08b_8e53_7e7f_f72a),
    ("string", b"\x97\xd8<\x7f\xe2\xf8D\xc5t\xb8\x8f7\x85\x91\x8c\xb3\xc7\xc4\x17H.\x0c\xf2\xd4N\xb5\x1a\xd6\x94\x11W\xdeR\xc4\xd2\x93J\x9b\xec\x85G'\xefm\x1eF9~/&6`\x93j\xf1\xd1\xd4\xee2\xbc\x8c\xf0X\x9c", 0x7cb1_f271_c4df_27c5, 0x0038_5aaa, 0x9af9_d804_87db_f254),
    ("string", b"\xaa\xe2\xab\xfc\x06\x07\x8e\xc7\x16\xf8\xd0K\xd9#\xaa\xc4\xd7\xab\x11\xe9\x00\xd2\x81e\x9b\x9e\x9f\x13'\x06dy\xa3\x06\x04&\xe1gN\xcd\x1ey\x129+\xfc\xe8\xe1\x1e\xabL\xe1\x99\x1d\x9c\xfc\xa2z\x9cK\xec\xd3\x97J.\xf0n9\xab&\xa9\xae\x11d\x81\xe4\xcdK\x15e\xa6\x84R\x0d\x0a4\x0c\xbdT\x01\xad(\xa0=LU!", 0x7cb1_f271_c4df_27c5, 0x0038_5aaa, 0x8903_25d0_74c6_cf1a),
    ("string", b"?\x99\xec\xc7q\x1a\x01'F\xcc\xdf\x9csd\xc4I\x98\xfd\x97\xbd \xbf<\x10\xd3a\xd4\x88X2\xfe\x12/\xc8\xf9\xc3R\xe70O:_\xc5k\xd6H\x16g4g\x8dW\xd3\xfbW\x7fc\xe6}\xff\x14\x07\xe2\xbc\xacKu\xe2A\x9cb\xa4B\xb6 \x9f\xb9\x82\x90\x07p\x1cXc\x13/C\xcc]\xd1\xd7_\xb1\xc8:\xb37f\x86\xa8\x06\xd1y\x85J\x9b\x99\xd0`\x8d\xcfJ*\xe3t]6\x90u\x0a\xbdo\xd1Jw\xe2\x93\xff}\xa2?(\xcb\x7fx\x8e\xbc\x1c\xff\x85q,e\xab\xb4", 0xa273_84d9_63bd_a265, 0x4b94_9760, 0x7fd8_81d5_a436_a956),
    ("string", b"=\x5c\xa7\x1bu\xa8l\xac\x89\xd8x\x89\xf4Bo\xc1\xca\x8b;H\xd1\x00\x09\xa8G\xdc\xf4\xeb\xf0\x9e\xf5Q 9\xc4\xd5q\xf5Dv@\xd11\xa9Zm2\x10T\x97+8y\x13\x98m\xaa\x15zA\xccv\xf1zH\x05\xc6p\x7fF\xedl\xe4\x84H\xdc)Ckj3=\xa1\x9e\xe6 -\x92I\x03>\x94\xc2\xf2' }X\x08c\xd2\xc4*\x0d\xe9\xfdi\xdcU \xc8=\xd2\x18\xb9\xfa\xcd\xa0\x9f\x05\xfc \x02\xea\xe4\x22\xe4R\xe3\xbcN\xa5\xb0i\x02*\xef\xa1\x1d\xaan\x94\x81J\xa0\xcf\xe5\x8d\xbdB\x0a\x15\xae\xcfzF\x9e\xce\x22\xcb\x91\xd4\xf3\x09[\x94pP\xf0]\x1eN\xc0j\xd9\xae\x94#;\x8e\x9f\x87\xbb\xaf`\xa9\x11O\xbbm/\xa6\xcb\xd7]dO\x17\x1f\xfe", 0x62ae_b40d_2901_a105, 0x95f1_50d1, 0x6ba7_65d2_5ccd_25e3),
];

/// The number of a `[200]byte` (its first 8 bytes; byte i is 31n + 7i), hash key, hash0, hash.
#[rustfmt::skip]
const REAL_BYTES200: &[(u64, u64, u64, u64)] = &[
    (0x0000_0000_0000_0000, 0x038b_4eee_d1e7_e4d5, 0x2c21_62ae, 0x89c5_b397_e111_0b25),
    (0x0000_0000_0000_0001, 0x038b_4eee_d1e7_e4d5, 0x2c21_62ae, 0xd48d_c97f_44b2_77fb),
    (0xffff_ffff_ffff_ffff, 0x038b_4eee_d1e7_e4d5, 0x2c21_62ae, 0x8491_71ea_2d31_6eb4),
];

#[test]
fn hashes_are_those_of_a_real_program() {
    for &(name, bytes, key, hash0, expected) in REAL {
        let mut kit = Kit::new(key, 1);
        let p = kit.flat.place(2);
        if name == "string" {
            let data = kit.flat.bytes_object(bytes);
            kit.flat.write(p, data.0);
            kit.flat.write(p.offset(8), bytes.len() as u64);
        } else {
            kit.flat.write_bytes(p, bytes);
        }
        assert_eq!(key_hash(&mut kit, name, p, hash0).unwrap(), expected, "{name} {bytes:?}");
    }
    for &(n, key, hash0, expected) in REAL_BYTES200 {
        let mut kit = Kit::new(key, 1);
        let p = kit.flat.place(25);
        let bytes: Vec<u8> = (8..200).map(|i: u64| n.wrapping_mul(31).wrapping_add(7 * i) as u8).collect();
        kit.flat.write(p, n);
        kit.flat.write_bytes(p.offset(8), &bytes);
        assert_eq!(key_hash(&mut kit, "bytes200", p, hash0).unwrap(), expected, "{n}");
    }
}

#[test]
fn padding_and_blank_fields_are_neither_hashed_nor_compared() {
    let mut kit = Kit::new(HASHKEY, 1);
    let (p, q) = (kit.flat.place(3), kit.flat.place(3));
    for at in [p, q] {
        kit.flat.write_bytes(at, &[7]);
        kit.flat.write(at.offset(8), 99);
    }
    kit.flat.write_bytes(q.offset(1), &[1, 2, 3]);
    kit.flat.write_bytes(q.offset(20), &[1, 2, 3, 4]);
    assert!(equals(&mut kit, "padded", p, q).unwrap());
    let hashes = [p, q].map(|at| key_hash(&mut kit, "padded", at, 3).unwrap());
    assert_eq!(hashes[0], hashes[1]);
    // A run ends behind a padded field, and c and d make another one with b.
    let expected = reference(&number(&[99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 8).to_le_bytes(), 0, 0);
    assert_ne!(hashes[0], expected);
    let one = reference(&[7], 3, HASHKEY);
    let mut run = 99u64.to_le_bytes().to_vec();
    run.extend([0; 4]);
    assert_eq!(hashes[0], reference(&run, one, HASHKEY));

    kit.flat.write_bytes(q, &[7, 0, 0, 0, 0xff, 0xff, 0, 0]);
    kit.flat.write_bytes(p, &[7, 0, 0, 0, 1, 0, 0, 0]);
    assert!(equals(&mut kit, "blank", p, q).unwrap());
    let hashes = [p, q].map(|at| key_hash(&mut kit, "blank", at, 3).unwrap());
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0], reference(&99u64.to_le_bytes(), reference(&[7, 0, 0, 0], 3, HASHKEY), HASHKEY));
}

#[test]
fn a_key_is_hashed_in_runs_but_the_same_value_in_an_interface_field_by_field() {
    let mut kit = Kit::new(HASHKEY, 1);
    let p = kit.flat.place(7);
    kit.flat.write(p, 1);
    kit.flat.write(p.offset(8), 2);
    let h = |bytes: &[u8], seed| reference(bytes, seed, HASHKEY);
    let (one, two) = (1u64.to_le_bytes(), 2u64.to_le_bytes());
    let both = [one, two].concat();
    // string "", float 0, nil interface
    let tail = |seed| C1.wrapping_mul(C0 ^ h(&[], seed));
    assert_eq!(key_hash(&mut kit, "mixed", p, 9).unwrap(), tail(h(&both, 9)));
    assert_eq!(boxed_hash(&mut kit, "mixed", p, 9).unwrap(), tail(h(&two, h(&one, 9))));
    assert_eq!(boxed_hash(&mut kit, "pair", p, 9).unwrap(), h(&both, 9), "plain as a whole");
    assert_eq!(key_hash(&mut kit, "empty", p, 9).unwrap(), 9);
    assert_eq!(boxed_hash(&mut kit, "empty", p, 9).unwrap(), 9 ^ HASHKEY ^ W[1]);
}

#[test]
fn zeros_hash_alike_and_a_nan_draws_a_random_number_each_time() {
    let mut kit = Kit::new(HASHKEY, 1);
    let p = kit.flat.place(2);
    for (name, minus, nan) in
        [("float64", 1u64 << 63, f64::NAN.to_bits()), ("float32", 1 << 31, f32::NAN.to_bits().into())]
    {
        for zero in [0, minus] {
            kit.flat.write(p, zero);
            assert_eq!(key_hash(&mut kit, name, p, 3).unwrap(), C1.wrapping_mul(C0 ^ 3));
        }
        kit.flat.draws.clear();
        kit.flat.write(p, nan);
        let hashes = [0; 2].map(|_| key_hash(&mut kit, name, p, 3).unwrap());
        let expected = [0, 1].map(|i| C1.wrapping_mul(C0 ^ 3 ^ u64::from(kit.flat.draws[i])));
        assert_eq!(hashes, expected);
        assert!(!equals(&mut kit, name, p, p).unwrap());
    }
    kit.flat.write(p, 0);
    let q = kit.flat.place(1);
    kit.flat.write(q, 1 << 63);
    assert!(equals(&mut kit, "float64", p, q).unwrap());
}

#[test]
fn an_interface_hashes_what_it_holds_directly_or_behind_its_pointer() {
    let mut kit = Kit::new(HASHKEY, 1);
    let (i, value) = (kit.flat.place(2), kit.flat.place(1));
    assert_eq!(key_hash(&mut kit, "any", i, 4).unwrap(), 4, "nil");
    kit.flat.write(value, 77);
    for (name, data) in [("int64", value), ("ptr", Addr(77)), ("boxed", Addr(77))] {
        kit.flat.write(i, kit.type_word(name));
        kit.flat.write(i.offset(8), data.0);
        let expected = C1.wrapping_mul(reference(&77u64.to_le_bytes(), 4 ^ C0, HASHKEY));
        assert_eq!(key_hash(&mut kit, "any", i, 4).unwrap(), expected, "{name}");
    }
    let j = kit.flat.place(2);
    for (a, b, same) in [("int64", "int64", true), ("int64", "int", false), ("int64", "float64", false)] {
        for (at, name) in [(i, a), (j, b)] {
            kit.flat.write(at, kit.type_word(name));
            kit.flat.write(at.offset(8), value.0);
        }
        assert_eq!(equals(&mut kit, "any", i, j).unwrap(), same, "{a} {b}");
    }
}

#[test]
fn what_cannot_be_hashed_or_compared_is_named_by_its_outermost_type() {
    let mut kit = Kit::new(HASHKEY, 1);
    let i = kit.flat.place(2);
    for name in ["[]int", "func()", "holder"] {
        kit.flat.write(i, kit.type_word(name));
        let raise = Raise::of(key_hash(&mut kit, "any", i, 0).unwrap_err()).expect("a raise");
        assert_eq!(raise, Raise::Unhashable(kit.types[name].id()));
        assert_eq!(raise.text(&kit.universe), format!("runtime error: hash of unhashable type {name}"));
        let raise = Raise::of(equals(&mut kit, "any", i, i).unwrap_err()).expect("a raise");
        assert_eq!(raise.text(&kit.universe), format!("runtime error: comparing uncomparable type {name}"));
    }
    kit.flat.write(i, 12345);
    assert_eq!(key_hash(&mut kit, "any", i, 0), Err(Stop::Fault), "no type has this word");
}

#[test]
fn interfaces_nested_beyond_the_limit_are_a_throw_and_not_a_crash() {
    let mut kit = Kit::new(HASHKEY, 1);
    let chain = kit.flat.place(2 * (MAX_DEPTH as usize + 2));
    // An interface that holds an interface cannot be written in Go; a structure with one field can.
    let mut table = kit.table.clone();
    let any = kit.types["any"].clone();
    let link = mapruntime::GoType::structure(&mut table, "link", &[("next", &any)]).unwrap();
    let types = kit.types.values().cloned().chain([link.clone()]);
    let u = Universe::new(&mut table, HASHKEY, Addr::NIL, types);
    for depth in [u64::from(MAX_DEPTH), u64::from(MAX_DEPTH) + 1] {
        for n in 0..=depth {
            let at = chain.offset(n * 16);
            kit.flat.write(at, if n == depth { 0 } else { Universe::type_word(link.id()) });
            kit.flat.write(at.offset(8), at.0 + 16);
        }
        let got = hash(&mut kit.flat, &u, any.key_plan(), chain, 0);
        assert_eq!(got.is_ok(), depth == u64::from(MAX_DEPTH));
        if let Err(stop) = got {
            assert_eq!(Raise::of(stop), Some(Raise::StackOverflow));
        }
    }
}
