//! Memory for large tables: huge pages, so that a look-up misses one cache instead of two, and asking ahead of time.

use std::ops::{Deref, DerefMut, Range};

use bytemuck::Pod;
use memmap2::MmapMut;

/// Bytes of a huge page.
const HUGE_PAGE: usize = 2 << 20;
/// From this many bytes a table asks for huge pages.
const LARGE: usize = HUGE_PAGE / 2;

/// A table of fixed size whose entries begin as zeros.
#[derive(Debug)]
pub(crate) struct Table<T> {
    heap: Vec<T>,
    /// In place of `heap`: memory of its own, and which part of it begins and ends with a huge page.
    map: Option<(MmapMut, Range<usize>)>,
}

impl<T: Pod> Table<T> {
    /// `len` zeros.
    pub(crate) fn new(len: usize) -> Self {
        let bytes = len * size_of::<T>();
        let map = if bytes < LARGE { None } else { map(bytes).ok() };
        Table { heap: if map.is_some() { Vec::new() } else { vec![T::zeroed(); len] }, map }
    }
}

/// Zeros on huge pages, if the system has them to give; without, everything works, only slower. Memory that is not
/// touched takes no room, so that one huge page more costs nothing.
fn map(bytes: usize) -> std::io::Result<(MmapMut, Range<usize>)> {
    let map = MmapMut::map_anon(bytes.next_multiple_of(HUGE_PAGE) + HUGE_PAGE)?;
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
