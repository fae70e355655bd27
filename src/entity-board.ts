/** What companies set up, for the API: changed by `provisioning/`, told to the audit trail. */
import type { EntityBoard, EntityFound, EntityRef, EntityWish } from './http/routes/entities.ts';
import { type ChangeSet, keyOf, type PlannedChange } from './provisioning/change.ts';
import { ChangeRefused, fixByApi, type Mistake } from './provisioning/check/mistake.ts';
import { withoutSecrets } from './provisioning/check/secrets.ts';
import type { Companies } from './provisioning/companies.ts';
import { isNamed } from './provisioning/is-named.ts';
import { type KindName, kindOf } from './provisioning/kinds.ts';
import { maskedField, maskedName } from './provisioning/masked-entity.ts';
import type { Named, Snapshot } from './provisioning/snapshot.ts';
import type { Clock } from './shared/clock.ts';
import { type Flaw, PbxError } from './shared/errors.ts';
import type { AuditStore } from './store/store.ts';

interface EntityBoardParts {
  readonly companies: Companies;
  readonly audit: Pick<AuditStore, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function entityBoard({ companies, audit, clock }: EntityBoardParts): EntityBoard {
  const ordered = new InOrder();
  const found = (entity: Named): EntityFound => {
    const { kind, tenant, name, value } = entity;
    const owner = companies.ownerOf(entity)!;
    const file = owner.owner === 'file' ? `${owner.place.file}:${owner.place.line ?? 1}` : undefined;
    return { kind, tenant, name, value: value as never, revision: owner.revision, file };
  };
  return {
    list: (kind, scope, q) => {
      const words = q?.toLowerCase();
      const all = ordered.of(companies.provisioning.snapshot, kind, scope.tenantId);
      return words === undefined ? all : all.filter((entity) => isNamed(entity, words));
    },
    find: ({ kind, tenant, name }) => {
      const value = companies.provisioning.snapshot.get(kind, tenant, name);
      return value && found({ kind, tenant, name, value });
    },
    lastChanges: async (all) => {
      const stored = all.flatMap((each) => {
        const owner = companies.ownerOf(each);
        return owner?.owner === 'database' ? [{ each, owner }] : [];
      });
      const changes = await companies.lastChanges(stored.map(({ owner }) => owner));
      return new Map(
        stored.flatMap(({ each, owner: { id } }) => {
          const change = changes.get(id);
          return change ? [[each, change] as const] : [];
        }),
      );
    },
    history: async (ref) => {
      const states = await companies.history(ref);
      return states
        .map(({ revision, at, by, body }) => ({
          revision,
          at,
          by,
          value: body === undefined ? undefined : JSON.parse(body),
        }))
        .toReversed();
    },
    usedBy: async (ref) => {
      const users = await companies.usedBy(ref);
      return users.map(({ path, ...user }) => ({ ...user, pointer: pointerTo(path) }));
    },
    shown: (kind, value) => withoutSecrets(kindOf(kind), value),
    check: async (wish, by) => void (await proved(companies, wish, () => companies.plan(changeOf(wish, by)))),
    change: async (wish, by) => {
      const changes = await proved(companies, wish, () => companies.apply(changeOf(wish, by)));
      const { kind, tenant, name } = wish;
      for (const { verb, fields } of changes) {
        // The audit trail has no numbers of people.
        const changed = fields.map(({ field }) => maskedField(kind, field));
        const details = { did: verb, kind, name: maskedName(kind, name), fields: changed };
        await audit.append({ tenantId: tenant, at: clock.now(), action: 'entity', by, details });
      }
    },
  };
}

function changeOf({ value, revision, ...ref }: EntityWish, by: string): ChangeSet {
  const seen = new Map([[keyOf(ref), revision]]);
  if (!value) return { put: [], removed: [ref], by, seen };
  return { put: [{ ...ref, value, isWhole: true }], removed: [], by, seen };
}

/** What is wrong, with pointers into what was sent. */
async function proved(
  companies: Companies,
  wish: EntityWish,
  work: () => Promise<readonly PlannedChange[]>,
): Promise<readonly PlannedChange[]> {
  const owner = companies.ownerOf(wish);
  if (owner?.owner === 'file') {
    const { file, line = 1 } = owner.place;
    throw new PbxError(
      'owned-by-file',
      `${wish.kind} '${wish.name}' belongs to ${file}:${line}: change it there`,
    );
  }
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    const isUsed = error.mistakes.some(({ users }) => users) || !wish.value;
    const flaws = error.mistakes.map((mistake) => flawOf(mistake, wish));
    const text = flaws.map(({ detail, fix }) => (fix ? `${detail}; ${fix}` : detail)).join('\n');
    throw new PbxError(isUsed ? 'still-used' : 'change-refused', text, { flaws, cause: error });
  }
}

function flawOf(mistake: Mistake, wish: EntityRef): Flaw {
  const { kind, tenant, name, path, reason, missing, users } = mistake;
  const fix = fixByApi(mistake);
  const code = users ? 'still-used' : missing ? 'missing' : 'invalid';
  const isOwn = kind === wish.kind && tenant === wish.tenant && name === wish.name;
  if (isOwn) return { pointer: pointerTo(path), code, detail: reason, fix };
  // Something else that it would break.
  return { pointer: '', code, detail: `${kind} '${name}' ${pointerTo(path)}: ${reason}`, fix };
}

const pointerTo = (path: Mistake['path']) =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

interface Ordered {
  readonly all: readonly Named[];
  readonly byCompany: ReadonlyMap<string, readonly Named[]>;
}

/** Entities of each kind by company and name: sorted once for each snapshot. */
class InOrder {
  #snapshot: Snapshot | undefined;
  readonly #kinds = new Map<KindName, Ordered>();

  /** `tenantId`: of that company alone. */
  of(snapshot: Snapshot, kind: KindName, tenantId: string | undefined): readonly Named[] {
    if (snapshot !== this.#snapshot) this.#kinds.clear();
    this.#snapshot = snapshot;
    let ordered = this.#kinds.get(kind);
    if (!ordered) {
      const all = [...snapshot.entities(kind)].sort(byCompanyAndName);
      ordered = { all, byCompany: Map.groupBy(all, ({ tenant }) => tenant) };
      this.#kinds.set(kind, ordered);
    }
    return tenantId === undefined ? ordered.all : (ordered.byCompany.get(tenantId) ?? []);
  }
}

function byCompanyAndName(one: Named, other: Named): number {
  if (one.tenant !== other.tenant) return one.tenant < other.tenant ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}
