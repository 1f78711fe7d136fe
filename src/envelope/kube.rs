//! What `kubectl logs --prefix` and stern put before each line.

use std::borrow::Cow;

use super::layer::{Kind, Layer, Writer};

/// `[pod/web-7d9c6bd5b6-x2x7p/web] M`; with `--timestamps` the time is the next wrapper.
pub(super) fn prefixed(text: &str) -> Option<Layer<'_>> {
    let rest = text.strip_prefix("[pod/")?;
    let end = rest.bytes().take(400).position(|b| b == b']')?;
    let (pod, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    Some(layer(Writer::of(pod), rest.strip_prefix(' ').unwrap_or(rest), 0))
}

/// stern's `web-7d9c6bd5b6-x2x7p web M`, with the namespace before it when there are several.
///
/// Two ordinary words stand before every other sentence, so the first one must end as only a Deployment's or
/// a `DaemonSet`'s pods do, or name a `StatefulSet`'s pod of the container behind it.
pub(super) fn stern(text: &str) -> Option<Layer<'_>> {
    let (first, rest) = word(text)?;
    let (second, rest) = word(rest)?;
    if is_pod(first, second) {
        let mut writer = Writer::of(first);
        writer.add(second);
        return Some(layer(writer, rest, 1));
    }
    let (third, rest) = word(rest)?;
    if !is_pod(second, third) {
        return None;
    }
    let mut writer = Writer::of(first);
    writer.add(second);
    writer.add(third);
    Some(layer(writer, rest, 2))
}

/// A DNS label and what follows its space.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .take(254)
        .position(|b| !(b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))?;
    let (word, rest) = text.split_at_checked(end)?;
    Some((word, rest.strip_prefix(' ')?)).filter(|_| end > 0)
}

/// Whether a pod of this name may run that container.
fn is_pod(pod: &str, container: &str) -> bool {
    let Some((owner, suffix)) = pod.rsplit_once('-') else { return false };
    if container.is_empty() || owner.is_empty() {
        return false;
    }
    // Kubernetes draws suffixes from an alphabet without vowels.
    let random = |part: &str| part.bytes().all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b));
    let digit = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
    if suffix.len() == 5 && random(suffix) {
        // Words without vowels exist (`-https`); the hash of the replica set, or a digit, settles it.
        return digit(suffix)
            || owner
                .rsplit_once('-')
                .is_some_and(|(_, hash)| (6..=10).contains(&hash.len()) && random(hash));
    }
    (1..=3).contains(&suffix.len())
        && suffix.bytes().all(|b| b.is_ascii_digit())
        && owner.ends_with(container)
}

fn layer(writer: Writer, rest: &str, layout: u8) -> Layer<'_> {
    Layer { kind: Kind::Kube, layout, writer, rest: Cow::Borrowed(rest), ..Layer::default() }
}
