import { didYouMean } from '../../shared/did-you-mean.ts';
import type { Place } from '../../shared/errors.ts';
import type { Path } from '../../shared/path.ts';
import type { Hotline } from '../node/hotline.ts';
import type { DialplanNames } from '../plan/names.ts';
import { hasPlace, placeOf } from '../write/places.ts';
import type { Problem } from './problem.ts';

/** Collects what is wrong with one hotline. */
export class Report {
  readonly hotline: Hotline;
  readonly names: DialplanNames;
  readonly problems: Problem[] = [];

  constructor(hotline: Hotline, names: DialplanNames) {
    this.hotline = hotline;
    this.names = names;
  }

  /** Whether it was written in TypeScript, where builders note their lines; else it is plain JSON. */
  get isCode(): boolean {
    return hasPlace(this.hotline);
  }

  /** The hotline itself. */
  get top(): At {
    return new At(this, '', [], this.hotline);
  }
}

/** A spot in the hotline's tree: where a problem is reported. */
export class At {
  readonly report: Report;
  readonly path: string;
  /** Path within the hotline as it is stored. */
  readonly steps: Path;
  /** The nearest node around whose place is known. */
  readonly #source: object;

  constructor(report: Report, path: string, steps: Path, source: object) {
    this.report = report;
    this.path = path;
    this.steps = steps;
    this.#source = source;
  }

  get place(): Place | undefined {
    return placeOf(this.#source);
  }

  /** A spot below this one; an index joins without a dot. `steps`: the path to it where that is not the step itself. */
  below(step: string | number, node?: object, steps: Path = [step]): At {
    const text = typeof step === 'number' ? `[${step}]` : this.path === '' ? step : `.${step}`;
    return new At(this.report, this.path + text, [...this.steps, ...steps], this.#nearest(node));
  }

  /** The same spot for people, where `node` was written; `steps` lead on within the hotline as it is stored. */
  at(node: object | undefined, ...steps: Path): At {
    return new At(this.report, this.path, [...this.steps, ...steps], this.#nearest(node));
  }

  /** A spot beside this one for people: the table of branches itself is no step of the path. */
  beside(step: string, node?: object): At {
    const parent = this.path.slice(0, Math.max(0, this.path.lastIndexOf('.')));
    return new At(this.report, parent, this.steps, this.#source).below(step, node);
  }

  error(code: string, message: string, fix?: string): void {
    this.#add('error', code, message, fix);
  }

  warn(code: string, message: string, fix?: string): void {
    this.#add('warning', code, message, fix);
  }

  /** Reports a name that is not among the known ones, with the nearest that is. */
  unknown(what: string, name: string, known: Iterable<string>): void {
    const all = [...known];
    const near = didYouMean(name, all);
    const some = all.slice(0, 6).join(', ') + (all.length > 6 ? ' ...' : '');
    const fix = near ? `did you mean '${near}'?` : all.length > 0 ? `known: ${some}` : `none is configured`;
    this.error('unknown-name', `there is no ${what} '${name}'`, fix);
  }

  #nearest(node: object | undefined): object {
    return node && hasPlace(node) ? node : this.#source;
  }

  #add(severity: Problem['severity'], code: string, message: string, fix: string | undefined): void {
    const { hotline, problems } = this.report;
    const path = `${hotline.number}${this.path === '' ? '' : ` ${this.path}`}`;
    problems.push({ severity, code, message, fix, place: this.place, path, steps: this.steps });
  }
}

export type Values = Readonly<Record<string, unknown>>;

/** Whether it is an object with keys, not a list. */
export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as it may stand in a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function') return 'a function';
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
