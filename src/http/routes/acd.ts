import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { Scope } from '../../shared/scope.ts';

/** An agent (坐席) as he is now. */
export interface AgentRow {
  readonly tenant: string;
  /** Work number (工号). */
  readonly agent: string;
  readonly name: string;
  readonly state: string;
  /** Of a break (小休) its name, of `busy` (示忙) why. */
  readonly reason: string | null;
  /** The supervisor by whose word he is in it; null: his own. */
  readonly by: string | null;
  /** ISO 8601 */
  readonly since: string;
  /** His break lasts longer than its reason allows (小休超时). */
  readonly isOverLimit: boolean;
  /** What he will be when his call is over; null: ready, or it is what he is. */
  readonly wish: { readonly state: string; readonly reason: string | null } | null;
  /** The extension at whose phone he sits. */
  readonly extension: string;
  /** The queues that he serves now. */
  readonly queues: readonly string[];
  /** The call that he is on, and the queue that its caller came from. */
  readonly callId: string | null;
  readonly queue: string | null;
  /** Of calls that are over, since midnight. */
  readonly today: {
    readonly offers: number;
    readonly answered: number;
    readonly missed: number;
    readonly talkMs: number;
  };
}

/** A queue (队列) as it is now. */
export interface QueueRow {
  readonly tenant: string;
  readonly name: string;
  /** Callers in line, also those who are offered to agents. */
  readonly waiting: number;
  /** Of who waits longest; null: nobody waits. */
  readonly longestWaitMs: number | null;
  /** 高峰应急 */
  readonly isPeak: boolean;
  /** How many of who serves it now are in which state; `onCall`: rung, or on a call, whoever's; `away`: busy, in a break or the like. */
  readonly agents: {
    readonly signedIn: number;
    readonly ready: number;
    readonly onCall: number;
    readonly wrapUp: number;
    readonly away: number;
    readonly unreachable: number;
  };
  /** Of calls that are over, since midnight; `serviceLevel`: of 1, answered within 20 s / asks; null: nobody has asked. */
  readonly today: {
    readonly asks: number;
    readonly answered: number;
    readonly abandoned: number;
    readonly serviceLevel: number | null;
  };
}

/** What the routes need of the ACD: those of the scope. */
export interface AcdBoard {
  agents(scope: Scope): Promise<readonly AgentRow[]>;
  queues(scope: Scope): Promise<readonly QueueRow[]>;
}

/** `GET /agents`, `GET /queues`: how each is now, and what today was like. */
export const acdRoutes: FastifyPluginCallbackTypebox<{ board: AcdBoard }> = (app, { board }, done) => {
  const right = (resource: 'agent' | 'queue') => ({
    config: { access: { permission: `${resource}:read`, reach: 'own' } as const },
  });
  app.get('/agents', right('agent'), async ({ scope }) => ({ agents: await board.agents(scope) }));
  app.get('/queues', right('queue'), async ({ scope }) => ({ queues: await board.queues(scope) }));
  done();
};
