//! What the processor can do beyond what every one of its kind can.

/// Whether it has AVX2 and the instructions on single bits that came with it (x86-64-v3: Intel since 2013, AMD since
/// 2015). Functions compiled for it have these features; they are worth it where bits are searched.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn is_recent() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx2") && has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt")
}

/// Whether it also has AVX-512 with all that packs bytes (Intel since 2019, AMD since 2022).
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx512() -> bool {
    use std::arch::is_x86_feature_detected as has;
    is_recent() && has!("avx512f") && has!("avx512bw") && has!("avx512vl") && has!("avx512vbmi2")
}
