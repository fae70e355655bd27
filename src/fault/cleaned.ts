import { maskedNumber, textShown } from '../shared/masked-number.ts';

/** What a report may hold of what a page tells: more is cut off. */
const DEPTH = 8;
const ITEMS = 400;
const CHARACTERS = 2000;

/** Members that hold a secret, or what people have said and keyed: never kept, whatever they hold. */
const LEFT_OUT =
  /(password|passwd|secret|token|ticket|credential|authori[sz]ation|cookie|csrf|usernamefragment|ufrag|fingerprint|certificate|digits|keys|note|handover)/i;

/**
 * What a page tells of itself (故障信息), as it may be kept and shown to who mends it: plain values of bounded size, telephone numbers masked, without
 * secrets and without what people wrote or keyed. What a page sends is not trusted to be clean already.
 */
export function cleaned(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return textShown(value.slice(0, CHARACTERS), maskedNumber);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || depth >= DEPTH) return null;
  if (Array.isArray(value)) return value.slice(0, ITEMS).map((each) => cleaned(each, depth + 1));
  const members = Object.entries(value)
    .slice(0, ITEMS)
    .flatMap(([name, each]) =>
      LEFT_OUT.test(name) ? [] : [[textShown(name.slice(0, 100), maskedNumber), cleaned(each, depth + 1)]],
    );
  return Object.fromEntries(members);
}
