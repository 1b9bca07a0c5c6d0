import { type Rule, whole } from "./redact-rule.ts";

/** Tokens that their maker gave a shape of its own, so that they are known wherever they stand. */

// Words, and the hash, number or five letters that tell one pod from another.
const noPod =
  /(?!(?:[a-z0-9]{1,15}-){0,9}(?:[a-z]{1,15}\d{0,3}|\d{1,10}|[a-z0-9]{5})(?![\w-])|[a-z0-9-]{1,60}-[a-z0-9]{8,10}-[a-z0-9]{5}(?![\w-]))/
    .source;

const prefixed = [
  // No name of a pod: `sk-api-7488658577-s4jgv`, `pypi-mirror-for-the-office-0`.
  new RegExp(`sk-${noPod}[\\w-]{20,}`),
  new RegExp(`(?:pypi|nvapi)-${noPod}(?=[\\w-]{0,60}[A-Z]|[\\w-]{30})[\\w-]{20,}`),
  /xapp-\d[\w-]{10,}/,
  /(?:AKIA|ASIA)[A-Z0-9]{16}/,
  /gh[pousr]_\w{20,}/,
  /github_pat_\w{20,}/,
  /gl(?:pat|rt|dt|cbt|ptt|oas|ft|soat)-[\w-]{16,}/,
  /xox[abeoprs]-[\w-]{10,}/,
  /(?:sk|rk|pk)_(?:live|test)_\w{10,}/,
  /whsec_[\w+/=]{16,}/,
  /AIza[\w-]{30,}/,
  /hv[sb]\.[\w-]{20,}/,
  /npm_\w{30,}/,
  /SG\.[\w-]{16,}\.[\w-]{20,}/,
  /do[por]_v1_\w{40,}/,
  /shp(?:at|ca|pa|ss)_\w{20,}/,
  /hf_[A-Za-z0-9]{30,}/,
  /dckr_[po]at_[\w-]{20,}/,
  /dapi[0-9a-f]{32}/,
  /lin_(?:api|oauth)_\w{30,}/,
  /(?:ntn|secret)_[A-Za-z0-9]{40,}/,
  /AT[AC]TT3x[\w=-]{20,}/,
  /ATBB[A-Za-z0-9]{28,}/,
  /glsa_\w{30,}/,
  /glc_[\w+/=]{30,}/,
  /sntry[su]_[\w+/=.]{30,}/,
  /NR(?:AK|RA|II|IQ)-[A-Za-z0-9_-]{20,}/,
  /pscale_[a-z]{2,8}_[\w.-]{20,}/,
  /SK[0-9a-f]{32}/,
  /key-[0-9a-f]{32}/,
  /[0-9a-f]{32}-us\d{1,2}/,
  /(?:bot)?\d{8,10}:AA[\w-]{33}/,
  /ya29\.[\w-]{20,}/,
  /GOCSPX-[\w-]{20,}/,
  /dp\.(?:pt|st|sa|ct|scim|audit)\.[\w.-]{30,}/,
  /pul-[0-9a-f]{40}/,
  /[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/,
  /rubygems_[0-9a-f]{40,}/,
  /sbp_[0-9a-f]{30,}/,
  /PMAK-[0-9a-f]{24}-[0-9a-f]{30,}/,
  /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50,}/,
  /tskey-[a-z]{3,12}-[\w-]{20,}/,
  /gsk_[A-Za-z0-9]{30,}/,
  /xai-[A-Za-z0-9]{40,}/,
  /r8_[A-Za-z0-9]{30,}/,
  /pplx-[A-Za-z0-9]{30,}/,
  /sq0[a-z]{3}-[\w-]{20,}/,
  /xkeysib-[0-9a-f]{60,}/,
  /CCIPAT_\w{20,}/,
  /bkua_[0-9a-f]{30,}/,
  /FlyV1 fm\d_[\w+/=,]{30,}/,
  /AKCp[A-Za-z0-9]{60,}/,
  /ops_eyJ[\w-]{40,}/,
  /dt0[a-z]\d\d\.[A-Z0-9]{20,30}\.[A-Z0-9]{40,80}/,
  /pat-[a-z]{2}\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/,
  /CFPAT-[\w-]{30,}/,
  /[\w~.-]{3}\dQ~[\w~.-]{31,34}/,
];

// Cheap to look for: each shape has one of these. A sign is rarer than a letter, so the words before one are looked for from it.
const beforeSign =
  /[_.~-](?<=gh[pousr]_|_pat_|_oat_|gl[a-z]{2,4}-|x(?:ox[a-z]|app)-|_(?:live|test)_|whsec_|sk-|hv[sb]\.|npm_|pypi-|SG\.|_v1_|shp[a-z]{2}_|[hq]f_|lin_|ntn_|secret_|glsa_|glc_|pscale_|key-|dp\.|pul-|rubygems_|sbp_|AGE-|tskey-|gsk_|xai-|nvapi-|r8_|pplx-|bkua_|ops_|Q~|pat-|CFPAT-)|-us\d/;
const withoutSign =
  /A(?:KIA|SIA|Iza|TBB|KCp)|dapi|TT3x|sntry|NR[ARI]|SK[0-9a-f]|:AA|ya29|GOCSPX|atlasv1|PMAK|sq0|xkeysib|CCIPAT|FlyV1|dt0[a-z]/;

const shaped = new RegExp(`(?<![A-Za-z0-9])(?:${prefixed.map(({ source }) => source).join("|")})`, "g");
export const vendors: Rule = (text, hide) =>
  beforeSign.test(text) || withoutSign.test(text) ? text.replace(shaped, (found) => hide(found)) : text;

/** The token by which a node joins a cluster: digits in both halves, or it would be a file name. */
export const joinTokens = whole(
  /\.[a-z0-9]{16}(?<=[a-z0-9]{6}\.[a-z0-9]{16})/,
  /(?<![\w.-])(?=[a-z]{0,5}\d)[a-z0-9]{6}\.(?=[a-z]{0,15}\d)[a-z0-9]{16}(?![\w.-])/g,
);

export const passwordHashes = whole(
  /\$/,
  /\$(?:2[abxy]|1|5|6|y|apr1|argon2(?:id|i|d)|pbkdf2[\w-]{0,12})\$[\w./$=,+-]{20,200}/g,
);
