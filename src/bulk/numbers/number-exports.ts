import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Job } from '../../job/job-store.ts';
import type { Jobs } from '../../job/jobs.ts';
import type { ListNumberStore, ListRef, StoredListNumber } from '../../numbering/list-number-store.ts';
import type { Provisioned } from '../../provisioning/provisioning.ts';
import type { Clock } from '../../shared/clock.ts';
import { PbxError } from '../../shared/errors.ts';
import { maskedNumber, textShown, wholeNumber } from '../../shared/masked-number.ts';
import type { AuditEntry } from '../../store/store.ts';
import type { Orderer } from '../imports.ts';
import { SHEET_TYPES, type SheetFormat } from '../sheet/sheet.ts';
import type { SheetCell } from '../sheet/sheet-writer.ts';
import { csvFile, type SheetParts, xlsxFile } from '../sheet/write-sheet.ts';

const EXPORT = 'list-number-export';
/** Rows that are read, and made into text, in a turn. */
const PART = 500;
const TITLES = ['number', 'until', 'reason', 'owner', 'note', 'at', 'by'] as const;

export interface NumberExportOrder extends ListRef {
  readonly format: SheetFormat;
  /** Whether numbers are whole in it. */
  readonly seesNumbers: boolean;
}

export interface NumberExportsParts {
  readonly store: Pick<ListNumberStore, 'list'>;
  readonly provisioning: Provisioned;
  readonly jobs: Jobs;
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Numbers of a list as a table, all of them; it can be imported as it is, where numbers are whole. */
export class NumberExports {
  readonly #parts: NumberExportsParts;

  constructor(parts: NumberExportsParts) {
    this.#parts = parts;
  }

  /** Throws PbxError `not-found`. */
  async start(
    { tenant, name, format, seesNumbers }: NumberExportOrder,
    { by, address }: Orderer,
  ): Promise<Job> {
    const { store, provisioning, jobs, tell, clock } = this.#parts;
    if (!provisioning.snapshot.get('list', tenant, name))
      throw new PbxError('not-found', `there is no list ${name}`);
    const show = seesNumbers ? wholeNumber : maskedNumber;
    const words = (text: string | undefined) => (text === undefined ? null : textShown(text, show));
    const cellsOf = ({
      number,
      until,
      reason,
      owner,
      note,
      at,
      by: who,
    }: StoredListNumber): readonly SheetCell[] => [
      show(number),
      until === undefined ? null : new Date(until).toISOString(),
      words(reason),
      owner ?? null,
      words(note),
      new Date(at).toISOString(),
      who,
    ];
    return await jobs.start({ kind: EXPORT, tenantId: tenant, by }, async (work) => {
      const details = {
        what: 'list-number',
        list: name,
        format,
        numbers: seesNumbers ? 'whole' : 'masked',
        address,
      };
      await tell({ tenantId: tenant, at: clock.now(), action: 'export', by, details });
      let rows = 0;
      const parts = async function* (): SheetParts {
        yield [TITLES];
        for (let before: number | undefined; ; ) {
          work.signal.throwIfAborted();
          const page = await store.list({ tenant, name }, { limit: PART, before });
          if (page.length > 0) yield page.map(cellsOf);
          rows += page.length;
          work.progress(rows);
          if (page.length < PART) return;
          before = page.at(-1)!.place;
          await nextTurn();
        }
      };
      const content = format === 'csv' ? csvFile(parts()) : await xlsxFile(parts(), work.signal);
      const type = format === 'csv' ? `${SHEET_TYPES.csv}; charset=utf-8` : SHEET_TYPES.xlsx;
      await work.writeFile(`list-${name}.${format}`, type, content);
      work.progress(rows, rows);
      return { list: name, rows };
    });
  }
}
