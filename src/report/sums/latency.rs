//! How long decisions took, as a histogram of bounded size.

/// Sub-steps of each power of two: a quantile is at most a thirty-second too large.
const STEPS: u32 = 32;

/// Buckets: microseconds up to 2^40 (twelve days).
const BUCKETS: usize = (41 * STEPS) as usize;

/// Durations, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// Empty until the first duration.
    buckets: Vec<u64>,
    count: u64,
    total: u64,
    longest: u64,
}

impl Latency {
    /// Counts one duration in microseconds. A decision before the beginning is a fault of clocks, and not counted.
    pub fn add(&mut self, micros: i64) {
        let Ok(micros) = u64::try_from(micros) else { return };
        if self.buckets.is_empty() {
            self.buckets = vec![0; BUCKETS];
        }
        if let Some(bucket) = self.buckets.get_mut(bucket(micros)) {
            *bucket += 1;
        }
        self.count += 1;
        self.total = self.total.saturating_add(micros);
        self.longest = self.longest.max(micros);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All of them together, in microseconds.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The longest, in microseconds.
    pub fn longest(&self) -> Option<u64> {
        (self.count > 0).then_some(self.longest)
    }

    /// The duration in microseconds that `part` of all (0 to 1) do not exceed, rounded up to the end of its bucket.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a count is one"
    )]
    pub fn quantile(&self, part: f64) -> Option<u64> {
        let rank = ((self.count as f64 * part).ceil() as u64).max(1);
        let mut seen = 0;
        let at = self.buckets.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some(end_of(at).min(self.longest))
    }
}

/// Values below [`STEPS`] have a bucket of their own; of larger ones the power of two and the five bits behind the first count.
fn bucket(micros: u64) -> usize {
    let steps = u64::from(STEPS);
    let place = if micros < steps {
        micros
    } else {
        let power = u64::from(micros.ilog2());
        let shift = power - u64::from(STEPS.ilog2());
        (shift + 1) * steps + (micros >> shift) - steps
    };
    usize::try_from(place).unwrap_or(usize::MAX).min(BUCKETS - 1)
}

/// The largest value of a bucket.
fn end_of(bucket: usize) -> u64 {
    let (bucket, steps) = (bucket as u64, u64::from(STEPS));
    if bucket < steps {
        return bucket;
    }
    let shift = bucket / steps - 1;
    ((bucket % steps + steps + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_a_thirty_second_too_large_at_most() {
        let mut latency = Latency::default();
        for n in 1..=10_000 {
            latency.add(n * 100);
        }
        for (part, exact) in [(0.5, 500_000), (0.95, 950_000), (0.99, 990_000), (1.0, 1_000_000)] {
            let told = latency.quantile(part).unwrap();
            assert!(told >= exact && told <= exact + exact / 32 + 1, "{part}: {told}");
        }
        assert_eq!(latency.longest(), Some(1_000_000));
        assert_eq!(latency.total(), 5_000_500_000);
    }

    #[test]
    fn a_value_lies_in_its_bucket() {
        for micros in (0..1000).chain([1 << 20, (1 << 20) + 1, (1 << 33) + 12_345]) {
            let own = bucket(micros);
            assert!(end_of(own) >= micros, "{micros}");
            assert!(own == 0 || end_of(own - 1) < micros, "{micros}");
        }
    }

    #[test]
    fn nothing_counted_has_no_quantiles_and_no_longest() {
        let mut latency = Latency::default();
        latency.add(-5);
        assert_eq!((latency.count(), latency.quantile(0.5), latency.longest()), (0, None, None));
    }
}
