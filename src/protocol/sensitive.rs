//! Words by which a text touches authentication or sensitive data. A false alarm costs one sentence of a review, an omission
//! costs the review; so the lists are wide, and in the languages people debate in. They are no dictionary: whoever wants a
//! review of something else says so in a criterion.
//!
//! Which texts are sensitive decides which agreements count, so a list never changes for a session that has begun: each format
//! keeps its own.

use super::event::KEEPS_CONTRACTS;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a text touches authentication or sensitive data, in a session of format `version`.
pub(super) fn touches(version: u16, text: &str) -> bool {
    let lower = text.to_lowercase();
    if version < KEEPS_CONTRACTS {
        return EARLY.has(&lower);
    }
    let plain: String = lower.chars().filter_map(unaccented).collect();
    let unspaced = || !lower.is_ascii() && UNSPACED.split(',').any(|part| lower.contains(part.trim()));
    ALL.has(&plain) || unspaced()
}

/// What makes a text sensitive.
struct Signs {
    /// Whole words and phrases.
    said: HashSet<&'static str>,
    /// Most words of a phrase.
    longest: usize,
    /// Parts of words.
    stems: Vec<&'static str>,
}

static EARLY: LazyLock<Signs> = LazyLock::new(|| Signs::new(&[WORDS], &[PHRASES], ""));
static ALL: LazyLock<Signs> = LazyLock::new(|| Signs::new(&[WORDS, MORE_WORDS], &[PHRASES, MORE_PHRASES], STEMS));

impl Signs {
    fn new(words: &[&'static str], phrases: &[&'static str], stems: &'static str) -> Self {
        let words = words.iter().flat_map(|list| list.split_whitespace());
        let phrases = phrases.iter().flat_map(|list| list.split(',').map(str::trim));
        let said: HashSet<&'static str> = words.chain(phrases).collect();
        let longest = said.iter().map(|sign| sign.split(' ').count()).max().unwrap_or(1);
        Self { said, longest, stems: stems.split_whitespace().collect() }
    }

    /// Whether a text in lower case has one of them.
    fn has(&self, lower: &str) -> bool {
        let mut plain = String::with_capacity(lower.len());
        // Where each word begins and ends in what is read, with one space between.
        let mut words: Vec<(usize, usize)> = Vec::new();
        for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
            let from = plain.len();
            plain.push_str(word);
            words.push((from, plain.len()));
            plain.push(' ');
        }
        let says = |(from, to): (usize, usize)| plain.get(from..to).unwrap_or_default();
        (0..words.len()).any(|at| {
            let ahead = words.iter().skip(at).take(self.longest);
            let from = words.get(at).map_or(0, |w| w.0);
            ahead.into_iter().any(|(_, to)| self.said.contains(says((from, *to))))
        }) || words.iter().any(|word| self.stems.iter().any(|stem| says(*word).contains(stem)))
    }
}

/// A lower-case letter without its accent; nothing for an accent that stands alone.
fn unaccented(c: char) -> Option<char> {
    Some(match c {
        '\u{300}'..='\u{36f}' => return None,
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ē' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ğ' => 'g',
        _ => c,
    })
}

/// Words of every format.
const WORDS: &str = "\
    authentication authenticate authenticated authorization authorisation authorize authorise auth oauth oidc saml sso \
    login logins password passwords passkey passkeys passphrase credential credentials token tokens session sessions \
    cookie cookies jwt secret secrets encryption encrypt encrypted pii gdpr hipaa personal sensitive confidential payment \
    payments permission permissions privacy\
    ";

/// Phrases of every format.
const PHRASES: &str = "\
    sign in, api key, api keys, access control\
    ";

/// Whole words, from format 6 on; without accents.
const MORE_WORDS: &str = "\
    signin signins signup signups logon logons logout signout sso mfa 2fa otp totp hotp passcode passcodes passwd pwd \
    captcha apikey apikeys jwts jwks jwe jws bearer webauthn fido fido2 ldap kerberos openid scim idp rbac abac acl acls \
    iam sudo tls mtls ssl pki x509 certificate certificates hmac bcrypt scrypt argon2 pbkdf2 aes rsa kms hsm vault \
    keystore keyring csrf xsrf xss ssrf clickjacking phishing malware ransomware vulnerability vulnerabilities phi ssn \
    iban cvv cvc pci dss psd2 kyc ccpa cpra ferpa coppa soc2 dsgvo rgpd lgpd dpia appi pipl billing invoice invoices \
    payroll salary salaries creditcard medical patients biometric biometrics geolocation whereabouts fingerprinting \
    surveillance anonymity consent minors privilege privileges privileged breach breaches anmeldung anmelden einloggen \
    abmeldung konto konten benutzerkonto sitzung sitzungen zahlung zahlungen geheim geheimnis geheimnisse vertraulich \
    identifiant identifiants mdp jeton jetons paiement paiements habilitation habilitations confidentiel confidentielle \
    confidentialite secrets sesion sesiones credencial credenciales pago pagos permiso permisos confidencial privacidad \
    secreto secretos sessao sessoes senha senhas credenciais pagamento pagamentos permissao permissoes privacidade segredo \
    segredos credenziali credenziale sessione sessioni pagamenti permesso permessi riservatezza segreto segreti wachtwoord \
    wachtwoorden inloggen betaling betalingen vertrouwelijk haslo hasla logowanie uprawnienia platnosc platnosci heslo \
    hesla prihlaseni losenord inloggning betalning adgangskode passord salasana kirjautuminen sifre giris odeme jelszo\
    ";

