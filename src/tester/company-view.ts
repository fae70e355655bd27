/** What one company sees of what is set up, with what it has not saved yet. Pure. */
import { keyOf, type ProposedEntity } from '../provisioning/change.ts';
import { checkBody } from '../provisioning/check/check-body.ts';
import type { Mistake } from '../provisioning/check/mistake.ts';
import { keepSecrets } from '../provisioning/check/secrets.ts';
import { KINDS, kindOf } from '../provisioning/kinds.ts';
import { Provisioning } from '../provisioning/provisioning.ts';
import { type Named, Snapshot, SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import { type Flaw, PbxError } from '../shared/errors.ts';
import { pointerTo } from '../shared/path.ts';
import type { Draft, UnsavedEntity } from './test-order.ts';

type Stored = Named<'hotline'>['value'];
type Fields = Readonly<Record<string, unknown>>;

/** What a company has and what it shares with others; of others nothing. Its own comes first. */
export function companyView(all: Iterable<Named>, tenant: string): Snapshot {
  const entities = [...all];
  const own = entities.filter((each) => each.tenant === tenant);
  const shared = entities.filter((each) => each.tenant === SYSTEM_TENANT && isUsable(each, tenant));
  return new Snapshot(1, [...own, ...shared]);
}

/** A shared trunk is for those that it lists. */
const isUsable = ({ kind, value }: Named, tenant: string) =>
  kind !== 'trunk' || tenant in (value as Named<'trunk'>['value']).tenants;

/** The hotline that a number leads to; undefined: no stored one. */
export function storedAt(view: Snapshot, number: string): Stored | undefined {
  return view.all('hotline').find((each) => each.number === number || each.aliases.includes(number));
}

/** The trunk that a call to the company comes in on: the named one, else its own, else a shared one that it may use. */
export function trunkOf(view: Snapshot, name?: string): string {
  const usable = view.all('trunk');
  const found = name === undefined ? usable[0] : usable.find((each) => each.name === name);
  if (found) return found.name;
  const names = usable.map((each) => each.name).join(', ') || 'none';
  throw new PbxError(
    'cannot-simulate',
    name === undefined
      ? 'the company has no trunk: no call can come in'
      : `there is no trunk '${name}': ${names}`,
  );
}

/** What is tried, and where each entity of it stands in the request, by {@link keyOf}. */
export interface Drafted {
  readonly view: Snapshot;
  readonly pointers: ReadonlyMap<string, string>;
}

/**
 * The view with what is tried in place of what holds. Throws PbxError `change-refused` with every mistake that the draft makes,
 * each with its pointer into the draft.
 */
export function drafted(
  view: Snapshot,
  tenant: string,
  hotline: string,
  draft: Draft,
  prompts: ReadonlySet<string>,
): Drafted {
  const entities = new Map([...view].map((each) => [keyOf(each), each]));
  const flaws: Flaw[] = [];
  const pointers = new Map<string, string>();
  const put = (proposed: ProposedEntity, pointer: string) => {
    const key = keyOf(proposed);
    const before = entities.get(key)?.value as Fields | undefined;
    const value = keepSecrets(kindOf(proposed.kind), proposed.value, before);
    const entity = checkBody({ ...proposed, value });
    pointers.set(key, pointer);
    if (Array.isArray(entity)) flaws.push(...entity.map((mistake: Mistake) => flawAt(mistake, pointers)));
    else entities.set(key, entity as Named);
  };
  for (const [index, unsaved] of (draft.entities ?? []).entries()) {
    requireOwn(unsaved, tenant, index);
    const { kind, name, value } = unsaved;
    if (value) put({ kind, tenant, name, value }, `/draft/entities/${index}/value`);
    else entities.delete(keyOf({ kind, tenant, name }));
  }
  const own = hotlineOf(draft, new Snapshot(1, entities.values()), hotline);
  if (own) put({ kind: 'hotline', tenant, ...own }, draft.flow === undefined ? '' : '/draft');
  if (flaws.length === 0) {
    const { snapshot, mistakes } = new Provisioning(view).propose(entities.values(), { prompts });
    if (mistakes.length === 0) return { view: snapshot, pointers };
    flaws.push(...mistakes.map((mistake) => flawAt(mistake, pointers)));
  }
  const text = flaws.map(({ pointer, detail }) => (pointer ? `${pointer}: ${detail}` : detail)).join('\n');
  throw new PbxError('change-refused', text, { flaws });
}

/** The hotline as the draft has it; undefined: as it is. */
function hotlineOf(
  { version, flow }: Draft,
  view: Snapshot,
  number: string,
): { readonly name: string; readonly value: Fields } | undefined {
  if (version === undefined && flow === undefined) return undefined;
  const stored = storedAt(view, number);
  if (!stored)
    throw new PbxError(
      'cannot-simulate',
      `no stored hotline has the number ${number}: what is tried needs one, if only among the unsaved entities`,
    );
  const value = version === undefined ? stored : (JSON.parse(version) as Fields);
  return { name: stored.number, value: flow === undefined ? value : { ...value, flow } };
}

function requireOwn({ kind, name }: UnsavedEntity, tenant: string, index: number): void {
  const { isShared } = kindOf(kind);
  if (!isShared && (kind !== 'tenant' || name === tenant)) return;
  const flaw = {
    pointer: `/draft/entities/${index}/kind`,
    code: 'bad-value',
    detail: `a company tries no ${KINDS[kind].title.en} that is not its own`,
  };
  throw new PbxError('change-refused', `${flaw.pointer}: ${flaw.detail}`, { flaws: [flaw] });
}

/** What is wrong, with a pointer into the draft where it is of an entity that the draft names. */
export function flawAt(mistake: Mistake, pointers: ReadonlyMap<string, string>): Flaw {
  const { kind, name, path, reason, fix, missing } = mistake;
  const pointer = pointers.get(keyOf(mistake));
  const code = missing ? 'not-found' : 'bad-value';
  if (pointer !== undefined) return { pointer: `${pointer}${pointerTo(path)}`, code, detail: reason, fix };
  return { pointer: '', code, detail: `${kind} '${name}' ${pointerTo(path)}: ${reason}`, fix };
}
