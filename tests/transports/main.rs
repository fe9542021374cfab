//! The same programs alone, on threads and on processes: what is Exact or Reproducible has the same bits on every transport, number of
//! ranks and layout; what is Bounded has the same bits on every transport at one number of ranks and layout, since it stands on folds
//! in a fixed tree.
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]

#[path = "../common/layouts.rs"]
mod layouts;
mod programs;
#[path = "../common/world.rs"]
mod world;

use isotherm::comm::Comm;
use isotherm::prelude::*;
use isotherm::{Cpu, Element};
use programs::{PROGRAMS, Program};

/// What a class promises across transports, ranks and layouts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    Exact,
    Reproducible,
    Bounded,
}

/// A digest of results: dtypes, shapes and the bits of all elements.
struct Digest(u64);

impl Digest {
    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3); // FNV-1a
        }
    }

    /// Add an array; its elements come to every rank.
    fn array<T: Element>(&mut self, x: &DistArray<T>) -> Result<()> {
        self.bytes(format!("{} {}", T::DTYPE, x.shape()).as_bytes());
        self.bytes(bytemuck::cast_slice(&x.gather()?));
        Ok(())
    }
}

/// The digests of a program from its table in each of the layouts that there are for so many ranks.
fn digests(cx: &Context, program: &Program) -> Result<Vec<u64>> {
    let mut all = Vec::new();
    for layout in layouts::all(&programs::SHAPE.into(), cx.size()) {
        let mut digest = Digest(0xcbf2_9ce4_8422_2325);
        let x = cx.from_fn(programs::SHAPE, &layout, programs::element)?;
        (program.run)(cx, &x, &mut digest)?;
        world::assert_same(cx, &format!("{} from {layout}: {:x}", program.name, digest.0))?;
        all.push(digest.0);
    }
    Ok(all)
}

#[test]
fn the_bits_of_every_program_on_every_transport() {
    let alone = Context::new(Comm::solo(), Cpu::new(1));
    for program in PROGRAMS {
        let one = digests(&alone, program).unwrap();
        assert!(program.class == Class::Bounded || one.iter().all(|digest| *digest == one[0]), "{}", program.name);
        for ranks in world::sizes([1, 2, 3, 4, 5, 8]) {
            let threads = isotherm::run_on(ranks, |cx| digests(cx, program)).unwrap().swap_remove(0);
            let here = world::run_on(ranks, |cx| digests(cx, program)).unwrap().swap_remove(0);
            assert_eq!(here, threads, "{} on {ranks} ranks: other bits than on threads", program.name);
            if program.class != Class::Bounded {
                let other = threads.iter().position(|digest| *digest != one[0]);
                assert_eq!(other, None, "{} on {ranks} ranks: this layout gives other bits than alone", program.name);
            }
        }
    }
}

/// The digest sees what it is there for.
#[test]
fn a_digest_sees_the_last_bit_the_shape_and_the_dtype() {
    world::on_each([1, 2], |cx| {
        let digest = |x: &DistArray<f64>| {
            let mut digest = Digest(0);
            digest.array(x).map(|()| digest.0)
        };
        let x = cx.ones::<f64>(4, 0)?;
        let (nearly, square) = ((&x + f64::EPSILON).eval()?, x.reshape((2, 2))?);
        assert_eq!(digest(&x)?, digest(&x.replicate()?)?);
        assert!(digest(&x)? != digest(&nearly)? && digest(&x)? != digest(&square)?);
        let mut integers = Digest(0);
        integers.array(&cx.full(4, 1.0_f64.to_bits(), 0)?)?;
        assert_ne!(digest(&x)?, integers.0);
        Ok(())
    });
}
