import { didYouMean } from '../../shared/did-you-mean.ts';
import type { Place } from '../../shared/errors.ts';
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

  /** The hotline itself. */
  get top(): At {
    return new At(this, '', this.hotline);
  }
}

/** A spot in the hotline's tree: where a problem is reported. */
export class At {
  readonly report: Report;
  readonly path: string;
  /** The nearest node around whose place is known. */
  readonly #source: object;

  constructor(report: Report, path: string, source: object) {
    this.report = report;
    this.path = path;
    this.#source = source;
  }

  get place(): Place | undefined {
    return placeOf(this.#source);
  }

  /** A spot below this one; `[2]` joins without a dot. */
  below(step: string, node?: object): At {
    const path = this.path === '' || step.startsWith('[') ? this.path + step : `${this.path}.${step}`;
    return new At(this.report, path, this.#nearest(node));
  }

  /** The same spot, where `node` was written. */
  at(node: object | undefined): At {
    return new At(this.report, this.path, this.#nearest(node));
  }

  /** A spot beside this one: the table of branches itself is no step of the path. */
  beside(step: string, node?: object): At {
    const parent = this.path.slice(0, Math.max(0, this.path.lastIndexOf('.')));
    return new At(this.report, parent, this.#source).below(step, node);
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
    problems.push({ severity, code, message, fix, place: this.place, path });
  }
}
