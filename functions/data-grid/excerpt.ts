const LONGEST = 160;

/** Each with what stays of it. A log is written by a CLI that was given credentials, so it may repeat them. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\/\/[^\s/@]+@/g, '//[left out]@'],
  [/\b(Bearer|Basic|Digest)\s+\S+/gi, '$1 [left out]'],
  [
    /(pass(?:word|wd|phrase)?|pwd|secret|token|authorization|credentials?|api[-_]?key)(["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|\S+)/gi,
    '$1$2[left out]',
  ],
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, '[left out]'],
  [/[A-Za-z0-9+/=_-]{40,}/g, '[left out]'],
];

export const withoutSecrets = (text: string): string =>
  SECRETS.reduce((rest, [secret, left]) => rest.replace(secret, left), text);

/** Some of a log's text for a message: one line, short, without what looks like a secret. */
export function excerptOf(text: string): string {
  // Control characters would break the line, or colour somebody's terminal.
  const safe = withoutSecrets(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim());
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}…` : safe;
}
