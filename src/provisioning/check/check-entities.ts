import { didYouMean } from '../../shared/did-you-mean.ts';
import { atOnce, type Sliced } from '../../shared/slices.ts';
import type { EntityName } from '../change.ts';
import { KIND_NAMES, KINDS, type KindName, kindOf } from '../kinds.ts';
import { type Named, type Snapshot, SYSTEM_TENANT } from '../snapshot.ts';
import { type Guess, Guesses } from './guesses.ts';
import { markedFields, textsAt } from './marked-fields.ts';
import type { Mistake } from './mistake.ts';

export interface EntityCheckOptions {
  /** Names in the prompt catalogue; left out: prompts are not checked. */
  readonly prompts?: ReadonlySet<string>;
  /** Only the entities of these companies; left out: of all. Values are unique in the installation in any case. */
  readonly tenants?: ReadonlySet<string>;
}

/**
 * What is wrong between the entities of a snapshot: names that do not exist, values that two have. Each by itself is
 * as its schema says already.
 */
export function checkEntities(snapshot: Snapshot, options?: EntityCheckOptions): readonly Mistake[] {
  return atOnce(checkingEntities(snapshot, options));
}

/** A step of {@link checkingEntities} is to look at an entity; to check one is as much as some of them. */
const CHECKED = 5;

/** {@link checkEntities} in steps. */
export function* checkingEntities(
  snapshot: Snapshot,
  options: EntityCheckOptions = {},
): Sliced<readonly Mistake[]> {
  const mistakes: Mistake[] = [];
  const guesses = new Guesses(snapshot);
  const holders = new Map<string, Named[]>();
  for (const kind of KIND_NAMES) {
    const definition = kindOf(kind);
    const fields = markedFields(definition);
    for (const entity of snapshot.entities(kind)) {
      const complain = complainer(entity, mistakes);
      if (fields.some(({ marks }) => marks.unique)) checkUnique(entity, holders, complain);
      yield 1;
      if (options.tenants && !options.tenants.has(entity.tenant)) continue;
      yield CHECKED;
      checkTenant(entity.tenant, snapshot, complain, ['tenant']);
      if (definition.isDialled) checkDialled(entity, snapshot, complain);
      const { tenant } = entity;
      const of = (other: string, name: string) => snapshot.get(other as KindName, tenant, name);
      definition.checkAmong?.(entity.value, of, complain);
      for (const field of fields) {
        const { reference, prompt } = field.marks;
        if (!reference && !(prompt && options.prompts)) continue;
        for (const { path, text } of textsAt(entity.value, field)) {
          yield 1;
          if (reference)
            yield* checkReference(reference as KindName, text, entity, snapshot, complain, path, guesses);
          else checkPrompt(text, entity.tenant, snapshot, options.prompts!, complain, path);
        }
      }
    }
  }
  return mistakes;
}

type Complain = (
  path: Mistake['path'],
  reason: string,
  fix: string | undefined,
  missing?: Pick<Mistake, 'missing' | 'isToMake'>,
) => void;

/** What is wrong with one value that its schema does not show. */
export function checkValue(entity: Named): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const complain = complainer(entity, mistakes);
  const { plural, isShared, check } = kindOf(entity.kind);
  if (isShared && entity.tenant !== SYSTEM_TENANT) {
    const reason = `all companies share ${plural}: tenant '${entity.tenant}' can have none of its own`;
    complain([], reason, `write them under 'tenant: ${SYSTEM_TENANT}'`);
  }
  check?.(entity.value, complain);
  return mistakes;
}

function complainer({ kind, tenant, name }: Named, mistakes: Mistake[]): Complain {
  return (path, reason, fix, missing) => mistakes.push({ kind, tenant, name, path, reason, fix, ...missing });
}

function checkTenant(tenant: string, snapshot: Snapshot, complain: Complain, path: Mistake['path']): void {
  if (tenant === SYSTEM_TENANT || snapshot.get('tenant', tenant, tenant)) return;
  const known = snapshot.all('tenant').map(({ id }) => id);
  const reason = `there is no tenant '${tenant}'`;
  const missing = missingOf({ kind: 'tenant', tenant, name: tenant }, known.length === 0);
  complain(path, reason, suggestion('tenant', { near: didYouMean(tenant, known), some: known }), missing);
}

/** A number that phones dial leads to one thing: the kind that stands first in the registry has it. */
function checkDialled({ kind, tenant, name }: Named, snapshot: Snapshot, complain: Complain): void {
  const before = KIND_NAMES.slice(0, KIND_NAMES.indexOf(kind)).filter((other) => kindOf(other).isDialled);
  const holder = before.find((other) => snapshot.get(other, tenant, name));
  if (holder) complain([], `${name} is the number of ${holder} '${name}' already`, 'give it another number');
}

function* checkReference(
  kind: KindName,
  name: string,
  { tenant }: Named,
  snapshot: Snapshot,
  complain: Complain,
  path: Mistake['path'],
  guesses: Guesses,
): Sliced<void> {
  if (kind === 'tenant') return checkTenant(name, snapshot, complain, path);
  if (snapshot.get(kind, tenant, name)) return;
  const guess = yield* guesses.of({ kind, tenant, name });
  const reason = `tenant '${tenant}' has no ${kind} '${name}'`;
  complain(path, reason, suggestion(kind, guess), missingOf({ kind, tenant, name }, guess.some.length === 0));
}

function checkPrompt(
  name: string,
  tenant: string,
  snapshot: Snapshot,
  prompts: ReadonlySet<string>,
  complain: Complain,
  path: Mistake['path'],
): void {
  if (prompts.has(name) || snapshot.get('prompt', tenant, name)) return;
  const own = Array.from(snapshot.entitiesOf('prompt', tenant), (entity) => entity.name);
  const near = didYouMean(name, [...own, ...prompts]);
  const fix = near ? `did you mean '${near}'?` : 'define it under prompts:';
  const missing = missingOf({ kind: 'prompt', tenant, name }, near === undefined);
  complain(path, `there is no prompt '${name}'`, fix, missing);
}

function checkUnique(entity: Named, holders: Map<string, Named[]>, complain: Complain): void {
  const kind = kindOf(entity.kind);
  for (const field of markedFields(kind)) {
    const what = field.marks.unique;
    if (what === undefined) continue;
    for (const { path, text } of textsAt(entity.value, field)) {
      const key = `${entity.kind}\n${what}\n${text}`;
      const others = holders.get(key) ?? [];
      holders.set(key, [...others, entity]);
      const holder = others.find((other) => !kind.mayShare?.(entity.value, other.value));
      if (!holder) continue;
      const reason = `${what} ${text} is already used by ${holder.kind} '${holder.name}'`;
      const own = `give each ${entity.kind} its own`;
      complain(path, reason, kind.howToShare ? `${own}, or write ${kind.howToShare}` : own);
    }
  }
}

const missingOf = (missing: EntityName, isToMake: boolean) => ({
  missing,
  ...(isToMake && { isToMake: true as const }),
});

function suggestion(kind: KindName, { near, some }: Guess): string {
  if (near) return `did you mean '${near}'?`;
  const { plural } = KINDS[kind];
  return some.length === 0 ? `define it under ${plural}:` : `${plural} are ${some.slice(0, 10).join(', ')}`;
}
