//! Lists the grammar and rule files, so that a new one is only a new file and no line of code.
//!
//! The texts are embedded as they stand; reading them is the library's work, done once and only when needed.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let mut code = String::new();
    for (name, doc, folder) in [
        ("GRAMMARS", "Every file under `grammars/`.", "grammars"),
        ("CAUSES", "Every file under `src/rules/causes/`.", "src/rules/causes"),
        ("FINDINGS", "Every file under `src/rules/findings/`.", "src/rules/findings"),
        ("TOPICS", "Every file under `src/rules/topics/`.", "src/rules/topics"),
    ] {
        println!("cargo:rerun-if-changed={folder}");
        let mut files: Vec<String> = fs::read_dir(Path::new(&root).join(folder))
            .map(|entries| {
                entries
                    .filter_map(|e| e.ok()?.file_name().into_string().ok())
                    .filter(|f| f.ends_with(".toml"))
                    .collect()
            })
            .unwrap_or_default();
        files.sort();
        let _ = writeln!(code, "/// {doc} Path and text.\npub(crate) static {name}: &[(&str, &str)] = &[");
        for file in files {
            let path = Path::new(&root).join(folder).join(&file);
            println!("cargo:rerun-if-changed={}", path.display());
            let _ = writeln!(code, "    ({:?}, include_str!({:?})),", format!("{folder}/{file}"), path);
        }
        code.push_str("];\n");
    }
    fs::write(Path::new(&out).join("embedded.rs"), code).expect("OUT_DIR can be written");
}
