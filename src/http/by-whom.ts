import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Principal } from '../auth/principal.ts';

/** By whose word something is done: for the audit trail. */
export interface ByWhom {
  readonly by: string;
  /** Undefined: not over the network. */
  readonly address?: string | undefined;
  readonly reason?: string | undefined;
}

/** Field of a body: why it is done. */
export const reasonField = Type.Optional(
  Type.String({ minLength: 1, maxLength: 500, description: 'why, for the audit trail' }),
);

/** The same in the query, of what has no body. */
export const reasonQuery = Type.Object({ reason: reasonField }, { additionalProperties: false });

/** Of a request. */
export const byWhom = ({ principal }: Pick<FastifyRequest, 'principal'>, reason?: string): ByWhom => ({
  by: principal.name,
  address: principal.address,
  reason,
});

/** The same with the rights of who asks, for what he manages others with. */
export const managerOf = (
  request: Pick<FastifyRequest, 'principal'>,
): ByWhom & { readonly principal: Principal } => ({ ...byWhom(request), principal: request.principal });
