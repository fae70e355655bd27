/** Whom agents call and transfer to (通讯录): colleagues, queues, phones, hotlines, and the company's contacts, each with how it stands now. */
import type { CONTACT_CATEGORIES } from '../provisioning/kind/contact.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';

export const DIRECTORY_KINDS = ['agent', 'queue', 'hotline', 'group', 'extension', 'contact'] as const;
export type DirectoryKind = (typeof DIRECTORY_KINDS)[number];

export interface DirectoryEntry {
  readonly kind: DirectoryKind;
  /** Work number (工号) of an agent, name of a queue or contact, else the number. */
  readonly id: string;
  readonly title: string;
  /** What is dialled for it; undefined: it is reached by its id. */
  readonly number: string | undefined;
  readonly department: string | undefined;
  readonly category: (typeof CONTACT_CATEGORIES)[number] | undefined;
  readonly note: string | undefined;
  /** Of an agent: his state. */
  readonly state: string | undefined;
  /** Of a queue: whether its hours are open now. */
  readonly isOpen: boolean | undefined;
  readonly waiting: number | undefined;
  /** How many agents of it could take a caller at once, and how many are signed in. */
  readonly free: number | undefined;
  readonly signedIn: number | undefined;
}

export interface DirectoryParts {
  readonly provisioning: Provisioned;
  readonly agents: (tenant: string) => ReadonlyMap<string, string>;
  readonly queues: (
    tenant: string,
  ) => readonly { readonly queue: string; readonly waiting: number; readonly agents: readonly string[] }[];
  /** In which period of a calendar it is now; undefined: the calendar cannot be read. */
  readonly period: (calendar: string, tenant: string) => string | undefined;
}

const NOTHING = {
  ...{ number: undefined, department: undefined, category: undefined, note: undefined, state: undefined },
  ...{ isOpen: undefined, waiting: undefined, free: undefined, signedIn: undefined },
};

/** All of a company. */
export function directoryOf(
  { provisioning: { snapshot }, agents, queues, period }: DirectoryParts,
  tenant: string,
): readonly DirectoryEntry[] {
  const states = agents(tenant);
  const titleOf = (department: string | undefined) =>
    department === undefined
      ? undefined
      : snapshot.get('department', tenant, department)?.title || department;
  const lines = new Map(queues(tenant).map((line) => [line.queue, line]));
  const seats = new Set(snapshot.of('agent', tenant).map(({ extension }) => extension));
  return [
    ...snapshot.of('queue', tenant).map((queue): DirectoryEntry => {
      const line = lines.get(queue.name);
      const of = (isMeant: (state: string) => boolean) =>
        line?.agents.filter((agent) => isMeant(states.get(agent) ?? 'signed-out')).length ?? 0;
      return {
        ...NOTHING,
        ...{ kind: 'queue', id: queue.name, title: queue.title ?? queue.name },
        isOpen: queue.hours === undefined ? undefined : (period(queue.hours, tenant) ?? 'open') === 'open',
        waiting: line?.waiting ?? 0,
        free: of((state) => state === 'ready'),
        signedIn: of((state) => state !== 'signed-out'),
      };
    }),
    ...snapshot.of('agent', tenant).map(
      (agent): DirectoryEntry => ({
        ...NOTHING,
        ...{ kind: 'agent', id: agent.id, title: agent.name || agent.id, number: agent.extension },
        department: titleOf(agent.department),
        state: states.get(agent.id) ?? 'signed-out',
      }),
    ),
    ...snapshot.of('hotline', tenant).map(
      (hotline): DirectoryEntry => ({
        ...NOTHING,
        ...{
          kind: 'hotline',
          id: hotline.number,
          title: hotline.name || hotline.number,
          number: hotline.number,
        },
      }),
    ),
    ...snapshot.of('group', tenant).map(
      (group): DirectoryEntry => ({
        ...NOTHING,
        ...{ kind: 'group', id: group.number, title: group.name || group.number, number: group.number },
      }),
    ),
    // A phone at which an agent sits stands there as he does.
    ...snapshot
      .of('extension', tenant)
      .filter(({ number }) => !seats.has(number))
      .map(
        ({ number, name }): DirectoryEntry => ({
          ...NOTHING,
          ...{ kind: 'extension', id: number, title: name || number, number },
        }),
      ),
    ...snapshot.of('contact', tenant).map(
      (contact): DirectoryEntry => ({
        ...NOTHING,
        ...{
          kind: 'contact',
          id: contact.name,
          title: contact.title || contact.name,
          number: contact.number,
        },
        ...{ category: contact.category, department: titleOf(contact.department), note: contact.note },
      }),
    ),
  ];
}

/** A prompt that agents play to their customers in a talk (点播语音). */
export interface Playable {
  readonly name: string;
  /** What is said, for people. */
  readonly text: string | undefined;
}

/** A company's own prompts, by name. */
export function playableOf(
  { snapshot }: DirectoryParts['provisioning'],
  tenant: string,
): readonly Playable[] {
  return snapshot
    .of('prompt', tenant)
    .map(({ name, text }) => ({ name, text }))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh'));
}
