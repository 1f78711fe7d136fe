//! Sets of ASCII characters.

/// ASCII characters, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set([u64; 2]);

impl Set {
    pub(super) const ALL: Self = Self([u64::MAX; 2]);

    pub(super) fn of(byte: u8) -> Self {
        let mut set = Self::default();
        set.add(byte);
        set
    }

    pub(super) fn add(&mut self, byte: u8) {
        if byte < 128 {
            self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
    }

    /// Whether an ASCII byte is in it.
    pub(super) fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6 & 1)] >> (byte & 63) & 1 == 1
    }

    /// The characters that are not in it.
    pub(super) fn complement(self) -> Self {
        Self([!self.0[0], !self.0[1]])
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0[0] & other.0[0] | self.0[1] & other.0[1] != 0
    }

    /// Its byte, if it has one only.
    pub(super) fn only(self) -> Option<u8> {
        let mut bytes = (0..128).filter(|&b| self.has(b));
        bytes.next().filter(|_| bytes.next().is_none())
    }
}
