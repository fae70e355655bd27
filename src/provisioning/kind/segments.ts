import Type from 'typebox';
import { text } from '../../config/fields.ts';
import { addressedPattern } from '../../shared/addressed-file.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/** Name of the one segment table that there is. */
export const SEGMENTS_NAME = 'mobile';

/**
 * The table of mobile segments (号段表) that tells all companies where callers are at home. The segments themselves stay in
 * the data folder: `pbx400 import segments` writes file and entity.
 */
export const segments = defineKind({
  name: 'segments',
  plural: 'segments',
  title: { en: 'segment table', zh: '号段表' },
  key: 'name',
  keyPattern: `^${SEGMENTS_NAME}$`,
  keyHint: SEGMENTS_NAME,
  isShared: true,
  example: {
    name: SEGMENTS_NAME,
    file: 'segments-0123456789abcdef.csv',
    version: '2026-08',
    source: 'segments.csv',
    date: '2026-08-01',
    segments: 480_000,
    coverage: 99,
  },
  schema: Type.Object({
    /** In the data folder; its name holds the checksum. */
    file: Type.String({
      pattern: addressedPattern('segments', 'csv'),
      hint: 'a file of pbx400 import segments',
    }),
    /** As the imported table calls itself. */
    version: text(),
    /** Name of the file that was imported. */
    source: text(),
    /** When it was imported. */
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', hint: 'a date such as 2026-08-01' }),
    /** Segments that have an area. */
    segments: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    /** Their share of all mobile prefixes in use, in percent. */
    coverage: Type.Integer({ minimum: 0, maximum: 100 }),
  }),
});

export type SegmentTable = EntityOf<typeof segments>;
