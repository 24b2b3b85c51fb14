//! Which bytes of a block are of which kind, as bit masks: 64 bytes at a time.
//!
//! ASCII is classified by vector instructions on x86-64, AVX-512, AVX2 or SSE2 as the processor has them; elsewhere byte
//! by byte. Characters beyond ASCII are looked up one by one; all bytes of a character are of its kind, so that runs of a
//! kind are runs of bits.

#![allow(clippy::indexing_slicing, reason = "kinds are below their number")]

use super::kinds::{KINDS, Kind, Kinds};

/// Bytes of a block: one bit each.
pub(super) const BLOCK: usize = 64;

/// What vector instructions tell about a block. Bit k is byte k.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ascii {
    pub(super) upper: u64,
    pub(super) lower: u64,
    pub(super) digit: u64,
    /// Whitespace, with line ends.
    pub(super) space: u64,
    /// U+0020.
    pub(super) blank: u64,
    /// `\r` and `\n`.
    pub(super) newline: u64,
    pub(super) apostrophe: u64,
    pub(super) slash: u64,
    /// Bytes of characters beyond ASCII.
    pub(super) beyond: u64,
    /// Those that are not the first of their character.
    pub(super) inner: u64,
}

/// A set of characters of ASCII: for the lower half of a byte, a bit for each upper half.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsciiSet([u8; 16]);

impl FromIterator<u8> for AsciiSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        let mut set = AsciiSet::default();
        bytes.into_iter().filter(u8::is_ascii).for_each(|byte| set.0[usize::from(byte & 15)] |= 1 << (byte >> 4));
        set
    }
}

impl AsciiSet {
    pub(super) fn has(&self, byte: u8) -> bool {
        byte.is_ascii() && self.0[usize::from(byte & 15)] >> (byte >> 4) & 1 != 0
    }
}

/// Which bytes of a block are in a set.
pub(super) fn members(bytes: &[u8; BLOCK], set: &AsciiSet) -> u64 {
    bytes.iter().zip(0..).fold(0, |mask, (&byte, bit)| mask | u64::from(set.has(byte)) << bit)
}

/// Which bytes of a block are of which kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Block {
    pub(super) ascii: Ascii,
    /// By [`Kind`]; [`Kind::Other`] too.
    pub(super) of: [u64; KINDS],
    /// Bytes that are of the text.
    pub(super) valid: u64,
}

/// How blocks are looked at, as the processor can: what classifies ASCII, writes [`positions`], and tells the [`members`] of
/// a set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways<C, P, M> {
    pub(super) classify: C,
    pub(super) positions: P,
    pub(super) members: M,
}

/// What each way is held to, and what is done where no instructions are known.
#[cfg(any(test, not(target_arch = "x86_64")))]
#[allow(clippy::type_complexity, reason = "the types of three functions")]
pub(super) const BY_BYTES: Ways<
    fn(&[u8; BLOCK]) -> Ascii,
    fn(u64, u32, &mut [u32; BLOCK]),
    fn(&[u8; BLOCK], &AsciiSet) -> u64,
> = Ways { classify: scalar, positions, members };

/// The character that a block ends within: its kind, and its bytes in the next block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rest {
    kind: Kind,
    bytes: u64,
}

impl Block {
    /// The kinds of `len` bytes at `at`, whose ASCII is classified already.
    #[inline(always)]
    pub(super) fn new(ascii: Ascii, text: &[u8], at: usize, len: usize, kinds: &Kinds, rest: &mut Rest) -> Self {
        let valid = u64::MAX >> (BLOCK - len);
        let mut of = [0u64; KINDS];
        if ascii.beyond != 0 {
            of[rest.kind as usize] = rest.bytes;
            rest.bytes = 0;
            let mut leads = ascii.beyond & !ascii.inner;
            while leads != 0 {
                let bit = leads.trailing_zeros();
                leads &= leads - 1;
                let (kind, bytes) = lookup(text, at + bit as usize, kinds);
                let mask = (u128::from(bytes)) << bit;
                of[kind as usize] |= mask as u64;
                *rest = Rest { kind, bytes: (mask >> 64) as u64 };
            }
        }
        of[Kind::Upper as usize] |= ascii.upper;
        of[Kind::Lower as usize] |= ascii.lower;
        of[Kind::Number as usize] |= ascii.digit;
        of[Kind::Space as usize] |= ascii.space;
        let known = ascii.upper | ascii.lower | ascii.digit | ascii.space | ascii.beyond;
        of[Kind::Other as usize] |= valid & !known;
        Block { ascii, of, valid }
    }

