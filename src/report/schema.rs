//! The JSON Schemas of what programs read: the report, the attempt record, a comparison, an account, a line of a shard.
//!
//! They are made from the types by a test, which compares them with the files under `schemas/`; the program prints the files, so
//! that no run pays for them. What may change in them and what never does is said in the README.

/// Of the attempt record.
pub const ATTEMPT: &str = include_str!("../../schemas/attempt-1.json");
/// Of the report.
pub const REPORT: &str = include_str!("../../schemas/report-1.json");
/// Of two reports compared.
pub const DIFF: &str = include_str!("../../schemas/diff-1.json");

/// Of attempts shown line by line.
pub const ACCOUNT: &str = include_str!("../../schemas/account-1.json");
/// Of a line of a shard.
pub const SHARD: &str = include_str!("../../schemas/shard-1.json");

#[cfg(test)]
pub(super) use self::made::Names;

#[cfg(test)]
mod made {
    use std::{borrow::Cow, marker::PhantomData, path::Path};

    use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
    use strum::VariantNames;

    use crate::{
        report::{Summary, account, compare, json, record, shard},
        verdict::Verdict,
    };

    /// The names of a closed list, where the record holds them as text. `none` is written as `null`.
    pub(in crate::report) struct Names<T>(PhantomData<T>);

    impl<T: VariantNames> JsonSchema for Names<T> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            std::any::type_name::<T>().into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let names: Vec<&str> =
                T::VARIANTS.iter().copied().filter(|name| *name != "none").collect();
            json_schema!({ "type": "string", "enum": names })
        }
    }

    fn made<T: JsonSchema>(name: &str, title: &str) -> String {
        let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let mut schema = generator.into_root_schema_for::<T>();
        schema.insert("$id".to_owned(), format!("urn:{}", name.replace(['.', '/'], ":")).into());
        schema.insert("title".to_owned(), title.into());
        format!("{}\n", serde_json::to_string_pretty(&schema).unwrap())
    }

    #[test]
    fn the_schemas_are_those_of_the_types() {
        let mut other = Vec::new();
        for (file, kept, made) in [
            (
                "report-1.json",
                super::REPORT,
                made::<json::Document<'_>>(json::SCHEMA, "A report of siotrace"),
            ),
            (
                "attempt-1.json",
                super::ATTEMPT,
                made::<record::AttemptRecord<'_>>(
                    record::SCHEMA,
                    "One attempt, as siotrace judges it",
                ),
            ),
            (
                "diff-1.json",
                super::DIFF,
                made::<compare::Comparison>(compare::SCHEMA, "Two reports of siotrace compared"),
            ),
            (
                "account-1.json",
                super::ACCOUNT,
                made::<account::Document<'_>>(
                    account::SCHEMA,
                    "Attempts of siotrace, line by line",
                ),
            ),
            (
                "shard-1.json",
                super::SHARD,
                made::<shard::Line<Verdict, Summary>>(
                    shard::SCHEMA,
                    "A line of a shard of siotrace",
                ),
            ),
        ] {
            if kept == made {
                continue;
            }
            other.push(file);
            if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
                std::fs::write(folder.join(file), &made).unwrap();
            }
        }
        assert!(
            other.is_empty(),
            "not what the types say: {other:?}; INSTA_UPDATE=always cargo test --lib schema writes them anew"
        );
    }
}
