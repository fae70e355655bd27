import type { Cdr } from '../../src/cdr/cdr.ts';
import type { publicCall } from '../../src/cdr/public-call.ts';

const at = (time: string) => Date.parse(time);
const atOrNull = (time: string | null) => (time === null ? null : Date.parse(time));

/** The record of a call that the API shows, of which nothing was said after its end. */
export function recordOf({ id, tenant, ...shown }: ReturnType<typeof publicCall>): Cdr {
  const { state: _s, segment: _g, agents: _a, ...rest } = shown;
  const { disposition: _d, resolved: _r, note: _n, comments: _c, revision: _v, ...cdr } = rest;
  const { voicemail } = cdr;
  return {
    callId: id,
    tenantId: tenant,
    ...cdr,
    startedAt: at(cdr.startedAt),
    answeredAt: atOrNull(cdr.answeredAt),
    endedAt: at(cdr.endedAt),
    path: cdr.path.map((step) => ({ ...step, at: at(step.at) })),
    keys: cdr.keys.map((key) => ({ ...key, at: at(key.at) })),
    recordings: cdr.recordings.map((each) => ({ ...each, deletedAt: atOrNull(each.deletedAt) })),
    noted: null,
    flag: cdr.flag && { ...cdr.flag, at: at(cdr.flag.at) },
    voicemail: voicemail && { ...voicemail, deletedAt: atOrNull(voicemail.deletedAt) },
  };
}