/// Parts of words, from format 6 on, for the many forms and compounds of one word; without accents.
const STEMS: &str = "\
    authent authoriz authoris autentic autentifi autoriz autoris autorizz authentif authentifizier credential password \
    passwort kennwort zugangsdaten personenbezog personendaten datenschutz verschlussel berechtigung anmeldedaten \
    sicherheitsschlussel gesundheitsdat encrypt decrypt cryptograph kryptogra chiffr cifrad cifrar criptogra crittogra \
    cifratura szyfrow sifrov versleutel pseudonym anonymi anonimi contrasen impersonat deanonym persoonsgegeven tietosuoja \
    парол аутентифи авторизац персональн конфиденциальн шифрован платеж платёж автентифік персональні zugriffsrecht \
    zugriffskontroll zugangskontroll toegangscontrol\
    ";

/// Phrases, from format 6 on; without accents.
const MORE_PHRASES: &str = "\
    log in, logs in, logged in, logging in, log on, log out, logged out, signs in, signed in, signing in, sign on, \
    single sign, sign up, signs up, signed up, access key, access keys, access right, access rights, access list, \
    access policy, private key, private keys, signing key, signing keys, secret key, public key, key rotation, \
    key management, ssh key, ssh keys, magic link, magic links, one time code, one time codes, second factor, two factor, \
    multi factor, who may see, who can see, who may read, who can read, who may access, who can access, least privilege, \
    tenant isolation, identity provider, identity verification, user identity, user data, customer data, user account, \
    user accounts, account recovery, account takeover, email address, email addresses, e mail address, e mail addresses, \
    phone number, phone numbers, home address, postal address, date of birth, birth date, national id, passport number, \
    social security, credit card, credit cards, card number, card numbers, card data, cardholder data, bank account, \
    bank details, health data, health record, health records, location data, data protection, data subject, data subjects, \
    data retention, right to be forgotten, ip address, ip addresses, mot de passe, mots de passe, donnees personnelles, \
    donnee personnelle, donnees sensibles, donnees de sante, protection des donnees, vie privee, cle api, cles api, \
    cle privee, droits d acces, controle d acces, se connecter, carte bancaire, iniciar sesion, inicio de sesion, \
    datos personales, datos sensibles, datos de salud, proteccion de datos, clave privada, control de acceso, \
    tarjeta de credito, dados pessoais, dados sensiveis, protecao de dados, controle de acesso, controlo de acesso, \
    iniciar sessao, cartao de credito, dati personali, dati sensibili, protezione dei dati, controllo degli accessi, \
    parola d ordine, chiave privata, carta di credito, dane osobowe, danych osobowych, osobni udaje, osobnich udaju, \
    privater schlussel, kisisel veri, kisisel veriler, pin code, pin codes, data leak, data leaks, user role, user roles, \
    role based, patient data, patient record, patient records, sensible daten, sensiblen daten, sensibler daten, \
    clave api, clave de acceso, claves de acceso, page de connexion\
    ";

/// Parts of texts, from format 6 on, as they are written: in scripts without spaces, or with marks of their own.
const UNSPACED: &str = "\
    密码, 密碼, 口令, 登录, 登入, 登錄, 认证, 認證, 身份验证, 授权, 授權, 令牌, 凭证, 凭据, 隐私, 隱私, 个人信息, 個人資料, 敏感, 加密, 解密, 支付, 付款, 权限, 權限, 密钥, 密鑰, 会话, \
    パスワード, ログイン, サインイン, 認証, 認可, 暗号, 個人情報, 機密, 秘密, 決済, 支払, 権限, 鍵, トークン, セッション, プライバシー, 비밀번호, 로그인, 인증, 암호, 개인정보, 민감, 결제, 권한, \
    토큰, 세션, كلمة المرور, كلمات المرور, تسجيل الدخول, المصادقة, مصادقة, التشفير, بيانات شخصية, البيانات الشخصية, הסיסמה, \
    סיסמה, סיסמאות, התחברות, הצפנה, पासवर्ड, लॉगिन, प्रमाणीकरण, รหัสผ่าน, mật khẩu, đăng nhập, 机密\
    ";

#[cfg(test)]
mod tests {
    use super::touches;

    #[test]
    fn what_people_say_for_sign_in_and_personal_data_is_sensitive_in_their_language() {
        for text in [
            "Where do users log in?",
            "Wie melden sich Leute an: per Kennwort?",
            "Die Anmeldung bleibt, Personenbezogenes wird gelöscht",
            "Où garder les mots de passe ?",
            "des données personnelles",
            "¿Dónde se guardan las contraseñas?",
            "Los datos personales",
            "onde guardar a senha",
            "dati personali",
            "Где хранить пароли?",
            "密码存在哪里",
            "個人情報の保存",
            "비밀번호 저장",
            "the card number is kept",
            "two-factor by SMS",
            "encryptions at rest",
            "RBAC for editors",
            "Where are patients' diagnoses stored?",
            "contrasen\u{303}as",
        ] {
            assert!(touches(6, text), "{text}");
            assert!(!touches(5, text), "a session of format 5 keeps its list: {text}");
        }
    }

    #[test]
    fn what_has_nothing_to_do_with_it_is_not() {
        for text in [
            "Which queue holds under load?",
            "authors agree",
            "Which tokenizer?",
            "a sign of life",
            "log the rate",
            "a sensible default",
            "pin the version of the compiler",
            "Welche Datenbank nehmen wir?",
            "Quelle file d'attente choisir ?",
            "¿Qué base de datos usamos?",
            "どのデータベースを使うか",
            "Which caching layer serves reads?",
        ] {
            assert!(!touches(6, text), "{text}");
        }
    }
}
