//! Chooses the anchors: a few short, rare pieces of text such that every literal holds one of them.
//!
//! A vector search over some dozens of short needles runs at several gigabytes a second, one automaton over hundreds of literals at a
//! tenth of that. So lines are found by anchors, and only then matched. Which piece of a literal is rare in
//! ordinary logs is estimated from the frequency of its letter pairs; measured on a web service's log, the estimate is good enough to
//! keep false hits below one line in fifty.

/// Most needles that the vector search takes.
pub(super) const MOST: usize = 64;

/// Pieces of text that lines in free wording show: the words by which a line says that it is about Socket.IO, and how ids are named.
const FREE: [&str; 7] = ["ocket", "sid=", "sid\":", "sid:", "SID:", "SID ", "sid'"];

/// The first line of a Python traceback, which code reads and no pattern.
const TRACEBACK: &str = "Traceback (most";

/// The anchors of grammars whose patterns require `literals`. Those that come with siotrace are chosen when it is built: it takes longer than to
/// answer a short log.
pub(super) fn all(literals: &[&str]) -> Vec<String> {
    // A literal that holds a word of free wording is found by that word.
    let others = literals.iter().copied().filter(|l| !FREE.iter().any(|a| l.contains(a)));
    let literals: Vec<&str> = others.chain([TRACEBACK]).collect();
    // The dearer a needle, the fewer are chosen.
    let mut needle = NEEDLE;
    let mut anchors = choose(&literals, needle);
    while anchors.len() + FREE.len() > MOST && needle < 1.0 {
        needle *= 1.2;
        anchors = choose(&literals, needle);
    }
    anchors.extend(FREE.map(str::to_owned));
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
    auth author authentication authorized in review in reply on login to by of for from with and or is not was no the at as be has had answer translate back ack transfer option ";

/// What one more needle costs, as hits in a place of a log.
const NEEDLE: f64 = 2e-5;

/// What standing in one of them adds to the cost: as [`NEEDLE`], by place.
const ORDINARY_COST: f64 = 0.01;

/// A greedy cover of `literals` with pieces of them. Its cost is what decides, so a piece that covers many literals may still lose to
/// a rare one that covers few. The result is sorted and may be longer than [`MOST`] for very many unlike literals.
fn choose(literals: &[&str], needle: f64) -> Vec<String> {
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
    let pieces: Vec<(&[u8], f64, Vec<usize>)> =
        pieces.into_iter().map(|(piece, owners)| (piece, needle + cost(piece), owners)).collect();
    let mut covered = vec![false; literals.len()];
    let mut chosen: Vec<String> = Vec::new();
    loop {
        let best = pieces
            .iter()
            .map(|(piece, cost, owners)| {
                let gain = owners.iter().filter(|&&i| !covered[i]).count();
                #[allow(clippy::cast_precision_loss)]
                (gain as f64 / cost, gain, *piece, owners)
            })
            .filter(|(_, gain, ..)| *gain > 0)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.2.cmp(a.2)));
        let Some((_, _, piece, owners)) = best else { break };
        for &i in owners {
            covered[i] = true;
        }
        chosen.push(String::from_utf8_lossy(piece).into_owned());
    }
    chosen.sort();
    chosen
}

/// How often `piece` is likely to stand in ordinary logs.
fn cost(piece: &[u8]) -> f64 {
    // Letters are not independent: words make common runs far likelier than their letters say.
    let ordinary = if memchr::memmem::find(ORDINARY.as_bytes(), piece).is_some() {
        ORDINARY_COST
    } else {
        0.0
    };
    frequency(piece).powf(0.8) + ordinary
}

/// How often `piece` would stand at one place of an ordinary log if letters were independent.
pub(super) fn frequency(piece: &[u8]) -> f64 {
    piece.iter().map(|&b| share(b)).product()
}

/// Share of a byte in ordinary logs: web access lines and application text.
fn share(byte: u8) -> f64 {
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

    #[test]
    fn every_literal_holds_an_anchor() {
        let literals =
            ["Sending packet OPEN", "Received packet", "/socket.io", "Invalid session", "ab"];
        let anchors = choose(&literals, NEEDLE);
        for literal in literals {
            assert!(anchors.iter().any(|a| literal.contains(a.as_str())), "{literal}: {anchors:?}");
        }
        assert!(anchors.len() <= literals.len());
    }
}
