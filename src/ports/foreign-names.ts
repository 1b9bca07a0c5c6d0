/** What a password is called in other languages, as patterns: the one list of them. */
const names = [
  "mot[ _-]?de[ _-]?passe",
  "mdp",
  "passwort",
  "kennwort",
  "parola",
  "heslo",
  "salasana",
  "[şs]ifre",
  "contrase(?:ñ|n\\u0303|n)a",
  "senha",
  "l(?:ö|o\\u0308)senord",
  "wachtwoord",
  "has(?:ł|l)o",
  "passord",
  "adgangskode",
  "jelsz(?:ó|o\\u0301|o)",
  "κωδικός",
  "пароль",
  "密[码碼]",
  "パスワード",
  "비밀번호",
];

export const foreignName = `(?:${names.join("|")})`;
