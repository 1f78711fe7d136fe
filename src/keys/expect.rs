//! What the user says that a good token looks like.

use crate::payload::jwt::Jwt;

/// What a good token says of itself. An empty list means that anything will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Algorithms that the server accepts.
    pub algorithms: Vec<Box<str>>,
    /// Audiences that it is.
    pub audiences: Vec<Box<str>>,
    /// Issuers that it trusts.
    pub issuers: Vec<Box<str>>,
}

/// In what a token differs from what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// In its algorithm.
    Algorithm,
    /// In whom it is for.
    Audience,
    /// In whom it is from.
    Issuer,
}

impl Expected {
    /// Whether nothing is expected.
    pub fn is_empty(&self) -> bool {
        self.algorithms.is_empty() && self.audiences.is_empty() && self.issuers.is_empty()
    }

    /// The first thing in which `token` differs, in the order in which libraries look.
    pub fn differs(&self, token: &Jwt) -> Option<Odd> {
        let among = |list: &[Box<str>], said: Option<&str>| {
            list.is_empty() || said.is_some_and(|said| list.iter().any(|good| **good == *said))
        };
        if !among(&self.algorithms, token.alg.as_deref()) {
            return Some(Odd::Algorithm);
        }
        // A token may be for several; one of them will do.
        let audience = token.aud.as_deref();
        if !among(&self.audiences, audience)
            && !audience
                .is_some_and(|all| all.split(',').any(|one| among(&self.audiences, Some(one))))
        {
            return Some(Odd::Audience);
        }
        (!among(&self.issuers, token.iss.as_deref())).then_some(Odd::Issuer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_counts() {
        let expected = Expected {
            algorithms: vec!["HS256".into()],
            audiences: vec!["chat".into(), "web".into()],
            issuers: vec!["https://id.example.test".into()],
        };
        let good = Jwt {
            alg: Some("HS256".into()),
            aud: Some("app,chat".into()),
            iss: Some("https://id.example.test".into()),
            ..Jwt::default()
        };
        let cases = [
            (good.clone(), None),
            (
                Jwt { iss: Some("https://id.example.test/".into()), ..good.clone() },
                Some(Odd::Issuer),
            ),
            (Jwt { aud: None, iss: None, ..good.clone() }, Some(Odd::Audience)),
            (Jwt { alg: Some("RS256".into()), aud: None, ..good }, Some(Odd::Algorithm)),
        ];
        for (token, want) in cases {
            assert_eq!(expected.differs(&token), want, "{token:?}");
            assert_eq!(Expected::default().differs(&token), None);
        }
    }
}
