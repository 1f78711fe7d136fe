//! Failures over time, in one line.

use std::io;

use crate::{
    report::{Report, page::Page, words},
    time,
};

/// Most columns: as many steps as the eye tells apart.
const MOST: usize = 60;

/// Fewer failures than this are told by the table of causes, and fewer steps make no picture.
const LEAST: (u64, usize) = (8, 8);

/// One sign for a step without a failure, then from few to many.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const PLAIN: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

pub(super) fn write(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    const LABEL: &str = "failures ";
    let room = page.width().unwrap_or(MOST + LABEL.len()).saturating_sub(LABEL.len());
    // A few failures among many empty steps are dots and no picture.
    let telling = usize::try_from(report.totals.failed.saturating_mul(2)).unwrap_or(MOST);
    let columns = room.min(MOST).min(telling.max(2 * LEAST.1));
    let Some(bars) = report.sums.series.failures(columns) else { return Ok(()) };
    let most = bars.counts.iter().copied().max().unwrap_or(0);
    let few = bars.counts.iter().sum::<u64>() < LEAST.0 || bars.counts.len() < LEAST.1;
    // Failures one by one have no shape.
    if few || most < 2 {
        return Ok(());
    }
    let signs = if page.ascii() { PLAIN } else { BLOCKS };
    let line: String = bars.counts.iter().map(|count| signs[level(*count, most)]).collect();
    writeln!(page.out, "{LABEL}{line}")?;
    let day = !words::same_day(bars.first, bars.last);
    page.sentence(
        LABEL.len(),
        &format!(
            "{} to {}, at most {most} within {}",
            words::clock(bars.first, day, false),
            words::clock(bars.last, day, false),
            time::duration(bars.seconds)
        ),
    )
}

/// The sign for `count`: the lowest for none, the highest for `most`.
fn level(count: u64, most: u64) -> usize {
    let signs = BLOCKS.len() - 1;
    let level = (u128::from(count) * signs as u128).div_ceil(u128::from(most.max(1)));
    usize::try_from(level).unwrap_or(signs).min(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_told_from_few_and_the_most_is_highest() {
        assert_eq!(level(0, 1000), 0);
        assert_eq!(level(1, 1000), 1);
        assert_eq!(level(1000, 1000), 7);
        assert_eq!(level(1, 1), 7);
        assert_eq!(level(u64::MAX, u64::MAX), 7);
    }
}
