//! Chooses the anchors: a few short, rare pieces of text such that every literal holds one of them.
//!
//! A vector search over some dozens of short needles runs at several gigabytes a second, one automaton over hundreds of literals at a
//! tenth of that. So lines are found by anchors, and only then matched. Which piece of a literal is rare in
//! ordinary logs is estimated from the frequency of its letter pairs; measured on a web service's log, the estimate is good enough to
//! keep false hits below one line in fifty.

/// Most needles that the vector search takes.
pub(super) const MOST: usize = 64;

/// The first line of a Python traceback, which code reads and no pattern.
const TRACEBACK: &str = "Traceback (most";

/// The anchors of grammars whose patterns require `literals`, and whose lines in free wording show one of the pieces of text in `free`. Those that come with siotrace are chosen when it is built: it takes longer than to
/// answer a short log.
pub(super) fn all(literals: &[&str], free: &[&str]) -> Vec<String> {
    // A literal that holds a word of free wording is found by that word.
    let others = literals.iter().copied().filter(|l| !free.iter().any(|a| l.contains(a)));
    let literals: Vec<&str> = others.chain([TRACEBACK]).collect();
    let pieces = pieces(&literals);
    let mut chosen = prune(literals.len(), &pieces, choose(literals.len(), &pieces));
    // Some literals must share a commoner piece where there are too many: the swap that costs least comes first.
    while chosen.len() + free.len() > MOST
        && let Some(swapped) = swap(literals.len(), &pieces, &chosen)
    {
        chosen = prune(literals.len(), &pieces, swapped);
    }
    let text = |i: &usize| String::from_utf8_lossy(pieces[*i].text).into_owned();
    let mut anchors: Vec<String> = chosen.iter().map(text).collect();
    anchors.sort();
    anchors.extend(free.iter().copied().map(str::to_owned));
    anchors
}

/// Lengths of an anchor, in bytes. Shorter ones hit too much; longer ones do not search faster.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=7;

/// Words that ordinary logs are full of. A piece of one of them is an anchor only where the literal has nothing better: on a web service's log
/// `before`, `ession` and ` task` alone led to every seventh line.
const ORDINARY: &str = " GET POST PUT DELETE HTTP/1.1 Mozilla/5.0 AppleWebKit Chrome Safari Firefox Windows Linux Macintosh iPhone \
    INFO DEBUG WARNING ERROR error warning info debug access refused accepted before after session sessions expired user users login logged logout \
    password token tokens refreshed renewed cache miss key job jobs task tasks finished started starting queue worker workers retry retries failed \
    failure success completed request requests response responses client clients server servers service message messages channel rooms room feed \
    search static image images rendered invoice sent mail email query database connection connections connected connect closed close timeout timed \
    pool process processed processing thread event events handler handlers handled received receive created updated deleted update delete create \
    order payment billing polling rolling total status version support supported valid invalid object objects resolved proxy upstream host port path index page \
    engine engines user agent upgrade upgraded handling handler auth author authentication authorized in review in reply on login to by of for from with and or is not was no the at as be has had answer translate back ack transfer option connection for authentication for transport ";

/// What one more needle costs, as hits in a place of a log.
const NEEDLE: f64 = 2e-5;

/// What standing in one of them adds to the cost for each place there, for a piece of the greatest length: as [`NEEDLE`], by place.
const ORDINARY_COST: f64 = 0.01;

/// A piece of text that may become an anchor.
struct Piece<'l> {
    text: &'l [u8],
    cost: f64,
    /// The literals that hold it.
    owners: Vec<usize>,
}

/// All pieces of `literals`.
fn pieces<'l>(literals: &[&'l str]) -> Vec<Piece<'l>> {
    let mut pieces: std::collections::BTreeMap<&[u8], Vec<usize>> =
        std::collections::BTreeMap::new();
    for (i, literal) in literals.iter().enumerate() {
        let bytes = literal.as_bytes();
        for length in LENGTHS {
            for piece in bytes.windows(length.min(bytes.len())) {
                let owners = pieces.entry(piece).or_default();
                if owners.last() != Some(&i) {
                    owners.push(i);
                }
            }
        }
    }
    pieces
        .into_iter()
        .map(|(text, owners)| Piece { text, cost: NEEDLE + cost(text), owners })
        .collect()
}

/// A greedy cover of the literals with pieces of them. Its cost is what decides, so a piece that covers many literals may still lose to
/// a rare one that covers few. The result may be longer than [`MOST`] for very many unlike literals.
fn choose(literals: usize, pieces: &[Piece<'_>]) -> Vec<usize> {
    let mut covered = vec![false; literals];
    let mut chosen = Vec::new();
    loop {
        let best = pieces
            .iter()
            .enumerate()
            .map(|(i, piece)| {
                let gain = piece.owners.iter().filter(|&&i| !covered[i]).count();
                #[allow(clippy::cast_precision_loss)]
                (gain as f64 / piece.cost, gain, i)
            })
            .filter(|(_, gain, _)| *gain > 0)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.2.cmp(&a.2)));
        let Some((_, _, best)) = best else { break };
        for &i in &pieces[best].owners {
            covered[i] = true;
        }
        chosen.push(best);
    }
    chosen
}

