import type { FastifyRequest } from 'fastify';
import { PbxError } from '../shared/errors.ts';

interface Revised {
  readonly revision: number;
}

/** A revision as an entity tag (RFC 9110 8.8.3). */
export const etagOf = ({ revision }: Revised): string => `"${revision}"`;

/** Throws PbxError `no-if-match` where the request does not say which revision it means, `changed-meanwhile` when it is another. */
export function requireMatch({ headers }: FastifyRequest, entity: Revised): void {
  const wanted = headers['if-match'];
  if (wanted === undefined) {
    throw new PbxError('no-if-match', 'send the header If-Match with the ETag that was read');
  }
  if (wanted === '*' || wanted.split(',').some((each) => each.trim() === etagOf(entity))) return;
  throw new PbxError('changed-meanwhile', `it is at revision ${entity.revision} now; read it again`);
}
