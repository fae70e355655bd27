/** What clients may hear of, and how the few are found whom an event is for. */
import type { ShowNumber } from '../shared/masked-number.ts';
import type { EventResource } from './public-event.ts';

/** What a client may hear, made of its rights. */
export interface Grant {
  readonly tenantId: string;
  /** Of what he hears in the whole company. */
  readonly resources: ReadonlySet<EventResource>;
  /** Of what he hears as far as it is about these agents, by their work numbers (工号): rights that do not reach the whole company. */
  readonly narrow: ReadonlyMap<EventResource, ReadonlySet<string>>;
  readonly show: ShowNumber;
}

/** Topics by their first word, and whose right it takes. */
const RESOURCE_OF = {
  calls: 'call',
  queues: 'queue',
  agents: 'agent',
  metrics: 'queue',
  entities: 'entity',
  jobs: 'job',
} as const satisfies Readonly<Record<string, EventResource>>;
export type TopicKind = keyof typeof RESOURCE_OF;
export const TOPIC_KINDS = Object.keys(RESOURCE_OF) as readonly TopicKind[];

/** Longest name of a topic, in characters. */
export const TOPIC_LENGTH = 200;

/** The topic is none, or the client has no right to it. */
export interface RefusedTopic {
  readonly topic: string;
  readonly code: 'not-found' | 'forbidden';
}

/** What a client hears: keys of the index. */
export interface Heard {
  readonly keys: ReadonlySet<string>;
  /** The gauges of all queues, or of these. */
  readonly gauges: ReadonlySet<string>;
  readonly refused: readonly RefusedTopic[];
}

const WHOLE: readonly EventResource[] = ['call', 'queue', 'agent', 'entity', 'job'];

/** Under which an event of a resource is found that is for a topic. */
export const keyOf = (resource: EventResource, topic: string): string => `${resource} ${topic}`;

/** All topics that a grant gives anything of. */
export function grantedTopics({ resources, narrow }: Grant): readonly TopicKind[] {
  return TOPIC_KINDS.filter((kind) => {
    const resource = RESOURCE_OF[kind];
    return resources.has(resource) || (isOfAgents(kind) && (narrow.get(resource)?.size ?? 0) > 0);
  });
}

/** What a right that reaches some agents is good for. */
const isOfAgents = (kind: TopicKind) => kind === 'calls' || kind === 'agents';

/** What the topics mean to who has this grant: a narrow right to calls or agents is one to those of his agents. */
export function heardBy(topics: readonly string[], grant: Grant): Heard {
  const keys = new Set<string>();
  const gauges = new Set<string>();
  const refused: RefusedTopic[] = [];
  for (const topic of topics) {
    const [kind = '', name] = split(topic);
    if (!isKind(kind) || name === '' || (kind === 'metrics' && name !== undefined)) {
      refused.push({ topic, code: 'not-found' });
      continue;
    }
    const before = keys.size + gauges.size;
    const resource = RESOURCE_OF[kind];
    if (grant.resources.has(resource)) {
      for (const each of WHOLE) if (grant.resources.has(each)) keys.add(keyOf(each, topic));
      if (kind === 'metrics' || kind === 'queues') gauges.add(topic);
    }
    for (const key of narrowKeys(kind, name, grant)) keys.add(key);
    if (keys.size + gauges.size === before) refused.push({ topic, code: 'forbidden' });
  }
  return { keys, gauges, refused };
}

/** Keys of some agents' events, which a narrow right to calls or agents is one to. */
function narrowKeys(kind: TopicKind, name: string | undefined, { narrow }: Grant): readonly string[] {
  const resources = kind === 'agents' ? [...narrow.keys()] : (['call'] as const);
  if (!isOfAgents(kind) || (kind === 'calls' && name !== undefined)) return [];
  return resources.flatMap((resource) =>
    [...(narrow.get(resource) ?? [])]
      .filter((agent) => name === undefined || agent === name)
      .map((agent) => keyOf(resource, `agents/${agent}`)),
  );
}

function split(topic: string): readonly string[] {
  const slash = topic.indexOf('/');
  return slash < 0 ? [topic] : [topic.slice(0, slash), topic.slice(slash + 1)];
}

const isKind = (kind: string): kind is TopicKind => Object.hasOwn(RESOURCE_OF, kind);

/** Whether an event is for who hears under these keys. */
export function isHeard(
  { resource, topics }: { readonly resource: EventResource; readonly topics: readonly string[] },
  keys: ReadonlySet<string>,
): boolean {
  return topics.some((topic) => keys.has(keyOf(resource, topic)));
}
