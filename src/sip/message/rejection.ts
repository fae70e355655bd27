import type { HeaderKey } from './header.ts';

/** Why a message is refused: the response that RFC 3261 asks for. Responses with a defect are dropped. */
export interface Rejection {
  readonly status: number;
  readonly reason: string;
  /** Headers that the response must carry, such as Unsupported or Allow. */
  readonly headers?: readonly (readonly [HeaderKey, string])[];
}

/** A 400 whose reason phrase says what is wrong. */
export function badRequest(what: string): Rejection {
  return { status: 400, reason: `Bad Request - ${what}` };
}
