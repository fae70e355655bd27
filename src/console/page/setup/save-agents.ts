/** Agents with all that belongs to them, one after the other: what is made stays made, and is not made again. */
import { ApiError, ask } from '../../api/ask.ts';
import type { AgentEntity, QueueEntity } from './steps.ts';

export interface AgentRow {
  /** Tells rows apart. */
  readonly key: number;
  readonly name: string;
  /** Work number, extension and login in one. */
  readonly number: string;
  readonly phone: 'browser' | 'desk';
  readonly isAdmin: boolean;
}

/** What somebody is told once, to begin with. */
export interface Secrets {
  readonly number: string;
  readonly name: string;
  /** For the console. */
  readonly password?: string;
  /** For a phone on the table. */
  readonly sip?: { readonly domain: string; readonly username: string; readonly password: string };
}

export interface Known {
  readonly extensions: ReadonlySet<string>;
  readonly agents: ReadonlySet<string>;
  readonly mayAddUsers: boolean;
}

const NUMBER = /^\d{2,15}$/;

/** What a row cannot be made with. `begun`: numbers of attempts of this page before, of which a part may be there. */
export function faultOf(
  row: AgentRow,
  rows: readonly AgentRow[],
  agents: readonly Pick<AgentEntity, 'id'>[],
  begun: ReadonlySet<string>,
): 'agentNumberWrong' | 'agentTaken' | 'agentNameMissing' | undefined {
  const { number, name } = row;
  if (!NUMBER.test(number)) return 'agentNumberWrong';
  if (rows.some((other) => other !== row && other.number === number)) return 'agentTaken';
  if (!begun.has(number) && agents.some(({ id }) => id === number)) return 'agentTaken';
  return name.trim() === '' ? 'agentNameMissing' : undefined;
}

/** Makes one; throws ApiError for what is wrong with him. */
export async function saveAgent(row: AgentRow, known: Known): Promise<Secrets> {
  const { number, phone, isAdmin } = row;
  const name = row.name.trim();
  const post = <Answer>(path: string, body?: object) =>
    ask<Answer>(path, { method: 'POST', ...(body && { body }) });
  if (!known.extensions.has(number)) await unlessThere(post('/extensions', { number, name }));
  if (!known.agents.has(number)) {
    const signIn = phone === 'browser' ? { signIn: 'manual' } : {};
    await unlessThere(post('/agents', { id: number, name, extension: number, ...signIn }));
  }
  const roles = isAdmin ? ['company-admin', 'agent'] : ['agent'];
  const sip =
    phone === 'desk'
      ? await post<NonNullable<Secrets['sip']>>(`/extensions/${encodeURIComponent(number)}/password`)
      : undefined;
  // Last: his first password is told once, and an attempt that failed after it could not be made again.
  const account = known.mayAddUsers
    ? await post<{ readonly password: string }>('/users', {
        login: number,
        name: name || number,
        roles,
        agent: number,
      })
    : undefined;
  return { number, name, ...(account && { password: account.password }), ...(sip && { sip }) };
}

/** Was made by an attempt before this one, which failed further on. */
async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'exists') throw error;
  }
}

/** They serve the first queue of the company, which is made where there is none. */
export async function saveQueue(
  queue: QueueEntity | undefined,
  title: string,
  agents: readonly string[],
): Promise<void> {
  if (!queue) {
    await ask('/queues', { method: 'POST', body: { name: 'service', title, agents } });
    return;
  }
  const all = [...new Set([...queue.agents, ...agents])];
  if (all.length === queue.agents.length) return;
  await ask(`/queues/${encodeURIComponent(queue.name)}`, {
    method: 'PATCH',
    body: { agents: all },
    revision: queue.meta.revision,
  });
}
