import { type Flaw, PbxError, type Place } from '../../shared/errors.ts';
import type { Path } from '../../shared/path.ts';
import type { EntityName } from '../change.ts';
import { KINDS, type KindName } from '../kinds.ts';

/** Why a change set is refused: one reason, and where it lies. */
export interface Mistake {
  /** A hotline of a TypeScript file is no entity, and may be what a change breaks. */
  readonly kind: KindName;
  readonly tenant: string;
  readonly name: string;
  /** Path to the value within the entity; empty: the entity itself. */
  readonly path: Path;
  readonly reason: string;
  /** What to do. */
  readonly fix: string | undefined;
  /** The entity that is named there and does not exist. */
  readonly missing?: EntityName | undefined;
  /** That one is to be made: `fix` says where in a file. */
  readonly isToMake?: true;
  /** Who uses the entity that is to go, in words. */
  readonly users?: readonly string[] | undefined;
  /** Where it stands, when that is a file. */
  readonly place?: Place | undefined;
}

/** JSON pointer (RFC 6901) into the sections of a file: `/queues/sales/agents/0`. */
export function pointerOf({ kind, name, path }: Pick<Mistake, 'kind' | 'name' | 'path'>): string {
  const steps = [KINDS[kind].plural, name, ...path];
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** `demo /queues/sales/agents/0: there is no agent '8009'; did you mean '8001'?` */
export function mistakeText(mistake: Mistake): string {
  const { tenant, reason, fix } = mistake;
  return `${tenant} ${pointerOf(mistake)}: ${reason}${fix === undefined ? '' : `; ${fix}`}`;
}

/** What to do where no file is written: over the API. */
export function fixByApi({ fix, missing, isToMake }: Mistake): string | undefined {
  if (!isToMake || !missing) return fix;
  const { kind, name } = missing;
  const path = KINDS[kind].plural.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  // A prompt is made of its audio.
  const which = kind === 'prompt' ? `/${name}/audio` : '';
  return `make it first: POST /api/v1/${path}${which}`;
}

export const flawOf = (mistake: Mistake): Flaw => ({
  pointer: pointerOf(mistake),
  code: mistake.missing ? 'not-found' : 'bad-value',
  detail: mistake.reason,
  fix: mistake.fix,
});

/** Mistakes that are told; of a table of thousands nobody reads more. */
const TOLD = 200;

/** A change set was refused as a whole; nothing has changed. */
export class ChangeRefused extends PbxError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const told = mistakes.slice(0, TOLD);
    const text = told.map(mistakeText).join('\n');
    const rest = mistakes.length - told.length;
    super('change-refused', rest > 0 ? `${text}\nand ${rest} more` : text, { flaws: told.map(flawOf) });
    this.mistakes = mistakes;
  }
}