    #[inline(always)]
    pub(super) fn kind(&self, kind: Kind) -> u64 {
        self.of[kind as usize]
    }
}

/// The kind of the character beyond ASCII that begins at a byte, and a bit for each of its bytes.
#[inline(always)]
fn lookup(text: &[u8], at: usize, kinds: &Kinds) -> (Kind, u64) {
    let byte = |k: usize| u32::from(text.get(at + k).copied().unwrap_or_default());
    let low = |k: usize| byte(k) & 0x3F;
    match byte(0) {
        first if first < 0xE0 => (kinds.of_code((first & 0x1F) << 6 | low(1)), 0b11),
        first if first < 0xF0 => (kinds.of_code((first & 0x0F) << 12 | low(1) << 6 | low(2)), 0b111),
        first => (kinds.of_code((first & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3)), 0b1111),
    }
}

/// Classifies byte by byte: what the vector instructions are held to, and what is done where none are known.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) fn scalar(bytes: &[u8; BLOCK]) -> Ascii {
    let mut ascii = Ascii::default();
    for (byte, bit) in bytes.iter().zip(0..) {
        let mask = |is: bool| u64::from(is) << bit;
        ascii.upper |= mask(byte.is_ascii_uppercase());
        ascii.lower |= mask(byte.is_ascii_lowercase());
        ascii.digit |= mask(byte.is_ascii_digit());
        ascii.space |= mask(matches!(byte, b' ' | 9..=13));
        ascii.blank |= mask(*byte == b' ');
        ascii.newline |= mask(matches!(byte, b'\r' | b'\n'));
        ascii.apostrophe |= mask(*byte == b'\'');
        ascii.slash |= mask(*byte == b'/');
        ascii.beyond |= mask(!byte.is_ascii());
        ascii.inner |= mask(byte & 0xC0 == 0x80);
    }
    ascii
}

/// Writes the positions of the bits of a mask, counted from `at`; what is behind them in `to` is of no meaning.
#[inline(always)]
pub(super) fn positions(mut mask: u64, at: u32, to: &mut [u32; BLOCK]) {
    for position in to {
        if mask == 0 {
            break;
        }
        *position = at + mask.trailing_zeros();
        mask &= mask - 1;
    }
}