/// `chosen` without those whose literals the others cover, the dearest first.
fn prune(literals: usize, pieces: &[Piece<'_>], mut chosen: Vec<usize>) -> Vec<usize> {
    let mut covers = vec![0_usize; literals];
    chosen.iter().flat_map(|&i| &pieces[i].owners).for_each(|&literal| covers[literal] += 1);
    chosen.sort_by(|a, b| pieces[*b].cost.total_cmp(&pieces[*a].cost));
    chosen.retain(|&i| {
        let needless = pieces[i].owners.iter().all(|&literal| covers[literal] > 1);
        if needless {
            pieces[i].owners.iter().for_each(|&literal| covers[literal] -= 1);
        }
        !needless
    });
    chosen
}

/// `chosen` with one more piece and without those that it makes needless: the swap that adds least cost for each needle it saves. `None` when no swap saves one.
fn swap(literals: usize, pieces: &[Piece<'_>], chosen: &[usize]) -> Option<Vec<usize>> {
    // Of each literal, how many of the chosen cover it, and the last that does.
    let mut covers = vec![(0_usize, 0_usize); literals];
    for (at, &piece) in chosen.iter().enumerate() {
        for &literal in &pieces[piece].owners {
            covers[literal] = (covers[literal].0 + 1, at);
        }
    }
    let mut alone = vec![0_usize; chosen.len()];
    for &(_, at) in covers.iter().filter(|(count, _)| *count == 1) {
        alone[at] += 1;
    }
    let saved_by = |piece: &Piece<'_>| {
        let mut taken = vec![0_usize; chosen.len()];
        for &literal in &piece.owners {
            if covers[literal].0 == 1 {
                taken[covers[literal].1] += 1;
            }
        }
        // Those that cover nothing alone could stand in for each other, so they stay.
        (0..chosen.len()).filter(|&at| alone[at] > 0 && taken[at] == alone[at]).collect::<Vec<_>>()
    };
    let best = pieces
        .iter()
        .enumerate()
        .filter(|(i, _)| !chosen.contains(i))
        .filter_map(|(i, piece)| {
            let saved = saved_by(piece);
            let needles = saved.len().checked_sub(1).filter(|n| *n > 0)?;
            let was: f64 = saved.iter().map(|&at| pieces[chosen[at]].cost).sum();
            #[allow(clippy::cast_precision_loss)]
            Some(((piece.cost - was) / needles as f64, i, saved))
        })
        // A literal that two of the saved cover, and nobody else, must not be left alone.
        .filter(|(_, i, saved)| {
            (0..literals).all(|literal| {
                let by = |piece: usize| pieces[piece].owners.contains(&literal);
                by(*i)
                    || chosen
                        .iter()
                        .enumerate()
                        .any(|(at, &piece)| !saved.contains(&at) && by(piece))
            })
        })
        .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let (_, piece, saved) = best?;
    let kept = chosen.iter().enumerate().filter(|(at, _)| !saved.contains(at)).map(|(_, p)| *p);
    Some(kept.chain([piece]).collect())
}

/// How often `piece` is likely to stand in ordinary logs.
fn cost(piece: &[u8]) -> f64 {
    // Letters are not independent: words make common runs far likelier than their letters say.
    // The shorter a piece, and the more words it stands in, the more lines it hits.
    let places = memchr::memmem::find_iter(ORDINARY.as_bytes(), piece).count();
    let shortness = 1_u32 << LENGTHS.end().saturating_sub(piece.len());
    #[allow(clippy::cast_precision_loss)]
    let ordinary = ORDINARY_COST * places as f64 * f64::from(shortness);
    frequency(piece).powf(0.8) + ordinary
}

/// How often `piece` would stand at one place of an ordinary log if letters were independent.
fn frequency(piece: &[u8]) -> f64 {
    piece.iter().map(|&b| share(b)).product()
}

/// Share of a byte in ordinary logs: web access lines and application text.
pub(super) fn share(byte: u8) -> f64 {
    match byte {
        b' ' => 0.12,
        b'e' | b't' | b'a' | b'i' | b'o' | b'n' | b's' | b'r' => 0.045,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' | b'h' | b'g' => 0.02,
        b'0'..=b'9' | b'/' | b'.' | b'-' | b':' | b'"' => 0.03,
        b'b' | b'f' | b'k' | b'v' | b'w' | b'y' | b'A' | b'I' | b'M' | b'E' | b'T' | b'N'
        | b'O' | b'G' | b'_' | b'=' | b',' | b'(' | b')' | b'[' | b']' | b';' => 0.01,
        b'A'..=b'Z' => 0.004,
        _ => 0.002,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: [&str; 2] = ["ocket", "sid="];

    #[test]
    fn too_many_literals_share_commoner_anchors() {
        let literals: Vec<String> =
            (0..90).map(|i| format!("{}q{}q common ending", i % 10, i / 10 + 10)).collect();
        let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
        let anchors = all(&literals, &FREE);
        assert!(anchors.len() <= MOST, "{anchors:?}");
        for literal in literals {
            assert!(anchors.iter().any(|a| literal.contains(a.as_str())), "{literal}: {anchors:?}");
        }
    }

    #[test]
    fn every_literal_holds_an_anchor() {
        let literals =
            ["Sending packet OPEN", "Received packet", "/socket.io", "Invalid session", "ab"];
        let anchors = all(&literals, &FREE);
        for literal in literals {
            assert!(anchors.iter().any(|a| literal.contains(a.as_str())), "{literal}: {anchors:?}");
        }
        assert!(anchors.len() <= literals.len() + FREE.len() + 1);
    }
}
