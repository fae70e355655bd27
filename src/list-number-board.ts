/** Numbers of lists (名单号码) for the API: of lists that are there only, each act in the audit trail. */
import type { ByWhom } from './http/by-whom.ts';
import type { ListNumberBoard } from './http/routes/list-numbers.ts';
import { type GivenNumber, listNumberOf } from './numbering/given-number.ts';
import type { KeptNumbers } from './numbering/kept-numbers.ts';
import type { ListNumber, ListNumberStore, ListRef } from './numbering/list-number-store.ts';
import { normaliseCaller } from './numbering/number.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Clock } from './shared/clock.ts';
import { type Flaw, PbxError } from './shared/errors.ts';
import { maskedNumber } from './shared/masked-number.ts';
import type { AuditEntry } from './store/store.ts';

export interface ListNumberParts {
  readonly store: ListNumberStore;
  readonly kept: Pick<KeptNumbers, 'change'>;
  readonly provisioning: Provisioned;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export function listNumberBoard({
  store,
  kept,
  provisioning,
  tell,
  clock,
}: ListNumberParts): ListNumberBoard {
  const required = (list: ListRef) => requiredList(provisioning, list);
  const note = async ({ tenant, name }: ListRef, numbers: readonly string[], did: object, who: ByWhom) => {
    const { by, address } = who;
    // The audit trail has no numbers of people.
    const what = numbers.length === 1 ? { number: maskedNumber(numbers[0]!) } : { numbers: numbers.length };
    const details = { list: name, ...did, ...what, address };
    await tell({ tenantId: tenant, at: clock.now(), action: 'list-number', by, details });
  };
  return {
    list: async (list, query) => {
      required(list);
      return await store.list(list, query);
    },
    find: async (list, number) => {
      required(list);
      return await store.find(list, number);
    },
    add: async (list, given, who) => {
      required(list);
      const put = provedNumbers(given, (agent) => hasAgent(provisioning, list.tenant, agent));
      const { by } = who;
      const changed = await kept.change({ ...list, put, removed: [], at: clock.now(), by });
      const { created, updated, unchanged } = changed;
      const numbers = put.map(({ number }) => number);
      if (created + updated > 0) await note(list, numbers, { did: 'add', created, updated }, who);
      return { created, updated, unchanged };
    },
    remove: async (list, number, who) => {
      const { numbers } = required(list);
      const { by } = who;
      const { removed } = await kept.change({ ...list, put: [], removed: [number], at: clock.now(), by });
      if (removed > 0) await note(list, [number], { did: 'remove' }, who);
      // Still there: nobody may think that he is off.
      if (numbers.some((each) => normaliseCaller(each) === number))
        throw new PbxError(
          'in-entity',
          `list ${list.name} has it among its own \`numbers\`: take it out there${removed > 0 ? '; it is out of the table' : ''}`,
        );
      return removed > 0;
    },
  };
}

export const hasAgent = ({ snapshot }: Provisioned, tenant: string, agent: string): boolean =>
  snapshot.get('agent', tenant, agent) !== undefined;

/** The entity of a list. Throws PbxError `not-found`. */
export function requiredList({ snapshot }: Provisioned, { tenant, name }: ListRef) {
  const found = snapshot.get('list', tenant, name);
  if (!found) throw new PbxError('not-found', `there is no list ${name}`);
  return found;
}

/** Each once, the last that was said of it. Throws PbxError `change-refused`. */
function provedNumbers(
  given: readonly GivenNumber[],
  isAgent: (id: string) => boolean,
): readonly ListNumber[] {
  const proved = new Map<string, ListNumber>();
  const flaws: Flaw[] = [];
  for (const [at, each] of given.entries()) {
    const number = listNumberOf(each, isAgent);
    if ('number' in number) proved.set(number.number, number);
    else for (const { field, ...flaw } of number) flaws.push({ pointer: `/numbers/${at}/${field}`, ...flaw });
  }
  if (flaws.length > 0)
    throw new PbxError(
      'change-refused',
      flaws
        .map(({ detail }) => detail)
        .slice(0, 20)
        .join('\n'),
      { flaws },
    );
  return [...proved.values()];
}
