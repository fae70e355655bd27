/** Lines and extensions: what `dial` and `transfer` ring. */
import type { CalendarRules } from '../../calendar/calendar-rules.ts';
import type { Builders, DeclaredNames, NameOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import type { Flow } from './tree.ts';

/** An outside line: landline or mobile, through a trunk. */
export interface Line {
  readonly type: 'line';
  readonly number: string;
  /** Name in the record; the number by default. */
  readonly name?: string;
  readonly trunk?: string;
  /** Calls that it takes at once. Default 1. */
  readonly channels?: number;
  readonly ringMs?: number;
  /** Share with the strategy `weighted`. Default 1. */
  readonly weight?: number;
  /** Rung only while this calendar is `open`. */
  readonly hours?: string | CalendarRules;
}

export interface ExtensionNode {
  readonly type: 'extension';
  readonly number: string;
  readonly name?: string;
  readonly channels?: number;
  readonly ringMs?: number;
  readonly weight?: number;
  readonly hours?: string | CalendarRules;
  /** As a node of its own: nobody answered. */
  readonly otherwise?: Flow;
}

/** What is rung: a line that the hotline declares, or one as it is written. */
export type TargetOf<D extends DeclaredNames> = NameOf<D, 'lines'> | Line | ExtensionNode;

export type LineOptions<D extends DeclaredNames> = Omit<Line, 'type' | 'number' | 'trunk'> & {
  readonly trunk?: NameOf<D, 'trunks'>;
};

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** An outside line, to be dialled. */
    line(number: string, options?: LineOptions<D>): Line;
  }
}

export const buildLine: Builders<DeclaredNames>['line'] = (number, options) =>
  rememberPlace({ type: 'line', number, ...options } as Line, buildLine);
