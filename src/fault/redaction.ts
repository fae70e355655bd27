/** What leaves the house for whoever helps: without secrets and without numbers of people. */

/** Names of fields whose values open something. */
const SECRET_NAME =
  /passw|secret|token|credential|authorization|cookie|^ha1$|^pin$|pin$|api-?key|private-?key/i;
const HIDDEN = '***';
/** Shorter ones are words of everyday, too. */
const LEAST_SECRET = 4;

/** Stays: a date with its time, an address of IPv4. */
const DATE = String.raw`(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?!\d)`;
const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ADDRESS = String.raw`(?<![\d.])${OCTET}(?:\.${OCTET}){3}(?![\d.])`;
/** Seven digits and more, whatever people write between them, full width too. */
const DIGIT = '[0-9\uff10-\uff19]';
const NUMBER = `(?:[+\uff0b]|%2[Bb])?${DIGIT}(?:(?:%20|[ \\t\u00a0\u3000().\\-\u2010-\u2015\uff0d/_]){0,3}${DIGIT}){6,}`;
const KEPT_OR_NUMBER = new RegExp(`(${DATE}|${ADDRESS})|(${NUMBER})`, 'gu');

const URI_PASSWORD = /(\/\/[^\s/@:"']*:)[^\s/@"']+@/g;
const SCHEME = /\b(bearer|basic|digest)\s+[\w+/=.~-]{6,}/gi;
/** What answers a challenge: a weak password is guessed from it. */
const DIGEST = /\b(response|c?nonce)=(\\?")[^"\\]*/gi;
/** As people and programs write it into a text. */
const NAMED =
  /\b(passw(?:or)?d|secret|api-?key|(?:set-)?cookie|(?:[a-z]{1,20}[_-])?token)(\\?["']?\s*[:=]\s*\\?["']?)(?![*"'])[^\s"'\\,;&]+/gi;
const OWN_KEY = /\bpbx_[\w-]{6,}/g;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** A mobile number, or one with its country code, that somebody has kept as a number. */
const isTelephone = (value: number): boolean => /^(?:86)?1[3-9]\d{9}$/.test(String(value));

/** Takes secrets and numbers out; the same number is the same sign throughout, so that a call can be followed. */
export class Redaction {
  /** Secrets by their first characters: a text is gone through once, however many there are. */
  readonly #secrets = new Map<string, string[]>();
  readonly #signs = new Map<string, string>();

  /** `secrets`: those that are known, hidden wherever they stand, in the forms that they are sent in. */
  constructor(secrets: Iterable<string>) {
    for (const secret of secrets) this.know(secret);
  }

  /** One more secret. */
  know(secret: string): void {
    for (const form of formsOf(secret)) this.#know(form);
  }

  text(text: string): string {
    return this.#withoutSecrets(text)
      .replace(PRIVATE_KEY, HIDDEN)
      .replace(URI_PASSWORD, `$1${HIDDEN}@`)
      .replace(SCHEME, `$1 ${HIDDEN}`)
      .replace(DIGEST, `$1=$2${HIDDEN}`)
      .replace(NAMED, `$1$2${HIDDEN}`)
      .replace(OWN_KEY, HIDDEN)
      .replace(KEPT_OR_NUMBER, (whole, kept: string | undefined) => kept ?? this.#signOf(whole));
  }

  /** A value of JSON: its texts and the names of its fields likewise, and no field that is a secret by its name. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return isTelephone(value) ? this.#signOf(String(value)) : value;
    if (Array.isArray(value)) return value.map((each) => this.value(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, of]) => [
        this.text(name),
        SECRET_NAME.test(name) && of !== null && of !== undefined && typeof of !== 'boolean'
          ? HIDDEN
          : this.value(of),
      ]),
    );
  }

  /** A line of a log: JSON, or what somebody else wrote. */
  line(line: string): string {
    if (!line.startsWith('{')) return this.text(line);
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      return this.text(line);
    }
    return JSON.stringify(this.value(parsed));
  }

  #know(secret: string): void {
    if (secret.length < LEAST_SECRET) return;
    const begin = secret.slice(0, LEAST_SECRET);
    const known = this.#secrets.get(begin);
    if (!known) this.#secrets.set(begin, [secret]);
    else if (!known.includes(secret)) {
      known.push(secret);
      known.sort((one, other) => other.length - one.length);
    }
  }

  #withoutSecrets(text: string): string {
    if (this.#secrets.size === 0 || text.length < LEAST_SECRET) return text;
    let clean = '';
    let from = 0;
    for (let at = 0; at <= text.length - LEAST_SECRET; ) {
      const found = this.#secrets
        .get(text.slice(at, at + LEAST_SECRET))
        ?.find((each) => text.startsWith(each, at));
      if (found === undefined) {
        at++;
        continue;
      }
      clean += text.slice(from, at) + HIDDEN;
      at += found.length;
      from = at;
    }
    return from === 0 ? text : clean + text.slice(from);
  }

  /** The same for a number however it is written, with its country's code or without. */
  #signOf(number: string): string {
    const digits = number
      .replace(/%2B|%20/gi, '')
      .normalize('NFKC')
      .replace(/\D/g, '')
      .replace(/^(?:00)?86(?=\d{10,11}$)/, '');
    let sign = this.#signs.get(digits);
    if (sign === undefined) {
      sign = `#${this.#signs.size + 1}`;
      this.#signs.set(digits, sign);
    }
    return sign;
  }
}

/** All texts below fields that are secrets by their names: of a configuration. */
export function* secretsIn(value: unknown, isSecret = false): Generator<string, void> {
  if (typeof value === 'string') {
    if (isSecret) yield value;
    const password = /\/\/[^\s/@:]*:([^\s/@]+)@/.exec(value)?.[1];
    if (password !== undefined) yield* new Set([password, unescaped(password)]);
  } else if (typeof value === 'object' && value !== null)
    for (const [name, of] of Object.entries(value)) yield* secretsIn(of, isSecret || SECRET_NAME.test(name));
}

/** What stands in a URL; as it is where a `%` escapes nothing. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // Of three characters and less the other forms are words of everyday.
  if (secret.length < LEAST_SECRET) return [];
  const base64 = [bytes.toString('base64'), bytes.toString('base64url')];
  const escaped = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set([secret, ...escaped, ...base64, bytes.toString('hex')])];
}