/// One classifier: `$bits` makes the mask of what comparisons give.
#[cfg(target_arch = "x86_64")]
macro_rules! classifier {
    ($name:ident, $feature:literal, $width:literal, $set:ident, $eq:ident, $gt:ident, $add:ident, $or:expr,
     $bits:expr) => {
        #[target_feature(enable = $feature)]
        #[inline]
        pub(in crate::text::scan) fn $name(bytes: &[u8; BLOCK]) -> Ascii {
            let mut ascii = Ascii::default();
            for (part, number) in bytes.as_chunks::<$width>().0.iter().zip(0..) {
                let v = bytemuck::cast(*part);
                let shift = number * $width;
                let mask = |lanes| (u64::from($bits(lanes))) << shift;
                let equals = |byte: u8| $eq(v, $set(byte as i8));
                // Signed bytes: adding moves a range to the lowest values, so that one comparison tells its members.
                let within = |first: u8, last: u8| {
                    let moved = $add(v, $set((0x80u8.wrapping_sub(first)) as i8));
                    $gt($set((0x80u8.wrapping_add(last - first + 1)) as i8), moved)
                };
                let blank = equals(b' ');
                ascii.upper |= mask(within(b'A', b'Z'));
                ascii.lower |= mask(within(b'a', b'z'));
                ascii.digit |= mask(within(b'0', b'9'));
                ascii.space |= mask($or(within(9, 13), blank));
                ascii.blank |= mask(blank);
                ascii.newline |= mask($or(equals(b'\r'), equals(b'\n')));
                ascii.apostrophe |= mask(equals(b'\''));
                ascii.slash |= mask(equals(b'/'));
                ascii.beyond |= mask($gt($set(0), v));
                ascii.inner |= mask($gt($set(0xC0u8 as i8), v));
            }
            ascii
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use super::{Ascii, AsciiSet, BLOCK};
    use std::arch::x86_64::*;

    classifier!(sse2, "sse2", 16, _mm_set1_epi8, _mm_cmpeq_epi8, _mm_cmpgt_epi8, _mm_add_epi8, _mm_or_si128, |lanes| {
        _mm_movemask_epi8(lanes) as u32
    });

    classifier!(
        avx2,
        "avx2",
        32,
        _mm256_set1_epi8,
        _mm256_cmpeq_epi8,
        _mm256_cmpgt_epi8,
        _mm256_add_epi8,
        _mm256_or_si256,
        |lanes| _mm256_movemask_epi8(lanes) as u32
    );

    classifier!(
        avx512,
        "avx512f,avx512bw",
        64,
        _mm512_set1_epi8,
        _mm512_cmpeq_epi8_mask,
        _mm512_cmpgt_epi8_mask,
        _mm512_add_epi8,
        |a: u64, b: u64| a | b,
        |lanes: u64| lanes
    );

    /// A bit for each upper half of a byte of ASCII.
    const UPPER: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

    /// [`super::members`] by two lookups.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(in crate::text::scan) fn members_avx2(bytes: &[u8; BLOCK], set: &AsciiSet) -> u64 {
        let [lower, upper] = [set.0, UPPER].map(|table| _mm256_broadcastsi128_si256(bytemuck::cast(table)));
        bytes.as_chunks::<32>().0.iter().zip([0, 32]).fold(0, |mask, (&part, shift)| {
            let v = bytemuck::cast(part);
            let halves = _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(15));
            let common = _mm256_and_si256(_mm256_shuffle_epi8(lower, v), _mm256_shuffle_epi8(upper, halves));
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(common, _mm256_setzero_si256()));
            mask | u64::from(!none as u32) << shift
        })
    }

    /// The same, 64 bytes at a time.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(in crate::text::scan) fn members_avx512(bytes: &[u8; BLOCK], set: &AsciiSet) -> u64 {
        let [lower, upper] = [set.0, UPPER].map(|table| _mm512_broadcast_i32x4(bytemuck::cast(table)));
        let v = bytemuck::cast(*bytes);
        let halves = _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(15));
        _mm512_test_epi8_mask(_mm512_shuffle_epi8(lower, v), _mm512_shuffle_epi8(upper, halves))
    }

    /// [`super::positions`] without a branch for each.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2")]
    #[inline]
    pub(in crate::text::scan) fn positions_avx512(mask: u64, at: u32, to: &mut [u32; BLOCK]) {
        const ALL: [u8; BLOCK] = {
            let mut all = [0; BLOCK];
            let mut at = 0;
            while at < BLOCK {
                all[at] = at as u8;
                at += 1;
            }
            all
        };
        let packed = _mm512_maskz_compress_epi8(mask, bytemuck::cast(ALL));
        let at = _mm512_set1_epi32(at as i32);
        let wide = |sixteen| bytemuck::cast(_mm512_add_epi32(at, _mm512_cvtepu8_epi32(sixteen)));
        let [first, second, third, fourth]: &mut [[u32; 16]; 4] = bytemuck::cast_mut(to);
        *first = wide(_mm512_castsi512_si128(packed));
        *second = wide(_mm512_extracti32x4_epi32::<1>(packed));
        // Hardly any text has words this short.
        if mask.count_ones() > 32 {
            *third = wide(_mm512_extracti32x4_epi32::<2>(packed));
            *fourth = wide(_mm512_extracti32x4_epi32::<3>(packed));
        }
    }
}
