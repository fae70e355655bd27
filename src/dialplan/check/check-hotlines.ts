import type { Place } from '../../shared/errors.ts';
import type { Path } from '../../shared/path.ts';
import type { Hotline } from '../node/hotline.ts';
import type { NameBook } from '../plan/names.ts';
import { Plan } from '../plan/plan.ts';
import type { StoredHotline } from '../plan/stored-hotlines.ts';
import { placeOf } from '../write/places.ts';
import { checkHotline } from './check-hotline.ts';
import { checkPlan, type PlanCheckOptions } from './check-plan.ts';
import type { Problem } from './problem.ts';

/** A hotline to be proved: what a TypeScript file exports, or one that companies have set up. */
export interface Unproved {
  readonly value: unknown;
  readonly stored?: StoredHotline;
  /** Which of its versions it is, where the database owns it. */
  readonly version?: number | undefined;
}

/** A hotline that was proved. `plan` is undefined when it cannot be run. */
export interface Proved extends Unproved {
  readonly plan: Plan | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Proves hotlines: each by itself, where `concerns` says so, and their numbers among each other, which are unique in the
 * installation. Who comes later is told of a number that is taken.
 */
export function checkHotlines(
  candidates: readonly Unproved[],
  names: NameBook,
  options: PlanCheckOptions,
  concerns: (tenant: string) => boolean = () => true,
): readonly Proved[] {
  const numbers = new Map<string, Unproved>();
  return candidates.map((candidate) => {
    const { value, stored, version } = candidate;
    const hotline = value as Partial<Hotline> | undefined;
    const problems: Problem[] = [];
    let plan: Plan | undefined;
    const isConcerned = concerns(names.of(hotline?.tenant)?.tenant ?? String(hotline?.tenant));
    if (isConcerned) {
      const checked = checkHotline(value, names);
      problems.push(...checked.problems);
      if (checked.hotline) {
        plan = new Plan(checked.hotline, names.of(checked.hotline.tenant)!, version);
        problems.push(...checkPlan(plan, options));
      }
    }
    const taken = [...claim(candidate, numbers)];
    if (isConcerned) problems.push(...taken);
    const isWrong = problems.some(({ severity }) => severity === 'error');
    return {
      value,
      ...(stored && { stored }),
      plan: isWrong ? undefined : plan,
      problems: placed(problems, stored),
    };
  });
}

/** All numbers of a hotline, each with the path to it; those that are none are left out. */
function numbersOf({ number, aliases }: Partial<Hotline>): readonly (readonly [string, Path])[] {
  const others = Array.isArray(aliases) ? aliases.entries() : [];
  const all = [[number, []], ...Array.from(others, ([index, alias]) => [alias, ['aliases', index]])] as const;
  return all.filter(([each]) => typeof each === 'string') as readonly (readonly [string, Path])[];
}

function* claim(candidate: Unproved, numbers: Map<string, Unproved>): Generator<Problem, void> {
  if (typeof candidate.value !== 'object' || candidate.value === null) return;
  const hotline = candidate.value as Partial<Hotline>;
  for (const [number, steps] of numbersOf(hotline)) {
    const other = numbers.get(number);
    if (!other) {
      numbers.set(number, candidate);
      continue;
    }
    const isOwn = other === candidate;
    const message = isOwn
      ? `the hotline has the number ${number} already`
      : `two hotlines have the number ${number}: ${nameOf(other)} has it too`;
    const path = `${hotline.number}${steps.length > 0 ? ` aliases[${steps[1]}]` : ''}`;
    const fix = 'remove one of them';
    yield { severity: 'error', code: 'duplicate-number', message, fix, place: placeOf(hotline), path, steps };
  }
}

/** `the hotline 4001234567 (shop.ts:12)`, with the company where no file holds it. */
function nameOf({ value, stored }: Unproved): string {
  const { number, tenant } = value as Hotline;
  const place = stored ? stored.placeOf?.([]) : placeOf(value as object);
  return `the hotline ${number} (${place ? placeText(place) : `of ${tenant}, in the database`})`;
}

const placeText = ({ file, line }: Place) => (line === undefined ? file : `${file}:${line}`);

/** With the place in the file that holds a stored hotline. */
function placed(problems: readonly Problem[], stored: StoredHotline | undefined): readonly Problem[] {
  const { placeOf: placeIn } = stored ?? {};
  return placeIn ? problems.map((problem) => ({ ...problem, place: placeIn(problem.steps) })) : problems;
}
