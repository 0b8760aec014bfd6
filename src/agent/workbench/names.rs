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
const FILES: [&str; 30] = [
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
    "auth.json",
    "wp-config.php",
    ".bash_history",
    ".zsh_history",
    ".sh_history",
    ".python_history",
    ".psql_history",
    ".mysql_history",
    ".node_repl_history",
    ".my.cnf",
    "env.local",
    "token",
    "tokens",
];

/// Beginnings of names.
const BEGINNINGS: [&str; 8] =
    [".env", "env.local", "env.prod", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "service-account"];

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
const STEMS: [&str; 34] = [
    "credentials",
    "credential",
    "secrets",
    "secret",
    "passwords",
    "password",
    "client_secret",
    "api_keys",
    "token",
    "tokens",
    "private_key",
    "private-key",
    "privatekey",
    "private_keys",
    "serviceaccount",
    "serviceaccountkey",
    "service_account",
    "service-account",
    "firebase-adminsdk",
    "api_key",
    "api-key",
    "api-keys",
    "apikey",
    "apikeys",
    "access_token",
    "access-token",
    "access_key",
    "access-key",
    "client-secret",
    "clientsecret",
    "secret_key",
    "secret-key",
    "ssh_key",
    "ssh-key",
];

/// Last parts of names of keys, in the kinds of files that clouds give them out in.
const KEYS: [&str; 5] = ["-key", "_key", "-keys", "_keys", "-adminsdk"];

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
            && is_of_data(stem, kind);
    // `gcp-key.json` is a cloud's key; `primary-key.md` explains one.
    let is_key = KEYS.iter().any(|end| stem.ends_with(end) || stem.contains("-adminsdk-"))
        && matches!(kind, "json" | "txt" | "enc" | "plist");
    FOLDERS.contains(&name)
        || FILES.contains(&name)
        || BEGINNINGS.iter().any(|start| name.starts_with(start) && !is_source(name))
        || ENDINGS.iter().any(|end| name.ends_with(end))
        || is_data
        || is_key
}

/// Whether the ending of a name is that of data, or it has none.
fn is_of_data(stem: &str, kind: &str) -> bool {
    DATA.contains(&if kind == stem { "" } else { kind })
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
            "private_key.txt",
            "serviceAccountKey.json",
            "firebase-adminsdk-x1.json",
            "app-firebase-adminsdk-4fz.json",
            "gcp-key.json",
            "token.txt",
            "tokens.json",
            "auth.json",
            "env.local",
            "wp-config.php",
            "home/.bash_history",
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
            "src/token.rs",
            "tokenizer.json",
            "docs/primary-key.md",
            "keys.ts",
            "auth.ts",
            "tokens.css",
            "env.d.ts",
        ] {
            assert!(secret(path).is_none(), "{path}");
        }
    }
}
