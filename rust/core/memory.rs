//! Memory for large tables: huge pages, so that a look-up misses one cache instead of two, and asking ahead of time.

use std::ops::{Deref, DerefMut, Range};

use bytemuck::Pod;
use memmap2::MmapMut;

/// Bytes of a huge page.
const HUGE_PAGE: usize = 2 << 20;
/// From this many bytes a table asks for huge pages.
const LARGE: usize = HUGE_PAGE / 2;

/// A table whose entries begin as zeros.
#[derive(Debug)]
pub(crate) struct Table<T> {
    heap: Vec<T>,
    /// In place of `heap`: memory of its own, and which part of it is the table; that begins with a huge page.
    map: Option<(MmapMut, Range<usize>)>,
}

impl<T: Pod> Table<T> {
    /// `len` zeros.
    pub(crate) fn new(len: usize) -> Self {
        Table::with_room(len, len)
    }

    /// `len` zeros, with addresses for `most` if the table is large.
    fn with_room(len: usize, most: usize) -> Self {
        let bytes = len * size_of::<T>();
        let map = if bytes < LARGE { None } else { map(bytes, most.max(len) * size_of::<T>()).ok() };
        Table { heap: if map.is_some() { Vec::new() } else { vec![T::zeroed(); len] }, map }
    }

    /// Appends zeros up to `len` entries, of `most` that there will ever be. A large table stays where it is: what the
    /// system must clear is only what is new.
    pub(crate) fn grow(&mut self, len: usize, most: usize) {
        match &mut self.map {
            Some((map, part)) if part.start + len * size_of::<T>() <= map.len() => {
                part.end = part.start + len * size_of::<T>();
            }
            _ => {
                let mut grown = Table::with_room(len, most);
                grown.iter_mut().zip(self.iter()).for_each(|(to, from)| *to = *from);
                *self = grown;
            }
        }
    }
}

/// Zeros on huge pages, if the system has them to give; without, everything works, only slower. Memory that is not
/// touched takes no room, so that room for `most` bytes and one huge page more costs nothing.
fn map(bytes: usize, most: usize) -> std::io::Result<(MmapMut, Range<usize>)> {
    let map = MmapMut::map_anon(most.next_multiple_of(HUGE_PAGE) + HUGE_PAGE)?;
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    let start = map.as_ptr().align_offset(HUGE_PAGE).min(HUGE_PAGE);
    Ok((map, start..start + bytes))
}

impl<T: Pod> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match &self.map {
            Some((map, part)) => bytemuck::cast_slice(map.get(part.clone()).unwrap_or_default()),
            None => &self.heap,
        }
    }
}

impl<T: Pod> DerefMut for Table<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.map {
            Some((map, part)) => bytemuck::cast_slice_mut(map.get_mut(part.clone()).unwrap_or_default()),
            None => &mut self.heap,
        }
    }
}

impl<T: Pod> Clone for Table<T> {
    fn clone(&self) -> Self {
        let mut clone = Table::new(self.len());
        clone.copy_from_slice(self);
        clone
    }
}

/// Tells the processor that a value will be read soon. Does nothing where there is no such instruction.
#[inline(always)]
pub(crate) fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    #[allow(unsafe_code)]
    // SAFETY: prefetching never faults and changes nothing, whatever the address; SSE is part of every x86-64.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_keeps_what_is_there() {
        let most = 4 * LARGE / size_of::<u64>();
        let mut table = Table::<u64>::new(2);
        let mut want = vec![0u64; 2];
        for (len, value) in [(2, 1), (100, 2), (most / 4, 3), (most / 2, 4), (most, 5), (2 * most, 6)] {
            table.grow(len, most);
            want.resize(len, 0);
            (table[len / 2], want[len / 2]) = (value, value);
            assert!(*table == *want, "{len}");
        }
    }
}
