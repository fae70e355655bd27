import { zoneOf } from '../../calendar/zone.ts';
import { featureOf } from '../../provisioning/feature-codes.ts';
import { didYouMean } from '../../shared/did-you-mean.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { Hotline } from '../node/hotline.ts';
import type { NameBook } from '../plan/names.ts';
import { placeOf } from '../write/places.ts';
import { checkCalendar, checkFlow, checkLine, isRecord, shown } from './check-values.ts';
import { checkWho } from './check-who.ts';
import type { Problem } from './problem.ts';
import { type At, Report } from './report.ts';

/** What a check of one hotline found. `hotline` is undefined when it cannot be run. */
export interface Checked {
  readonly hotline: Hotline | undefined;
  readonly problems: readonly Problem[];
}

const FIELDS: readonly (keyof Hotline)[] = [
  'type',
  'number',
  'name',
  'tenant',
  'timeZone',
  'block',
  'blocked',
  'allow',
  'admit',
  'vip',
  'limit',
  'channels',
  'ringback',
  'featureCodes',
  'lines',
  'calendars',
  'flows',
  'flow',
  'flowTimeoutMs',
  'afterTalk',
  'otherwise',
];

/** Proves that a value from a file or the database is a hotline that can run: shapes, values and names. */
export function checkHotline(value: unknown, names: NameBook): Checked {
  const hotline = value as Hotline;
  const tenant = isRecord(value) ? (value['tenant'] as string | undefined) : undefined;
  const own = names.of(tenant);
  if (!isRecord(value) || value['type'] !== 'hotline' || !own) {
    const message = own ? `${shown(value)} is no hotline` : `there is no tenant '${tenant}'`;
    const near = own ? undefined : didYouMean(String(tenant), names.tenants);
    const fix = own
      ? "export default hotline('4001234567', { flow: ... })"
      : near && `did you mean '${near}'?`;
    const place = isRecord(value) ? placeOf(value) : undefined;
    const path = String(isRecord(value) ? value['number'] : 'default');
    return {
      hotline: undefined,
      problems: [{ severity: 'error', code: 'no-hotline', message, fix, place, path }],
    };
  }
  const report = new Report(hotline, own);
  checkFrame(hotline, report.top);
  checkFlows(hotline, report.top);
  const failed = report.problems.some((problem) => problem.severity === 'error');
  return { hotline: failed ? undefined : hotline, problems: report.problems };
}

/** All but the flows. */
function checkFrame(hotline: Hotline, at: At): void {
  if (typeof hotline.number !== 'string' || !/^\d{3,20}$/.test(hotline.number)) {
    at.error(
      'bad-value',
      `the hotline's number is ${shown(hotline.number)}`,
      "write digits: hotline('4001234567', ...)",
    );
  }
  for (const field of Object.keys(hotline)) {
    if ((FIELDS as readonly string[]).includes(field)) continue;
    const near = didYouMean(field, FIELDS);
    at.error(
      'unknown-field',
      `a hotline takes no ${field}`,
      near ? `did you mean '${near}'?` : `remove ${field}`,
    );
  }
  try {
    zoneOf(hotline.timeZone ?? at.report.names.timeZone);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    at.error('bad-value', error.message, error.fix);
  }
  for (const field of ['block', 'allow'] as const) {
    if (hotline[field] !== undefined) checkWho(hotline[field], at.below(field), field);
  }
  if (hotline.vip) checkWho(hotline.vip.who, at.below('vip'), 'vip');
  checkNumbers(hotline, at);
  for (const [name, code] of Object.entries(hotline.featureCodes ?? {})) {
    const where = at.below(`featureCodes.${name}`);
    if (!/^\*\d{1,6}$/.test(code)) {
      where.error('bad-value', `${shown(code)} is no feature code`, "write '*61'");
      continue;
    }
    const taken = featureOf(code, at.report.names.codes)?.feature;
    if (taken) where.error('bad-value', `${code} is the tenant's code for ${taken}`, 'write another one');
  }
  for (const [name, rules] of Object.entries(hotline.calendars ?? {})) {
    checkCalendar(rules, at.below(`calendars.${name}`), `calendar ${name}`);
  }
  for (const [name, line] of Object.entries(hotline.lines ?? {})) {
    checkLine(line, at.below(`lines.${name}`, line), `line ${name}`);
  }
}

function checkNumbers({ limit, channels, flowTimeoutMs, admit, ringback }: Hotline, at: At): void {
  const whole = (value: number | undefined) => value === undefined || (Number.isInteger(value) && value > 0);
  const bad = (what: string, value: unknown) =>
    at.error('bad-value', `${what} is ${shown(value)}`, 'it must be a whole number above 0');
  if (!whole(channels)) bad('channels', channels);
  if (!whole(flowTimeoutMs)) bad('flowTimeoutMs', flowTimeoutMs);
  if (limit && !whole(limit.calls)) bad('limit.calls', limit.calls);
  if (limit && !whole(limit.perMs)) bad('limit.perMs', limit.perMs);
  if (admit !== undefined && admit !== 'all' && admit !== 'allowed') {
    at.error('bad-value', `admit is ${shown(admit)}`, "write 'all' or 'allowed'");
  }
  if (ringback) {
    checkFlow({ type: 'play', prompt: ringback.prompt }, at.below('ringback'));
    if (ringback.when !== 'before-answer' && ringback.when !== 'after-answer') {
      at.error(
        'bad-value',
        `ringback is played ${shown(ringback.when)}`,
        "write 'before-answer' or 'after-answer'",
      );
    }
  }
}

function checkFlows(hotline: Hotline, at: At): void {
  if (typeof hotline.flow !== 'function') {
    if (hotline.flow === undefined) at.error('missing', 'the hotline has no flow', 'add flow: ...');
    else checkFlow(hotline.flow, at.below('flow'));
  }
  const rest: readonly (readonly [string, unknown])[] = [
    ...Object.entries(hotline.flows ?? {}),
    ['otherwise', hotline.otherwise],
    ['vip', hotline.vip?.flow],
    ['limit', hotline.limit?.otherwise],
    ['afterTalk', hotline.afterTalk],
  ];
  for (const [name, flow] of rest) if (flow !== undefined) checkFlow(flow, at.below(name));
  const { blocked } = hotline;
  if (blocked !== undefined && blocked !== 'reject' && blocked !== 'busy')
    checkFlow(blocked, at.below('blocked'));
  if (hotline.afterTalk && hotline.afterTalk.type !== 'survey') {
    at.error('bad-value', 'afterTalk is no survey', "write afterTalk: survey('three-keys')");
  }
}
