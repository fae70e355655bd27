import { createHash } from 'node:crypto';
import type { IdSource } from '../shared/ids.ts';

/** 264 bits that nobody guesses. */
export const newToken = (ids: Pick<IdSource, 'token'>): string => ids.token() + ids.token();

/** What is stored of a token: it has nothing to guess, so that a quick hash is enough. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/**
 * What a page says with everything that changes something, so that no other page can have its browser do it (CSRF). Made of the
 * session's token, which pages cannot read.
 */
export const csrfOf = (token: string): string => hashOf(`csrf ${token}`);
