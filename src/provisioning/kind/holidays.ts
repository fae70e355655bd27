import Type from 'typebox';
import { text } from '../../config/fields.ts';
import { addressedPattern } from '../../shared/addressed-file.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Name of the only holidays that there are: what calendars call `holidays: CN`. */
export const HOLIDAYS_NAME = 'CN';

/**
 * Imported public holidays (法定节假日) and make-up work days (调休), for the calendars of all companies. The days themselves
 * stay in the data folder: `pbx400 import holidays` writes file and entity.
 */
export const holidays = defineKind({
  name: 'holidays',
  plural: 'holidays',
  title: { en: 'public holidays', zh: '法定节假日' },
  key: 'name',
  keyPattern: `^${HOLIDAYS_NAME}$`,
  keyHint: HOLIDAYS_NAME,
  isShared: true,
  example: {
    name: HOLIDAYS_NAME,
    file: 'holidays-0123456789abcdef.json',
    source: 'holidays.json',
    date: '2026-08-01',
    days: 40,
    lastYear: 2026,
  },
  schema: Type.Object({
    /** In the data folder; its name holds the checksum. */
    file: Type.String({
      pattern: addressedPattern('holidays', 'json'),
      hint: 'a file of pbx400 import holidays',
    }),
    /** Name of the file that was imported last. */
    source: text(),
    /** When it was imported. */
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', hint: 'a date such as 2026-08-01' }),
    /** Holidays and work days in the file. */
    days: Type.Integer({ minimum: 1, maximum: 100_000 }),
    /** Last year of the file. */
    lastYear: Type.Integer({ minimum: 1900, maximum: 9999 }),
  }),
});

export type PublicHolidays = EntityOf<typeof holidays>;
