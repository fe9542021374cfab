//! What holds for every program: results do not depend on ranks or layouts, copies are the same on every rank, operands stay as
//! they are, and arrays may be smaller than the number of ranks, or empty.
#![allow(clippy::unwrap_used)]

#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

/// The bits of some numbers.
fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Numbers whose sum in working precision depends on the order: they cancel, and differ by hundreds of orders of magnitude.
fn nasty(index: &[usize]) -> f64 {
    let i = index.iter().fold(7, |hash: u64, &i| hash.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(i as u64));
    let exponent = (i >> 40) % 600;
    let sign = if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    sign * f64::from_bits((723 + exponent) << 52 | i >> 12)
}

/// Values that all ranks hold, computed in many ways.
fn replicas(x: &DistArray<f64>) -> Result<Vec<Vec<u64>>> {
    let (total, mean, low) = (x.sum(None), x.mean(None), x.min(None)).eval()?;
    let small = (x * 1e-200).exp().eval()?;
    let arrays = [
        (&total * 0.5 + &mean).eval()?,
        low,
        small.var(None).ddof(1).eval()?,
        small.std(None).eval()?,
        x.norm(None).eval()?,
        x.sum(0).eval()?.replicate()?,
        small.mean(1).eval()?.replicate()?,
        (x - x.mean(0).keep().eval()?).eval()?.replicate()?,
        x.transpose()?.roll(3, 0)?.replicate()?,
        x.context().random_normal((3, 3), 0, 5)?.replicate()?,
    ];
    let mut all = arrays.iter().map(|array| Ok(bits(&array.to_vec()?))).collect::<Result<Vec<_>>>()?;
    all.push(vec![x.argmax(None).eval()?.item()? as u64, x.get(&[2, 1])?.to_bits()]);
    all.push(x.preview()?.bytes().map(u64::from).collect());
    Ok(all)
}

#[test]
fn what_all_ranks_hold_is_the_same_to_the_last_bit() {
    let shape = Shape::from((23, 7));
    let alone = world::run_on(1, |cx| replicas(&cx.from_fn(&shape, 0, nasty)?)).unwrap().remove(0);
    for ranks in world::sizes([2, 3, 4, 8, 30]) {
        let outcomes = world::run_on(ranks, |cx| {
            let all = layouts::all(&shape, ranks).into_iter();
            all.map(|layout| replicas(&cx.from_fn(&shape, layout, nasty)?)).collect::<Result<Vec<_>>>()
        });
        for (rank, of_layouts) in outcomes.unwrap().iter().enumerate() {
            for (layout, values) in of_layouts.iter().enumerate() {
                assert!(*values == alone, "rank {rank} of {ranks}, layout number {layout}");
            }
        }
    }
}

