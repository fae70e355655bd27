/**
 * The fields that schemas are made of, those of the machine here and those of companies in `provisioning/`. `hint` is
 * the wording used in error messages.
 */
import Type from 'typebox';
import { DURATION_PATTERN, parseDuration } from './duration.ts';

/** What a name may be. */
export const NAME = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';
/** What an extension's number or a work number may be. */
export const DIGITS = '^[0-9]{2,15}$';

/**
 * Milliseconds; the field is called `...Ms`. Files write it as a duration, under the key without `Ms`:
 * `ringMs: 15000` is `ring: 15s`.
 */
export const duration = (written?: string) =>
  Type.Integer({
    minimum: 0,
    maximum: parseDuration('999999999h'),
    hint: 'a duration such as 500ms, 15s or 2m',
    duration: DURATION_PATTERN,
    ...(written === undefined ? {} : { default: parseDuration(written) }),
  });

export const text = (written?: string) =>
  Type.String({ minLength: 1, hint: 'text', ...(written === undefined ? {} : { default: written }) });
export const count = (least: number, most: number, standard: number) =>
  Type.Integer({ minimum: least, maximum: most, default: standard });
export const flag = (standard: boolean) => Type.Boolean({ default: standard });
export const choice = <const Words extends readonly string[]>(
  words: Words,
  standard: NoInfer<Words>[number],
) => Type.Unsafe<Words[number]>({ type: 'string', enum: words, default: standard });
export const path = (standard?: string) =>
  Type.String({ minLength: 1, hint: 'a path', ...(standard === undefined ? {} : { default: standard }) });
/**
 * What JSON can say, in a form of its own that others prove. In YAML what stands without quotes and reads as a number, `true` or
 * `false` is one; a number with a zero or a plus in front stays text.
 */
export const json = (hint: string) => Type.Unknown({ json: true, hint });
export const list = <Item extends Type.TSchema>(item: Item) => Type.Array(item, { default: [] });
export const address = Type.String({ pattern: '^[^\\s@/]+$', hint: 'HOST or HOST:PORT' });
export const host = (standard?: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9:._-]+$',
    hint: 'an IP address or host name',
    ...(standard === undefined ? {} : { default: standard }),
  });
export const sipUri = Type.String({ pattern: '^sips?:[^\\s<>"]+$', hint: 'a SIP URI such as sip:host:5060' });
export const port = (standard: number) => count(0, 65535, standard);
export const telephoneNumber = Type.String({ pattern: '^\\+?\\d{3,20}$', hint: 'a telephone number' });
export const addressOrBlock = Type.String({
  minLength: 1,
  hint: 'an IP address or a network such as 10.0.0.0/8',
});
