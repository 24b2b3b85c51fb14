//! Memory for large tables: huge pages, so that a look-up misses one cache instead of two, and asking ahead of time.

use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use memmap2::MmapMut;

/// From this many bytes a table asks for huge pages: it has one of 2 MiB at least.
const HUGE: usize = 4 << 20;

/// A table of fixed size whose entries begin as zeros.
#[derive(Debug)]
pub(crate) struct Table<T> {
    heap: Vec<T>,
    /// In place of `heap`.
    map: Option<MmapMut>,
}

impl<T: Pod> Table<T> {
    /// `len` zeros.
    pub(crate) fn new(len: usize) -> Self {
        let bytes = len * size_of::<T>();
        let map = if bytes < HUGE { None } else { MmapMut::map_anon(bytes).ok() };
        #[cfg(target_os = "linux")]
        if let Some(map) = &map {
            // Without huge pages everything works, only slower.
            let _ = map.advise(memmap2::Advice::HugePage);
        }
        Table { heap: if map.is_some() { Vec::new() } else { vec![T::zeroed(); len] }, map }
    }
}

impl<T: Pod> Deref for Table<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match &self.map {
            Some(map) => bytemuck::cast_slice(map),
            None => &self.heap,
        }
    }
}

impl<T: Pod> DerefMut for Table<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.map {
            Some(map) => bytemuck::cast_slice_mut(map),
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