#[test]
fn operands_are_never_altered() {
    type Verb = fn(&Context, &DistArray<f64>) -> Result<()>;
    let verbs: [Verb; 16] = [
        |_, x| (x * 2.0 + x.exp(), x.sum(0), x.var(1)).eval().map(drop),
        |_, x| x.clone().assign(x + 1.0),
        |_, x| x.clone().assign(7.0),
        |_, x| x.clone().set((0, Ellipsis), 9.0),
        |_, x| x.clone().set((Ellipsis, range(1, None)), x.slice((Ellipsis, range(None, -1)))?),
        |_, x| {
            x.clone().local_mut().fill(3.0);
            Ok(())
        },
        // These share the block with their operand, until they are written.
        |_, x| x.reshape((5, 3, 2))?.assign(0.0),
        |_, x| x.expand_dims(0)?.assign(0.0),
        |_, x| x.slice((Ellipsis, range(None, None)))?.assign(0.0),
        |_, x| x.redistribute(x.layout())?.assign(0.0),
        |_, x| x.squeeze(None)?.set((0, 0), -1.0),
        |_, x| x.flip(0)?.roll(1, 1)?.assign(0.0),
        |_, x| concatenate(&[x], 0)?.assign(0.0),
        |_, x| stack(&[x, x], 0)?.assign(0.0),
        |_, x| x.pad(&[(0, 0), (0, 0)], 0.0)?.assign(0.0),
        |cx, x| (x + cx.ones::<f64>((5, 6), 1)?).eval()?.assign(0.0),
    ];
    for ranks in world::sizes([1, 3, 4]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&(5, 6).into(), ranks) {
                let x = cx.from_fn((5, 6), &layout, nasty)?;
                let before = bits(x.local());
                for (number, verb) in verbs.iter().enumerate() {
                    verb(cx, &x)?;
                    assert!(bits(x.local()) == before, "verb number {number} on {layout}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// An expression sees its operands as they were when it was built.
#[test]
fn an_expression_owns_its_operands() {
    world::on_each([2], |cx| {
        let mut x = cx.ones::<f64>((4, 2), 0)?;
        let twice = &x * 2.0;
        x.assign(5.0)?;
        x.local_mut()[0] = 6.0;
        assert_eq!(twice.clone().eval()?.gather()?, [2.0; 8]);
        drop(x);
        assert_eq!(twice.eval()?.gather()?, [2.0; 8]);
        Ok(())
    });
}

/// Shape and elements, or the error, as text: NaN is equal to itself there.
fn text<T: Element>(result: Result<DistArray<T>>) -> String {
    match result.and_then(|x| Ok((x.shape().clone(), x.gather()?))) {
        Ok((shape, values)) => format!("{shape} {values:?}"),
        Err(error) => format!("{:?} {}", error.kind(), error.message()),
    }
}

/// Everything that can be made of a shape and a placement.
fn created(cx: &Context, shape: &Shape, placement: Option<usize>) -> Vec<String> {
    let len = shape.size();
    let numbers: Vec<i64> = (0..len as i64).collect();
    let placed = |axis: usize| placement.map(|_| axis);
    let own = vec![cx.rank() as i32; usize::from(cx.rank() == 0) * len];
    let mine = if cx.rank() == 0 { shape.clone() } else { shape.iter().map(|_| 0).collect() };
    let mut all = vec![
        text(cx.zeros::<f32>(shape, placement)),
        text(cx.ones::<u8>(shape, placement)),
        text(cx.full(shape, true, placement)),
        text(cx.from_fn(shape, placement, |index| index.iter().sum::<usize>() as u64)),
        text(cx.from_slice(&numbers, shape, placement)),
        text(cx.from_root(cx.size() - 1, &numbers, shape, placement)),
        text(cx.random_uniform::<f64>(shape, placement, 3)),
        text(cx.random_normal::<f32>(shape, placement, 3)),
        text(cx.random_integers(-2_i32, 3, shape, placement, 3)),
        text(cx.arange(0_i64, len as i64, 2, placed(0))),
        text(cx.linspace(-1.0_f64, 1.0, len, placed(0))),
        text(cx.eye::<i32>(len, 2, -1, placed(1))),
    ];
    let layout = placement.map_or(Layout::replicated(shape, cx.size()), |axis| Layout::split(shape, axis, cx.size()));
    let layout = layout.unwrap();
    all.push(text(cx.from_block(&vec![7_u8; layout.local_len(cx.rank())], &layout)));
    if shape.ndim() == 1 {
        all.push(text(cx.from_blocks(&own, mine, 0)));
    }
    all
}

/// Every reduction over all axes and over each one.
fn reduced(x: &DistArray<f64>) -> Vec<String> {
    let mut axes = vec![None];
    axes.extend((0..x.ndim()).map(Some));
    let mut all = Vec::new();
    for axes in axes {
        all.extend([
            text(x.sum(axes).eval()),
            text(x.prod(axes).keep().eval()),
            text(x.mean(axes).eval()),
            text(x.var(axes).ddof(1).eval()),
            text(x.std(axes).eval()),
            text(x.norm(axes).eval()),
            text(x.min(axes).eval()),
            text(x.max(axes).keep().eval()),
            text(x.argmin(axes).eval()),
            text(x.argmax(axes).eval()),
            text(x.any(axes).eval()),
            text(x.all(axes).eval()),
            text(x.cast::<u8>().sum(axes).eval()),
            text((x.cast::<isotherm::Complex<f64>>()).mean(axes).eval()),
        ]);
    }
    all
}

/// Element-wise work and movement.
fn handled(x: &DistArray<f64>) -> Vec<String> {
    let mut written = x.clone();
    let outcome = written.assign(x + 1.0).and_then(|()| written.set(Ellipsis, 3.0));
    let gathered = x.gather().unwrap();
    vec![
        text(outcome.map(|()| written)),
        text((x * x.exp() - 1.0).eval()),
        text(x.flatten()),
        text(x.transpose()),
        text(x.flip(None)),
        text(x.roll(1, None)),
        text(x.expand_dims(0)),
        text(x.squeeze(None)),
        text(stack(&[x, x], 0)),
        text(concatenate(&[x, x], -1)),
        text(x.pad(&vec![(1, 0); x.ndim()], 9.0)),
        text(x.slice(Ellipsis)),
        text(x.replicate()),
        x.preview().unwrap(),
        format!("{:?}", x.gather_on(0).unwrap().unwrap_or(gathered)),
    ]
}

/// With one element, with none, with no axis, and with fewer elements than ranks, all is as on one rank.
#[test]
fn small_and_empty_arrays_are_like_others() {
    let shapes: [Shape; 9] = [
        ().into(),
        0.into(),
        1.into(),
        2.into(),
        (0, 3).into(),
        (3, 0).into(),
        (2, 1).into(),
        (2, 0, 3).into(),
        (1, 3, 2).into(),
    ];
    for shape in &shapes {
        let program = |cx: &Context| {
            let mut results = Vec::new();
            for placement in std::iter::once(None).chain((0..shape.ndim()).map(Some)) {
                let x = cx.from_fn(shape, placement, |index| 1.5 - index.iter().sum::<usize>() as f64)?;
                results.push((created(cx, shape, placement), reduced(&x), handled(&x)));
            }
            Ok(results)
        };
        let alone = world::run_on(1, program).unwrap().remove(0);
        for ranks in world::sizes([2, 3, 7]) {
            for (rank, results) in world::run_on(ranks, program).unwrap().into_iter().enumerate() {
                for (placement, (here, there)) in results.iter().zip(&alone).enumerate() {
                    let place = format!("shape {shape}, placement {placement}, rank {rank} of {ranks}");
                    assert_eq!(here.0, there.0, "created: {place}");
                    assert_eq!(here.1, there.1, "reduced: {place}");
                    assert_eq!(here.2, there.2, "handled: {place}");
                }
            }
        }
    }
}

/// What the law above compares is what NumPy says.
#[test]
fn of_no_elements_sums_are_zero_and_extremes_are_errors() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let x = cx.zeros::<f64>((0, 2), 0)?;
            assert_eq!(text(x.sum(0).eval()), "(2,) [0.0, 0.0]");
            assert_eq!(text(x.prod(None).eval()), "() [1.0]");
            assert_eq!(text(x.mean(0).eval()), "(2,) [NaN, NaN]");
            assert_eq!(text(x.sum(1).eval()), "(0,) []");
            assert_eq!(text(x.max(1).eval()), "(0,) []");
            assert!(text(x.max(0).eval()).starts_with("Shape "));
            assert!(text(x.argmin(None).eval()).starts_with("Shape "));
            assert_eq!((text(x.any(None).eval()), text(x.all(None).eval())), ("() [false]".into(), "() [true]".into()));
            let scalar = cx.full((), 2.5, None)?;
            assert_eq!((scalar.item()?, scalar.sum(None).eval()?.item()?), (2.5, 2.5));
            assert_eq!(text(scalar.argmax(None).eval()), "() [0]");
            assert_eq!(text(scalar.var(None).ddof(1).eval()), "() [NaN]");
            Ok(())
        })
        .unwrap();
    }
}
