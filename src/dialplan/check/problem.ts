import type { Mistake } from '../../provisioning/check/mistake.ts';
import { ConfigError, type Place } from '../../shared/errors.ts';
import type { Path } from '../../shared/path.ts';

/** Something wrong, or doubtful, in a dialplan. Errors keep a plan from being loaded. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Stable name of the rule: `unknown-name`, `unreachable`, `loop` ... */
  readonly code: string;
  readonly message: string;
  readonly fix: string | undefined;
  /** Undefined for plans that do not come from a file. */
  readonly place: Place | undefined;
  /** Number of the hotline and path of the node: `4001234567 flow.open.1`. */
  readonly path: string;
  /** Path to the value in the hotline as it is stored: `flow`, `periods`, `open`, 1. */
  readonly steps: Path;
}

/** `file:line:column: error: what (4001234567 flow.open); fix`. */
export function problemText({ severity, message, fix, place, path }: Problem): string {
  const where = place ? `${[place.file, place.line, place.column].filter(Boolean).join(':')}: ` : '';
  return `${where}${severity}: ${message} (${path})${fix ? `; ${fix}` : ''}`;
}

/** The first error as what stops `start`; it tells how many more there are. */
export function asConfigError(problems: readonly Problem[]): ConfigError | undefined {
  const errors = errorsOf(problems);
  const [first] = errors;
  if (!first) return undefined;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more; see pbx400 check)` : '';
  return new ConfigError(`${first.message}, at ${first.path}${more}`, first.place, first.fix);
}

/** Those that keep a plan from being loaded. */
export const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ severity }) => severity === 'error');

/** A problem of a company's hotline as what a change is refused for. */
export function asMistake(
  { steps, message, fix, place }: Problem,
  of: Pick<Mistake, 'tenant' | 'name'>,
): Mistake {
  return { kind: 'hotline', ...of, path: steps, reason: message, fix, place };
}
