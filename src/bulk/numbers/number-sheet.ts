/** A table of numbers as its thread says it. */
import type { ListNumber } from '../../numbering/list-number-store.ts';

/** Rows of a table of numbers at most. */
export const MOST_ROWS = 1_000_000;

/** What the thread is told to read. */
export interface NumberSheetToRead {
  readonly path: string;
  /** Of dates without a time. */
  readonly timeZone: string;
  /** Work numbers that may be owners. */
  readonly agents: readonly string[];
  /** Numbers of a part. */
  readonly part: number;
}

/** A row that is wrong, with what is. */
export interface WrongRow {
  readonly row: number;
  readonly cells: readonly string[];
  readonly why: string;
}

/** The next numbers, each once in the whole table; or why it is none. */
export type NumberSheetSays =
  | {
      /** JSON of {@link ListNumber}s. */
      readonly json: string;
      readonly count: number;
      /** Rows that were read so far. */
      readonly rows: number;
      readonly wrong: readonly WrongRow[];
      /** Rows whose number an earlier one had, so far. */
      readonly twice: number;
      readonly titles: readonly string[];
      readonly isLast: boolean;
    }
  | { readonly reason: string; readonly fix: string };

/** Columns of the table, and what people call them. */
export const NUMBER_COLUMNS: Readonly<Record<keyof ListNumber, readonly string[]>> = {
  number: [
    '号码',
    '电话',
    '电话号码',
    '手机',
    '手机号',
    '手机号码',
    '主叫',
    '主叫号码',
    'phone',
    'mobile',
    'caller',
  ],
  until: ['有效期', '有效期至', '到期', '到期日', '到期时间', '截止', '截止日期', 'expires'],
  reason: ['原因', '理由', '事由'],
  owner: ['坐席', '专属坐席', '工号', 'agent'],
  note: ['备注', '说明', 'remark'],
};
/** Columns that an export has besides: they are not read. */
export const TOLD_COLUMNS: readonly string[] = ['at', 'by'];
