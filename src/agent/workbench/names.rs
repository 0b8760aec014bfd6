//! Files that look like they hold a secret, by their names. A name is a weak sign, so the list is wide for data and narrow for
//! source code: `credentials.json` is left out, `credentials.rs` is not.

/// Folders in which nothing is shown.
const FOLDERS: [&str; 12] = [
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".ssh",
    ".aws",
    ".gnupg",
    ".azure",
    ".kube",
    ".docker",
    ".terraform",
    ".password-store",
];

/// Whole names.
const FILES: [&str; 17] = [
    ".netrc",
    "_netrc",
    ".npmrc",
    ".yarnrc.yml",
    ".pypirc",
    ".pgpass",
    ".htpasswd",
    ".git-credentials",
    ".vault-token",
    ".dockercfg",
    ".s3cfg",
    ".boto",
    ".envrc",
    "master.key",
    // Ours may hold a key.
    "conclave.toml",
    "kubeconfig",
    "shadow",
];

/// Beginnings of names.
const BEGINNINGS: [&str; 6] = [".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "service-account"];

/// Endings of names.
const ENDINGS: [&str; 17] = [
    ".env",
    ".pem",
    ".key",
    ".p12",
    ".pfx",
    ".pkcs12",
    ".jks",
    ".keystore",
    ".kdbx",
    ".ppk",
    ".gpg",
    ".asc",
    ".ovpn",
    ".tfstate",
    ".tfstate.backup",
    ".tfvars",
    ".secret",
];

/// First parts of names of data files.
const STEMS: [&str; 8] =
    ["credentials", "credential", "secrets", "secret", "passwords", "password", "client_secret", "api_keys"];

/// Kinds of files that are data. With none at all it may be anything.
const DATA: [&str; 14] =
    ["", "json", "yaml", "yml", "toml", "ini", "cfg", "conf", "txt", "properties", "xml", "csv", "enc", "plist"];

/// Why a path is not shown, if one of its parts looks like a secret's.
pub(in crate::agent) fn secret(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let found = parts.iter().find(|part| is_secret(&part.to_lowercase()))?;
    Some(format!("{found} looks like a place of secrets, by its name"))
}

fn is_secret(name: &str) -> bool {
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or(name);
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
    let is_data =
        STEMS.iter().any(|s| stem.strip_prefix(s).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-'])))
            && DATA.contains(&if kind == stem { "" } else { kind });
    FOLDERS.contains(&name)
        || FILES.contains(&name)
        || BEGINNINGS.iter().any(|start| name.starts_with(start) && !is_source(name))
        || ENDINGS.iter().any(|end| name.ends_with(end))
        || is_data
}

/// `environment.rs` begins like nothing here, but `id_rsa_test.go` may.
fn is_source(name: &str) -> bool {
    const SOURCE: [&str; 16] = [
        ".rs", ".go", ".py", ".js", ".ts", ".tsx", ".java", ".kt", ".rb", ".php", ".c", ".h", ".cpp", ".cs", ".swift",
        ".md",
    ];
    !name.starts_with('.') && SOURCE.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::secret;

    #[test]
    fn names_of_secrets_are_told_from_names_of_sources() {
        for path in [
            ".env",
            "app/.env.production",
            ".env.example",
            "prod.env",
            ".git/config",
            "deploy/id_rsa",
            "id_ed25519.pub",
            "tls/server.PEM",
            "tls/server.key",
            "credentials",
            "config/credentials.yml.enc",
            "client_secret_42.json",
            "secrets.yaml",
            "Secrets.json",
            ".aws/credentials",
            "home/.ssh/known_hosts",
            "infra/main.tfstate",
            ".npmrc",
            "conclave.toml",
        ] {
            assert!(secret(path).is_some(), "{path}");
        }
        for path in [
            "src/credentials.rs",
            "tests/secrets.py",
            "src/environment.rs",
            "docs/secret-handling.md",
            "src/keys/mod.rs",
            "keyboard.json",
            "Cargo.toml",
            ".github/workflows/ci.yml",
            "secretary.txt",
            "password_reset.html",
            "monkey.rs",
        ] {
            assert!(secret(path).is_none(), "{path}");
        }
    }
}
