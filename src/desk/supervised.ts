import { listedIn } from '../provisioning/kind/queue.ts';
import type { AtDesk } from './at-desk.ts';
import type { Chief } from './chief.ts';
import { DeskError } from './desk-error.ts';
import type { HelpAsk } from './help-asks.ts';

/** The agent whom a supervisor acts on. Throws DeskError `not-found`, `forbidden`. */
export function supervised(by: Chief, id: string): AtDesk {
  const of = by.colleague(id);
  if (id === by.id) throw new DeskError('bad-request', `agent ${id} does not supervise himself`);
  if (maySupervise(by, (queue) => agentsOf(by, queue).includes(id))) return of;
  throw new DeskError('forbidden', `agent ${by.id} does not supervise agent ${id}`);
}

/** Whether he may, as both are set up now. */
export function supervisesStill(by: AtDesk, of: string): boolean {
  try {
    return supervised(by.again(), of) !== undefined;
  } catch (error) {
    if (error instanceof DeskError) return false;
    throw error;
  }
}

/** What an agent whom he supervises asks. Throws DeskError `forbidden`, `wrong-state` where he asks for no help. */
export function helpOf(by: Chief, id: string): HelpAsk {
  const { parts, tenant } = supervised(by, id);
  const ask = parts.help.of(tenant, id);
  if (!ask) throw new DeskError('wrong-state', `agent ${id} asks for no help`);
  return ask;
}

/** Throws DeskError `not-supported` where the media engine cannot mix. */
export function mustMix({ parts: { media } }: AtDesk): void {
  if (!media.capabilities.conference)
    throw new DeskError('not-supported', 'the media engine cannot mix, so nobody can listen in');
}

/** Throws DeskError `forbidden` where a queue is none of those that he supervises. */
export function mustSupervise(by: Chief, queue: string): void {
  if (!maySupervise(by, (name) => name === queue))
    throw new DeskError('forbidden', `agent ${by.id} does not supervise queue ${queue}`);
}

/** Work numbers of those whom somebody supervises, himself left out; `queue`: of those that serve it. */
export function supervisedBy(by: Chief, queue?: string): readonly string[] {
  const { parts, tenant, supervises, id } = by;
  const { snapshot } = parts.provisioning;
  const queues = queue === undefined ? (supervises?.queues ?? []) : [queue];
  const all =
    supervises?.all && queue === undefined
      ? snapshot.of('agent', tenant).map((agent) => agent.id)
      : queues.flatMap((name) => agentsOf(by, name));
  return [...new Set(all)].filter((agent) => agent !== id && snapshot.get('agent', tenant, agent));
}

/** Work numbers of those who supervise an agent. */
export function supervisorsOf(of: AtDesk): readonly string[] {
  const { parts, tenant, id } = of;
  const all = parts.provisioning.snapshot.of('agent', tenant);
  const isHis = (queue: string) => agentsOf(of, queue).includes(id);
  return all
    .filter(
      ({ id: other, supervises }) => other !== id && (supervises?.all || supervises?.queues.some(isHis)),
    )
    .map(({ id: other }) => other);
}

function maySupervise({ supervises }: Chief, isMeant: (queue: string) => boolean): boolean {
  return supervises !== undefined && (supervises.all || supervises.queues.some(isMeant));
}

function agentsOf({ parts, tenant }: Pick<Chief, 'parts' | 'tenant'>, queue: string): readonly string[] {
  const known = parts.provisioning.snapshot.get('queue', tenant, queue);
  return known ? listedIn(known) : [];
}
