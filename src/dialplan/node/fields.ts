/** The fields of a node: for validation of plans that no compiler has seen, and for forms in the web console. */

/** What a field may hold. A `?` at the end: it may be left out. */
export type FieldKind = Kind | `${Kind}?`;
type Kind =
  | 'text'
  | 'digits'
  | 'flag'
  | 'count'
  /** A level of priority: a count, or its name. */
  | 'priority'
  /** A whole number, also below 0. */
  | 'whole'
  /** A whole number above 0. */
  | 'positive'
  | 'ms'
  | 'function'
  | 'prompts'
  | 'queue'
  | 'skill'
  | 'skills'
  /** Skills by keys of the telephone, one key each. */
  | 'skillKeys'
  | 'mailbox'
  | 'survey'
  | 'extension'
  | 'group'
  | 'conference'
  | 'trunk'
  | 'calendar'
  | 'flowName'
  | 'cause'
  | 'strategy'
  | 'method'
  | 'url'
  | 'target'
  | 'targets'
  | 'places'
  | 'textMap'
  | 'headers'
  | 'json'
  /** A branch. */
  | 'flow'
  /** Branches by free text, by keys of the telephone, by place, by operator, by trunk. */
  | 'flows'
  | 'keys'
  /** One key each: pressed while something else goes on. */
  | 'singleKeys'
  | 'areas'
  | 'carriers'
  | 'trunks'
  | 'rules'
  | 'shares';

export type Fields = Readonly<Record<string, FieldKind>>;

/** A line has the fields of an extension, and a trunk. */
export const LINE_FIELDS: Fields = {
  number: 'digits',
  name: 'text?',
  trunk: 'trunk?',
  channels: 'count?',
  ringMs: 'ms?',
  weight: 'count?',
  hours: 'calendar?',
};
