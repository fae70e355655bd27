import { expect, it } from 'vitest';
import { durationText, parseDuration } from '../../../src/config/duration.ts';
import { parseYamlDocuments } from '../../../src/config/yaml-source.ts';
import { join, readEntities } from '../../../src/provisioning/file/read-entities.ts';
import { writeEntities } from '../../../src/provisioning/file/write-entities.ts';
import type { Named } from '../../../src/provisioning/snapshot.ts';

const read = (text: string) =>
  join(parseYamlDocuments('a.yaml', text).map(({ root }) => readEntities(root, 'a.yaml', {})));

/** Every kind, with what is easily lost: zeros, words that YAML takes for something else, nested parts. */
const TEXT = `tenant: a
tenants: { a: { name: "0123" } }
trunks:
  carrier:
    addresses: [192.0.2.1, 10.0.0.0/8]
    areaCode: "0755"
    probe: 1500ms
    callsPerSecond: { in: 5 }
    register: { username: "007", password: "no", expires: 90s }
    rewrite: { callerIn: [{ match: "0", strip: 1 }, { add: "86" }] }
    codecs: [PCMU]
    busyTone: true
extensions: { 8001: { name: 张伟 }, 8002: { ha1: { md5: ${'0'.repeat(32)} } } }
agents: { 8001: { extension: 8002 } }
queues: { sales: { agents: [8001], ring: 20s, wrapUp: 0s, record: false, survey: keys } }
groups: { 600: { members: [{ extension: 8001 }, { number: "013800138000" }], strategy: hunt, otherwise: { number: "0755" } } }
skills: { yue: { title: 粤语 }, plain: {} }
breakReasons: { lunch: { title: { zh: 午餐 } }, rest: {} }
dispositions: { d: { entries: [{ code: "01", title: 下单, children: [{ code: "no", title: 否 }] }, { code: "2", title: x }] } }
scripts: { s: { text: "您好 {agent}" } }
lists: { vip: { numbers: ["02088886666"], prefixes: ["0898"] }, empty: {} }
mailboxes: { box: { max: 1h } }
surveys: { keys: { keys: ["*", "0"], timeout: 90s } }
calendars:
  office:
    periods: { open: { mon-fri: "09:00-12:00,13:30-18:00", make-up: "09:00-12:00" }, 夜间: { daily: "22:00-06:00" } }
    timeZone: Asia/Urumqi
    holidays: CN
    daysOff: [2026-03-03, 2026-08-01/2026-08-05]
    dates: { 2026-12-31: { open: "09:00-12:00" } }
    switches: [night]
prompts: { hello: { file: hello.wav, text: 您好 } }
hotlines:
  4001234567:
    name: "400"
    aliases: ["02151234567"]
    featureCodes: { night: "*61" }
    flow:
      - { type: set, variable: tier, value: "5" }
      - { type: menu, prompt: main-menu, attempts: 2, keys: { 0: { type: hangup }, 1: { type: dial, targets: ["true"] } } }
      - { type: play, prompt: [welcome, { digits: "0755", yao: true }], repeat: 2 }
---
tenant: b
tenants: { b: {} }
lists: { vip: {} }
`;

const byName = (one: Named, other: Named) =>
  `${one.kind} ${one.tenant} ${one.name}` < `${other.kind} ${other.tenant} ${other.name}` ? -1 : 1;

it('gives what reads as the same entities', () => {
  const before = read(TEXT);
  expect(before.mistakes).toEqual([]);
  const after = read(writeEntities(before.entities));
  expect(after.mistakes).toEqual([]);
  const plain = ({ entities }: typeof before) =>
    entities.map(({ kind, tenant, name, value }) => ({ kind, tenant, name, value })).sort(byName);
  expect(plain(after)).toEqual(plain(before));
});

it('leaves out what has its default', () => {
  const { entities } = read('tenant: b\ntenants: { b: {} }\nqueues: { sales: { ring: 15s, wrapUp: 90s } }');
  expect(writeEntities(entities)).toBe('tenant: b\ntenants:\n  b: {}\nqueues:\n  sales:\n    wrapUp: 90s\n');
});

it.each([
  [0, '0s'],
  [1, '1ms'],
  [1500, '1500ms'],
  [90_000, '90s'],
  [180_000, '3m'],
  [7_200_000, '2h'],
])('writes %d ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});
