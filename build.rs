//! Lists the grammar and rule files, so that a new one is only a new file and no line of code.
//!
//! The grammars are embedded as they stand, for their samples are read only when they are asked for. What every run needs is digested here: the grammars without
//! their samples and the conditions of the rules as JSON, and the anchors of the scan. Reading the files themselves took nine tenths of the time
//! in which a short log is answered. The rest of the rules is embedded as JSON, too: to read the file of one cause as TOML took a fifteenth.

// A build script may panic: that is how it says that the build cannot go on.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use std::{env, fmt::Write as _, fs, path::Path};

use toml::{Table, Value};

#[path = "src/grammar/anchors.rs"]
#[allow(dead_code, unreachable_pub)]
mod anchors;

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let mut code = String::new();
    for (name, folder) in [
        ("GRAMMARS", "grammars"),
        ("CAUSES", "src/rules/causes"),
        ("FINDINGS", "src/rules/findings"),
        ("TOPICS", "src/rules/topics"),
    ] {
        println!("cargo:rerun-if-changed={folder}");
        let mut files: Vec<String> = fs::read_dir(Path::new(&root).join(folder))
            .map(|entries| {
                entries
                    .filter_map(|e| e.ok()?.file_name().into_string().ok())
                    .filter(|f| Path::new(f).extension().is_some_and(|e| e == "toml"))
                    .collect()
            })
            .unwrap_or_default();
        files.sort();
        let _ = writeln!(
            code,
            "/// Every file under `{folder}/`: path and text.\npub(crate) static {name}: &[(&str, &str)] = &["
        );
        for file in files {
            let path = Path::new(&root).join(folder).join(&file);
            println!("cargo:rerun-if-changed={}", path.display());
            let _ = writeln!(
                code,
                "    ({:?}, {}),",
                format!("{folder}/{file}"),
                embedded(folder, &path)
            );
        }
        code.push_str("];\n");
    }
    println!("cargo:rerun-if-changed=src/grammar/anchors.rs");
    println!("cargo:rerun-if-changed=build.rs");
    digest(Path::new(&root), &mut code);
    fs::write(Path::new(&out).join("embedded.rs"), code).expect("OUT_DIR can be written");
}

/// The text of a file as Rust writes it: a grammar's as it stands, of the others their content as JSON.
fn embedded(folder: &str, path: &Path) -> String {
    if folder == "grammars" {
        format!("include_str!({:?})", path.to_string_lossy())
    } else {
        format!("{:?}", json(&table(path)))
    }
}

/// What every run needs of the files.
fn digest(root: &Path, code: &mut String) {
    let mut grammars = tables(&root.join("grammars"));
    let mut literals: Vec<String> = Vec::new();
    let mut free: Vec<String> = Vec::new();
    for grammar in &mut grammars {
        let wrapper = grammar.get("found-by").cloned();
        let searched_for = grammar.get("searched-for").and_then(Value::as_array);
        free.extend(
            searched_for.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned),
        );
        for line in grammar.get_mut("line").and_then(Value::as_array_mut).into_iter().flatten() {
            let line = line.as_table_mut().expect("a line is a table");
            line.remove("sample");
            // What says nothing is not searched for, unless it leads to what does.
            let ignored = line.get("event").and_then(Value::as_str) == Some("ignore");
            if ignored && !line.contains_key("found-by") {
                continue;
            }
            let found_by = line.get("found-by").or(wrapper.as_ref()).or(line.get("has"));
            literals.extend(found_by.and_then(Value::as_str).map(str::to_owned));
        }
    }
    literals.sort();
    literals.dedup();
    let mut causes = tables(&root.join("src/rules/causes"));
    for cause in &mut causes {
        cause.retain(|key, _| matches!(key, "cause" | "when" | "yields-to"));
    }
    for (name, doc, tables) in [
        ("GRAMMARS_DIGEST", "The grammars without their samples, each by itself.", grammars),
        ("CAUSES_DIGEST", "The conditions of the causes, each by itself.", causes),
    ] {
        let texts: Vec<String> = tables.iter().map(json).collect();
        let _ = writeln!(code, "/// {doc}\npub(crate) static {name}: &[&str] = &{texts:?};");
    }
    let literals: Vec<&str> = literals.iter().map(String::as_str).collect();
    let free: Vec<&str> = free.iter().map(String::as_str).collect();
    let _ = writeln!(
        code,
        "/// The anchors of the grammars.\npub(crate) static ANCHORS: &[&str] = &{:?};",
        anchors::all(&literals, &free)
    );
}

/// The files of a folder, in the order of their names.
fn tables(folder: &Path) -> Vec<Table> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files.iter().map(|path| table(path)).collect()
}

fn table(path: &Path) -> Table {
    let text = fs::read_to_string(path).expect("a listed file can be read");
    text.parse().unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn json(table: &Table) -> String {
    serde_json::to_string(table).expect("TOML can be written as JSON")
}
