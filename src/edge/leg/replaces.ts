import { paramOf } from '../../sip/message/index.ts';

/** Value of Replaces (RFC 3891 6.1): a dialog, its tags as the receiver sees them: to-tag is its own. */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
}

/** Parses the value of Replaces; undefined when it is malformed. */
export function parseReplaces(value: string): Replaces | undefined {
  const semicolon = value.indexOf(';');
  if (semicolon <= 0) return undefined;
  const params = value.slice(semicolon);
  const toTag = paramOf(params, 'to-tag');
  const fromTag = paramOf(params, 'from-tag');
  if (!toTag || fromTag === undefined) return undefined;
  // RFC 3891 3: a from-tag of 0 also stands for none (RFC 2543).
  return {
    callId: value.slice(0, semicolon).trim(),
    toTag,
    fromTag: fromTag === '0' ? '' : fromTag,
    earlyOnly: paramOf(params, 'early-only') !== undefined,
  };
}
