//! Copies of boxes of few elements: setting out a [`Grid`](crate::memory::strided::Grid) would cost more.

use smallvec::SmallVec;

use crate::device::View;

/// Copies `extents` many elements from where one view sees them to where the other does.
pub(crate) fn copy_box<T: Copy>(extents: &[usize], from: &[T], source: &View, into: &mut [T], target: &View) {
    if extents.contains(&0) {
        return;
    }
    let Some(inner) = innermost(extents) else {
        into[target.offset as usize] = from[source.offset as usize];
        return;
    };
    let (len, read, write) = (extents[inner], source.strides[inner], target.strides[inner]);
    let outer: SmallVec<[usize; 4]> = (0..extents.len()).filter(|&axis| axis != inner).collect();
    let mut index: SmallVec<[usize; 4]> = smallvec::smallvec![0; extents.len()];
    let (mut start, mut end) = (source.offset, target.offset);
    loop {
        if (read, write) == (1, 1) {
            let (start, end) = (start as usize, end as usize);
            into[end..end + len].copy_from_slice(&from[start..start + len]);
        } else {
            for k in 0..len as isize {
                into[(end + k * write) as usize] = from[(start + k * read) as usize];
            }
        }
        let next = outer.iter().rev().find(|&&axis| {
            index[axis] += 1;
            start += source.strides[axis];
            end += target.strides[axis];
            if index[axis] < extents[axis] {
                return true;
            }
            start -= extents[axis] as isize * source.strides[axis];
            end -= extents[axis] as isize * target.strides[axis];
            index[axis] = 0;
            false
        });
        if next.is_none() {
            return;
        }
    }
}

/// The axis to run along: the last one, unless it is so short that setting out costs more than going.
fn innermost(extents: &[usize]) -> Option<usize> {
    const SHORT: usize = 8;
    let last = extents.len().checked_sub(1)?;
    if extents[last] >= SHORT { Some(last) } else { (0..extents.len()).max_by_key(|&axis| (extents[axis], axis)) }
}
