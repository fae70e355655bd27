import { join } from 'node:path';

/** Characters that may stand in a file name; everything else becomes `_`. */
const UNSAFE = /[^A-Za-z0-9._+-]/g;

/** `text` as one harmless component of a path: nothing a caller sends leads out of the folder. */
export function safeName(text: string): string {
  const name = text.replace(UNSAFE, '_').slice(0, 100);
  return name === '' || /^\.+$/.test(name) ? '_' : name;
}

const formats = new Map<string, Intl.DateTimeFormat>();

const MINUTE_MS = 60_000;
let last = { timeZone: '', minute: 0, day: '' };

/** Day of a moment in a time zone, `2026-10-10`. Days begin with whole minutes, so one minute is formatted once. */
export function dayOf(at: number, timeZone: string): string {
  const minute = Math.floor(at / MINUTE_MS);
  if (minute !== last.minute || timeZone !== last.timeZone) {
    last = { timeZone, minute, day: formatDay(at, timeZone) };
  }
  return last.day;
}

function formatDay(at: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Where files go when nobody says otherwise. */
export const DEFAULT_TEMPLATE = '{tenant}/{date}/{callId}.wav';

/** Whose file it is, and when the call arrived. */
export interface FiledCall {
  readonly tenantId: string;
  readonly callId: string;
  readonly at: number;
}

/**
 * Path of a call's WAV file below `folder`: `template` with its `{tenant}`, `{date}` (in the zone) and `{callId}`, and
 * `suffix` before `.wav`. What stands for a field is one harmless name; the rest of the template is the operator's.
 */
export function recordingPath(
  folder: string,
  call: FiledCall,
  timeZone: string,
  { template = DEFAULT_TEMPLATE, suffix = '' } = {},
): string {
  const path = template
    .replaceAll('{tenant}', safeName(call.tenantId))
    .replaceAll('{date}', dayOf(call.at, timeZone))
    .replaceAll('{callId}', safeName(call.callId));
  return join(folder, `${path.slice(0, -'.wav'.length)}${suffix}.wav`);
}
