/** Who is signed in. */
import { ApiError, ask, asking } from './ask.ts';
import type { MeRow } from './types.ts';

/** Asks who is signed in, and keeps what his requests need; null: nobody. */
export async function fetchMe(): Promise<MeRow | null> {
  try {
    const me = await ask<MeRow>('/me', { ofAll: true });
    asking.csrf = me.csrf;
    return me;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Whether he is of the whole installation, and looks at the company that he chooses. */
export const isOfAll = ({ companies, rights }: MeRow): boolean =>
  companies !== undefined ||
  rights.some(({ permission, reach }) => permission === 'tenant:read' && reach === 'all');

let begun: Promise<MeRow | null> | undefined;

/** Asks as the page begins, before anything of it is drawn. */
export function beginMe(): Promise<MeRow | null> {
  begun = fetchMe();
  // Whoever takes it is told.
  begun.catch(() => {});
  return begun;
}

/** The answer to what was asked as the page began, once; then asks anew. */
export function takeMe(): Promise<MeRow | null> {
  const answer = begun ?? fetchMe();
  begun = undefined;
  return answer;
}
