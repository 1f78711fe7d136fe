//! Commands that people typed and pasted with what they printed.

use super::{Layer, layer};

/// Commands by which people show that a line is what they typed and no line of a log.
const COMMANDS: [&str; 48] = [
    "awk",
    "bash",
    "bun",
    "cargo",
    "cat",
    "cd",
    "curl",
    "deno",
    "docker",
    "docker-compose",
    "dmesg",
    "export",
    "flask",
    "go",
    "grep",
    "gunicorn",
    "head",
    "heroku",
    "java",
    "journalctl",
    "jq",
    "k9s",
    "kubectl",
    "less",
    "ls",
    "make",
    "node",
    "nodemon",
    "npm",
    "npx",
    "oc",
    "pm2",
    "pnpm",
    "podman",
    "python",
    "python3",
    "rg",
    "sed",
    "siotrace",
    "ssh",
    "stern",
    "sudo",
    "systemctl",
    "tail",
    "uvicorn",
    "wget",
    "yarn",
    "zcat",
];

/// A command that somebody typed: nothing of it is a log's.
pub(super) fn typed(text: &str) -> Option<Layer<'_>> {
    let command = prompted(text)?;
    let first = command.split(' ').next().unwrap_or_default();
    let name = first.rsplit('/').next().unwrap_or_default();
    let sets = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
    });
    let known = COMMANDS.contains(&name) || sets || first.starts_with("./");
    known.then(|| Layer { last: true, ..layer("", 7) })
}

/// What stands behind a prompt: `$ `, `# `, `% `, `alice@web:~$ `, `[root@web app]# `, `PS C:\app> `, `❯ `.
fn prompted(text: &str) -> Option<&str> {
    let plain = ["$ ", "# ", "% ", "❯ ", "➜  ", "λ "].iter().find_map(|p| text.strip_prefix(p));
    plain.or_else(|| {
        let head = text.get(..text.floor_char_boundary(80))?;
        let end = head.find(['$', '#', '>', '%'])?;
        let (before, rest) = text.split_at_checked(end)?;
        let rest = rest.get(1..)?.strip_prefix(' ')?;
        let shell =
            before.starts_with("PS ") || before.contains('@') || before.get(1..3) == Some(":\\");
        (shell && before.split(' ').count() <= 3).then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use crate::envelope::Peeler;

    fn message(line: &str) -> String {
        Peeler::with_year(2026).peel(line).message.into_owned()
    }

    #[test]
    fn what_a_person_typed_is_no_line_of_a_log() {
        for line in [
            "$ kubectl logs deploy/web | grep 'socket auth failed: jwt expired'",
            "# tail -f app.log",
            "root@web:/# tail -f app.log",
            "alice@web:~/shop$ DEBUG=engine* node app.js",
            "[root@web app]# journalctl -u web",
            "PS C:\\shop> node app.js",
            "C:\\shop> npm start",
            "❯ docker compose logs web",
            "> $ node app.js",
        ] {
            assert_eq!(message(line), "", "{line}");
        }
        for line in
            ["$ 5 were refunded", "# a heading", "[socket] x # y", "mail alice@example.com > x"]
        {
            assert_eq!(message(line), line, "{line}");
        }
    }
}
