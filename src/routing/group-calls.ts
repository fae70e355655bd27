import type { Call } from '../call/call.ts';
import type { Directory } from '../call/destination.ts';
import { type DialRequest, type DialStep, dial } from '../call/dial.ts';
import { endRefused } from '../call/end-refused.ts';
import type { DialOutcome } from '../call/outcomes.ts';
import type { FlowFeatures } from '../dialplan/run/live-call.ts';
import type { Group, GroupMember } from '../provisioning/kind/group.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { IdSource } from '../shared/ids.ts';
import { isEmergency } from './emergency.ts';

export interface GroupCallsParts {
  readonly provisioning: Provisioned;
  readonly directory: Directory;
  readonly features: Pick<FlowFeatures, 'voicemail'>;
  /** How talks of those who dial a group are held. */
  readonly talk: DialRequest['talk'];
  /** For those that ring in any order. */
  readonly ids: Pick<IdSource, 'random'>;
}

/** Where nobody of a group answers, so many groups and numbers are tried after it: they may lead in circles. */
const MAX_FURTHER = 5;
const OUTSIDE_RING_MS = 60_000;

/** Calls to groups of phones (分机组): whoever answers first has the caller. */
export class GroupCalls {
  readonly #parts: GroupCallsParts;
  /** Who is rung first the next time, by group. */
  readonly #turns = new Map<string, number>();

  constructor(parts: GroupCallsParts) {
    this.#parts = parts;
  }

  /** What serves a caller at the number of a group; undefined: no group of the company has it. */
  at(number: string, tenant: string): ((call: Call) => Promise<void>) | undefined {
    const group = this.#groupAt(number, tenant);
    return group && ((call) => this.#serve(call, group));
  }

  /** Rings a group for a flow, which says what happens when nobody answers. */
  async ring(call: Call, number: string, talk: DialRequest['talk']): Promise<DialOutcome> {
    const group = this.#groupAt(number, call.arrival.tenantId);
    if (group) return this.#ring(call, group, talk);
    call.note('step', { step: `group ${number}`, why: 'there is no such group any more' });
    return { reason: 'unavailable' };
  }

  /** Extensions of the groups whose phones take one another's calls first (组内抢接), of those that an extension is in. */
  colleagues(extension: string, tenant: string): readonly string[] {
    const { snapshot } = this.#parts.provisioning;
    const found = new Set<string>();
    for (const { pickUp, members } of snapshot.of('group', tenant)) {
      if (!pickUp) continue;
      const phones = members.flatMap((member) => this.#extensionOf(member, tenant) ?? []);
      if (phones.includes(extension)) for (const phone of phones) found.add(phone);
    }
    return [...found];
  }

  #groupAt(number: string, tenant: string): Group | undefined {
    const { provisioning } = this.#parts;
    const group = provisioning.snapshot.get('group', tenant, number);
    return group && !isEmergency(provisioning, tenant, number) ? group : undefined;
  }

  /** Ends the call the way that goes; rejects with ClosedError when it ends otherwise. */
  async #serve(call: Call, first: Group): Promise<void> {
    const { directory, features } = this.#parts;
    const { tenantId } = call.arrival;
    let group: Group | undefined = first;
    let further = 0;
    while (group) {
      const outcome = await this.#ring(call, group, this.#parts.talk);
      if (outcome.reason === 'served') return call.end('normal', outcome.by);
      const { mailbox, number }: Group['otherwise'] = group.otherwise;
      if (mailbox !== undefined) {
        this.#note(call, group, `the caller goes to mailbox ${mailbox}`);
        await features.voicemail(call, mailbox);
        return call.end('normal');
      }
      if (number === undefined || further === MAX_FURTHER) return endRefused(call, outcome.refusal);
      further += 1;
      this.#note(call, group, `the caller goes to ${number}`);
      group = this.#groupAt(number, tenantId);
      if (group) continue;
      const inside = directory.inside(number, tenantId);
      if (inside) return void (await inside(call));
      const { talk } = this.#parts;
      const target = { name: number, destination: directory.find(number, tenantId) };
      const last = await dial(call, directory, [{ target, ringMs: OUTSIDE_RING_MS }], { talk });
      if (last.reason === 'served') call.end('normal', last.by);
      else endRefused(call, last.refusal);
    }
  }

  async #ring(call: Call, group: Group, talk: DialRequest['talk']): Promise<DialOutcome> {
    const { directory } = this.#parts;
    const steps = this.#inOrder(group)
      .flatMap((member) => this.#stepOf(member, group, call) ?? [])
      .filter(({ target }) => !isOwn(call, target));
    const names = steps.map(({ target }) => target.name).join(', ');
    this.#note(call, group, `${group.strategy}: ${names === '' ? 'nobody to ring' : names}`);
    const outcome = await dial(call, directory, steps, {
      talk,
      together: group.strategy === 'ring-all',
      onConnected: (name) => this.#note(call, group, `${name} answered`),
    });
    if (outcome.reason !== 'served') this.#note(call, group, `nobody answered: ${outcome.reason}`);
    return outcome;
  }

  #inOrder({ tenant, number, members, strategy }: Group): readonly GroupMember[] {
    if (strategy === 'random') return shuffled(members, () => this.#parts.ids.random());
    if (strategy !== 'round-robin') return members;
    const key = `${tenant}/${number}`;
    const first = (this.#turns.get(key) ?? 0) % members.length;
    this.#turns.set(key, first + 1);
    return [...members.slice(first), ...members.slice(0, first)];
  }

  /** Undefined: the agent was removed meanwhile. */
  #stepOf(member: GroupMember, { ringMs }: Group, { arrival: { tenantId } }: Call): DialStep | undefined {
    const { directory } = this.#parts;
    const extension = this.#extensionOf(member, tenantId);
    if (extension !== undefined) {
      const who = directory.party(extension, tenantId);
      return { target: { ...who, destination: { kind: 'extension', number: extension } }, ringMs };
    }
    const { number } = member;
    return number === undefined
      ? undefined
      : { target: { name: number, destination: { kind: 'line', number } }, ringMs };
  }

  #extensionOf({ extension, agent }: GroupMember, tenant: string): string | undefined {
    if (agent === undefined) return extension;
    return this.#parts.provisioning.snapshot.get('agent', tenant, agent)?.extension;
  }

  #note(call: Call, { number }: Group, why: string): void {
    call.note('step', { step: `group ${number}`, why });
  }
}

/** Nobody is rung by his own call. */
function isOwn({ arrival: { party } }: Call, { destination: { kind, number } }: DialStep['target']): boolean {
  return party?.kind === kind && party.number === number;
}

/** Each order with the same chance (Fisher and Yates). */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
