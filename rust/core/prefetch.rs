//! Bringing memory near before it is needed.

/// Asks for the cache line of `of[at]`. Does nothing past the end, and on machines where we do not know how.
#[inline]
#[allow(unsafe_code, reason = "the intrinsic takes a pointer; benches/training.rs: 1.4 times the speed on rare words")]
pub(crate) fn prefetch<T>(of: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = of.get(at) {
        // SAFETY: the pointer comes from a reference, and a prefetch neither reads nor writes what the program sees.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (of, at);
}
