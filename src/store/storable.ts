/**
 * Text that every database takes: NUL, and half of a surrogate pair, become U+FFFD. PostgreSQL refuses both, and one
 * such value in JSON makes every query into it fail.
 */
export function storableText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text).toWellFormed();
}

/** The same for what `JSON.stringify` made, where the two stand as escapes. */
export function storableJson(json: string): string {
  return json.includes('\\u') ? json.replace(REFUSED, '$1\\ufffd') : json;
}

/** An escape that is none of a backslash before it: whole pairs are written as they are, so each `\ud8…` is half of one. */
const REFUSED = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** For `like ... escape '\\'`: this anywhere in a text, none of its characters standing for others. */
export const likePart = (text: string): string =>
  `%${storableText(text).replace(/[\\%_]/g, (each) => `\\${each}`)}%`;
